#!/usr/bin/env python3
"""What strangers can do to in.tftpd: floods of forged requests, names that lead out, files that are none, odd packets, transfer
ports guessed, descriptors run out. A real client is served all the while, and nothing is left behind.

tftp_hostile.py [SECONDS of flood, default 5]
"""

import os
import random
import signal
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import net, sandbox
sandbox.enter()
from lib import programs
from lib.daemon import Daemon, Failure, await_true
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'tftp_twin'))
from peer import Peer, ack, data, error, rrq, wrq

ROOT = sandbox.SCRATCH + '/root'
SERVER = ('127.0.0.1', 6969)
SECRET = b'a secret outside the root'
RATE_UNPROVEN = 500000  # octets a second to addresses that never answered
BURST = 2 * RATE_UNPROVEN


def check(truth, what):
    if not truth:
        raise Failure(what)


def make_root():
    os.makedirs(ROOT + '/sub')
    for path, content in ((ROOT + '/file', bytes(range(256)) * 400), (ROOT + '/sub/small', b'small'),
                          (sandbox.SCRATCH + '/secret', SECRET)):
        with open(path, 'wb') as file:
            file.write(content)
        os.chmod(path, 0o644)
    os.symlink('../secret', ROOT + '/out')
    os.symlink(sandbox.SCRATCH + '/secret', ROOT + '/absolute')
    os.mkfifo(ROOT + '/fifo')
    os.chmod(ROOT + '/fifo', 0o666)
    os.mknod(ROOT + '/zero', 0o020666, os.makedev(1, 5))
    os.chmod(ROOT + '/zero', 0o666)
    unix = socket.socket(socket.AF_UNIX)
    unix.bind(ROOT + '/socket')
    os.chmod(ROOT + '/socket', 0o666)


def start(*arguments, host=None, address=SERVER[0], **more):
    server = Daemon([programs.tftpd(), '-L', '-4', '-a', '%s:%d' % (address, SERVER[1])] + list(arguments), host=host, **more)
    table = '/proc/%d/net/udp' % server.pid
    await_true(lambda: not server.running() or any(':1B39' in row for row in open(table)), 'the server listens')
    check(server.running(), 'the server did not start: ' + server.words())
    return server


def descriptors(server):
    return len(os.listdir('/proc/%d/fd' % server.pid))


def memory(server):
    """Resident set in kB, without pages of files."""
    with open('/proc/%d/status' % server.pid) as status:
        return sum(int(row.split()[1]) for row in status if row.startswith('RssAnon'))


def fetch(name='file', *options, timeout=None):
    peer = Peer(SERVER)
    began = time.monotonic()
    got = peer.fetch(rrq(name, *options))
    peer.close()
    return got, time.monotonic() - began


def names_that_lead_out():
    """Everything that must not be read: the answer is an ERROR, in no time."""
    server = start('-s', ROOT)
    whole = open(ROOT + '/file', 'rb').read()
    names = ['../secret', '../../etc/passwd', 'sub/../../secret', '....//secret', './/./..//secret', 'sub/..', '..', '/..',
             '../' * 1000 + 'etc/passwd', '/' * 2000, 'a/' * 30000, 'x' * 65000, '%2e%2e/secret', '..\\secret', 'C:\\secret',
             '\\\\host\\share', 'out', 'absolute', 'fifo', 'zero', 'socket', '.', '/', 'sub', '/proc/self/environ', '/dev/zero',
             b'..\xc0\xaf..\xc0\xafetc/passwd'.decode('latin-1'), 'file\n', 'file/', 'file/.', '\x1b[31mred', '%s%n%s%n']
    slowest = 0
    for name in names:
        for opcode in (rrq, wrq):
            for options in ((), ('tsize', '0', 'blksize', '65464')):
                peer = Peer(SERVER)
                began = time.monotonic()
                peer.ask(opcode(name, *options))
                answer = peer.receive(2)
                slowest = max(slowest, time.monotonic() - began)
                peer.close()
                check(answer is not None and answer[1] == 5, '%r is answered by %r' % (name[:60], answer and answer[:60]))
                check(SECRET not in answer and len(answer) <= 512, 'the answer to %r' % name[:60])
    check(fetch()[0] == whole, 'a good file after all that')
    server.stop()
    return 'slowest answer %.0f ms' % (slowest * 1000)


