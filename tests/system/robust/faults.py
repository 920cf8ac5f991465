"""What fails around a server: the disk, the log, the resolver, the clock, memory, descriptors, signals."""

import os
import resource
import signal
import struct
import subprocess
import time

from lib import dhcp, programs, sandbox
from lib.daemon import Daemon, Failure, await_true
from lib.wire import Client
from trial import PLAIN, SERVER, Site, case, check, descriptors, mac


class Shim:
    """The library of shim.c under a daemon: a clock that jumps, a disk that is slow or refuses."""

    def __init__(self, t):
        library = os.path.join(programs.BUILD or '.', 'tests/system/robust/shim.so')
        if not os.path.exists(library):
            sandbox.skip('not built: ' + library)
        self.path = sandbox.SCRATCH + '/faults'
        with open(self.path, 'wb') as file:
            file.write(bytes(32))
        self.env = dict(os.environ, LD_PRELOAD=library, SHIM=self.path)
        if t.instrumented:
            self.env['ASAN_OPTIONS'] = os.environ.get('ASAN_OPTIONS', '') + ':verify_asan_link_order=0'

    def set(self, clock=0, slow=0, error=0, call=0):
        with open(self.path, 'r+b') as file:
            file.write(struct.pack('qqqq', clock, slow, error, call))


def dead_name_server():
    """From here on this test's /etc is a folder of its own, in which the name server is 10.0.250.1, where nobody answers.

    The files are written before the folder is laid over /etc: whatever fails, those of the machine are never opened.
    """
    folder = sandbox.SCRATCH + '/etc'
    os.makedirs(folder)
    for name, text in (('resolv.conf', 'nameserver 10.0.250.1\noptions timeout:5 attempts:3\n'), ('hosts', '127.0.0.1 localhost\n'),
                       ('nsswitch.conf', 'hosts: files dns\n'), ('protocols', ''), ('services', 'bootps 67/udp\nbootpc 68/udp\n'),
                       ('passwd', 'root:x:0:0:root:/:/bin/sh\n'), ('group', 'root:x:0:\n')):
        with open(os.path.join(folder, name), 'w') as file:
            file.write(text)
    sandbox.bind(folder, '/etc')


