#!/usr/bin/env python3
"""The life of dhcpd: reload, scripts that hang, interfaces that go and come back, a log that nobody reads, signals, rights."""

import json
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import sandbox
sandbox.enter()
from lib import dhcp, leases, net, programs, server, wire
from lib.daemon import Failure, await_true
from lib.wire import Client, Wire

CONFIG = '''
authoritative;
default-lease-time 600;
ping-check false;
%s
subnet 10.0.0.0 netmask 255.255.255.0 {
  range 10.0.0.100 10.0.0.199;
  option routers 10.0.0.1;
  %s
}
'''
PROGRAM = programs.dhcpd()
OURS = os.environ.get('DHCPD') != 'stock'


def check(truth, what):
    if not truth:
        raise Failure(what)


_number = 0


def site(outer='', inner='', interfaces=(('10.0.0.1/24',),), **more):
    global _number
    _number += 1
    host = server.DhcpHost('life%d' % _number, interfaces)
    host.start(PROGRAM, CONFIG % (outer, inner), **more)
    return host


def mac(number):
    return '02:cc:00:00:%02x:%02x' % (number >> 8, number & 255)


def reload_keeps_offers_and_refuses_mistakes():
    here = site()
    daemon, cable = here.daemon, here.wires[0]
    waiting = Client(cable, mac(1))
    offer = waiting.discover()
    here.write('dhcpd.conf', CONFIG % ('', 'option domain-name "new.example";'))
    daemon.process.send_signal(signal.SIGHUP)
    daemon.await_line('read again')
    ack = waiting.request(offer, (55, bytes([15])))
    check(ack.kind() == dhcp.ACK and ack.yiaddr == offer.yiaddr, 'an offer did not survive a reload')
    check(ack.option(15) == b'new.example', 'the new configuration is not in force: %r' % ack.option(15))
    here.write('dhcpd.conf', CONFIG % ('bogus 1;', 'option domain-name 5'))
    daemon.process.send_signal(signal.SIGHUP)
    daemon.await_line('semicolon expected|declaration|expecting')
    daemon.await_line('has errors: the configuration in force is kept')
    ack = Client(cable, mac(2)).bind((55, bytes([15])))
    check(ack.option(15) == b'new.example', 'a broken file changed something')
    check(daemon.stop() == 0, 'SIGTERM does not end it with 0')


def reload_reads_what_the_account_may_not():
    """Directories of the configuration that were read at the start, and no others (EL: /etc/dhcp is closed to all but root)."""
    here = server.DhcpHost('closed', (('10.0.0.1/24',),))
    os.chown(here.folder, 65534, 65534)
    for folder in ('known', 'other'):
        os.mkdir(here.path(folder), 0o750)
    include = 'include "/run/dhcp/%s/part.conf";'
    here.write('known/part.conf', 'option domain-name "old.example";')
    here.write('other/part.conf', 'option domain-name "other.example";')
    daemon = here.start(PROGRAM, CONFIG % (include % 'known', ''), flags=('-f', '-user', 'nobody'))
    for number, (folder, line) in enumerate((('known', 'read again'), ('other', 'can read only directories that it read at start'))):
        here.write('known/part.conf', 'option domain-name "new.example";')
        here.write('dhcpd.conf', CONFIG % (include % folder, ''))
        daemon.process.send_signal(signal.SIGHUP)
        daemon.await_line(line)
        ack = Client(here.wires[0], mac(3 + number)).bind((55, bytes([15])))
        check(ack.option(15) == b'new.example', '%s: %r' % (folder, ack.option(15)))
    daemon.stop()


