"""Plays one conversation to two DHCP servers, step by step, and writes down what each of them did.

Each server stands in a host of its own with the same interfaces, addresses, configuration and lease file. A step is a
packet sent to both. After it comes a fence: a message of a type that no server knows, which is answered by one log line.
When the line is there, everything before it has been dealt with, so that silence need not be waited for. The second
server may be slower than its fence (it may write leases in the background): it is given a second to say as much as the
first has said.
"""

import os
import re
import select
import time

from lib import dhcp, leases, net, sandbox, server
from lib.daemon import Daemon, Failure
from lib.wire import BROADCAST_IP, BROADCAST_MAC

FENCE_MAC = '02:fe:fe:fe:fe:fe'
FENCE_TYPE = 200
GRACE = 1.0  # seconds for the second server to catch up with the first

REGISTRY = {}  # name -> Scenario


class Scenario:
    def __init__(self, name, function, config, options):
        self.name, self.function, self.config, self.options = name, function, config, options
        rows = re.match(r'row((?:\d+_)+)', name)
        self.rows = [int(number) for number in rows.group(1).split('_') if number] if rows else []

    def __call__(self, twin):
        self.function(twin)


def twin(config, **options):
    """Marks a scenario. The function's name begins with rowN_ (one or several numbers of dhcpd.md's tick list).

    Options: interfaces (addresses of eth0, eth1…), leases (text of the lease file at the start), flags, names (interface
    names on the command line), start=False (the scenario starts the servers itself), fails=True (the servers are expected
    to end at the start).
    """
    def mark(function):
        if function.__name__ in REGISTRY:
            raise ValueError('two scenarios are called ' + function.__name__)
        REGISTRY[function.__name__] = Scenario(function.__name__, function, config, options)
        return function
    return mark


class Side:
    """One server, and what came from it in the current step."""

    def __init__(self, name, program, interfaces):
        self.name, self.program = name, program
        self.site = server.DhcpHost(name, interfaces)
        self.wires = self.site.wires
        self.steps = []  # (title, lines)
        self.daemon = None
        self.fences = 0
        self.replies, self.lines = [], []
        self.read = 0

    def start(self, config, lease_text, flags, names, wait):
        try:
            self.daemon = self.site.start(self.program, config, lease_text, flags, names, wait=wait)
        except Failure:
            self.daemon = self.site.daemon
        self.read = 0
        self.fences = 0

    def collect(self):
        """Takes in what has come since; fence lines are counted and dropped."""
        for index, wire in enumerate(self.wires):
            wire.drain()
            for datagram in wire.inbox:
                self.replies.append(self._reply(index, datagram))
            del wire.inbox[:]
        if not self.daemon:
            return
        self.daemon.log.drain()
        for line in self.daemon.log.lines[self.read:]:
            if FENCE_MAC in line.text:
                self.fences += 1
            else:
                self.lines.append(str(line))
        self.read = len(self.daemon.log.lines)

    def _reply(self, index, datagram):
        try:
            message = datagram.message()
            lines = message.lines()
        except ValueError as error:
            message, lines = None, [str(error)]
        where = ('eth%d ' % index if len(self.wires) > 1 else '') + datagram.route()
        return message, ['reply ' + where] + ['    ' + line for line in lines]

    def fence(self, index):
        message = dhcp.Message(chaddr=FENCE_MAC, xid=0xfefefefe, options=[(53, FENCE_TYPE)])
        self.wires[index].send(message, FENCE_MAC)

    def alive(self):
        return self.daemon is not None and self.daemon.running()

    def close_step(self, title):
        """Ends the step: what came becomes its lines; returns the messages."""
        lines = ['log ' + line for line in self.lines]
        messages = []
        for message, text in self.replies:
            messages.append(message)
            lines += text
        if self.daemon and not self.daemon.running() and self.daemon.process.returncode is not None:
            lines.append('ended with %d' % self.daemon.process.returncode)
        self.steps.append((title, lines))
        self.replies, self.lines = [], []
        return messages

    def sources(self):
        return list(self.wires) + ([self.daemon.log] if self.daemon else [])


