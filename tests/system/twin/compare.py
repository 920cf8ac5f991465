"""Compares what two servers did, line by line; times may differ by a tick of the clock."""

import difflib
import re

from differences import DELIBERATE, OF_THE_BUILD

TICKS = 2  # seconds by which a running time may differ


def _times(line):
    """(the line without its times, the times in seconds)."""
    times = []

    def number(text):
        times.append(int(text, 16) if len(text) == 8 else int(text))
        return '#'
    line = re.sub(r'(?<=option (?:51|58|59|91|92) )([0-9a-f]{8})$', lambda m: number(m.group(1)), line)
    line = re.sub(r'(?<=[a-z] \+|[a-z] -)(\d+)', lambda m: number(m.group(1)), line)
    line = re.sub(r'(?<=lease age )(\d+)', lambda m: number(m.group(1)), line)
    return line, times


def same(first, second):
    if first == second:
        return True
    (first, ours), (second, theirs) = _times(first), _times(second)
    return first == second and len(ours) == len(theirs) and all(abs(a - b) <= TICKS for a, b in zip(ours, theirs))


def _clean(name, lines):
    """Without what is deliberately different."""
    for difference in DELIBERATE + OF_THE_BUILD:
        lines = difference.clean(name, lines)
    return lines


def differences(name, stock, ours):
    """Lines of text that tell how the second differs; empty if it does not. Arguments: lists of (title, lines)."""
    out = []
    for number in range(max(len(stock), len(ours))):
        title, first = stock[number] if number < len(stock) else ('(no such step)', [])
        second = ours[number][1] if number < len(ours) else []
        first, second = _clean(name, first), _clean(name, second)
        if len(first) == len(second) and all(same(a, b) for a, b in zip(first, second)):
            continue
        out.append('  step %d: %s' % (number, title))
        second = [next((a for a in first if same(a, b)), b) for b in second]
        out += ['    ' + line for line in difflib.ndiff(first, second) if not line.startswith('?')]
    return out
