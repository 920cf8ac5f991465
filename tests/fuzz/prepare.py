#!/usr/bin/env python3
"""Seeds and words for the fuzz targets: prepare.py SOURCE-TREE OUTPUT-FOLDER

Writes OUTPUT-FOLDER/TARGET/*, inputs to begin with, and OUTPUT-FOLDER/TARGET.dict, words to throw in. The seeds
are small: real files of ../shared/corpus (where it is beside the source tree) are cut into statements, since
the time that an input takes grows with its length and not with what it shows.
"""
import glob
import hashlib
import os
import re
import struct
import sys

LONGEST = 1500  # bytes of a seed


def conf_statements(text):
    """The statements of a dhcpd.conf: (head, inner statements, whole text); inner is None without a block."""
    found, start, at, opened, depth = [], 0, 0, -1, 0
    while at < len(text):
        c = text[at]
        if c == '#':
            at = (text + '\n').index('\n', at)
        elif c == '"':
            end = at + 1
            while end < len(text) and text[end] != '"':
                end += 2 if text[end] == '\\' else 1
            at = end
        elif c == '{':
            if depth == 0:
                opened = at
            depth += 1
        elif c == '}' and depth > 0:
            depth -= 1
        at += 1
        if depth == 0 and c in ';}':
            whole = text[start:at].strip()
            inner = text[opened + 1:at - 1] if c == '}' and opened >= 0 else None
            head = text[start:opened].strip() if inner is not None else ''
            found.append((head, inner, whole))
            start, opened = at, -1
    if text[start:].strip():
        found.append(('', None, text[start:].strip()))
    return found


def conf_pieces(text):
    """Each statement by itself; of a block that is too long, each inner statement in a block of its own."""
    for head, inner, whole in conf_statements(text):
        if len(whole) <= LONGEST:
            yield whole
        elif inner is not None:
            for piece in conf_pieces(inner):
                yield '%s {\n%s\n}\n' % (head, piece)


def lease_pieces(text):
    """Two records a seed: the second shows what the first leaves behind."""
    records = re.split(r'(?m)^(?=\S[^\n]*\{)', text)
    for at in range(0, len(records), 2):
        piece = ''.join(records[at:at + 2])
        if len(piece) <= LONGEST:
            yield piece


def map_pieces(text):
    for line in text.splitlines():
        if line.strip() and not line.startswith('#'):
            yield 'pxelinux.cfg/01-02-0a\n%s\n' % line


def xinetd_pieces(text):
    yield re.sub(r'(?m)^\s*#.*\n', '', text)


def dhcp_step(kind, client, options=b'', where=0, own=0, seconds=1):
    """One step of the conversation that dhcpd_session_fuzz.cc reads."""
    payload = bytes([0, where, own]) + options + b'\xff'
    return bytes([kind, client, seconds, len(payload)]) + payload


def dhcp_conversations():
    asked = bytes([50, 4, 10, 0, 0, 20])
    server = bytes([54, 4, 10, 0, 0, 1])
    wishes = bytes([55, 6, 1, 3, 6, 15, 43, 51])
    pxe = bytes([60, 9]) + b'PXEClient'
    circuit = bytes([82, 5, 1, 3]) + b'cir'
    for extra in (b'', wishes, pxe, circuit, bytes([61, 6]) + b'named0', bytes([77, 1, 1]), bytes([57, 2, 5, 220])):
        yield dhcp_step(1, 1, extra)
        for way in (0, 2, 3):
            offer, accept = dhcp_step(1, 1, extra, way), dhcp_step(3, 1, asked + server + extra, way)
            yield offer + accept
            yield offer + accept + dhcp_step(3, 1, extra, way, 148)
            yield offer + accept + dhcp_step(7, 1, server + extra, way, 148)
            yield offer + accept + dhcp_step(4, 1, asked + server + extra, way)
            yield offer + accept + dhcp_step(8, 1, extra, way, 148) + dhcp_step(10, 2, b'', way, 148)
            yield offer + accept + dhcp_step(1, 2, asked + extra, way, seconds=250)
        yield dhcp_step(0, 2, extra) + dhcp_step(0, 2, extra, 4)
        yield dhcp_step(3, 3, asked + extra) + dhcp_step(1, 3, extra)


def tftp_requests():
    for opcode in (1, 2):
        for options in ('', 'blksize\x001432\0', 'tsize\x000\0', 'timeout\x003\0', 'utimeout\x00500000\0',
                        'windowsize\x0016\0', 'rollover\x001\0', 'blksize2\x001024\0tsize\x000\0'):
            request = struct.pack('>H', opcode) + ('pxelinux.0\0octet\0' + options).encode('latin-1')
            yield b'\0\xff' + request


def conf_words(source):
    with open(os.path.join(source, 'src/conf/keywords.h'), encoding='utf-8') as keywords:
        yield from re.findall(r'"([^"]+)"', keywords.read())
    with open(os.path.join(source, 'src/dhcp/options_table.cc'), encoding='utf-8') as options:
        yield from re.findall(r'\{\d+, "([a-z0-9.-]+)",', options.read())


def corpus(source, *kinds):
    for kind in kinds:
        for path in sorted(glob.glob(os.path.join(source, '..', 'shared', 'corpus', kind, '*'))):
            with open(path, encoding='latin-1') as file:
                yield file.read()


def write_seeds(folder, pieces):
    os.makedirs(folder, exist_ok=True)
    for piece in pieces:
        piece = piece if isinstance(piece, bytes) else piece.encode('latin-1')
        with open(os.path.join(folder, hashlib.sha1(piece).hexdigest()[:16]), 'wb') as seed:
            seed.write(piece)


def main():
    source, output = sys.argv[1:]
    conf_files = list(corpus(source, 'dhcpd.conf', 'dhcpd.conf-extracted', 'keama'))
    seeds = {
        'conf_parse': (piece for text in conf_files for piece in conf_pieces(text)),
        'conf_evaluate': (piece for text in conf_files for piece in conf_pieces(text)),
        'lease_reader': (piece for text in corpus(source, 'leases') for piece in lease_pieces(text)),
        'tftpd_map': (piece for text in corpus(source, 'tftp-map') for piece in map_pieces(text)),
        'tftpd_xinetd': (piece for text in corpus(source, 'xinetd') for piece in xinetd_pieces(text)),
        'dhcpd_session': dhcp_conversations(),
        'tftp_request': tftp_requests(),
        'tftp_session': [],
    }
    for target, pieces in seeds.items():
        write_seeds(os.path.join(output, target), pieces)
        words = os.path.join(source, 'tests', 'fuzz', target + '.dict')
        with open(os.path.join(output, target + '.dict'), 'w', encoding='utf-8') as out:
            out.write('# Words for %s\n' % target)  # libFuzzer refuses an empty file
            if target.startswith('conf_'):
                out.writelines('"%s"\n' % word for word in sorted(set(conf_words(source))))
            elif os.path.exists(words):
                with open(words, encoding='utf-8') as own:
                    out.write(own.read())


main()