def reloads_under_load_lose_nothing():
    load = os.path.join(programs.BUILD or '.', 'tests/bench/dhcp_load')
    if not os.access(load, os.X_OK):
        print('  (left out: tests/bench/dhcp_load is not built)')
        return
    here = server.DhcpHost('reload', (('10.0.0.1/8',),))
    config = 'ping-check off;\nsubnet 10.0.0.0 netmask 255.0.0.0 { range 10.1.0.0 10.1.255.255; }\n%s\n'
    here.start(PROGRAM, config % '')
    process = subprocess.Popen([load, '--interface', here.wires[0].interface, '--rate', '1000', '--seconds', '8',
                                '--clients', '7000'], stdout=subprocess.PIPE)
    for number in range(20):
        time.sleep(0.3)
        here.write('dhcpd.conf', config % ('bogus 1;' if number % 3 == 2 else 'option domain-name "n%d";' % number))
        here.daemon.process.send_signal(signal.SIGHUP)
        here.daemon.await_line('read again' if number % 3 != 2 else 'configuration in force is kept')
    result = json.loads(process.communicate(timeout=30)[0])
    check(result['exchanges'] >= 6000 and result['lost'] == 0 and result['naks'] == 0 and result['twice'] == 0, result)
    here.daemon.stop()


def scripts_hold_up_nobody():
    here = site(inner='on commit { execute("/bin/sleep", "5"); }')
    cable = here.wires[0]
    began = time.monotonic()
    for number in range(10, 30):
        Client(cable, mac(number)).bind()
    spent = time.monotonic() - began
    check(spent < 2, '20 clients waited %.1f s for scripts' % spent)
    here.daemon.await_line(r'execute_statement argv\[0\] = /bin/sleep')
    here.daemon.stop()


def a_script_that_fails_is_named():
    here = site(inner='on commit { execute("/bin/false"); execute("/nonexistent/program"); }')
    Client(here.wires[0], mac(31)).bind()
    for line in ('^execute: /bin/false exit status 256$', '^Unable to execute /nonexistent/program: No such file or directory$',
                 '^execute: /nonexistent/program exit status 32512$'):  # in no order: they run side by side
        here.daemon.await_line(line, start=0)
    here.daemon.stop()


def an_interface_that_comes_back_is_served():
    here = site()
    Client(here.wires[0], mac(40)).bind()
    for again in range(3):
        here.host.ip('link', 'del', 'eth0')
        here.wires[0].socket.close()
        time.sleep(0.1 * again)  # a short absence and longer ones are different to a daemon that looks now and then
        peer = '%s-0' % here.host.name
        net.cable(here.host, 'eth0', None, peer, mac_a=server.SERVER_MAC % 1)
        here.host.address('eth0', '10.0.0.1/24')
        came_back = time.monotonic()
        here.wires[0] = Wire(peer)
        client = Client(here.wires[0], mac(41 + again))
        while True:
            try:
                client.discover(timeout=0.2)
                break
            except Failure:
                check(time.monotonic() - came_back < 2, 'not served 2 s after the interface came back')
        client.bind()
    here.daemon.stop()


def a_second_interface_that_appears_is_served():
    here = site()
    net.cable(here.host, 'eth7', None, 'late-0', mac_a=server.SERVER_MAC % 8)
    here.host.address('eth7', '10.0.0.2/24')
    here.daemon.await_line('^Listening on LPF/eth7/', 3)
    Client(Wire('late-0'), mac(50)).bind()
    here.daemon.stop()


def rubbish_does_no_harm():
    here = site()
    cable = here.wires[0]
    chance = random.Random(1)
    whole = dhcp.Message(chaddr=dhcp.mac(mac(60)), xid=1, options=[(53, 1), (55, bytes(range(1, 60)))]).encode()
    for _ in range(3000):
        kind = chance.randrange(4)
        if kind == 0:
            body = chance.randbytes(chance.randrange(1472))
        elif kind == 1:
            body = whole[:chance.randrange(len(whole))]
        elif kind == 2:
            at = chance.randrange(len(whole))
            body = whole[:at] + chance.randbytes(1) + whole[at + 1:]
        else:
            body = whole[:240] + chance.randbytes(chance.randrange(900))
        cable.send(body, mac(60))
    for _ in range(300):
        cable.send_frame('ff:ff:ff:ff:ff:ff', mac(61), 0x0800, b'E' + chance.randbytes(chance.randrange(1400)))
    cable.send(whole, mac(62), bad_checksum=True)
    cable.drain()
    cable.inbox.clear()
    check(here.daemon.running(), 'it died:\n' + here.daemon.words()[-2000:])
    Client(cable, mac(63)).bind()
    here.daemon.stop()