class Twin:
    def __init__(self, scenario, stock, ours):
        self.scenario = scenario
        self.interfaces = scenario.options.get('interfaces', (('192.168.0.1/24',),))
        self.stock = Side('stock', stock, self.interfaces)
        self.ours = Side('ours', ours, self.interfaces)
        self.sides = (self.stock, self.ours)
        self.xid = 0x1000
        self.fenced = True
        self.known = set()

    # life of the servers

    def start(self, config=None, leases=None, flags=None, names=None, wait=True):
        """Starts both; the first time with the scenario's configuration and lease file. config may be text or bytes."""
        options = self.scenario.options
        first = self.stock.daemon is None
        for side in self.sides:
            side.start(config if config is not None else self.scenario.config if first else None,
                       leases if leases is not None else options.get('leases') if first else None,
                       flags if flags is not None else options.get('flags', ('-f',)),
                       names if names is not None else options.get('names', ()), wait)
        for side in self.sides:
            side.collect()
            side.close_step('start')
        if wait and not self.stock.alive() and not options.get('fails'):
            raise Failure('the stock server does not take this configuration')

    def run(self, words, title=None, config=None, leases=None, env=None, until=None):
        """Runs the programs to their end with these arguments ({conf}, {leases}, {pid} stand for the files' paths).

        until: a line that what they leave behind will log.
        """
        files = {'conf': '/run/dhcp/dhcpd.conf', 'leases': '/run/dhcp/dhcpd.leases', 'pid': '/run/dhcp/dhcpd.pid'}
        for side in self.sides:
            if config is not None:
                side.site.write('dhcpd.conf', config)
            if leases is not None:
                side.site.write('dhcpd.leases', leases)
            os.makedirs('/run/dhcp', exist_ok=True)
            side.daemon = Daemon([side.program] + [word.format(**files) for word in words], side.site.host,
                                 binds=[(side.site.folder, '/run/dhcp')], name='dhcpd', env=env)
            side.read = 0
        for side in self.sides:
            status = side.daemon.wait()
            side.collect()
            if until:
                self.pump(lambda: any(until in line for line in side.lines), 5)
            side.lines += ['stderr ' + line.replace(side.program, 'dhcpd') for line in side.daemon.stderr().splitlines()]
            side.daemon = None
            side.close_step(title or ' '.join(words))
            side.steps[-1][1].append('exit status %d' % status)

    def check(self, config, *flags):
        """dhcpd -t: what it says about a configuration."""
        text = config if isinstance(config, str) else config.decode('utf-8', 'replace')
        self.run(['-t'] + list(flags) + ['-cf', '{conf}', '-lf', '{leases}'], text.strip()[:200], config)

    def note(self, title, question):
        """Writes down what question(side) says of each (a text)."""
        for side in self.sides:
            side.close_step('before: ' + title)
            side.steps.append((title, [str(question(side))]))

    def signal(self, number, patience=2):
        """Sends a signal to both and waits a little for their end."""
        for side in self.sides:
            side.daemon.process.send_signal(number)
        self.pump(lambda: not any(side.alive() for side in self.sides), patience)
        for side in self.sides:
            side.close_step('signal %d' % number)

    def stop(self, how=15):
        for side in self.sides:
            if side.daemon:
                side.daemon.stop(how)
                side.collect()
        for side in self.sides:
            side.close_step('stop')

    def restart(self, config=None, leases=None, **more):
        self.stop()
        self.start(config, leases, **more)

    def finish(self):
        """The last step: what came late, and the lease files."""
        if self.ours.alive() and self.stock.alive() and self.fenced:
            self._settle(0, 0)
        for side in self.sides:
            side.collect()
            side.close_step('end')
            if side.daemon:
                side.daemon.stop(9)
                report = [line for line in side.daemon.stderr().splitlines()
                          if 'Sanitizer' in line or 'runtime error' in line]
                side.steps.append(('lease file', report + lease_lines(side.site.leases_path())))

    # steps

    def pump(self, done, timeout):
        """Serves all wires and logs until done() or the time is over; whether it is done."""
        end = time.monotonic() + timeout
        while True:
            for side in self.sides:
                side.collect()
            if done():
                return True
            left = end - time.monotonic()
            if left <= 0:
                return False
            select.select([source for side in self.sides for source in side.sources()], [], [], min(left, 0.2))

    def _settle(self, wire, patience):
        """Until both have dealt with everything; patience: seconds in which the first server may still answer."""
        before = [side.fences for side in self.sides]
        if self.fenced:
            for side in self.sides:
                if side.alive():
                    side.fence(wire)
            self.pump(lambda: not self.stock.alive() or self.stock.fences > before[0], 5)
        if patience:
            self.pump(lambda: self.stock.replies or not self.stock.alive(), patience)
        if self.fenced:
            self.pump(lambda: not self.ours.alive() or self.ours.fences > before[1], 3)
        self.pump(lambda: not self.ours.alive() or (len(self.ours.replies) >= len(self.stock.replies)
                                                    and len(self.ours.lines) >= len(self.stock.lines)), GRACE)

    def send(self, message, mac=None, title=None, wire=0, patience=0, times=1, **frame):
        """One step. Returns the first server's reply (a Message) or None."""
        mac = dhcp.mac(mac) if mac is not None else message.chaddr[:6] if len(message.chaddr) >= 6 else b'\2\0\0\0\0\xee'
        for side in self.sides:
            for _ in range(times):
                side.wires[wire].send(message, mac, **frame)
        self._settle(wire, patience)
        title = title or describe(message)
        messages = [side.close_step(title) for side in self.sides]
        return messages[0][0] if messages[0] else None

    def wait(self, seconds, title=None):
        """Lets time pass for both."""
        self.pump(lambda: False, seconds)
        if self.fenced:
            self._settle(0, 0)
        for side in self.sides:
            side.close_step(title or 'after %g s' % seconds)

    def await_log(self, pattern, timeout=10):
        """Until both have said it."""
        self.pump(lambda: all(any(re.search(pattern, line) for line in side.lines) for side in self.sides), timeout)
        for side in self.sides:
            side.close_step('awaited ' + pattern)

    def own(self, address, mac, wire=0, ping=False):
        """A machine with this address and hardware address stands on the wire: the servers' kernels know the way."""
        if (address, wire) in self.known:
            return
        self.known.add((address, wire))
        for side in self.sides:
            side.wires[wire].own(address, mac)
            if ping:
                side.wires[wire].pingable.add(address)
            side.site.host.batch('neigh replace %s lladdr %s dev eth%d nud permanent' %
                                 (address, dhcp.mac_text(dhcp.mac(mac)), wire))

    def client(self, number, **more):
        return Client(self, number, **more)


