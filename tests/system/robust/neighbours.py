"""Hosts on the network that mean harm: floods, declines and releases in others' names, addresses of others."""

import os
import random
import time

from lib import dhcp, server
from lib.daemon import Failure
from lib.wire import Client
from trial import SERVER, case, check, mac

SMALL = '''authoritative;
ping-check false;
default-lease-time 600;
host reserved { hardware ethernet 02:be:0a:0a:0a:0a; fixed-address 10.0.200.1; }
subnet 10.0.0.0 netmask 255.255.0.0 {
  range 10.0.1.0 10.0.1.%d;
}
'''


def small_pool(t, last):
    """A server of few addresses, a client that holds one of them, and that address."""
    site = t.dhcpd(text=SMALL % last)
    holder = site.fresh()
    return site, holder, holder.bind().yiaddr


@case('A-01', 'DISCOVER flood: the pool runs dry of offers')
def discover_flood(t):
    site, holder, address = small_pool(t, 59)
    for number in range(300):
        Client(site.wire, mac(number)).send(dhcp.DISCOVER)
    site.settle_quietly()
    check(holder.ask(dhcp.REQUEST, ciaddr=address).yiaddr == address, 'a renewal is not served')
    for _ in range(20):
        client = site.fresh()
        client.bind()
        Client(site.wire, mac(random.getrandbits(24))).send(dhcp.DISCOVER)


@case('A-02', 'the pool is taken by whole conversations')
def starvation(t):
    site, holder, address = small_pool(t, 39)
    for number in range(60):
        client = Client(site.wire, mac(number))
        try:
            client.request(client.discover(timeout=0.05), timeout=1)
        except Failure:
            pass
    check(holder.ask(dhcp.REQUEST, ciaddr=address).yiaddr == address, 'a renewal is not served')
    check(Client(site.wire, '02:be:0a:0a:0a:0a').bind().address() == '10.0.200.1', 'a reserved address is not given')
    check(holder.bind().yiaddr == address, 'a known client loses its address')
    site.daemon.stop()
    t.forget(site)


@case('A-03', 'declines of addresses that others hold, or nobody')
def declines_of_others(t):
    site = t.dhcpd(text=SMALL % 59)
    victims = [site.fresh() for _ in range(5)]
    held = {client.bind().address(): client for client in victims}
    attacker = Client(site.wire, mac(666))
    attacker.discover()
    for number in range(60):
        address = dhcp.ip('10.0.1.%d' % number)
        for more in ([(54, dhcp.ip(SERVER))], [], [(61, b'someone')], [(54, dhcp.ip('10.0.0.9'))]):
            attacker.send(dhcp.DECLINE, [(50, address)] + more)
    site.settle_quietly()
    abandoned = [a for a, record in site.leases().items() if record['binding state'] == 'abandoned']
    check(not set(abandoned) & set(held), 'addresses of others are taken away: %s' % ' '.join(sorted(set(abandoned) & set(held))))
    check(len(abandoned) <= 1, '%d addresses are abandoned' % len(abandoned))
    for address, client in held.items():
        check(client.ask(dhcp.REQUEST, ciaddr=address).address() == address, 'a holder is not served')


@case('A-03/own', 'one client declines address after address')
def declines_of_its_own(t):
    site = t.dhcpd(text=SMALL % 59)
    client = Client(site.wire, mac(667))
    for _ in range(40):
        try:
            ack = client.request(client.discover(timeout=0.5), timeout=0.5)
        except Failure:
            break
        client.send(dhcp.DECLINE, [(50, ack.yiaddr), (54, dhcp.ip(SERVER))])
    site.settle_quietly()
    abandoned = [a for a, record in site.leases().items() if record['binding state'] == 'abandoned']
    check(len(abandoned) <= 12, 'one client has %d addresses abandoned' % len(abandoned))


@case('A-05', 'releases in the name of another')
def releases_of_others(t):
    site = t.dhcpd()
    held = {}
    for _ in range(5):
        client = site.fresh()
        held[client.bind().address()] = client
    for address, client in held.items():
        for chaddr in (client.mac, dhcp.mac(mac(668))):
            message = dhcp.Message(chaddr=chaddr, xid=1, ciaddr=address, options=[(53, dhcp.RELEASE), (54, dhcp.ip(SERVER))])
            for source in ('10.0.77.7', '192.0.2.66'):
                site.wire.send(message, mac(668), target_mac=server.SERVER_MAC % 1, target=SERVER, source=source)
    site.settle()
    freed = [a for a in held if site.leases().get(a, {}).get('binding state') != 'active']
    check(not freed, 'released by another: ' + ' '.join(freed))
    address, client = held.popitem()
    site.wire.send(dhcp.Message(chaddr=client.mac, xid=1, ciaddr=address, options=[(53, dhcp.RELEASE)]), client.mac,
                   target_mac=server.SERVER_MAC % 1, target=SERVER, source=address)
    site.settle()
    check(site.leases()[address]['binding state'] == 'free', "the client's own release is not heard")
    check(site.fresh().bind().address() != address, 'a released address is given away at once')


