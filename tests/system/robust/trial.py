"""A case: one row of the table of attacks and faults, played to one server, which has to stand it.

A case is a function with one argument, the Trial. It fails by an exception. What holds of every case is looked at after it:
the same process serves on, a client that is new gets its address (or file) within a second, no sanitizer has a word to say,
and the memory is what it was.
"""

import os
import re
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'tftp_twin'))
from lib import dhcp, leases, programs, sandbox, server
from lib.daemon import Daemon, Failure, await_true
from lib.wire import Client
from peer import Peer, rrq

CASES = {}  # by row, in the order of the files
PLAIN = '''authoritative;
ping-check false;
default-lease-time 600;
%s
subnet 10.0.0.0 netmask 255.255.0.0 {
  range 10.0.1.0 10.0.9.255;
  option routers 10.0.0.1;
  %s
}
'''
SERVER = '10.0.0.1'
MEMORY = 1024  # kB that a case may cost
PROMPT = 3.0  # seconds in which a new client is served, also on a busy machine


class Case:
    def __init__(self, row, title, function, program):
        self.row, self.title, self.function, self.program = row, title, function, program


def case(row, title, program='dhcpd'):
    """row: as the reference numbers it. title: the CVE, or what happens."""
    def register(function):
        assert row not in CASES, row
        CASES[row] = Case(row, title, function, program)
        return function
    return register


def check(truth, what):
    if not truth:
        raise Failure(what)


def mac(number):
    return '02:be:%02x:%02x:%02x:%02x' % (number >> 24 & 255, number >> 16 & 255, number >> 8 & 255, number & 255)


def memory(pid):
    """Resident set in kB, without pages of files."""
    with open('/proc/%d/status' % pid) as status:
        return sum(int(line.split()[1]) for line in status if line.startswith('RssAnon'))


def descriptors(pid):
    return len(os.listdir('/proc/%d/fd' % pid))


class Site(server.DhcpHost):
    """A host with a dhcpd and one wire to it."""

    _count = 0

    def __init__(self, trial, interfaces=((SERVER + '/16',),)):
        Site._count += 1
        super().__init__('site%d' % Site._count, interfaces)
        self.trial, self.wire, self._fresh = trial, self.wires[0], 0

    def run(self, outer='', inner='', text=None, **more):
        """Starts the server with PLAIN, or with the text."""
        self.start(self.trial.program, text if text is not None else PLAIN % (outer, inner), **more)
        return self

    def again(self, how=15):
        """Ends it and starts it with the same files."""
        self.daemon.stop(how)
        self.start(self.trial.program)

    def fresh(self, *options, **header):
        """A client that was not there before."""
        self._fresh += 1
        return Client(self.wire, mac(0xf0000000 + self._fresh), options=options, **header)

    def serves(self, within=PROMPT, what=''):
        """A new client gets its address in time; returns the seconds."""
        check(self.daemon.running(), 'it has ended%s:\n%s' % (what, self.daemon.words()[-1500:]))
        self.wire.drain()
        self.wire.inbox.clear()
        client = self.fresh()
        began = time.monotonic()
        client.request(client.discover(timeout=within + 5), timeout=within + 5)
        took = time.monotonic() - began
        check(took <= within, 'a new client waited %.1f s%s' % (took, what))
        return took

    def settle(self):
        """Until all that was sent has been dealt with; returns the datagrams that came back, the fence's own left out."""
        fence = Client(self.wire, mac(0xfffffffe))
        fence.discover(timeout=10)
        self.wire.drain()
        heard, self.wire.inbox = self.wire.inbox, []
        return [d for d in heard if d.target_port != 67 or d.source == SERVER]

    def settle_quietly(self):
        """The same by an INFORM, which needs no free address."""
        self.wire.own('10.0.250.250', mac(0xfffffffd))
        Client(self.wire, mac(0xfffffffd)).ask(dhcp.INFORM, ciaddr='10.0.250.250', timeout=10)
        self.wire.drain()
        self.wire.inbox.clear()

    def leases(self):
        return leases.read(self.leases_path())

    def texts(self):
        self.daemon.log.drain()
        return self.daemon.log.texts()


class TftpSite:
    """An in.tftpd on the loopback's port 69, with a root of its own."""

    address = ('127.0.0.1', 69)

    def __init__(self, trial, *arguments, prefix=(), env=None):
        self.trial, self.root = trial, sandbox.SCRATCH + '/root'
        os.makedirs(self.root, exist_ok=True)
        if not os.path.exists(self.root + '/small'):
            self.put('small', b'small')
            self.put('file', bytes(range(256)) * 400)
        self.daemon = Daemon(list(prefix) + [trial.program, '-L', '-4'] + list(arguments) + ['-s', self.root], name='in.tftpd', env=env or self.environment())
        await_true(lambda: not self.daemon.running() or ':0045' in open('/proc/net/udp').read(), 'it listens')

    def environment(self):
        """In its chroot it cannot look for leaks."""
        return dict(os.environ, ASAN_OPTIONS='detect_leaks=0') if self.trial.instrumented else None

    def put(self, name, content, mode=0o644):
        path = os.path.join(self.root, name)
        with open(path, 'wb') as file:
            file.write(content)
        os.chmod(path, mode)
        return path

    def peer(self):
        return Peer(self.address)

    def first_answer(self, packet):
        """What it answers to one datagram (None: nothing); a transfer that begins is ended."""
        peer = self.peer()
        try:
            return peer.first_answer(packet)
        finally:
            peer.close()

    def fetch(self, name, *options):
        peer = self.peer()
        try:
            return peer.fetch(rrq(name, *options))
        finally:
            peer.close()

    def serves(self, within=PROMPT, what=''):
        check(self.daemon.running(), 'it has ended%s:\n%s' % (what, self.daemon.words()[-1500:]))
        began = time.monotonic()
        check(self.fetch('small') == b'small', 'a small file is not served' + what)
        took = time.monotonic() - began
        check(took <= within, 'a small file took %.1f s%s' % (took, what))
        return took


class Trial:
    """One run of a case. `said`: a figure for the table."""

    def __init__(self, program, full):
        self.program, self.full = program, full
        self.instrumented = programs.instrumented(program)
        self.said = ''
        self.memory_may_grow = MEMORY
        self._sites = []  # with the memory of each before

    def many(self, quick, full):
        """How many: in every run, and in the long one."""
        return full if self.full else quick

    def dhcpd(self, outer='', inner='', text=None, interfaces=((SERVER + '/16',),), **more):
        site = Site(self, interfaces).run(outer, inner, text, **more)
        site.serves(5)
        self._sites.append((site, memory(site.daemon.pid)))
        return site

    def tftpd(self, *arguments, **more):
        site = TftpSite(self, *arguments, **more)
        site.serves(5)
        self._sites.append((site, memory(site.daemon.pid)))
        return site

    def look_after(self):
        """What holds of every case."""
        for site, before in self._sites:
            site.serves()
            report = re.search(r'(Sanitizer|runtime error).*', site.daemon.stderr())
            check(not report, report and report.group(0))
            grown = memory(site.daemon.pid) - before
            check(self.instrumented or grown <= self.memory_may_grow, 'its memory grew by %d kB' % grown)
            status = site.daemon.stop()
            check(status in (0, -15), 'it ends with %d: %s' % (status, site.daemon.stderr()[-1500:]))
            report = re.search(r'(Sanitizer|runtime error).*', site.daemon.stderr())
            check(not report, report and report.group(0))

    def forget(self, site):
        """It has ended, or is not to be looked after."""
        self._sites = [(s, m) for s, m in self._sites if s is not site]