def processor_time(pid):
    with open('/proc/%d/stat' % pid) as stat:
        fields = stat.read().rsplit(') ', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def little_disk(site, size):
    """The site's folder becomes a small file system; the server sees it where it saw the folder."""
    sandbox.mount('none', site.folder, 'tmpfs', 0, 'size=' + size)


# The lease file

@case('D-06', 'the lease file is missing, empty, a link, a folder, of another system')
def odd_lease_files(t):
    whole = 'lease 10.0.1.5 {\n  starts 4 2020/01/02 00:00:00;\n  ends never;\n  binding state active;\n  hardware ethernet %s;\n}\n' % mac(5)
    for name, text in (('empty', b''), ('CRLF', whole.replace('\n', '\r\n').encode()), ('BOM', b'\xef\xbb\xbf' + whole.encode()),
                       ('no end of line', whole.rstrip().encode())):
        site = t.dhcpd(leases=text or b'\n')
        if name != 'empty':
            check(Client(site.wire, mac(5)).bind().address() == '10.0.1.5', '%s: the lease is lost' % name)
        t.look_after()
        t.forget(site)
    for spoil in (lambda path: os.unlink(path), lambda path: (os.unlink(path), os.mkdir(path))):
        site = Site(t)
        spoil(site.write('dhcpd.leases', ''))
        site.write('dhcpd.conf', PLAIN % ('', ''))
        os.makedirs('/run/dhcp', exist_ok=True)
        daemon = Daemon(site.command(t.program), site.host, binds=[(site.folder, '/run/dhcp')], name='dhcpd')
        check(daemon.wait() == 1 and "lease" in daemon.stderr(), 'it does not say what is wrong: ' + daemon.stderr()[-200:])


@case('D-07', 'the disk is full: no ACK without its record, and service returns by itself')
def full_disk(t):
    site = Site(t)
    little_disk(site, '96k')
    site.run()
    site.serves(2)
    site.write('filler', '')
    with open(site.path('filler'), 'wb', buffering=0) as filler:
        try:
            while True:
                filler.write(b'x' * 4096)
        except OSError:
            pass
    told, holder = {}, site.fresh()
    for number in range(60):
        client = site.fresh((12, b'n' * 200))
        try:
            ack = client.request(client.discover(timeout=0.3), timeout=0.05)
            if ack.kind() == dhcp.ACK:
                told[ack.address()] = client
        except Failure:
            pass
    kept = site.leases()
    lost = [address for address in told if kept.get(address, {}).get('binding state') != 'active']
    check(not lost, '%d of %d acknowledged leases are not in the file' % (len(lost), len(told)))
    for address, client in list(told.items())[:1]:
        try:
            check(client.ask(dhcp.REQUEST, ciaddr=address, timeout=0.3).kind() != dhcp.NAK, 'a holder is refused')
        except Failure:
            pass  # silence: it asks again
    os.unlink(site.path('filler'))
    freed = time.monotonic()
    while True:
        try:
            site.fresh().bind()
            break
        except Failure:
            check(time.monotonic() - freed < 15, 'it does not serve again')
    t.said = '%d told while full, again after %.1f s' % (len(told), time.monotonic() - freed)
    site.daemon.stop()
    site.start(t.program)
    for address, client in told.items():
        check(client.ask(dhcp.REQUEST, [(50, dhcp.ip(address))]).kind() == dhcp.ACK, 'a lease is lost')
    site.daemon.stop()


@case('D-08', 'a sync fails: nothing is acknowledged on the word of that disk')
def sync_fails(t):
    shim = Shim(t)
    site = t.dhcpd(env=shim.env)
    shim.set(error=5)
    told = 0
    for _ in range(10):
        client = site.fresh()
        try:
            told += client.request(client.discover(timeout=0.5), timeout=0.1).kind() == dhcp.ACK
        except Failure:
            pass
    check(told == 0, '%d ACKs of leases that are on no disk' % told)
    shim.set()
    await_true(lambda: _served(site), 'it serves again', 15, 0.1)


def _served(site):
    client = site.fresh()
    try:
        return client.request(client.discover(timeout=0.5), timeout=0.5).kind() == dhcp.ACK
    except Failure:
        return False


@case('D-11', 'a lease folder that cannot be written: told at the start')
def read_only_folder(t):
    site = Site(t)
    site.write('dhcpd.leases', '')
    site.write('dhcpd.conf', PLAIN % ('', ''))
    os.makedirs('/run/dhcp', exist_ok=True)
    sandbox.bind(site.folder, site.folder)
    subprocess.check_call(['mount', '-o', 'remount,bind,ro', site.folder])
    daemon = Daemon(site.command(t.program), site.host, binds=[(site.folder, '/run/dhcp')], name='dhcpd')
    try:
        status = daemon.wait(5)
    except subprocess.TimeoutExpired:
        daemon.stop(9)
        raise Failure('it starts')
    check(status == 1 and 'dhcpd.leases' in daemon.stderr(), 'status %d: %s' % (status, daemon.stderr()[-200:]))


@case('D-12', 'the lease file is cut and replaced under the server')
def lease_file_cut(t):
    site = t.dhcpd()
    clients = [site.fresh() for _ in range(5)]
    given = {client.bind().address(): client for client in clients}
    os.truncate(site.leases_path(), 10)
    site.serves()
    os.rename(site.write('other', ''), site.leases_path())
    site.serves()
    site.again()
    for address, client in given.items():
        check(client.ask(dhcp.REQUEST, [(50, dhcp.ip(address))]).kind() == dhcp.ACK, 'a lease is lost')


@case('D-14', 'a sync takes seconds: offers go on, acknowledgements wait')
def slow_disk(t):
    shim = Shim(t)
    site = t.dhcpd(env=shim.env)
    shim.set(slow=2)
    waiting = [site.fresh() for _ in range(20)]
    offers = [client.discover() for client in waiting]
    for client, offer in zip(waiting, offers):
        client.send(dhcp.REQUEST, [(50, offer.yiaddr), (54, offer.option(54))])
    slowest = 0.0
    for _ in range(20):
        began = time.monotonic()
        site.fresh().discover()
        slowest = max(slowest, time.monotonic() - began)
    check(slowest < 0.5, 'an offer took %.1f s' % slowest)
    t.said = 'slowest offer %.0f ms' % (slowest * 1000)
    got = set()
    end = time.monotonic() + 10
    while len(got) < len(waiting) and time.monotonic() < end:
        datagram = site.wire.await_datagram(lambda d: d.target_port == 68 and d.message().kind() == dhcp.ACK, timeout=10)
        got.add(datagram.message().chaddr[:6])
    check(len(got) == len(waiting), '%d of %d ACKs' % (len(got), len(waiting)))
    shim.set()


@case('D-15', 'twenty thousand leases expire in one second')
def expire_at_once(t):
    moment = time.strftime('%w %Y/%m/%d %H:%M:%S', time.gmtime(time.time() + 4))
    lines = ('lease 10.%d.%d.%d {\n  starts 4 2020/01/02 00:00:00;\n  ends %s;\n  binding state active;\n  next binding state free;\n'
             '  hardware ethernet %s;\n}\n' % (64 + (n >> 16), n >> 8 & 255, n & 255, moment, mac(n)) for n in range(t.many(20000, 1000000)))
    site = t.dhcpd(text='authoritative; ping-check false; shared-network both {\nsubnet 10.0.0.0 netmask 255.255.0.0 '
                   '{ range 10.0.1.0 10.0.9.255; }\nsubnet 10.64.0.0 netmask 255.224.0.0 { range 10.64.0.0 10.95.255.255; } }\n',
                   leases=''.join(lines))
    took = []
    for _ in range(60):
        began = time.monotonic()
        site.fresh().discover()
        took.append(time.monotonic() - began)
        time.sleep(0.1)
    t.memory_may_grow = 1 << 16
    t.said = 'slowest offer %.0f ms' % (max(took) * 1000)
    check(max(took) < 0.5, t.said)


# The process and its host

@case('H-01', 'SIGTERM while acknowledgements wait for the disk')
def ended_in_a_batch(t):
    shim = Shim(t)
    site = Site(t).run(env=shim.env)
    clients = [site.fresh() for _ in range(64)]
    offers = [client.discover() for client in clients]
    shim.set(slow=1)
    for client, offer in zip(clients, offers):
        client.send(dhcp.REQUEST, [(50, offer.yiaddr), (54, offer.option(54))])
    time.sleep(0.1)
    began = time.monotonic()
    status = site.daemon.stop(timeout=8)
    check(status in (0, -15), 'status %d' % status)
    check(time.monotonic() - began < 5, 'the end took %.1f s' % (time.monotonic() - began))
    site.wire.drain()
    told = [d.message().address() for d in site.wire.inbox if d.target_port == 68 and d.message().kind() == dhcp.ACK]
    kept = site.leases()
    lost = [address for address in told if kept.get(address, {}).get('binding state') != 'active']
    check(not lost, '%d of %d acknowledged leases are not in the file' % (len(lost), len(told)))
    t.said = '%d of 64 told' % len(told)


def serves_after_a_stop(site, seconds):
    site.daemon.process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)  # time that passes unseen is the fault itself
    site.daemon.process.send_signal(signal.SIGCONT)
    site.serves()