@case('A-06', "requests for another's address; odd hardware addresses")
def addresses_of_others(t):
    site = t.dhcpd()
    holder = site.fresh((61, b'holder'))
    address = holder.bind().yiaddr
    for header in ({}, {'ciaddr': address}):
        for options in ([(50, address)], [(50, address), (61, b'other')], [(50, address), (54, dhcp.ip(SERVER))]):
            for who in (mac(5), holder.mac, b'\xff' * 6, b'\1\0\x5e\0\0\1', b''):
                if who == holder.mac and not options[1:]:
                    continue
                Client(site.wire, mac(5)).send(dhcp.REQUEST, [o for o in options if not header or o[0] != 50],
                                               chaddr=who if isinstance(who, bytes) else dhcp.mac(who), **header)
    for datagram in site.settle():
        message = datagram.message()
        check(message.kind() != dhcp.ACK or message.yiaddr != address or message.chaddr[:6] == holder.mac,
              'the address of another is acknowledged')
    check(site.leases()[dhcp.ip_text(address)].get('hardware ethernet') == dhcp.mac_text(holder.mac), 'the lease has another owner')


@case('A-07', 'reflection by a relay address: one reply, no longer than it may be')
def reflection(t):
    site = t.dhcpd()
    asked = 0
    for number in range(20):
        for giaddr in ('10.0.50.1', '192.0.2.1', '8.8.8.8'):
            Client(site.wire, mac(700 + number)).send(dhcp.DISCOVER, [(55, bytes(range(1, 255)))], giaddr=giaddr)
            asked += giaddr == '10.0.50.1'
    heard = [d for d in site.settle() if d.message().chaddr[:6] != dhcp.mac(mac(0xfffffffe))]
    check(all(d.target == '10.0.50.1' and len(d.payload) <= 1472 for d in heard), 'replies to relays of no subnet')
    check(len(heard) <= asked, '%d replies to %d requests' % (len(heard), asked))


@case('A-08', 'option bombs: many, long, and costly to evaluate')
def option_bombs(t):
    site = t.dhcpd('\n'.join('class "c%d" { match if option host-name ~= "(a|b)*%d$" or substring(option vendor-class-identifier, 0, 9) '
                             '= "x%d"; }' % (n, n, n) for n in range(100)))
    bombs = [[(code, b'') for code in range(2, 250)], [(55, bytes(range(255)))] * 3, [(12, b'ab' * 127)] * 4,
             [(43, b'\1\xff' * 127), (125, b'\0\0\0\1\xff' * 50), (82, b'\1\0' * 127)], [(249, b'x' * 255)] * 3]
    client = site.fresh()
    client.discover()
    began = time.monotonic()
    for number in range(50):
        for bomb in bombs:
            client.send(dhcp.DISCOVER, bomb, size=0)
    site.settle()
    spent = (time.monotonic() - began) / (50 * len(bombs))
    t.said = '%.1f ms a packet' % (spent * 1000)
    check(spent < 0.02 or t.instrumented, t.said)


@case('A-13', 'lines in the log: a stranger writes none of his own')
def log_injection(t):
    site = t.dhcpd('log(info, concat("seen ", option host-name, option vendor-class-identifier));')
    for text in (b'\nNov 25 00:00:00 host dhcpd: DHCPACK on 10.0.0.1', b'\x1b[2J', b'\r', b'\0', b'\x80\x9b31m', b'a' * 255):
        for code in (12, 60, 61, 81, 56):
            for kind in (dhcp.DISCOVER, dhcp.REQUEST, dhcp.DECLINE, dhcp.INFORM):
                site.fresh().send(kind, [(50, dhcp.ip('10.0.1.1')), (code, text)])
    site.settle()
    for line in site.texts():
        check(all(32 <= ord(c) < 127 for c in line), 'control characters in the log: %r' % line[:200])


@case('A-15', 'what is no request: replies looped back, other servers, odd kinds')
def no_requests(t):
    site = t.dhcpd()
    before = site.leases()
    for op in (0, 2, 3, 255):
        for kind in (None, 1, 2, 3, 5, 6):
            message = dhcp.Message(op=op, chaddr=mac(9), xid=1, options=[(53, kind)] if kind else [])
            if kind == 1:
                continue  # a DISCOVER in whose header op is wrong is answered as the stock answers it
            site.wire.send(message, mac(9))
            site.wire.send(message, mac(9), source=SERVER, source_port=67)
    for kind in [0, 2, 5, 6] + list(range(9, 256)):
        if kind in (10,):
            continue
        site.wire.send(dhcp.Message(chaddr=mac(9), xid=2, options=[(53, kind), (54, dhcp.ip('10.0.0.9'))]), mac(9))
    heard = [d for d in site.settle() if d.message().chaddr[:6] == dhcp.mac(mac(9))]
    check(not heard, '%d answers to what is no request' % len(heard))
    check(set(site.leases()) <= set(before) | set(), 'leases were made')


@case('A-10', 'OMAPI, failover: nothing is listened to that is not served')
def no_open_port(t):
    text = '''omapi-port 7911;
failover peer "two" { primary; address 10.0.0.1; port 647; peer address 10.0.0.2; peer port 647; mclt 60; split 128;
  max-response-delay 30; max-unacked-updates 10; load balance max seconds 3; }
authoritative; ping-check false;
subnet 10.0.0.0 netmask 255.255.0.0 { pool { failover peer "two"; range 10.0.1.0 10.0.2.255; } }
'''
    site = t.dhcpd(text=text)
    with open('/proc/%d/net/tcp' % site.daemon.pid) as table:
        listening = [line.split()[1] for line in table if line.split()[3] == '0A']
    check(not listening, 'it listens: ' + ' '.join(listening))
