"""The rows of the DHCP table: each says what is measured, on which servers, and in which unit."""

import concurrent.futures
import json
import os
import select
import socket
import subprocess
import time

from dhcp_servers import Case, SERVER
from lib import net
from row import Row

CLIENTS = 60000


class Bench:
    """Two hosts and a cable; the load runs in one, the server under measurement in the other."""

    def __init__(self, bin_folder):
        self.bin = bin_folder
        self.server_host, self.client_host = net.Host('bench-srv'), net.Host('bench-cli')
        net.cable(self.server_host, 'srv0', self.client_host, 'cli0', '02:00:00:00:00:01', '02:ff:00:00:00:02')
        self.server_host.address('srv0', SERVER + '/8')
        self.client_host.address('cli0', '10.0.0.2/8')
        with self.client_host.inside():
            self.probe_socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
            self.probe_socket.bind(('cli0', 0))
        self.drain = subprocess.Popen([os.path.join(bin_folder, 'log_drain'), '/run/t/log'], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE)
        self.drain.stdout.readline()
        subprocess.check_call(['mount', '--bind', '/run/t/log', '/dev/log'])

    def load(self, *words):
        """One run of dhcp_load; its figures."""
        command = [os.path.join(self.bin, 'dhcp_load')] + [str(word) for word in words]
        done = self.client_host.run(command, timeout=300, stderr=None)
        return json.loads(done.stdout)

    def await_answer(self, server, number, patience=40):
        """Asks as client `number` with a DISCOVER every few milliseconds until the server answers; that moment."""
        frame = discover_frame(number)
        end = time.monotonic() + patience
        self.forget()
        while time.monotonic() < end:
            if server.process.poll() is not None:
                raise RuntimeError('%s ended at start: see %s' % (server.name, server.path('output')))
            self.probe_socket.send(frame)
            pause = time.monotonic() + 0.004
            while time.monotonic() < pause:
                if select.select([self.probe_socket], [], [], 0.004)[0]:
                    answer = self.probe_socket.recv(2048)
                    if answer[36:38] == b'\0\x44' and answer[42] == 2 and answer[46:50] == number.to_bytes(4, 'big'):
                        return time.monotonic()
        raise RuntimeError('%s: no answer in %d s' % (server.name, patience))

    def forget(self):
        self.probe_socket.setblocking(False)
        try:
            while True:
                self.probe_socket.recv(2048)
        except BlockingIOError:
            pass
        self.probe_socket.setblocking(True)

    def serving(self, server, case, preload=None):
        return Serving(self, server, case, preload)


class Serving:
    """with Serving(...): the server runs and answers; `startup` is the time from exec to its first answer."""

    def __init__(self, bench, server, case, preload):
        self.bench, self.server, self.case, self.preload = bench, server, case, preload

    def __enter__(self):
        self.server.prepare(self.case)
        began = time.monotonic()
        self.server.start(self.bench.server_host, self.preload)
        try:
            asking = self.case.hosts or 0xfffffff0  # where only reserved hosts are served, one of them
            self.startup = self.bench.await_answer(self.server, asking) - began
        except Exception:
            self.server.stop()
            raise
        return self

    def __exit__(self, *unused):
        self.server.stop()


def discover_frame(number):
    mac = b'\2\0' + number.to_bytes(4, 'big')
    dhcp = (b'\1\1\6\0' + number.to_bytes(4, 'big') + bytes(20) + mac + bytes(10 + 192) +
            b'\x63\x82\x53\x63\x35\1\1\xff').ljust(300, b'\0')
    header = bytearray(b'\x45\0' + (328).to_bytes(2, 'big') + b'\0\0\0\0\x40\x11\0\0' + bytes(4) + b'\xff' * 4)
    total = sum(int.from_bytes(header[i:i + 2], 'big') for i in range(0, 20, 2))
    header[10:12] = (0xffff - (total % 0xffff)).to_bytes(2, 'big')
    return b'\xff' * 6 + mac + b'\x08\0' + bytes(header) + b'\0\x44\0\x43' + (308).to_bytes(2, 'big') + b'\0\0' + dhcp


