"""The rows of the TFTP table."""

import json
import os
import random
import socket
import threading
import time

from dhcp_servers import SERVER
from lossy_relay import Relay
from row import Row, SharedRun

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
        return self.load_from(self.bench.client_host, '--server', SERVER, *words)

    def load_through(self, wire, *words):
        """The same with a bad wire between: the load runs on the server's host, which the relay is on."""
        host = self.bench.server_host
        with host.inside(), Relay((SERVER, 69), **wire) as relay:
            return self.load_from(host, '--server', relay.address[0], '--port', relay.address[1], *words)

    def load_from(self, host, *words):
        command = [os.path.join(self.bench.bin, 'tftp_load'), '--compare', self.root] + [str(word) for word in words]
        done = host.run(command, timeout=200, stderr=None)
        figures = json.loads(done.stdout)
        if figures['wrong']:
            raise RuntimeError('%s sent wrong bytes' % self.server.name)
        return figures


class Watch:
    """with Watch(server) as watch: the most memory and processes it had meanwhile, by samples; those may come too late
    for a server of one process, whose peak the kernel tells."""

    def __init__(self, server):
        self.server, self.memory_mb, self.processes = server, 0, 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.sample)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *unused):
        self.over.set()
        self.thread.join()
        self.memory_mb = max(self.memory_mb, self.server.peak_bytes() / 1e6)

    def sample(self):
        pause = 0
        while not self.over.wait(pause):
            began = time.monotonic()
            self.memory_mb = max(self.memory_mb, self.server.resident_bytes() / 1e6)
            self.processes = max(self.processes, len(self.server.processes()))
            # To look at a thousand processes is work that the load should not feel.
            pause = max(0.2, 10 * (time.monotonic() - began))


def fetch(figure, *words):
    def measure(bench, server, seconds):
        with Serving(bench, server, bench.tftp_root) as serving:
            return serving.load('--seconds', 60, *words)[figure]
    return measure


def files(names):
    return [word for name in names for word in ('--file', name)]


def through(wire, *words):
    def measure(bench, server, seconds):
        with Serving(bench, server, bench.tftp_root) as serving:
            return serving.load_through(wire, '--seconds', 60, '--blksize', 1408, *words)['mb_per_s']
    return measure


def watched_load(bench, server, *words):
    with Serving(bench, server, bench.tftp_root) as serving, Watch(server) as watch:
        figures = serving.load(*words)
    return dict(figures, memory_mb=watch.memory_mb, processes=watch.processes)


def thousand(bench, server, seconds):
    return watched_load(bench, server, '--file', 'f1', '--blksize', 1408, '--clients', 1000, '--seconds', 60)


def storm(bench, server, seconds):
    """A hall of machines is switched on: loader, ten missing names, kernel and initrd each, started within a second; 45 GB.

    Blocks and windows as UEFI firmware asks for them. Who has no windows would take several minutes, so the peers' time
    is bounded, and the share that they have served by then is told.
    """
    patience = 150 if server.name == 'ours' else 30
    figures = watched_load(bench, server, *files(STORM_FILES), '--blksize', 1468, '--windowsize', 4, '--clients',
                           STORM_MACHINES, '--spread', 1, '--seconds', patience)
    figures['served_percent'] = 100 * figures['finished'] / (STORM_MACHINES * len(STORM_FILES))
    figures['bytes_percent'] = 100 * figures['bytes'] / (STORM_MACHINES * sum(SIZES.get(name, 0) for name in STORM_FILES))
    return figures


STORM_MACHINES = 1000
STORM_FILES = ['pxelinux.0'] + MISSES + ['vmlinuz', 'initrd.img']
LOSSY = dict(loss=0.01, double=0.01, reorder=0.01)
DISTANT = dict(delay=0.005)  # each way
the_thousand, the_storm = SharedRun(thousand), SharedRun(storm)


def thousand_row(what, unit, figure, more_is_better=False, quick=False, **more):
    return Row('TFTP 1,000 clients at once' + what, unit, the_thousand.figure(figure), EVERYBODY, more_is_better,
               quick=quick, **more)