@case('H-03', 'signals: SIGPIPE, SIGCHLD in storms, SIGXFSZ, stopped for a while')
def signals(t):
    site = t.dhcpd()
    for _ in range(100):
        for number in (signal.SIGPIPE, signal.SIGCHLD, signal.SIGXFSZ):
            if number != signal.SIGXFSZ or t.program.startswith(programs.BUILD or '/nowhere'):
                site.daemon.process.send_signal(number)
    site.serves()
    serves_after_a_stop(site, 2)


@case('H-03/tftpd', 'signals in numbers, stopped for a while', 'tftpd')
def signals_tftpd(t):
    site = t.tftpd()
    for _ in range(100):
        for number in (signal.SIGPIPE, signal.SIGCHLD, signal.SIGHUP):
            site.daemon.process.send_signal(number)
    site.serves()
    serves_after_a_stop(site, 1)


def short_log_queue():
    with open('/proc/sys/net/unix/max_dgram_qlen', 'w') as knob:
        knob.write('10')


@case('H-04', 'nobody reads the log')
def log_not_read(t):
    short_log_queue()
    site = Site(t).run()
    served = 0
    for _ in range(60):
        client = site.fresh()
        try:
            client.request(client.discover(timeout=0.3), timeout=0.3)
            served += 1
        except Failure:
            if not served and _ > 5:
                break
    check(served == 60, '%d of 60 clients are served' % served)
    await_true(lambda: site.texts() and False or any('DHCPACK' in x for x in site.texts()), 'the lines that waited')
    site.daemon.stop()


