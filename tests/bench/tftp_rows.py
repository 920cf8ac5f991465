"""The rows of the TFTP table."""

import json
import os
import random
import socket
import threading
import time

from dhcp_servers import SERVER
from row import Row

SIZES = {'tiny': 100, 'f1': 1000000, 'f8': 8000000, 'f64': 64000000, 'pxelinux.0': 42000, 'vmlinuz': 5000000,
         'initrd.img': 40000000}
MISSES = ['pxelinux.cfg/' + name for name in ('uuid', '01-02', 'C0A801C3', 'C0A801C', 'C0A801', 'C0A80', 'C0A8', 'C0A',
                                              'C0', 'C')]
EVERYBODY = ('ours', 'tftpd-hpa', 'atftpd', 'dnsmasq')
WINDOWED = ('ours', 'atftpd')
LIMIT = ('limit',)


def make_files(folder):
    """The folder that all serve; contents differ so that a mixed-up block is seen."""
    os.makedirs(folder + '/pxelinux.cfg', exist_ok=True)
    noise = random.Random(1).getrandbits(8 * 1000003).to_bytes(1000003, 'little')
    for name, size in SIZES.items():
        with open(os.path.join(folder, name), 'wb') as file:
            file.write((noise * (size // len(noise) + 1))[:size])
        os.chmod(os.path.join(folder, name), 0o644)


class Serving:
    """with Serving(...): the server answers requests; load() runs tftp_load against it."""

    def __init__(self, bench, server, root):
        self.bench, self.server, self.root = bench, server, root

    def __enter__(self):
        self.server.prepare(self.root)
        self.server.start(self.bench.server_host)
        end = time.monotonic() + 10
        with self.bench.client_host.inside():
            asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        asking.settimeout(0.05)
        while True:
            asking.sendto(b'\0\1tiny\0octet\0', (SERVER, 69))
            try:
                _, peer = asking.recvfrom(600)
                asking.sendto(b'\0\4\0\1', peer)
                asking.close()
                return self
            except socket.timeout:
                if time.monotonic() > end:
                    self.server.stop()
                    raise RuntimeError('%s does not answer: see %s' % (self.server.name, self.server.path('output')))

    def __exit__(self, *unused):
        self.server.stop()

    def load(self, *words):
        command = [os.path.join(self.bench.bin, 'tftp_load'), '--server', SERVER, '--compare', self.root]
        done = self.bench.client_host.run(command + [str(word) for word in words], timeout=200, stderr=None)
        figures = json.loads(done.stdout)
        if figures['wrong']:
            raise RuntimeError('%s sent wrong bytes' % self.server.name)
        return figures


def fetch(figure, *words):
    def measure(bench, server, seconds):
        with Serving(bench, server, bench.tftp_root) as serving:
            return serving.load('--seconds', 60, *words)[figure]
    return measure


def files(names):
    return [word for name in names for word in ('--file', name)]


def thousand(figure):
    return fetch(figure, '--file', 'f1', '--blksize', 1408, '--clients', 1000)


def thousand_memory(bench, server, seconds):
    """Megabytes while the thousand are served: the highest of samples."""
    with Serving(bench, server, bench.tftp_root) as serving:
        highest, over = [0], threading.Event()

        def sample():
            while not over.wait(0.2):
                try:
                    highest[0] = max(highest[0], server.resident_bytes())
                except OSError:
                    pass  # a process of a client that has just ended
        watcher = threading.Thread(target=sample)
        watcher.start()
        serving.load('--file', 'f1', '--blksize', 1408, '--clients', 1000, '--seconds', 60)
        over.set()
        watcher.join()
        return highest[0] / 1e6


def storm(figure):
    """A hall of machines is switched on: loader, ten missing names, kernel, initrd each, started within a second."""
    names = ['pxelinux.0'] + MISSES + ['vmlinuz', 'initrd.img']
    return fetch(figure, *files(names), '--blksize', 1408, '--clients', 1000, '--spread', 1, '--seconds', 170)


ROWS = [
    Row('TFTP 1 client, blksize 512', 'MB/s', fetch('mb_per_s', '--file', 'f8', '--blksize', 512), EVERYBODY + LIMIT),
    Row('TFTP 1 client, blksize 1408', 'MB/s', fetch('mb_per_s', '--file', 'f64', '--blksize', 1408), EVERYBODY + LIMIT),
    Row('TFTP 1 client, blksize 65464', 'MB/s', fetch('mb_per_s', '--file', 'f64', '--blksize', 65464), EVERYBODY + LIMIT),
    Row('TFTP windowsize 16', 'MB/s', fetch('mb_per_s', '--file', 'f64', '--blksize', 1408, '--windowsize', 16), WINDOWED + LIMIT,
        promise=(('atftpd', 1.7),)),
    Row('TFTP windowsize 64', 'MB/s', fetch('mb_per_s', '--file', 'f64', '--blksize', 1408, '--windowsize', 64), WINDOWED + LIMIT,
        promise=(('atftpd', 4),)),
    Row('TFTP 100 clients', 'MB/s', fetch('mb_per_s', '--file', 'f8', '--blksize', 1408, '--clients', 100), EVERYBODY),
    Row('TFTP 100 clients, windowsize 16', 'MB/s',
        fetch('mb_per_s', '--file', 'f8', '--blksize', 1408, '--clients', 100, '--windowsize', 16), WINDOWED,
        promise=(('atftpd', 6),)),
    Row('TFTP look-ups', '/s', fetch('requests_per_s', *files(MISSES), '--clients', 20, '--rounds', 20), EVERYBODY),
    Row('TFTP tiny files', '/s', fetch('requests_per_s', '--file', 'tiny', '--clients', 20, '--rounds', 200), EVERYBODY),
    Row('TFTP 1,000 clients at once', 'MB/s', thousand('mb_per_s'), EVERYBODY),
    Row('TFTP 1,000 clients, first answer p99', 'ms', thousand('first_p99_ms'), EVERYBODY, False, quick=False),
    Row('TFTP 1,000 clients, asked again', 'times', thousand('retries'), EVERYBODY, False, quick=False),
    Row('TFTP 1,000 clients, memory', 'MB', thousand_memory, EVERYBODY, False, quick=False),
    Row('TFTP storm of 1,000 machines, longest gap', 'ms', storm('gap_max_ms'), ('ours',), False, quick=False),
    Row('TFTP storm of 1,000 machines', 'MB/s', storm('mb_per_s'), ('ours',), quick=False),
]