def storm_row(what, unit, figure, more_is_better=False, **more):
    return Row('TFTP storm of 1,000 machines' + what, unit, the_storm.figure(figure), EVERYBODY, more_is_better,
               quick=False, rounds=1, **more)


ROWS = [
    Row('TFTP 1 client, blksize 512', 'MB/s', fetch('mb_per_s', '--file', 'f8', '--blksize', 512), EVERYBODY + LIMIT),
    Row('TFTP 1 client, blksize 1408', 'MB/s', fetch('mb_per_s', '--file', 'f64', '--blksize', 1408), EVERYBODY + LIMIT),
    Row('TFTP 1 client, blksize 65464', 'MB/s', fetch('mb_per_s', '--file', 'f64', '--blksize', 65464), EVERYBODY + LIMIT),
    Row('TFTP windowsize 16', 'MB/s', fetch('mb_per_s', '--file', 'f64', '--blksize', 1408, '--windowsize', 16),
        WINDOWED + LIMIT, promise=(('atftpd', 1.7),)),
    Row('TFTP windowsize 64', 'MB/s', fetch('mb_per_s', '--file', 'f64', '--blksize', 1408, '--windowsize', 64),
        WINDOWED + LIMIT, promise=(('atftpd', 4),)),
    Row('TFTP 100 clients', 'MB/s', fetch('mb_per_s', '--file', 'f8', '--blksize', 1408, '--clients', 100), EVERYBODY),
    Row('TFTP 100 clients, windowsize 16', 'MB/s',
        fetch('mb_per_s', '--file', 'f8', '--blksize', 1408, '--clients', 100, '--windowsize', 16), WINDOWED,
        promise=(('atftpd', 6),)),
    Row('TFTP look-ups', '/s', fetch('requests_per_s', *files(MISSES), '--clients', 20, '--rounds', 20), EVERYBODY),
    Row('TFTP tiny files', '/s', fetch('requests_per_s', '--file', 'tiny', '--clients', 20, '--rounds', 200), EVERYBODY),
    thousand_row('', 'MB/s', 'mb_per_s', True, quick=True),
    thousand_row(', first answer p99', 'ms', 'first_p99_ms', at_most=50),
    thousand_row(', asked again', 'times', 'retries', at_most=0),
    thousand_row(', memory', 'MB', 'memory_mb', at_most=32),
    Row('TFTP 8 clients, 1 % loss, windowsize 1', 'MB/s', through(LOSSY, '--file', 'f1', '--clients', 8), EVERYBODY,
        quick=False),
    Row('TFTP 8 clients, 1 % loss, windowsize 16', 'MB/s',
        through(LOSSY, '--file', 'f1', '--clients', 8, '--windowsize', 16), WINDOWED, quick=False),
    Row('TFTP round trip of 10 ms, windowsize 1', 'MB/s', through(DISTANT, '--file', 'pxelinux.0'), EVERYBODY, quick=False),
    Row('TFTP round trip of 10 ms, windowsize 16', 'MB/s', through(DISTANT, '--file', 'f1', '--windowsize', 16), WINDOWED,
        quick=False),
    Row('TFTP round trip of 10 ms, windowsize 64', 'MB/s', through(DISTANT, '--file', 'f8', '--windowsize', 64), WINDOWED,
        quick=False),
    storm_row(', served of its 13,000 requests', '%', 'served_percent', True),
    storm_row(', served of its 45 GB', '%', 'bytes_percent', True),
    storm_row('', 'MB/s', 'mb_per_s', True),
    storm_row(', first answer p99', 'ms', 'first_p99_ms', at_most=50),
    storm_row(', longest gap after the first data', 'ms', 'gap_max_ms', at_most=2000),
    storm_row(', asked again', 'times', 'retries', at_most=0),
    storm_row(', memory', 'MB', 'memory_mb', at_most=64),
    storm_row(', processes', '', 'processes', at_most=1),
]
