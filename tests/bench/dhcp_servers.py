"""The DHCP servers that are compared: how each is configured for a case, started and watched.

A case is the same for all of them: a subnet with one dynamic range, or so many host reservations, perhaps a lease
file that is already there. Client number N has the hardware address 02:00:HH:HH:HH:HH (see load_packets.h).
"""

import ipaddress
import json
import os
import shutil
import signal
import subprocess

SERVER = '10.0.0.1'
PREFERRED_LIFE = 3600


class Case:
    def __init__(self, subnet='10.0.0.0/16', low='10.0.1.0', high='10.0.255.250', hosts=0, leases=0):
        self.subnet = ipaddress.ip_network(subnet)
        self.low, self.high = ipaddress.ip_address(low), ipaddress.ip_address(high)
        self.hosts, self.leases = hosts, leases


def client_mac(number):
    return '02:00:' + ':'.join('%02x' % (number >> shift & 255) for shift in (24, 16, 8, 0))


def client_id(number):
    """The client identifier of that hardware address as a lease file has it."""
    return '\\001' + ''.join('\\%03o' % int(octet, 16) for octet in client_mac(number).split(':'))


class Server:
    """One program in one configuration. folder: a place of its own on a real disk."""

    name = ''
    durable = True

    def __init__(self, program, folder):
        self.program, self.folder = program, folder
        self.process = None

    def path(self, name):
        return os.path.join(self.folder, name)

    def prepare(self, case):
        """Writes configuration and lease file for the case, in a fresh folder."""
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.configure(case)

    def start(self, host, preload=None):
        env = dict(os.environ, **self.environment())
        if preload:
            env.update(preload)
        self.output = open(self.path('output'), 'ab')
        self.process = host.popen(self.command(), stdin=subprocess.DEVNULL, stdout=self.output,
                                  stderr=subprocess.STDOUT, env=env, cwd=self.folder)

    def an_hour_passes(self):
        """Where it was started with the shim of that name."""
        self.process.send_signal(signal.SIGUSR2)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.output.close()

    def processes(self):
        """The server and what it forked."""
        found = [self.process.pid]
        for pid in found:
            try:
                with open('/proc/%d/task/%d/children' % (pid, pid)) as children:
                    found += [int(child) for child in children.read().split()]
            except OSError:
                pass
        return found

    def cpu_seconds(self):
        total = 0
        for pid in self.processes():
            with open('/proc/%d/stat' % pid) as stat:
                words = stat.read().rpartition(')')[2].split()
            total += int(words[11]) + int(words[12])
        return total / os.sysconf('SC_CLK_TCK')

    def resident_bytes(self):
        """Proportional share where the kernel tells it, so that pages shared by two processes count once."""
        total = 0
        for pid in self.processes():
            try:
                with open('/proc/%d/smaps_rollup' % pid) as rollup:
                    total += sum(int(line.split()[1]) * 1024 for line in rollup if line.startswith('Pss:'))
            except OSError:
                pass  # it has just ended
        return total

    def peak_bytes(self):
        """The most that its first process ever had resident."""
        with open('/proc/%d/status' % self.process.pid) as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith('VmHWM:'))

    def environment(self):
        return {}


class IscLike(Server):
    """What reads dhcpd.conf and dhcpd.leases."""

    def configure(self, case):
        with open(self.path('dhcpd.conf'), 'w') as conf:
            conf.write('ddns-update-style none;\nauthoritative;\nping-check off;\ndefault-lease-time %d;\n'
                       'max-lease-time 7200;\noption domain-name-servers 10.0.0.1;\noption domain-name "example.org";\n'
                       'option routers 10.0.0.1;\n%s' % (PREFERRED_LIFE, self.extra))
            conf.write('subnet %s netmask %s {\n' % (case.subnet.network_address, case.subnet.netmask))
            if not case.hosts:
                conf.write('  range %s %s;\n' % (case.low, case.high))
            conf.write('}\n')
            for n in range(1, case.hosts + 1):
                conf.write('host h%d { hardware ethernet %s; fixed-address %s; }\n' % (n, client_mac(n), case.low + n - 1))
        with open(self.path('dhcpd.leases'), 'w') as leases:
            for n in range(case.leases):
                leases.write('lease %s {\n  starts 2 2030/01/01 00:00:00;\n  ends 3 2036/01/02 00:00:00;\n'
                             '  cltt 2 2030/01/01 00:00:00;\n  binding state active;\n  next binding state free;\n'
                             '  rewind binding state free;\n  hardware ethernet %s;\n  uid "%s";\n'
                             '  client-hostname "host-%08d";\n}\n'
                             % (case.low + n, client_mac(0x01000000 + n), client_id(0x01000000 + n), n))

    extra = ''

    def command(self):
        return [self.program, '-4', '-f', '-q', '-cf', self.path('dhcpd.conf'), '-lf', self.path('dhcpd.leases'),
                '-pf', self.path('dhcpd.pid'), 'srv0']