@case('H-04/stderr', 'nobody reads standard error (-d into a pipe)')
def stderr_not_read(t):
    site = Site(t)
    site.write('dhcpd.leases', '')
    site.write('dhcpd.conf', PLAIN % ('log(info, "%s");' % ('x' * 900), ''))
    reader, writer = os.pipe()

    def prepare():
        site.host.enter()
        os.dup2(writer, 2)

    process = subprocess.Popen([t.program, '-d', '-cf', site.path('dhcpd.conf'), '-lf', site.leases_path(), '--no-pid'],
                               preexec_fn=prepare, stdout=subprocess.DEVNULL)
    try:
        said = b''
        while b'Server starting service' not in said:
            said += os.read(reader, 4096)
        for number in range(150):
            client = site.fresh()
            client.discover(timeout=2)
        check(process.poll() is None, 'it ended')
    finally:
        process.kill()
        process.wait()


@case('H-04/tftpd', 'nobody reads the log', 'tftpd')
def log_not_read_tftpd(t):
    short_log_queue()
    site = t.tftpd('-vvv')
    for number in range(100):
        check(site.fetch('small') == b'small', 'request %d is not served' % number)


@case('H-05', 'the resolver is dead')
def dead_resolver(t):
    dead_name_server()
    site = Site(t)
    site.wire.own('10.0.250.1', mac(1))
    site.run(inner='option ntp-servers "time.example.org"; option log-servers log.example.org;'.replace('"', ''))
    slowest = 0.0
    for number in range(10):
        began = time.monotonic()
        site.fresh().discover((55, bytes([42, 7])), timeout=30)
        slowest = max(slowest, time.monotonic() - began)
    t.said = 'slowest offer %.0f ms' % (slowest * 1000)
    check(slowest < 0.3, t.said)
    site.daemon.stop(9)


def limit(pid, kind, soft):
    hard = resource.prlimit(pid, kind)[1]
    resource.prlimit(pid, kind, (soft, hard))


@case('H-07', 'descriptors run out, and come back')
def no_descriptors(t):
    site = t.dhcpd(inner='on commit { execute("/bin/true"); }')
    limit(site.daemon.pid, resource.RLIMIT_NOFILE, descriptors(site.daemon.pid))
    for _ in range(5):
        client = site.fresh()
        client.request(client.discover())
    site.daemon.process.send_signal(signal.SIGHUP) if not t.program.startswith('/usr/sbin') else None
    site.serves()
    limit(site.daemon.pid, resource.RLIMIT_NOFILE, resource.prlimit(site.daemon.pid, resource.RLIMIT_NOFILE)[1])
    site.serves()