def odd_packets():
    """Packets of every length and opcode, on the request port and into a transfer."""
    server = start('-s', ROOT)
    before = descriptors(server)
    rng = random.Random(7)
    loud = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    loud.bind(('127.0.0.1', 0))
    for opcode in (0, 3, 4, 5, 6, 7, 99, 255, 256, 65535):
        for size in (0, 1, 2, 3, 4, 5, 100, 1500, 65000):
            loud.sendto((opcode.to_bytes(2, 'big') + bytes(size))[:max(size, 0)], SERVER)
    loud.settimeout(0.3)
    try:
        check(False, 'an answer to what is no request: %r' % loud.recv(600)[:40])
    except socket.timeout:
        pass
    for number in range(3000):
        size = rng.choice((2, 3, 10, 50, 500, 1400))
        loud.sendto(b'\0' + bytes([rng.choice((1, 2))]) + bytes(rng.randrange(256) for _ in range(size)), SERVER)
        if number % 100 == 0:
            time.sleep(0.005)
    loud.close()
    for cut in range(5):
        for whole in (ack(1), data(1, b''), error(0, b'x'), b'\0\6x\0', b'\0\1', b'\xff\xff\0\0'):
            peer = Peer(SERVER)
            peer.ask(rrq('file'))
            check(peer.receive(2) is not None, 'a transfer begins')
            peer.send(whole[:cut])
            peer.send(error(0))
            peer.close()
    peer = Peer(SERVER)
    peer.ask(rrq('file'))
    peer.receive(2)
    peer.send(struct.pack('!HH', 5, 3) + b'x' * 65000)
    peer.close()
    check(fetch()[0] is not None, 'a good file after odd packets')
    await_true(lambda: descriptors(server) <= before + 20, 'descriptors come back (%d before, %d now)' % (before, descriptors(server)))
    check(server.running(), 'the server lives: ' + server.words())
    server.stop()
    return 'silent where it must be'


def guessed_transfer_ports():
    """Others send into a running transfer: it goes on unharmed."""
    server = start('-s', ROOT)
    peer = Peer(SERVER)
    peer.ask(rrq('file', 'blksize', '1024'))
    peer.receive(2)
    peer.send(ack(0))
    check(peer.receive(2)[1] == 3, 'the first block')
    answers = 0
    for _ in range(200):
        other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        other.bind(('127.0.0.1', 0))
        for packet in (ack(1), ack(2), data(1, b'x'), error(0, b'bang'), ack(65535)):
            other.sendto(packet, peer.tid)
        other.setblocking(False)
        time.sleep(0.002)
        try:
            while other.recv(600):
                answers += 1
        except BlockingIOError:
            pass
        other.close()
    check(answers <= 200, 'a stranger is told once: %d answers to 1000 packets' % answers)
    expected = 2
    peer.send(ack(1))
    while True:
        answer = peer.receive(2)
        check(answer is not None and answer[1] == 3, 'the transfer goes on')
        if int.from_bytes(answer[2:4], 'big') == expected - 1:
            continue  # sent again while the strangers talked
        check(int.from_bytes(answer[2:4], 'big') == expected, 'in order')
        peer.send(ack(expected))
        expected += 1
        if len(answer) < 1028:
            break
    server.stop()
    return '%d answers to 1000 packets of 200 strangers' % answers


def few_descriptors():
    """With hardly a descriptor left requests are dropped, not the server."""
    server = Daemon(['prlimit', '--nofile=24:24', programs.tftpd(), '-L', '-4', '-a', '%s:%d' % SERVER, '-s', ROOT])
    await_true(lambda: any(':1B39' in row for row in open('/proc/net/udp')), 'the server listens')
    peers = []
    for number in range(60):
        peer = Peer(SERVER)
        peer.ask(rrq('file'))
        peers.append(peer)
    time.sleep(0.3)
    for peer in peers:
        peer.receive(0.01)
        peer.send(error(0))
        peer.close()
    check(server.running(), 'the server lives')
    await_true(lambda: fetch('sub/small')[0] == b'small', 'served again', 15, 0.2)
    server.stop()
    return 'served again afterwards'


class Flood(threading.Thread):
    """Requests from forged addresses, made by a raw socket in a host of its own; counts what comes back to them."""

    def __init__(self, host, seconds, packets):
        super().__init__(daemon=True)
        with host.inside():
            self.out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
            self.out.bind(('eth0', 0))
            self.back = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
            self.back.bind(('eth0', 0))
            self.back.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 25)
        self.seconds, self.packets, self.sent, self.octets_in = seconds, packets, 0, 0
        self.octets_back = self.answers = 0
        self.stop = threading.Event()

    def run(self):
        began = time.monotonic()
        rng = random.Random(3)
        while time.monotonic() - began < self.seconds:
            for _ in range(100):
                packet = rng.choice(self.packets)
                try:
                    self.out.send(packet)
                except OSError:
                    continue
                self.sent += 1
                self.octets_in += len(packet) - 14
        self.stop.set()