class Client:
    """A client of the twin: every method is a step and returns the first server's reply."""

    def __init__(self, twin, number, uid=None, hostname=None, relay=None, wire=0, prl=(1, 3, 6, 15, 51, 54), options=(),
                 mac=None, **header):
        self.twin, self.wire, self.relay = twin, wire, relay
        self.mac = dhcp.mac(mac) if mac else bytes([2, 0xc0, 0, 0, number >> 8, number & 255])
        self.options = ([(55, bytes(prl))] if prl else []) + ([(61, uid)] if uid is not None else []) + \
            ([(12, hostname)] if hostname is not None else []) + list(options)
        self.header = header
        self.ack = None

    def send(self, options=(), patience=0, title=None, frame=None, bare=False, times=1, **header):
        """A message with these options and the client's own (bare: without). frame: addresses of the packet."""
        frame = dict(frame or {})
        self.twin.xid += 1
        fields = dict(self.header, chaddr=self.mac, xid=self.twin.xid)
        if self.relay:
            fields.update(giaddr=self.relay, hops=1)
        fields.update(header)
        message = dhcp.Message(options=list(options) + ([] if bare else self.options), **fields)
        giaddr = dhcp.ip_text(message.giaddr)
        if giaddr != '0.0.0.0':
            self.twin.own(giaddr, '02:00:00:00:00:fd', self.wire)
            frame.setdefault('source', giaddr)
            frame.setdefault('source_port', 67)
            frame.setdefault('target', self.twin.interfaces[self.wire][0].split('/')[0])
            frame.setdefault('target_mac', server.SERVER_MAC % (self.wire + 1))
        ciaddr = dhcp.ip_text(message.ciaddr)
        if ciaddr != '0.0.0.0':
            self.twin.own(ciaddr, self.mac, self.wire)
            frame.setdefault('source', ciaddr)
        return self.twin.send(message, self.mac, title, self.wire, patience, times, **frame)

    def discover(self, *options, **more):
        return self.send([(53, dhcp.DISCOVER)] + list(options), **more)

    def request(self, address=None, *options, **more):
        """SELECTING: requested address (default: of the offer given as address) and server identifier."""
        server_id = more.pop('server_id', '192.168.0.1')
        if isinstance(address, dhcp.Message):
            server_id = address.option(54) or server_id
            address = address.address()
        chosen = ([(50, dhcp.ip(address))] if address else []) + ([(54, dhcp.ip(server_id))] if server_id else [])
        reply = self.send([(53, dhcp.REQUEST)] + chosen + list(options), **more)
        if reply and reply.kind() == dhcp.ACK:
            self.ack = reply
        return reply

    def bind(self, *options, **more):
        """DISCOVER and REQUEST."""
        offer = self.discover(*options, **more)
        return self.request(offer, *options, **more) if offer else None

    def reboot(self, address, *options, **more):
        """INIT-REBOOT: requested address only."""
        return self.request(address, *options, server_id=None, **more)

    def renew(self, address=None, *options, **more):
        """RENEWING: unicast with ciaddr."""
        address = address or self.ack.address()
        frame = {'target': self.twin.interfaces[self.wire][0].split('/')[0], 'target_mac': server.SERVER_MAC % (self.wire + 1)}
        return self.send([(53, dhcp.REQUEST)] + list(options), ciaddr=address, frame=frame, **more)

    def rebind(self, address=None, *options, **more):
        """REBINDING: broadcast with ciaddr."""
        return self.send([(53, dhcp.REQUEST)] + list(options), ciaddr=address or self.ack.address(), **more)

    def release(self, address=None, *options, **more):
        more.setdefault('server_id', '192.168.0.1')
        server_id = more.pop('server_id')
        head = [(53, dhcp.RELEASE)] + ([(54, dhcp.ip(server_id))] if server_id else [])
        return self.send(head + list(options), ciaddr=address or self.ack.address(), **more)

    def decline(self, address=None, *options, **more):
        address = address or self.ack.address()
        return self.send([(53, dhcp.DECLINE), (50, dhcp.ip(address)), (54, dhcp.ip('192.168.0.1'))] + list(options), **more)

    def inform(self, address, *options, **more):
        return self.send([(53, dhcp.INFORM)] + list(options), ciaddr=address, **more)

    def bootp(self, *options, **more):
        more.setdefault('bare', True)
        return self.send(list(options), **more)