@case('H-07/memory', 'memory runs out, and comes back')
def no_memory(t):
    if t.instrumented:
        sandbox.skip('the sanitizers take their memory at the start')
    site = Site(t).run(text='authoritative; ping-check false; subnet 10.0.0.0 netmask 255.255.0.0 { range 10.0.1.0 10.0.250.255; }')
    site.serves()
    with open('/proc/%d/statm' % site.daemon.pid) as file:
        pages = int(file.read().split()[0])
    limit(site.daemon.pid, resource.RLIMIT_AS, pages * 4096 + (128 << 10))
    for number in range(20000):
        Client(site.wire, mac(number)).send(dhcp.DISCOVER, [(61, os.urandom(200))])
        if number % 200 == 0:
            site.wire.drain()
            site.wire.inbox.clear()
            if not site.daemon.running():
                break
    check(site.daemon.running(), 'it has ended: ' + site.daemon.stderr()[-300:])
    limit(site.daemon.pid, resource.RLIMIT_AS, resource.RLIM_INFINITY)
    site.serves(2)
    site.daemon.stop()


@case('H-08', 'replies that cannot be sent: the link is down, the message too long')
def sends_fail(t):
    site = t.dhcpd(''.join('option big%d code %d = text;\noption big%d "%s";\n' % (n, n, n, 'b' * 250) for n in range(200, 208)))
    site.host.ip('link', 'set', 'eth0', 'mtu', '600')
    for _ in range(20):
        site.fresh().send(dhcp.DISCOVER, [(57, dhcp.u16(1500)), (55, bytes(range(200, 208)))])
    before = processor_time(site.daemon.pid)
    time.sleep(1)
    spent = processor_time(site.daemon.pid) - before
    site.host.ip('link', 'set', 'eth0', 'mtu', '1500')
    site.serves()
    check(spent < 0.1 or t.instrumented, 'it is busy for %.2f s of a second' % spent)


@case('H-09', 'the PID file is a link to a file that matters')
def pid_file_is_a_link(t):
    site = Site(t)
    precious = site.write('passwd', 'root:x:0:0\n')
    os.symlink('passwd', site.path('dhcpd.pid'))
    try:
        site.run()
        site.daemon.stop()
    except Failure:
        pass
    with open(precious) as file:
        check(file.read() == 'root:x:0:0\n', 'what the link names was written over')


@case('H-11', 'the clock says 1970 at the start, and the right time later')
def clock_of_1970(t):
    shim = Shim(t)
    shim.set(clock=600 - int(time.time()))
    site = t.dhcpd(env=shim.env)
    client = site.fresh()
    address = client.bind().yiaddr
    shim.set()
    site.serves()
    check(client.ask(dhcp.REQUEST, ciaddr=address, timeout=3).yiaddr == address, 'the client loses its address')


@case('N-01', 'the clock goes back a minute, a day, ten years, in a ping wait')
def clock_goes_back(t):
    shim = Shim(t)
    site = t.dhcpd('ping-timeout 1;', env=shim.env)
    site.daemon.stop()
    site.run('ping-timeout 1;', 'ping-check true;', env=shim.env)
    slowest = 0.0
    for seconds in (-1, -60, -86400, -315360000, 1, 60, 86400, 315360000):
        client = site.fresh()
        client.send(dhcp.DISCOVER)
        began = time.monotonic()
        time.sleep(0.2)
        shim.set(clock=seconds)
        try:
            site.wire.await_datagram(lambda d: d.target_port == 68 and d.message().chaddr[:6] == client.mac, timeout=4)
        except Failure:
            check(False, 'no offer after a jump of %d s' % seconds)
        slowest = max(slowest, time.monotonic() - began)
    check(slowest < 2.5, 'an offer took %.1f s' % slowest)
    t.said = 'slowest offer %.1f s' % slowest
    t.forget(site)
    t._sites = []
    site.daemon.stop()


@case('N-02', 'the clock jumps ahead by years and back again')
def clock_goes_ahead_and_back(t):
    shim = Shim(t)
    site = t.dhcpd(env=shim.env)
    holders = [site.fresh() for _ in range(10)]
    given = [client.bind().yiaddr for client in holders]
    shim.set(clock=10 * 365 * 86400)
    others = [site.fresh().bind().yiaddr for _ in range(20)]
    shim.set()
    check(not set(given) & set(others), 'an address was given to another')
    for client, address in zip(holders, given):
        check(client.ask(dhcp.REQUEST, ciaddr=address).kind() == dhcp.ACK, 'a holder is refused')