DIRECT = ('--interface', 'cli0')
RELAYED = ('--relay', '10.0.0.2', '--server', SERVER)


def rate(bench, server, seconds, way=DIRECT, case=None, outstanding=128, preload=None, more=()):
    with bench.serving(server, case or Case(), preload):
        figures = bench.load(*way, '--clients', CLIENTS, '--seconds', seconds, '--outstanding', outstanding, *more)
        if figures['twice']:
            raise RuntimeError('%s gave an address to two clients' % server.name)
        return figures['rate']


def cpu(bench, server, seconds):
    """Microseconds of processor time of the server an exchange, under flood."""
    with bench.serving(server, Case(), None):
        before = server.cpu_seconds()
        figures = bench.load(*DIRECT, '--clients', CLIENTS, '--seconds', seconds)
        return (server.cpu_seconds() - before) * 1e6 / max(1, figures['exchanges'])


def latency(bench, server, seconds):
    """99th percentile in milliseconds at a steady 2,000 exchanges a second."""
    with bench.serving(server, Case(), None):
        figures = bench.load(*DIRECT, '--rate', 2000, '--seconds', seconds, '--clients', CLIENTS)
        return figures['p99_us'] / 1000 if figures['lost'] < figures['begun'] / 2 else float('inf')


def reserved(bench, server, seconds):
    case = Case(hosts=10000)
    with bench.serving(server, case, None):
        return bench.load(*DIRECT, '--clients', 10000, '--seconds', seconds, '--again')['rate']


def renewing(bench, server, seconds):
    """Through a relay: without one the answer goes to the client's own address, for which no one answers ARP here."""
    with bench.serving(server, Case(), None):
        return bench.load(*RELAYED, '--clients', 5000, '--seconds', seconds, '--renew')['rate']


def slow_disk(bench, server, seconds):
    shim = {'LD_PRELOAD': os.path.join(bench.bin, 'slow_sync.so'), 'SLOW_SYNC_US': '5000'}
    return rate(bench, server, seconds, preload=shim)


HOSTS = Case(hosts=100000, subnet='10.0.0.0/8', low='10.16.0.0', high='10.255.255.250')
def leases(number):
    return Case(leases=number, subnet='10.0.0.0/8', low='10.16.0.0', high='10.47.255.250')


MILLION = leases(1000000)
TWELVE = Case(subnet='10.0.0.0/12', low='10.0.1.0', high='10.15.255.250')
EIGHT = Case(subnet='10.0.0.0/8', low='10.16.0.0', high='10.255.255.250')


def startup(case):
    """Milliseconds from exec to the first answer."""
    def measure(bench, server, seconds):
        with bench.serving(server, case, None) as serving:
            return serving.startup * 1000
    return measure


def memory(case):
    """Megabytes after the first answer."""
    def measure(bench, server, seconds):
        with bench.serving(server, case, None):
            return server.resident_bytes() / 1e6
    return measure


def memory_a_lease(bench, server, seconds):
    """Bytes that each of 1,000,000 leases adds, with hardware address, client identifier and host name."""
    return (memory(MILLION)(bench, server, seconds) - memory(leases(0))(bench, server, seconds)) * 1e6 / MILLION.leases


def rewrite_pause(bench, server, seconds):
    """The longest time without an answer, in milliseconds, while 1,000,000 leases are written anew as every hour."""
    shim = {'LD_PRELOAD': os.path.join(bench.bin, 'hour_later.so')}
    with bench.serving(server, MILLION, shim):
        await_first_rewrite(server)
        before = os.stat(server.path('dhcpd.leases')).st_ino
        with concurrent.futures.ThreadPoolExecutor(1) as beside:
            load = beside.submit(bench.load, *DIRECT, '--rate', 200, '--seconds', 15, '--clients', CLIENTS)
            time.sleep(1)
            server.an_hour_passes()
            figures = load.result()
        if os.stat(server.path('dhcpd.leases')).st_ino == before:
            raise RuntimeError('the lease file was not written anew; %d exchanges' % figures['exchanges'])
        return figures['silence_us'] / 1000