def vlan_tags():
    here = site()
    cable = here.wires[0]
    message = dhcp.Message(chaddr=dhcp.mac(mac(70)), xid=70, options=[(53, 1)])
    cable.send(message, mac(70), tag=5)
    message.xid = 71
    cable.send(message, mac(70), tag=0)  # a priority alone is no other network
    answered = cable.await_datagram().message()
    check(answered.xid == 71, 'a frame of VLAN 5 was answered')
    here.daemon.stop()


def pings_delay_only_their_own_offer():
    here = site(outer='ping-timeout 1;', inner='ping-check true;')
    cable = here.wires[0]
    cable.own('10.0.0.100', '02:dd:00:00:00:01')
    cable.pingable.add('10.0.0.100')
    taken = Client(cable, mac(80))
    taken.send(dhcp.DISCOVER)
    began = time.monotonic()
    while not here.daemon.has_line('Abandoning IP address 10.0.0.100: pinged before offer'):
        cable.drain()
        check(time.monotonic() - began < 3, 'an answered ping is not noticed')
        time.sleep(0.01)
    clients = [Client(cable, mac(81 + i)) for i in range(30)]
    began = time.monotonic()
    waiting = {client.send(dhcp.DISCOVER): client for client in clients}
    while waiting:
        datagram = cable.await_datagram(timeout=3, what='%d offers' % len(waiting))
        waiting.pop(datagram.message().xid, None)
    spent = time.monotonic() - began
    check(0.9 < spent < 1.9, '30 pings side by side took %.2f s' % spent)
    here.daemon.stop()


class NameServer:
    """On the host's loopback; it answers when it is told to."""

    def __init__(self, host):
        sandbox.layer('/etc')
        sandbox.put('/etc/nsswitch.conf', b'hosts: files dns\n')
        sandbox.put('/etc/resolv.conf', b'nameserver 127.0.0.1\noptions timeout:30\n')
        with host.inside():
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(('127.0.0.1', 53))
        self.socket.settimeout(5)

    def await_question(self, name):
        query, asker = self.socket.recvfrom(512)
        check(self.wire_name(name) in query, '%r is asked instead of %s' % (query, name))
        return query, asker

    def answer(self, question, name):
        """RFC 1035 sections 4.1.1 and 4.1.3: the question again and one PTR record."""
        query, asker = question
        target = self.wire_name(name)
        record = b'\xc0\x0c' + struct.pack('!HHLH', 12, 1, 60, len(target)) + target
        self.socket.sendto(query[:2] + struct.pack('!HHHHH', 0x8180, 1, 1, 0, 0) + query[12:] + record, asker)

    @staticmethod
    def wire_name(name):
        return b''.join(bytes([len(label)]) + label.encode() for label in name.split('.')) + b'\0'


def names_delay_only_their_own_clients():
    here = server.DhcpHost('names', (('10.0.0.1/24',),))
    names, cable = NameServer(here.host), here.wires[0]
    own = 'host own { hardware ethernet %s; option host-name "own"; }' % mac(92)
    here.start(PROGRAM, CONFIG % ('get-lease-hostnames on;', own))
    first, second = Client(cable, mac(90)), Client(cable, mac(91))
    waiting = {client.send(dhcp.DISCOVER, [(55, bytes([12]))]) for client in (first, second)}
    query = names.await_question('100.0.0.10.in-addr.arpa')
    offer = Client(cable, mac(92)).discover(timeout=2)
    check(offer.address() == '10.0.0.100' and not cable.inbox, 'an answer did not wait for the name')
    names.answer(query, 'pc100.example')
    for address in (101, 102):  # 100 has been given away
        names.answer(names.await_question('%d.0.0.10.in-addr.arpa' % address), 'pc%d.example' % address)
        offer = cable.await_datagram(timeout=2).message()
        waiting.remove(offer.xid)
        check(offer.address() == '10.0.0.%d' % address, '%s is offered' % offer.address())
        check(offer.option(12).rstrip(b'\0') == b'pc%d.example' % address, '%s is called %r' % (offer.address(), offer.option(12)))
    check(not waiting, 'a client was forgotten')
    here.daemon.stop()


