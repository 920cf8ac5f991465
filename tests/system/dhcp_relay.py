#!/usr/bin/env python3
"""Clients behind a relay agent (ISC's dhcrelay in a host of its own) obtain, renew and give back addresses."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import sandbox
sandbox.enter()
from lib import dhcp, net, programs
from lib.daemon import Daemon, Failure
from lib.wire import Client, Wire

CONFIG = '''
ping-check off;
ddns-update-style none;
authoritative;
subnet 10.1.0.0 netmask 255.255.255.0 { }
subnet 10.2.0.0 netmask 255.255.255.0 {
  range 10.2.0.100 10.2.0.110;
  option routers 10.2.0.1;
  option domain-name = concat("port-", option agent.circuit-id);
}
'''


def check(truth, what):
    if not truth:
        raise Failure(what)


def main():
    program = programs.dhcpd()
    relay_program = programs.need_stock('/usr/sbin/dhcrelay')
    server, relay = net.Host('server'), net.Host('relay')
    net.cable(server, 'eth0', relay, 'up', mac_a='02:00:00:00:00:01')
    net.cable(relay, 'down', None, 'clients')
    server.address('eth0', '10.1.0.1/24')
    relay.batch('addr add 10.1.0.2/24 dev up', 'addr add 10.2.0.1/24 dev down')
    relay.run(['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward'])
    server.batch('route add 10.2.0.0/24 via 10.1.0.2')
    os.makedirs('/run/dhcp')
    with open('/run/dhcp/dhcpd.conf', 'w') as file:
        file.write(CONFIG)
    open('/run/dhcp/dhcpd.leases', 'w').close()
    daemon = Daemon([program, '-f', '-cf', '/run/dhcp/dhcpd.conf', '-lf', '/run/dhcp/dhcpd.leases', '-pf', '/run/dhcp/dhcpd.pid'],
                    server, name='dhcpd')
    daemon.await_line('^Server starting service')
    agent = Daemon([relay_program, '-d', '-a', '-id', 'down', '-iu', 'up', '-pf', '/run/dhcrelay.pid', '10.1.0.1'], relay, name='dhcrelay')
    agent.await_line('Sending on   Socket/fallback')

    print('a raw client')
    wire = Wire('clients')
    client = Client(wire, '02:aa:00:00:00:01')
    ack = client.bind((55, bytes([1, 3, 15])))
    check(ack.address() == '10.2.0.100' and ack.giaddr == dhcp.ip('10.2.0.1'), 'address %s' % ack.address())
    check(ack.option(15).startswith(b'port-'), 'the circuit that the relay names: %r' % ack.option(15))
    check(ack.option(82) is None, 'the relay takes its option back: %r' % ack.option(82))

    print('it renews straight with the server, through the router')
    xid = 0x1234
    message = dhcp.Message(chaddr=client.mac, xid=xid, ciaddr=ack.address(), options=[(53, dhcp.REQUEST)])
    router_mac = mac_of(relay, 'down')
    wire.send(message, client.mac, target_mac=router_mac, source=ack.address(), target='10.1.0.1')
    reply = wire.await_datagram(lambda d: d.message().xid == xid and d.message().op == 2).message()
    check(reply.kind() == dhcp.ACK and reply.yiaddr == ack.yiaddr, 'the renewal: ' + reply.kind_name())

    print('an address of another network is refused through the relay')
    nak = client.ask(dhcp.REQUEST, [(50, dhcp.ip('192.168.7.7'))])
    check(nak.kind() == dhcp.NAK, nak.kind_name())

    dhclient = programs.find('dhclient', '/usr/sbin/dhclient', '/sbin/dhclient')
    if dhclient:
        print('dhclient')
        machine = net.Host('machine')
        net.ip('link', 'set', 'clients', 'netns', 'machine')
        machine.batch('link set clients up')
        done = machine.run([dhclient, '-4', '-1', '-v', '-sf', '/bin/true', '-cf', '/dev/null', '-lf', '/run/t/dhclient.leases',
                            '-pf', '/run/t/dhclient.pid', 'clients'])
        check(done.returncode == 0, 'dhclient: ' + done.stdout.decode())
        daemon.await_line('^DHCPACK on 10.2.0.10[0-9] to .* via 10.2.0.1')
    agent.stop()
    daemon.stop()
    print('passed')


def mac_of(host, interface):
    """The hardware address of an interface of the host."""
    words = host.run(['ip', '-o', 'link', 'show', 'dev', interface]).stdout.decode().split()
    return words[words.index('link/ether') + 1]


if __name__ == '__main__':
    main()
