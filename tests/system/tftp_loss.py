#!/usr/bin/env python3
"""Transfers over a wire that loses, doubles and reorders: all complete, octet for octet, without a storm of copies."""

import os
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import sandbox
sandbox.enter()
from lib import programs
from lib.daemon import Daemon, Failure, await_true
from lossy_relay import Relay
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'tftp_twin'))
from peer import ACK, DATA, OACK, ack, data, error, rrq, wrq

SERVER = ('127.0.0.1', 6969)
ROOT = sandbox.SCRATCH + '/root'
SIZE = 600000
CONTENT = b''.join(i.to_bytes(4, 'big') for i in range(SIZE // 4))
PATIENCE = 1.0  # of the client


class Client(threading.Thread):
    """Fetches or puts one file, with a window of RFC 7440."""

    def __init__(self, address, name, blksize, window, put=False):
        super().__init__(daemon=True)
        self.server, self.blksize, self.window, self.put, self.name_asked = address, blksize, window, put, name
        options = ['blksize', blksize] + (['windowsize', window] if window > 1 else [])
        self.request = (wrq if put else rrq)(name, *options)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 0))
        self.tid = None
        self.got = b''
        self.done = False

    def receive(self, timeout):
        end = time.monotonic() + timeout
        while True:
            self.socket.settimeout(max(end - time.monotonic(), 0.0001))
            try:
                packet, address = self.socket.recvfrom(70000)
            except socket.timeout:
                return None
            except ConnectionRefusedError:
                continue
            if self.tid is None:
                self.tid = address
            if address == self.tid and len(packet) >= 2:
                return packet

    def run(self):
        (self.run_put if self.put else self.run_get)()
        self.socket.close()

    def begin(self):
        for _ in range(20):
            self.socket.sendto(self.request, self.server)
            answer = self.receive(PATIENCE)
            if answer:
                return answer
        raise Failure('no answer to the request')

    def run_get(self):
        answer = self.begin()
        block, in_window, gap, silent = 0, 0, None, 0
        if answer[1] == OACK:
            self.socket.sendto(ack(0), self.tid)
            answer = self.receive(PATIENCE)
        while silent < 20:
            if answer is None:
                silent += 1
                self.socket.sendto(ack(block), self.tid)
                in_window = 0
            elif answer[1] == DATA:
                silent = 0
                if int.from_bytes(answer[2:4], 'big') == (block + 1) & 0xffff:
                    block, in_window = block + 1, in_window + 1
                    self.got += answer[4:]
                    last = len(answer) - 4 < self.blksize
                    if last or in_window == self.window:
                        self.socket.sendto(ack(block), self.tid)
                        in_window = 0
                    if last:
                        self.done = True
                        for _ in range(3):  # our last answer may have been lost
                            if self.receive(PATIENCE):
                                self.socket.sendto(ack(block), self.tid)
                        return
                elif self.window > 1 and gap != block and self.is_ahead(answer, block):
                    gap, in_window = block, 0
                    self.socket.sendto(ack(block), self.tid)
            elif answer[1] == OACK and block == 0:
                self.socket.sendto(ack(0), self.tid)
            answer = self.receive(PATIENCE)

    @staticmethod
    def is_ahead(answer, block):
        """Whether a block is missing before this one; one that came before, and comes again or late, says nothing."""
        return 1 < (int.from_bytes(answer[2:4], 'big') - block) & 0xffff < 0x8000

    def run_put(self):
        answer = self.begin()
        total, acked, silent = len(CONTENT) // self.blksize + 1, 0, 0
        while silent < 20:
            end = min(acked + self.window, total)
            for block in range(acked, end):
                self.socket.sendto(data(block + 1, CONTENT[block * self.blksize:(block + 1) * self.blksize]), self.tid)
            while True:
                answer = self.receive(PATIENCE)
                if answer is None:
                    silent += 1
                    break
                if answer[1] == ACK:
                    number = int.from_bytes(answer[2:4], 'big')
                    if (number - acked) & 0xffff <= end - acked and number != acked & 0xffff:
                        acked += (number - acked) & 0xffff
                        silent = 0
                        break
                    if self.window > 1 and number == acked & 0xffff:
                        break
            if acked == total:
                self.done = True
                return


def necessary(seen, total, window):
    """DATA that a sender of go-back-N must send: each block once, and from a loss on what was under way again."""
    count, doomed = total, False
    for from_server, opcode, number, passed in seen:
        if from_server and opcode == DATA:
            if not passed and not doomed:
                doomed = True
                count += window - (number - 1) % window
            elif passed:
                doomed = False
        elif not from_server and opcode == ACK and not passed:
            count += window
    return count


def play(cases):
    """Plays the cases side by side; returns those that did not end well."""
    running = []
    for loss, window, put in cases:
        play.count += 1
        relay = Relay(SERVER, loss=loss, double=0.01, reorder=0.01, seed=play.count)
        relay.__enter__()
        name = 'up%d' % play.count if put else 'file'
        client = Client(relay.address, name, 1408, window, put)
        client.start()
        running.append((relay, client, name))
    bad = []
    for case, (relay, client, name) in zip(cases, running):
        loss, window, put = case
        client.join(150)
        relay.__exit__()
        if put:
            client.got = open(ROOT + '/' + name, 'rb').read()
        sent = sum(1 for from_server, opcode, _, _ in relay.seen if from_server and opcode == DATA)
        must = necessary(relay.seen, SIZE // 1408 + 1, window)
        complete, few = client.done and client.got == CONTENT, put or sent <= 1.5 * must
        if not (complete and few):
            bad.append(case)
        print('%s loss %2.0f%% window %2d: %s%s' % (
            'put' if put else 'get', loss * 100, window, 'complete' if complete else 'BROKEN',
            '' if put else ', DATA sent %d, necessary %d%s' % (sent, must, '' if few else ': TOO MANY')), flush=True)
    return bad


play.count = 0


def main():
    os.makedirs(ROOT)
    os.chmod(ROOT, 0o777)
    with open(ROOT + '/file', 'wb') as file:
        file.write(CONTENT)
    server = Daemon([programs.tftpd(), '-L', '-4', '-c', '-vv', '-a', '%s:%d' % SERVER, '-s', ROOT])
    await_true(lambda: any(':1B39' in row for row in open('/proc/net/udp')), 'the server listens')
    cases = []
    for loss in (0.0, 0.01, 0.05):
        for window in (1, 4, 16, 64):
            cases.append((loss, window, False))
        for window in (1, 8):
            cases.append((loss, window, True))
    # All at once at first. What took too many datagrams is tried again by itself: a busy machine looks like loss.
    bad = play(cases)
    for case in [case for case in bad for _ in range(2)]:
        if case in bad and not play([case]):
            bad.remove(case)
    server.stop()
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