def forged_echo_replies_count_for_nothing():
    here = site(inner='ping-check true;')
    cable = here.wires[0]
    client = Client(cable, mac(120))
    client.send(dhcp.DISCOVER)
    for identifier in range(64):
        body = bytes([0, 0, 0, 0, identifier, identifier, 0, 1]) + bytes(16)
        check_sum = wire.checksum(body)
        body = body[:2] + check_sum.to_bytes(2, 'big') + body[4:]
        cable.send_frame(server.SERVER_MAC % 1, mac(121), 0x0800, wire.ip_packet('10.0.0.100', '10.0.0.1', 1, body))
    check(cable.await_datagram(timeout=3).message().address() == '10.0.0.100', 'a forged echo reply was believed')
    here.daemon.stop()


def a_log_that_nobody_reads():
    here = site()
    cable = here.wires[0]
    first = len(here.daemon.log.lines)
    for number in range(200, 290):  # the log's socket holds far fewer lines
        Client(cable, mac(number)).bind()
    lines = []
    await_true(lambda: lines.extend(here.daemon.log.drain()) or
               sum('DHCPACK on' in line.text for line in here.daemon.log.lines[first:]) == 90, 'the lines that waited')
    here.daemon.stop()


def nothing_acknowledged_is_lost_by_a_kill():
    here = site()
    cable = here.wires[0]
    given = {}
    for number in range(300, 312):
        client = Client(cable, mac(number))
        given[client.bind().address()] = client
        half = Client(cable, mac(1000 + number))
        offer = half.discover()
        here.daemon.stop(signal.SIGKILL)
        here.start(PROGRAM)
        ack = half.request(offer)
        check(ack.kind() == dhcp.ACK and ack.address() not in given, 'REQUEST after a kill: %s' % ack.address())
        given[ack.address()] = half
    known = leases.read(here.leases_path())
    for address, client in given.items():
        check(known.get(address, {}).get('binding state') == 'active', '%s is lost' % address)
        again = client.bind()
        check(again.address() == address, '%s became %s' % (address, again.address()))
    here.daemon.stop()


def counters_and_rights():
    here = site()
    Client(here.wires[0], mac(400)).bind()
    here.daemon.process.send_signal(signal.SIGUSR1)
    here.daemon.await_line('^Counters: discover 1$')
    here.daemon.await_line('^Counters: leases-committed 1$')
    with open('/proc/%d/status' % here.daemon.pid) as file:
        status = dict(line.split(':\t', 1) for line in file.read().split('\n') if ':\t' in line)
    for kind in ('CapEff', 'CapPrm', 'CapInh', 'CapAmb'):
        check(int(status[kind], 16) == 0, '%s is %s' % (kind, status[kind]))
    check(status['NoNewPrivs'].strip() == '1', 'new privileges: %s' % status)
    check(status['Seccomp'].strip() == '2' or programs.instrumented(programs.dhcpd()), 'not confined: %s' % status)
    here.daemon.stop()


def a_second_server_and_a_stale_number():
    here = site()
    status, said = here.check(PROGRAM, CONFIG % ('', ''), flags=('-f',))
    check(status == 1 and "There's already a DHCP server running." in said, said)
    os.kill(int(open(here.path('dhcpd.pid')).read()), signal.SIGTERM)
    await_true(lambda: not os.path.exists('/proc/%s' % open(here.path('dhcpd.pid')).read().strip()) or
               'Z' in open('/proc/%s/stat' % open(here.path('dhcpd.pid')).read().strip()).read(), 'the end of the first')
    here.write('dhcpd.pid', '%d\n' % os.getpid())  # now another program's
    here.start(PROGRAM)
    here.daemon.stop()


