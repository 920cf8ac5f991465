"""Reads dhcpd.leases: the last word about each address, and the other declarations."""

import re

_TOKEN = re.compile(r'\s+|#[^\n]*|"(?:[^"\\]|\\.)*"|[{};=,]|[^\s{};="#,]+', re.S)


def tokens(text):
    return [t for t in _TOKEN.findall(text) if not t[0].isspace() and t[0] != '#']


def statements(words, at=0):
    """Nested lists: a statement is a list of words; a block's last item is the list of its statements."""
    out, current = [], []
    while at < len(words):
        word = words[at]
        at += 1
        if word == '{':
            body, at = statements(words, at)
            out.append(current + [body])
            current = []
        elif word == '}':
            return out, at
        elif word == ';':
            if current:
                out.append(current)
            current = []
        else:
            current.append(word)
    return out, at


def read(path):
    """{address: {member: value}} with the last record of each address winning; times as text."""
    with open(path, errors='surrogateescape') as file:
        parsed = statements(tokens(file.read()))[0]
    leases = {}
    for statement in parsed:
        if statement[0] == 'lease' and isinstance(statement[-1], list):
            leases[statement[1]] = record(statement[-1])
    return leases


def record(body):
    members = {}
    for words in body:
        words, block = ([w for w in words if not isinstance(w, list)], [w for w in words if isinstance(w, list)])
        if words[:2] == ['binding', 'state'] or words[:1] == ['next'] or words[:1] == ['rewind']:
            members[' '.join(words[:-1])] = words[-1]
        elif words[0] in ('set', 'option', 'hardware') and len(words) > 2:
            members[' '.join(words[:2])] = ' '.join(words[2:])
        else:
            members[words[0]] = ' '.join(words[1:]) + (' ' + flat(block) if block else '')
    return members


def flat(body):
    """A block on one line."""
    def one(item):
        return '{ ' + flat(item) + ' }' if isinstance(item, list) else item
    return '; '.join(' '.join(one(word) for word in statement) if isinstance(statement, list) else statement
                     for statement in body)


def others(path):
    """All that is no lease: hosts, groups, classes, failover states, the server's identifier."""
    with open(path, errors='surrogateescape') as file:
        parsed = statements(tokens(file.read()))[0]
    return [flat([s]) for s in parsed if s[0] not in ('lease', 'server-duid', 'authoring-byte-order')]
