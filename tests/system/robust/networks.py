"""Interfaces that change, packets that are lost, doubled, too long; relays; other servers."""

import struct
import time

from lib import dhcp, net, server
from lib.daemon import Daemon, Failure, await_true
from lib.wire import checksum, udp_packet
from peer import Peer, error, rrq
from trial import SERVER, Site, case, check, mac


@case('N-04', 'the interface goes down and up')
def down_and_up(t):
    site = t.dhcpd()
    for _ in range(2):
        site.host.ip('link', 'set', 'eth0', 'down')
        time.sleep(0.3)
        site.host.ip('link', 'set', 'eth0', 'up')
        began = time.monotonic()
        await_true(lambda: _offered(site), 'an offer', 5, 0.05)
        t.said = '%.1f s' % (time.monotonic() - began)
        check(time.monotonic() - began < 2, 'the first offer after ' + t.said)


def _offered(site):
    try:
        return site.fresh().discover(timeout=0.2)
    except (Failure, OSError):
        return None


@case('N-05', 'the interface gets another name')
def renamed(t):
    site = t.dhcpd()
    site.host.batch('link set eth0 down', 'link set eth0 name lan0', 'link set lan0 up')
    await_true(lambda: _offered(site), 'an offer', 5, 0.05)
    site.host.batch('route add default dev lan0')


@case('N-07', 'the address of the interface changes')
def address_changes(t):
    site = t.dhcpd()
    site.host.batch('addr del 10.0.0.1/16 dev eth0', 'addr add 10.0.0.2/16 dev eth0')
    await_true(lambda: getattr(_offered(site), 'option', lambda code: dhcp.ip('10.0.0.2'))(54) == dhcp.ip('10.0.0.2'),
               'the server names an address that it still has', 3, 0.1)
    site.serves(2)


@case('N-09', 'every message five times, and out of order')
def doubled(t):
    site = t.dhcpd()
    for number in range(20):
        client = site.fresh()
        message = dhcp.Message(chaddr=client.mac, xid=number + 1, options=[(53, dhcp.DISCOVER)])
        for _ in range(5):
            site.wire.send(message, client.mac)
        offers = {d.message().yiaddr for d in site.settle() if d.message().xid == number + 1}
        check(len(offers) == 1, 'one DISCOVER, %d addresses' % len(offers))
        message = dhcp.Message(chaddr=client.mac, xid=number + 1, options=[(53, dhcp.REQUEST), (50, offers.pop()), (54, dhcp.ip(SERVER))])
        for _ in range(5):
            site.wire.send(message, client.mac)
    site.settle()
    owners = [record.get('hardware ethernet') for record in site.leases().values() if record['binding state'] == 'active']
    check(len(owners) == len(set(owners)), 'a client has two leases')


@case('N-10', 'datagrams longer than a frame')
def oversized(t):
    site = t.dhcpd()
    for size in (1472, 1473, 1501, 4095, 4096, 9000, 65507):
        body = dhcp.Message(chaddr=mac(3), xid=3, options=[(53, 1)], size=size).encode()
        for at in range(0, len(body) + 8, 1400):
            _fragment(site, body, at)
    site.settle()


def _fragment(site, body, at):
    packet = udp_packet('10.0.99.9', 67, SERVER, 67, body)
    part = packet[20 + at:20 + at + 1400]
    more = 0x2000 if 20 + at + 1400 < len(packet) else 0
    head = struct.pack('!BBHHHBBH', 0x45, 0, 20 + len(part), len(body) & 0xffff, more | at // 8, 64, 17, 0) + packet[12:20]
    head = head[:10] + struct.pack('!H', checksum(head)) + head[12:]
    site.wire.send_frame(server.SERVER_MAC % 1, mac(3), 0x0800, head + part)


@case('N-13', 'option 82 of every length comes back as it was, last')
def option_82(t):
    site = t.dhcpd('option big code 222 = text; option big "%s";' % ('b' * 250))
    for length in (3, 10, 100, 200, 250):
        for where in ('last', 'first'):
            agent = bytes([1, length - 2]) + b'\xee' * (length - 2)
            client = site.fresh()
            options = [(53, dhcp.DISCOVER), (55, bytes([222, 1, 3])), (57, dhcp.u16(576))]
            options = options + [(82, agent)] if where == 'last' else [options[0], (82, agent)] + options[1:]
            site.wire.own('10.0.88.8', mac(88))
            site.wire.send(dhcp.Message(chaddr=client.mac, xid=length, giaddr='10.0.88.8', options=options), mac(88),
                           target_mac=server.SERVER_MAC % 1, target=SERVER, source='10.0.88.8', source_port=67)
            reply = site.wire.await_datagram(lambda d: d.message().op == 2 and d.message().xid == length, 5, 'a reply to the relay').message()
            check(reply.option(82) == agent, 'option 82 of %d octets: %r' % (length, reply.option(82)))
            check(reply.options[-1][0] == 82, 'option 82 is not the last')


@case('N-14', 'the server has a /32')
def point_to_point(t):
    site = Site(t, interfaces=((SERVER + '/32',),))
    site.run()
    site.serves(2)
    site.daemon.stop()


@case('T-09', 'transfer ports cannot be guessed', 'tftpd')
def random_ports(t):
    site = t.tftpd()
    ports = set()
    for _ in range(64):
        peer = site.peer()
        peer.ask(rrq('file'))
        peer.receive(2)
        ports.add(peer.tid[1])
        peer.send(error(0))
        peer.close()
    ordered = sorted(ports)
    t.said = '%d ports, %d to %d' % (len(ports), ordered[0], ordered[-1])
    check(len(ports) >= 16, 'only %d ports for 64 transfers' % len(ports))
    check(ordered[-1] - ordered[0] > 8192, 'they lie close together: ' + t.said)


@case('T-24', 'the reply comes from the address that was asked', 'tftpd')
def address_that_was_asked(t):
    site = t.tftpd()
    t.forget(site)
    site.daemon.stop()
    net.ip_batch(['addr add 10.9.9.9/32 dev lo', 'addr add 10.9.9.8/32 dev lo'])
    daemon = Daemon([t.program, '-L', '-4', '-s', site.root], name='in.tftpd')
    await_true(lambda: ':0045' in open('/proc/net/udp').read(), 'it listens')
    for address in ('10.9.9.9', '10.9.9.8', '127.0.0.1'):
        peer = Peer((address, 69), bind='10.9.9.9')
        peer.ask(rrq('small'))
        check(peer.receive(2) is not None, 'no answer at ' + address)
        check(peer.tid[0] == address, 'asked at %s, answered from %s' % (address, peer.tid[0]))
        peer.send(error(0))
        peer.close()
    daemon.stop()
