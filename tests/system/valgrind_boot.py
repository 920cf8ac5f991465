#!/usr/bin/env python3
"""Both daemons under valgrind, from the start over what clients do in a boot to the end: no finding, no leak."""

import os
import signal
import sys

sys.path[:0] = [os.path.join(os.path.dirname(os.path.abspath(__file__)), folder) for folder in ('tftp_twin', '')]
from lib import sandbox
sandbox.enter()
from lib import dhcp, programs, server
from lib.daemon import Daemon, Failure, await_true
from lib.wire import Client
from peer import Peer, error, rrq, wrq

# It runs the program itself and needs system calls of its own.
WITHOUT_FILTER = b'dhcpd: { system_call_filter = false; file_restriction = false; };\n' \
    b'tftpd: { system_call_filter = false; file_restriction = false; };\n'
CONFIG = """authoritative;
ping-timeout 1;
class "pxe" { match if substring(option vendor-class-identifier, 0, 9) = "PXEClient"; filename "pxelinux.0"; }
subnet 10.0.0.0 netmask 255.255.255.0 {
  range 10.0.0.100 10.0.0.199;
  option routers 10.0.0.1;
  next-server 10.0.0.1;
  on commit { execute("/bin/true", binary-to-ascii(16, 8, ":", hardware)); }
}
host fixed { hardware ethernet 02:be:00:00:00:01; fixed-address 10.0.0.50; option host-name "fixed"; }
"""
BROKEN = 99


def valgrind(name):
    return [programs.need('valgrind'), '--quiet', '--vgdb=no', '--error-exitcode=%d' % BROKEN, '--leak-check=full',
            '--errors-for-leak-kinds=definite,possible', '--child-silent-after-fork=no', '--log-file=%s' % report(name)]


def report(name):
    return '%s/%s.valgrind' % (sandbox.SCRATCH, name)


def end(daemon, name):
    status = daemon.stop(timeout=60)
    with open(report(name)) as file:
        found = file.read()
    if status == BROKEN or found.strip():
        raise Failure('%s, status %d:\n%s' % (name, status, found[:8000]))
    if status != 0:
        raise Failure('%s ends with %d:\n%s' % (name, status, daemon.words()))


def dhcpd():
    here = server.DhcpHost('host', (('10.0.0.1/24',),))
    here.write('dhcpd.conf', CONFIG)
    here.write('dhcpd.leases', '')
    os.mkdir('/run/dhcp')
    daemon = Daemon(valgrind('dhcpd') + here.command(programs.dhcpd()), here.host, binds=[(here.folder, '/run/dhcp')], name='dhcpd')
    daemon.await_line('^Server starting service', timeout=120)
    cable = here.wires[0]

    def boot(client, *options):
        offer = client.discover(*options, timeout=30)
        return client.request(offer, *options, timeout=30)

    boot(Client(cable, '02:be:00:00:00:01'))
    clients = [Client(cable, '02:be:00:00:01:%02x' % number, options=[(60, b'PXEClient:Arch:00000'), (55, bytes(range(1, 80)))])
               for number in range(10)]
    given = [boot(client) for client in clients]
    cable.own(given[0].address(), clients[0].mac)
    clients[0].ask(dhcp.REQUEST, ciaddr=given[0].yiaddr, timeout=30)
    clients[1].send(dhcp.DECLINE, [(50, given[1].yiaddr), (54, given[1].option(54))])
    clients[2].send(dhcp.RELEASE, ciaddr=given[2].yiaddr)
    cable.own('10.0.0.77', clients[3].mac)
    clients[3].ask(dhcp.INFORM, ciaddr='10.0.0.77', timeout=30)
    for cut in range(0, 400, 7):
        cable.send(dhcp.Message(chaddr=clients[4].mac, options=[(53, 1), (55, b'abc'), (12, b'name')]).encode()[:cut], clients[4].mac)
    daemon.process.send_signal(signal.SIGHUP)
    daemon.await_line('read again', timeout=60)
    daemon.process.send_signal(signal.SIGUSR1)
    daemon.await_line('^Counters: discover', timeout=60)
    boot(Client(cable, '02:be:00:00:02:01'))
    end(daemon, 'dhcpd')


def tftpd():
    root = sandbox.SCRATCH + '/root'
    os.mkdir(root)
    os.chmod(root, 0o777)
    content = bytes(range(256)) * 1000
    with open(root + '/file', 'wb') as file:
        file.write(content)
    with open(sandbox.SCRATCH + '/rules', 'w') as file:
        file.write('r ^alias$ file\n')
    daemon = Daemon(valgrind('in.tftpd') + [programs.tftpd(), '-L', '-4', '-c', '-vvv', '-m', sandbox.SCRATCH + '/rules', '-s', root],
                    name='in.tftpd')
    await_true(lambda: not daemon.running() or ':0045' in open('/proc/net/udp').read(), 'it listens', 60)

    def fetch(*words, window=1):
        peer = Peer(('127.0.0.1', 69))
        got = peer.fetch(rrq(*words), window=window)
        peer.close()
        return got

    for words, window in ((('file',), 1), (('alias', 'blksize', '1468', 'tsize', '0'), 1), (('file', 'blksize', '1468', 'windowsize', '8'), 8)):
        if fetch(*words, window=window) != content:
            raise Failure('%s is not served' % ' '.join(words))
    for packet in (rrq('missing'), rrq('../../etc/passwd'), rrq('file', 'blksize', '7'), wrq('file'), b'\0\1', b'\0\5\0\0', rrq('file', mode='mail')):
        peer = Peer(('127.0.0.1', 69))
        peer.first_answer(packet)
        peer.close()
    peer = Peer(('127.0.0.1', 69))
    if not peer.put(wrq('upload'), content[:5000]):
        raise Failure('an upload fails')
    peer.close()
    for number in (signal.SIGHUP, signal.SIGUSR1):
        daemon.process.send_signal(number)
    if fetch('file') != content:
        raise Failure('the file is not served again')
    end(daemon, 'in.tftpd')


def main():
    for program in (programs.dhcpd(), programs.tftpd()):
        if programs.instrumented(program):
            sandbox.skip('a build with sanitizers does not run under valgrind')
    sandbox.layer('/etc')
    sandbox.put('/etc/bootserver.cfg', WITHOUT_FILTER)
    for daemon in (dhcpd, tftpd):
        daemon()
        print('%s: nothing found' % daemon.__name__)
    return 0


if __name__ == '__main__':
    sys.exit(main())