def checksum(octets):
    total = sum(struct.unpack('!%dH' % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def forged_request(source, port, destination, payload, mac_from, mac_to):
    length = 28 + len(payload)
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, length, 0, 0, 64, 17, 0, source, destination)
    head = head[:10] + struct.pack('!H', checksum(head)) + head[12:]
    return mac_to + mac_from + b'\x08\x00' + head + struct.pack('!HHHH', port, SERVER[1], 8 + len(payload), 0) + payload


def flood(seconds, payload, at_most, bound):
    """Forged requests as fast as they can be made: what goes back is bounded, and a real client is served."""
    server_host, client_host, attacker = net.Host('tftp-srv'), net.Host('tftp-cli'), net.Host('tftp-bad')
    cable(server_host, client_host, '10.0.1.1/24', '10.0.1.2/24', 'eth1')
    cable(server_host, attacker, '10.0.2.1/24', '10.0.2.2/24', 'eth2')
    server_host.batch('route add 198.18.0.0/15 via 10.0.2.2 dev eth2')
    attacker.batch('route add blackhole 198.18.0.0/15')
    server = start('-s', ROOT, host=server_host, address='')
    to, own = hardware_address(server_host, 'eth2'), hardware_address(attacker, 'eth0')
    rng = random.Random(5)
    packets = [forged_request(bytes([198, 18, rng.randrange(256), rng.randrange(1, 255)]), rng.randrange(1024, 65535),
                              bytes([10, 0, 2, 1]), payload, own, to) for _ in range(20000)]
    memory_before, descriptors_before = memory(server), descriptors(server)
    attack = Flood(attacker, seconds, packets)
    counter = threading.Thread(target=count_back, args=(attack,), daemon=True)

    def real_fetch():
        with client_host.inside():
            peer = Peer(('10.0.1.1', SERVER[1]), bind='10.0.1.2')
        began = time.monotonic()
        got = peer.fetch(rrq('sub/small', 'blksize', '1024'))
        peer.close()
        return got == b'small', time.monotonic() - began

    check(real_fetch()[0], 'a real client before the flood')
    counter.start()
    attack.start()
    served, times = 0, []
    peak = 0
    while not attack.stop.is_set():
        good, took = real_fetch()
        times.append(took)
        served += good
        peak = max(peak, memory(server))
        time.sleep(0.01)
    attack.join()
    counter.join()
    check(server.running(), 'the server lives: ' + server.words())
    ratio = attack.octets_back / max(attack.octets_in, 1)
    limit = BURST + RATE_UNPROVEN * (seconds + 5)
    times.sort()
    text = '%d requests in %d s, %.2f MB in, %.3f MB back (%d answers, ratio %.2f), %d of %d fetches, median %.1f ms, worst %.0f ms, memory %d kB' % (
        attack.sent, seconds, attack.octets_in / 1e6, attack.octets_back / 1e6, attack.answers, ratio, served, len(times),
        times[len(times) // 2] * 1000, times[-1] * 1000, peak)
    if bound:
        check(attack.octets_back <= limit, 'octets to addresses that never answered: at most %d' % limit)
    check(ratio <= at_most, 'the ratio is at most %g' % at_most)
    if not programs.instrumented(programs.tftpd()):  # speed and memory of a build with sanitizers are not the product's
        check(served >= 0.99 * len(times), 'a real client is served')
        check(peak - memory_before <= 64 << 10, 'memory stays within 64 MB')
    await_true(lambda: descriptors(server) <= descriptors_before + 40, 'descriptors come back', 15)
    server.stop()
    for host in (server_host, client_host, attacker):
        net.ip('netns', 'del', host.name)
    return text


def count_back(attack):
    end = None
    attack.back.settimeout(0.2)
    while end is None or time.monotonic() < end:
        if end is None and attack.stop.is_set():
            end = time.monotonic() + 4
        try:
            frame = attack.back.recv(2000)
        except socket.timeout:
            continue
        if frame[23] == 17 and frame[30:32] == b'\xc6\x12' and frame[26:30] == bytes([10, 0, 2, 1]):
            attack.octets_back += struct.unpack('!H', frame[16:18])[0]
            attack.answers += 1


def hardware_address(host, interface):
    shown = host.run(['ip', '-o', 'link', 'show', 'dev', interface]).stdout.decode()
    return bytes.fromhex(shown.split('link/ether ')[1].split()[0].replace(':', ''))


def cable(one, other, address, other_address, name):
    net.ip('link', 'add', 'cable-a', 'type', 'veth', 'peer', 'name', 'cable-b')
    net.ip('link', 'set', 'cable-a', 'netns', one.name)
    net.ip('link', 'set', 'cable-b', 'netns', other.name)
    one.batch('link set cable-a name ' + name, 'addr add %s dev %s' % (address, name), 'link set %s up' % name)
    other.batch('link set cable-b name eth0', 'addr add %s dev eth0' % other_address, 'link set eth0 up')


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    make_root()
    tests = [(names_that_lead_out, ()), (odd_packets, ()), (guessed_transfer_ports, ()), (few_descriptors, ()),
             (flood, (seconds, rrq('file'), 41, True)),
             (flood, (seconds, rrq('file', 'blksize', '1400', 'tsize', '0'), 3, True)),
             (flood, (seconds, rrq('missing'), 2, False))]
    for test, arguments in tests:
        print('%s: %s' % (test.__name__, test(*arguments)), flush=True)
    return 0


if __name__ == '__main__':
    sys.exit(main())