def await_first_rewrite(server, patience=30):
    """Every start writes the lease file anew; ours does so beside the serving."""
    end = time.monotonic() + patience
    while not os.path.exists(server.path('dhcpd.leases~')):
        if time.monotonic() > end:
            raise RuntimeError('the lease file is not written anew at start')
        time.sleep(0.05)


def growth(bench, server, seconds):
    """Cost of an exchange with 1,000,000 leases against that of an empty server, in processor time."""
    def cost(case):
        with bench.serving(server, case, None):
            await_first_rewrite(server)
            before = server.cpu_seconds()
            figures = bench.load(*DIRECT, '--clients', CLIENTS, '--seconds', seconds)
            return (server.cpu_seconds() - before) / max(1, figures['exchanges'])
    return cost(MILLION) / cost(EIGHT)


FLOOD = ('ours', 'ISC', 'ISC EL', 'Kea', 'Kea MT', 'dnsmasq', 'limit')
ISC_ONES = ('ours', 'ISC', 'ISC EL')
ROWS = [
    Row('new leases, broadcast', '/s', rate, FLOOD, promise=(('ISC EL', 10), ('ISC', 30), ('Kea MT', 2.5))),
    Row('new leases, relayed', '/s', lambda b, s, n: rate(b, s, n, RELAYED), FLOOD[:-1],
        promise=(('ISC EL', 10), ('ISC', 30), ('Kea MT', 2.5))),
    Row('renewals', '/s', renewing, FLOOD[:-1], quick=False),
    Row('10,000 host reservations', '/s', reserved, FLOOD[:-1], promise=(('ISC', 3),)),
    Row('processor time an exchange', 'us', cpu, ('ours', 'ISC EL', 'Kea', 'limit'), False, promise=(('Kea', 4),)),
    Row('each sync 5 ms longer', '/s', slow_disk, ISC_ONES, promise=(('ISC EL', 15),)),
    Row('p99 at a steady 2,000/s', 'ms', latency, ('ours', 'ISC EL', 'Kea', 'Kea MT'), False, promise=(('Kea', 2),)),
    Row('one client at a time', '/s', lambda b, s, n: rate(b, s, n, outstanding=1), ('ours', 'ISC EL', 'Kea', 'limit'),
        promise=(('ISC EL', 1.5),)),
    Row('start: 100,000 hosts', 'ms', startup(HOSTS), ('ours', 'ISC', 'ISC EL', 'Kea'), False, (('ISC', 5),)),
    Row('start: 10,000 leases', 'ms', startup(leases(10000)), ISC_ONES, False, (), False),
    Row('start: 100,000 leases', 'ms', startup(leases(100000)), ISC_ONES, False, (), False),
    Row('start: 1,000,000 leases', 'ms', startup(MILLION), ISC_ONES, False, (('ISC', 5),), False),
    Row('start: a /8 range', 'ms', startup(EIGHT), ('ours', 'Kea'), False, (), False),
    Row('start: a /12 range', 'ms', startup(TWELVE), ISC_ONES, False, (('ISC', 5),)),
    Row('memory: 1,000,000 leases', 'MB', memory(MILLION), ISC_ONES, False, (('ISC', 2),), False),
    Row('memory: a lease', 'bytes', memory_a_lease, ISC_ONES, False, (), False),
    Row('rewrite: longest pause', 'ms', rewrite_pause, ISC_ONES, False, (), False),
    Row('memory: an empty /12 range', 'MB', memory(TWELVE), ISC_ONES, False, (('ISC', 50),)),
    Row('memory: 100,000 hosts', 'MB', memory(HOSTS), ('ours', 'ISC', 'ISC EL', 'Kea'), False, (('ISC', 2),)),
    Row('cost with 1,000,000 leases', 'x', growth, ('ours',), False, (), False),
]
