#!/usr/bin/env python3
"""Random expressions and statements, evaluated by the stock dhcpd and by ours: output and diagnostics must be the same.

differential.py [CASES] [SEED] [--broken | --options | --files]: with --broken the cases have mistakes, and the first
diagnostic counts; with --options every option and type is given values, and the bytes are compared; with --files
the real configurations of the corpus are mutated, words and whole statements. `dhcpd -t` executes the statements of
the global scope, so log() prints; ours is conf_eval, which does that and no more, or
$CONF_EVAL. Cases go many to a file; a file that differs is taken apart."""

import os
import re
import resource
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import expressions, mutations, option_values, programs

STOCK = programs.need_stock('/usr/sbin/dhcpd')
NOISE = (b'Internet Systems Consortium', b'Copyright 2004', b'All rights reserved.', b'For info, please visit', b'Config file:',
         b'Database file:', b'PID file:', b'hint: ')
OURS_ALONE = re.compile(rb'Warning: \S*case\.conf:\d+: ')  # of what the stock accepts in silence
# Its limits, a name that it prints after the memory is given up, a check of itself that fails.
STOCK_ALONE = (b'string constant larger than internal buffer', b'OMAPI key ', b'Internal inconsistency',
               b'no memory for base64 buffer.', b'non-null pointer', b'0.0.0.0/-26')
# What it says of a broken value is this or that: it asks a variable that has no value. Ours names what is missing.
BROKEN_VALUE = re.compile(rb'(expecting a (parameter or )?declaration|expecting (a )?(data|numeric|boolean) expression\.)$')
TAIL = (b'Configuration file errors encountered', b'exiting.')
FOLDER = tempfile.mkdtemp(prefix='differential-')


def limit():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))


def lines_of(program, path):
    """(exit status, lines of its own that a program prints)"""
    done = subprocess.run(program + ['-t', '-4', '-cf', path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limit,
                          timeout=60)
    lines = []
    for line in done.stderr.split(b'\n'):
        if line.startswith(TAIL):
            break
        if line and not line.startswith(NOISE):
            lines.append(line)
    return done.returncode, lines


def compare(ours, cases):
    """None if equal; 'crash' if the stock crashes, 'mistake' if it evaluates none of several; else what differs."""
    path = os.path.join(FOLDER, 'case.conf')
    with open(path, 'w', encoding='latin-1', newline='') as file:
        file.write('\n'.join(cases) + '\n')
    stock = lines_of([STOCK], path)
    if stock[0] < 0 or any(word in line for line in stock[1] for word in STOCK_ALONE):
        return 'crash'
    if stock[0] and len(cases) > 1:
        return 'mistake'  # nothing has been evaluated
    status, lines = lines_of(ours, path)
    mine = (status, [line for line in lines if not OURS_ALONE.match(line)])
    if not stock[0] and not mine[0] and not stock[1]:
        mine = (mine[0], [line for line in mine[1] if b'case.conf line' in line])
    if mine[0] and mine[1] and mine[1][0].endswith(b' has no value'):
        return None  # of `NAME ;;`: refused by ours on purpose, by the stock now and then
    if stock[0] and mine[0]:
        # The first diagnostic is the stock's. Behind it the stock skips much that is good, or complains of it; ours does
        # so less.
        stock, mine = (stock[0], stock[1][:1]), (mine[0], mine[1][:1])
        if mine[1] and BROKEN_VALUE.search(mine[1][0]) and not mine[1][0].endswith(b'declaration'):
            stock, mine = ((status, [BROKEN_VALUE.sub(b'', line) for line in lines]) for status, lines in (stock, mine))
    return None if (stock[0] != 0) == (mine[0] != 0) and stock[1] == mine[1] else (stock, mine)


def shrink(ours, cases):
    """The smallest run of cases that differs, and how."""
    found = compare(ours, cases)
    while len(cases) > 1:
        half = len(cases) // 2
        for part in (cases[half:], cases[:half]):
            difference = compare(ours, part)
            if isinstance(difference, tuple):
                cases, found = part, difference
                break
        else:
            break
    return cases, found


def shrink_file(ours, text):
    """The fewest lines of a file that differs that still differ, and how."""
    lines, found = text.split('\n'), None
    size = len(lines)
    while size >= 1:
        at = 0
        while at < len(lines):
            rest = lines[:at] + lines[at + size:]
            difference = compare(ours, ['\n'.join(rest)]) if rest else None
            if isinstance(difference, tuple):
                lines, found = rest, difference
            else:
                at += size
        size //= 2
    return lines, found or compare(ours, [text])


def show(cases, difference):
    print('DIFFERENT:')
    for case in cases:
        print('   ', case)
    for name, (status, lines) in zip(('stock', 'ours'), difference):
        print('  %s: exit %d' % (name, status))
        for line in lines:
            print('    ', line.decode('latin-1'))
    sys.stdout.flush()


def batches(count, seed):
    """Lists of cases that go into one file each."""
    if '--options' in sys.argv:
        table = os.path.join(os.environ.get('SRC', '.'), 'src/dhcp/options_table.cc')
        for first in range(0, count, 200):
            cases = option_values.cases(table, '%d.%d' % (seed, first), 200)
            for at in range(0, len(cases), 10):
                yield cases[at:at + 10]
        return
    if '--files' in sys.argv:
        mutator = mutations.Mutator(os.path.join(os.environ.get('SHARED', '../shared'), 'corpus'), seed)
        for _ in range(count):
            yield [mutator.text()]
        return
    broken = '--broken' in sys.argv
    size = 1 if broken else 50
    for first in range(0, count, size):
        generator = expressions.Generator('%d.%d' % (seed, first))
        yield [generator.broken() if broken else generator.case() for _ in range(size)]


def main():
    arguments = [word for word in sys.argv[1:] if not word.startswith('--')]
    count = int(arguments[0]) if arguments else 2000
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    ours = [os.environ.get('CONF_EVAL') or programs.ours('tests/system/conf_eval', 'CONF_EVAL')]
    crashed = different = compared = 0
    for cases in batches(count, seed):
        result = compare(ours, cases)
        if result in ('crash', 'mistake'):
            # One by one: the rest of the batch still counts.
            for case in cases:
                one = compare(ours, [case])
                if one == 'crash':
                    crashed += 1
                    continue
                compared += 1
                if one:
                    different += 1
                    show([case], one)
        else:
            compared += len(cases)
            if result:
                different += 1
                show(*(shrink_file(ours, cases[0]) if '--files' in sys.argv else shrink(ours, cases)))
        if different >= 20:
            break
    print('%d cases compared, %d different, %d crash the stock program' % (compared, different, crashed))
    return 1 if different or not compared else 0


sys.exit(main())
