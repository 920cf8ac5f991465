#!/usr/bin/env python3
"""A bad wire for TFTP in user space: stands between clients and a server, drops, doubles and reorders datagrams.

As a program:  lossy_relay.py LISTEN_PORT SERVER_PORT [--loss P] [--double P] [--reorder P] [--delay SECONDS] [--seed N]
As a module:   with Relay(('127.0.0.1', 6969), loss=0.05) as relay: ... relay.address ...

Every client has a socket of its own towards the server, and every transfer port of the server one towards the
client, so both ends see the ports change as they do without the relay.
"""

import argparse
import heapq
import random
import select
import socket
import threading
import time

DATA, ACK = 3, 4


class Relay:
    """`loss`, `double` and `reorder` are probabilities of each datagram either way; a reordered one comes 3 ms late."""

    LATE = 0.003

    def __init__(self, server, loss=0.0, double=0.0, reorder=0.0, delay=0.0, seed=1, address=('127.0.0.1', 0)):
        self.server, self.loss, self.double, self.reorder, self.delay = server, loss, double, reorder, delay
        self.random = random.Random(seed)
        self.front = self._socket(address)
        self.address = self.front.getsockname()
        self.backs = {}    # client address → socket towards the server
        self.fronts = {}   # (client address, server's transfer address) → socket towards the client
        self.routes = {self.front: None}
        self.late = []     # heap of (due, number, socket, datagram, address)
        self.number = 0
        self.seen = []     # (from the server?, opcode, number, forwarded?) of each DATA and ACK
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        self.thread.join()
        for one in self.routes:
            one.close()

    @staticmethod
    def _socket(address):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        one.bind(address)
        one.setblocking(False)
        return one

    def _run(self):
        poll = select.epoll()
        poll.register(self.front, select.EPOLLIN)
        by_number = {self.front.fileno(): self.front}

        def opened(route):
            one = self._socket(('127.0.0.1', 0))
            self.routes[one] = route
            by_number[one.fileno()] = one
            poll.register(one, select.EPOLLIN)
            return one

        while not self.stopping.is_set():
            now = time.monotonic()
            while self.late and self.late[0][0] <= now:
                _, _, one, datagram, address = heapq.heappop(self.late)
                self._put(one, datagram, address)
            wait = min(0.05, self.late[0][0] - now) if self.late else 0.05
            for number, _ in poll.poll(wait):
                self._read(by_number[number], opened)
        poll.close()

    def _read(self, one, opened):
        for _ in range(64):
            try:
                datagram, address = one.recvfrom(70000)
            except (BlockingIOError, ConnectionRefusedError):
                return
            route = self.routes[one]
            if route is None:                      # a client's request
                if address not in self.backs:
                    self.backs[address] = opened(('back', address))
                self._pass(self.backs[address], datagram, self.server, False)
            elif route[0] == 'back':               # the server to a client
                key = (route[1], address)
                if key not in self.fronts:
                    self.fronts[key] = opened(('front', one, address))
                self._pass(self.fronts[key], datagram, route[1], True)
            else:                                  # a client to a transfer port
                self._pass(route[1], datagram, route[2], False)

    def _pass(self, one, datagram, address, from_server):
        dropped = self.random.random() < self.loss
        opcode = int.from_bytes(datagram[:2], 'big')
        if opcode in (DATA, ACK):
            self.seen.append((from_server, opcode, int.from_bytes(datagram[2:4], 'big'), not dropped))
        if dropped:
            return
        delay = self.delay + (self.LATE if self.random.random() < self.reorder else 0)
        for _ in range(2 if self.random.random() < self.double else 1):
            if delay:
                self.number += 1
                heapq.heappush(self.late, (time.monotonic() + delay, self.number, one, datagram, address))
            else:
                self._put(one, datagram, address)

    @staticmethod
    def _put(one, datagram, address):
        try:
            one.sendto(datagram, address)
        except OSError:
            pass  # as lost as any other


def main():
    parser = argparse.ArgumentParser(description='A bad wire for TFTP')
    parser.add_argument('listen_port', type=int)
    parser.add_argument('server_port', type=int)
    for name in ('loss', 'double', 'reorder', 'delay'):
        parser.add_argument('--' + name, type=float, default=0.0)
    parser.add_argument('--seed', type=int, default=1)
    given = parser.parse_args()
    with Relay(('127.0.0.1', given.server_port), given.loss, given.double, given.reorder, given.delay, given.seed,
               ('127.0.0.1', given.listen_port)) as relay:
        print('127.0.0.1:%d' % relay.address[1], flush=True)
        threading.Event().wait()


if __name__ == '__main__':
    main()