class Ours(IscLike):
    name = 'ours'


class Isc(IscLike):
    name = 'ISC'


class IscEl(IscLike):
    name = 'ISC EL'


class IscNoSync(IscLike):
    name, durable, extra = 'ISC no sync', False, 'dont-use-fsync true;\n'


class Kea(Server):
    name, durable, threads = 'Kea', False, 0

    def configure(self, case):
        subnet = {'subnet': str(case.subnet), 'id': 1}
        if case.hosts:
            subnet['reservations'] = [{'hw-address': client_mac(n), 'ip-address': str(case.low + n - 1)}
                                      for n in range(1, case.hosts + 1)]
        else:
            subnet['pools'] = [{'pool': '%s - %s' % (case.low, case.high)}]
        dhcp4 = {
            'interfaces-config': {'interfaces': ['srv0'], 'dhcp-socket-type': 'raw'},
            'lease-database': {'type': 'memfile', 'persist': True, 'name': self.path('leases.csv'), 'lfc-interval': 0},
            'valid-lifetime': PREFERRED_LIFE, 'subnet4': [subnet],
            'multi-threading': {'enable-multi-threading': bool(self.threads), 'thread-pool-size': self.threads or 1,
                                'packet-queue-size': 64},
            'option-data': [{'name': 'routers', 'data': SERVER}, {'name': 'domain-name-servers', 'data': SERVER},
                            {'name': 'domain-name', 'data': 'example.org'}],
            'loggers': [{'name': 'kea-dhcp4', 'severity': 'NONE'}]}
        with open(self.path('kea.json'), 'w') as conf:
            json.dump({'Dhcp4': dhcp4}, conf)
        if case.leases:
            with open(self.path('leases.csv'), 'w') as leases:
                leases.write('address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,'
                             'user_context\n')
                for n in range(case.leases):
                    leases.write('%s,%s,,3600,2082758400,1,0,0,,0,\n' % (case.low + n, client_mac(0x01000000 + n)))

    def command(self):
        return [self.program, '-c', self.path('kea.json')]

    def environment(self):
        return {'KEA_PIDFILE_DIR': self.folder, 'KEA_LOCKFILE_DIR': 'none'}


class KeaThreads(Kea):
    name, threads = 'Kea MT', 2


class Dnsmasq(Server):
    name, durable = 'dnsmasq', False

    def configure(self, case):
        with open(self.path('dnsmasq.conf'), 'w') as conf:
            conf.write('port=0\nno-ping\nkeep-in-foreground\ninterface=srv0\nbind-interfaces\nuser=root\nquiet-dhcp\n'
                       'dhcp-authoritative\ndhcp-lease-max=2000000\ndhcp-leasefile=%s\npid-file=%s\n'
                       'dhcp-option=3,10.0.0.1\ndhcp-option=6,10.0.0.1\ndomain=example.org\n'
                       % (self.path('leases'), self.path('pid')))
            high = 'static' if case.hosts else case.high
            conf.write('dhcp-range=%s,%s,%s,%d\n' % (case.low, high, case.subnet.netmask, PREFERRED_LIFE))
            for n in range(1, case.hosts + 1):
                conf.write('dhcp-host=%s,%s\n' % (client_mac(n), case.low + n - 1))

    def command(self):
        return [self.program, '-C', self.path('dnsmasq.conf')]


class Limit(Server):
    """No server: answers from fixed bytes, with the disk's share (dhcp_limit.cc)."""

    name = 'limit'

    def configure(self, case):
        self.low = case.low

    def command(self):
        return [self.program, 'srv0', SERVER, str(self.low), self.path('records')]