def describe(message):
    if not isinstance(message, dhcp.Message) or message.raw is not None:
        return 'raw bytes'
    parts = [dhcp.TYPE_NAMES.get(message.options[0][1], 'type %s' % (message.options[0][1],))
             if message.options and isinstance(message.options[0], tuple) and message.options[0][0] == 53 else 'BOOTP',
             dhcp.mac_text(message.chaddr)]
    for name in ('ciaddr', 'giaddr'):
        if getattr(message, name) != b'\0\0\0\0':
            parts.append('%s %s' % (name, dhcp.ip_text(getattr(message, name))))
    for option in message.options:
        if isinstance(option, tuple) and option[0] == 50 and len(option[1]) == 4:
            parts.append('asks for ' + dhcp.ip_text(option[1]))
    return ' '.join(parts)


def lease_lines(path):
    """The lease file's content, one line a lease, times as distances from its start."""
    out = []
    for address, members in sorted(leases.read(path).items(), key=lambda item: [int(b) for b in item[0].split('.')]):
        starts = seconds(members.get('starts'))
        words = []
        for name in sorted(members):
            value = members[name]
            if name in ('starts', 'ends', 'tstp', 'tsfp', 'atsfp', 'cltt'):
                at = seconds(value)
                value = '' if name == 'starts' else value if at is None or starts is None else '+%d' % (at - starts)
            words.append((name + ' ' + value).strip())
        out.append('lease %s: %s' % (address, '; '.join(words)))
    return out + leases.others(path)


def seconds(text):
    match = re.match(r'\d (\d+)/(\d+)/(\d+) (\d+):(\d+):(\d+)', text or '')
    if not match:
        return None
    import calendar
    return calendar.timegm(tuple(int(part) for part in match.groups()))
