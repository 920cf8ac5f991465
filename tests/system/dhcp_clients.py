#!/usr/bin/env python3
"""dhclient, udhcpc and a BOOTP client obtain addresses from the how-to's dhcpd.conf; dead clients and rubbish do no harm."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import sandbox
sandbox.enter()
from lib import dhcp, leases, net, programs, server
from lib.bootsite import BootSite
from lib.daemon import Daemon, Failure
from lib.wire import Client


def in_range(address):
    return address.startswith('192.168.0.') and 128 <= int(address.split('.')[3]) <= 220


def check(truth, what):
    if not truth:
        raise Failure(what)


def address_of(host, interface):
    words = host.run(['ip', '-4', '-o', 'addr', 'show', 'dev', interface]).stdout.decode().split()
    return words[words.index('inet') + 1].split('/')[0] if 'inet' in words else None


def lan(serving):
    """A switch in the server's host: eth0 with the server's address is the bridge itself; clients are plugged in."""
    host = net.Host('lan')
    host.batch('link add eth0 type bridge forward_delay 0', 'link set eth0 address 02:00:00:00:00:01 up',
               'addr add 192.168.0.1/24 dev eth0', 'route add default dev eth0')
    return host


def plug(switch, name, mac):
    client = net.Host(name)
    net.cable(client, 'eth0', switch, 'to-' + name, mac_a=mac)
    switch.batch('link set to-%s master eth0' % name)
    return client


def main():
    program = programs.dhcpd()
    config = BootSite.howto('etc/dhcpd.conf')
    site = server.DhcpHost('srv')
    daemon = site.start(program, config)
    wire = site.wires[0]

    print('a raw client: the whole conversation')
    ack = Client(wire, '02:aa:00:00:00:01').bind((55, bytes([1, 3, 6, 28])))
    check(in_range(ack.address()), 'address out of range: ' + ack.address())
    check(dhcp.ip_text(ack.siaddr) == '192.168.0.1' and ack.file.rstrip(b'\0') == b'pxelinux.0', 'next-server, filename')
    record = leases.read(site.leases_path()).get(ack.address())
    check(record and record['binding state'] == 'active', 'no active record of the acknowledged lease: %s' % record)

    print('a BOOTP client (dynamic addresses are not for it in a plain range)')
    wire.send(dhcp.Message(chaddr=dhcp.mac('02:aa:00:00:00:02'), xid=7), '02:aa:00:00:00:02')
    daemon.await_line('^BOOTREQUEST from 02:aa:00:00:00:02 via eth0: BOOTP from dynamic client and no dynamic leases')

    print('truncated, garbage and random packets leave it serving')
    wire.send(b'\x01\x01\x06', '02:aa:00:00:00:03')
    wire.send(b'\xff' * 548, '02:aa:00:00:00:03')
    wire.send(bytes((index * 7919 + index // 3) % 256 for index in range(1472)), '02:aa:00:00:00:03')
    wire.send_frame('ff:ff:ff:ff:ff:ff', '02:aa:00:00:00:03', 0x0800, b'E\0\0')
    ack = Client(wire, '02:aa:00:00:00:04').bind()
    check(in_range(ack.address()), 'address out of range: ' + ack.address())

    print('kill -9 after the ACK and between OFFER and ACK: nothing acknowledged is lost')
    half = Client(wire, '02:aa:00:00:00:05')
    offer = half.discover()
    daemon.stop(9)
    daemon = site.start(program)
    kept = leases.read(site.leases_path()).get(ack.address())
    check(kept and kept['binding state'] == 'active', 'lost by a kill: %s' % kept)
    finished = half.request(offer)
    check(finished.kind() == dhcp.ACK and finished.yiaddr == offer.yiaddr, 'the REQUEST after the restart')
    other = Client(wire, '02:aa:00:00:00:06').bind((50, ack.yiaddr))
    check(other.yiaddr not in (ack.yiaddr, finished.yiaddr), 'an acknowledged address was given to another client')
    daemon.stop()

    print('dhclient and udhcpc')
    switch = lan(site)
    os.makedirs('/run/dhcp', exist_ok=True)
    with open('/run/dhcp/dhcpd.conf', 'wb') as file:
        file.write(config)
    open('/run/dhcp/dhcpd.leases', 'w').close()
    daemon = Daemon(site.command(program), switch, name='dhcpd')
    daemon.await_line('^Server starting service')
    tools = 0
    dhclient = programs.find('dhclient', '/usr/sbin/dhclient', '/sbin/dhclient')
    if dhclient:
        client = plug(switch, 'one', '02:bb:00:00:00:01')
        done = client.run([dhclient, '-4', '-1', '-v', '-sf', '/bin/true', '-cf', '/dev/null', '-lf', '/run/t/dhclient.leases',
                           '-pf', '/run/t/dhclient.pid', 'eth0'])
        check(done.returncode == 0, 'dhclient: ' + done.stdout.decode())
        line = daemon.await_line('^DHCPACK on .* to 02:bb:00:00:00:01')
        check(in_range(line.text.split()[2]), line.text)
        tools += 1
    udhcpc = programs.find('udhcpc') or programs.find('busybox')
    if udhcpc:
        client = plug(switch, 'two', '02:bb:00:00:00:02')
        words = [udhcpc] if udhcpc.endswith('udhcpc') else [udhcpc, 'udhcpc']
        done = client.run(words + ['-n', '-q', '-f', '-i', 'eth0', '-s', '/bin/true'])
        check(done.returncode == 0, 'udhcpc: ' + done.stdout.decode())
        daemon.await_line('^DHCPACK on .* to 02:bb:00:00:00:02')
        tools += 1
    daemon.stop()
    print('passed, with %d clients of this machine' % tools)


if __name__ == '__main__':
    main()
