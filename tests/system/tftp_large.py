#!/usr/bin/env python3
"""A file of more than 5 GiB: octet for octet, its size told, block numbers that start again, at 0 and at 1."""

import os
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import sandbox
sandbox.enter()
from lib import programs
from lib.daemon import Daemon, Failure, await_true
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'tftp_twin'))
from peer import DATA, OACK, Peer, ack, rrq

SERVER = ('127.0.0.1', 6969)
ROOT = sandbox.SCRATCH + '/root'
SIZE = (5 << 30) + 12345
BLKSIZE, WINDOW = 65464, 16  # 82,000 blocks
PATIENCE = 5
SO_RCVBUFFORCE = 33  # socket(7); the module has no name for it


def make_file(path):
    """Holes with an eight-octet number every 7 MB."""
    with open(path, 'wb') as file:
        file.truncate(SIZE)
        for offset in range(0, SIZE - 8, 7000003):
            file.seek(offset)
            file.write(offset.to_bytes(8, 'big'))
    os.chmod(path, 0o644)


def options_of(oack):
    words = oack[2:].split(b'\0')
    return {words[i].decode(): int(words[i + 1]) for i in range(0, len(words) - 1, 2)}


def fetch(original, rollover):
    peer = Peer(SERVER)
    peer.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)  # whole windows
    options = ['blksize', BLKSIZE, 'windowsize', WINDOW, 'tsize', 0, 'rollover', rollover]
    peer.ask(rrq('large', *options))
    answer = peer.receive(PATIENCE)
    if not answer or answer[1] != OACK or options_of(answer).get('tsize') != SIZE:
        raise Failure('the answer to the request: %r' % answer)
    window = options_of(answer).get('windowsize', 1)
    peer.send(ack(0))
    offset, number, block = 0, 1, 1
    while True:
        answer = peer.receive(PATIENCE)
        del peer.heard[:]  # it would be the whole file
        if not answer or answer[1] != DATA or int.from_bytes(answer[2:4], 'big') != number:
            raise Failure('block %d should be numbered %d: %r' % (block, number, answer and answer[:4]))
        if answer[4:] != os.pread(original, BLKSIZE, offset):
            raise Failure('block %d has other contents' % block)
        offset += len(answer) - 4
        last = len(answer) - 4 < BLKSIZE
        if last or block % window == 0:
            peer.send(ack(number))
        if last:
            break
        block += 1
        number = rollover if number == 65535 else number + 1
    peer.close()
    if offset != SIZE:
        raise Failure('%d octets instead of %d' % (offset, SIZE))


def main():
    os.makedirs(ROOT)
    make_file(ROOT + '/large')
    server = Daemon([programs.tftpd(), '-L', '-4', '-a', '%s:%d' % SERVER, '-s', ROOT])
    await_true(lambda: any(':1B39' in row for row in open('/proc/net/udp')), 'the server listens')
    original = os.open(ROOT + '/large', os.O_RDONLY)
    for rollover in (0, 1):
        began = time.monotonic()
        fetch(original, rollover)
        print('%d octets, rollover %d: %.1f s' % (SIZE, rollover, time.monotonic() - began), flush=True)
    server.stop()


if __name__ == '__main__':
    main()