def start_and_exit_statuses():
    here = server.DhcpHost('starts', (('10.0.0.1/24',),))
    status, said = here.check(PROGRAM, CONFIG % ('', ''))
    check(status == 0 and 'Config file: /run/dhcp/dhcpd.conf' in said, said)
    status, said = here.check(PROGRAM, CONFIG % ('bogus;;', ''))
    check(status == 1 and said.rstrip().endswith('exiting.'), said)
    status, said = here.check(PROGRAM, CONFIG % ('bogus 1;', ''), flags=('-q', '-t'))
    check(status == 1 and said == '', said)
    os.unlink(here.path('dhcpd.leases')) if os.path.exists(here.path('dhcpd.leases')) else None
    here.write('dhcpd.conf', CONFIG % ('', ''))
    os.rename(here.write('x', ''), here.path('dhcpd.leases'))
    os.unlink(here.path('dhcpd.leases'))
    done = here.host.run([PROGRAM, '-f', '-cf', here.path('dhcpd.conf'), '-lf', here.path('none'), '--no-pid'],
                         stderr=-2).stdout.decode()
    check(re.search(r"Can't open lease database .*none: No such file or directory --", done), done)
    done = here.host.run([PROGRAM, '-f', '-cf', here.path('dhcpd.conf'), '-lf', here.write('leases', ''), '--no-pid', 'eth9'],
                         stderr=-2)
    check(done.returncode == 1 and b'No subnet declaration for eth9 (no IPv4 addresses).' in done.stdout and
          b'Not configured to listen on any interfaces!' in done.stdout, done.stdout)


def the_parent_returns_when_it_serves():
    here = server.DhcpHost('detach', (('10.0.0.1/24',),))
    here.write('dhcpd.conf', CONFIG % ('', ''))
    pid = here.path('dhcpd.pid')
    done = here.host.run([PROGRAM, '-cf', here.path('dhcpd.conf'), '-lf', here.write('dhcpd.leases', ''), '-pf', pid],
                         stderr=-2, timeout=10)
    check(done.returncode == 0 and b'Sending on   Socket/fallback/fallback-net' in done.stdout, done.stdout)
    Client(here.wires[0], mac(500)).bind()
    os.kill(int(open(pid).read()), signal.SIGTERM)


SCENARIOS = [
    start_and_exit_statuses, the_parent_returns_when_it_serves, a_second_server_and_a_stale_number,
    reload_keeps_offers_and_refuses_mistakes, reload_reads_what_the_account_may_not,
    reloads_under_load_lose_nothing, scripts_hold_up_nobody, a_script_that_fails_is_named,
    an_interface_that_comes_back_is_served, a_second_interface_that_appears_is_served, rubbish_does_no_harm, vlan_tags,
    pings_delay_only_their_own_offer, names_delay_only_their_own_clients, forged_echo_replies_count_for_nothing,
    a_log_that_nobody_reads, nothing_acknowledged_is_lost_by_a_kill, counters_and_rights,
]


def main():
    wanted = sys.argv[1:]
    failed = []
    for scenario in SCENARIOS:
        if wanted and scenario.__name__ not in wanted:
            continue
        began = time.monotonic()
        try:
            scenario()
        except (Failure, OSError, subprocess.SubprocessError) as failure:
            failed.append(scenario.__name__)
            print('FAILED %s: %s' % (scenario.__name__, failure))
        print('%-50s %5.1f s' % (scenario.__name__.replace('_', ' '), time.monotonic() - began))
        sys.stdout.flush()
    sys.exit('failed: %s' % ', '.join(failed) if failed else 0)


if __name__ == '__main__':
    main()
