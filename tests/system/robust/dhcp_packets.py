"""DHCPv4 packets that have brought servers down (CVE records of ISC dhcpd, Kea, BusyBox, dnsmasq)."""

import os
import random
import socket
import struct
import time

from lib import dhcp, server
from lib.daemon import Failure
from lib.wire import Client, ip_packet, udp_packet
from trial import SERVER, case, check, mac

FORMATS = b'%n%s%08x' * 31
KINDS = (dhcp.DISCOVER, dhcp.REQUEST, dhcp.DECLINE, dhcp.RELEASE, dhcp.INFORM)


def labels(*lengths, fill=b'a'):
    return b''.join(bytes([length & 255]) + fill * length for length in lengths)


def fqdn(name, flags=0):
    return (81, bytes([flags, 0, 0]) + name[:250])


def printable(site):
    for text in site.texts():
        check(all(32 <= ord(c) < 127 for c in text), 'a line of the log has control characters: %r' % text[:100])
        check(len(text) <= 1024, 'a line of %d characters' % len(text))


@case('C4-01', 'CVE-2002-0702: format strings as names')
def format_strings(t):
    site = t.dhcpd()
    for options in ([(12, FORMATS)], [fqdn(FORMATS)], [fqdn(labels(63, fill=b'%'), 4)], [(12, FORMATS), (60, FORMATS), (61, FORMATS)]):
        site.fresh().bind(*options)
    printable(site)


@case('C4-02', 'CVE-2003-0026, 2019-6473: long and broken names')
def long_names(t):
    site = t.dhcpd('option domain-name "%s";' % '.'.join(['d' * 60] * 4))
    names = [b'h' * 255, b'\xff' * 255, b'', b'.' * 200, b'a.' * 127]
    for name in names:
        client = site.fresh()
        client.send(dhcp.DISCOVER, [(12, name)])
    for lengths in ((63,), (64,), (255,), (63, 63, 63, 60), (63, 63, 63, 63), (0,), (1,) * 124):
        for flags in (0, 1, 4, 5, 0xff):
            site.fresh().send(dhcp.DISCOVER, [fqdn(labels(*lengths), flags)])
    site.fresh().bind((12, b'h' * 255))
    printable(site)


@case('C4-03', 'CVE-2003-0039: hops, and relays that are none')
def relays_that_are_none(t):
    site = t.dhcpd()
    for hops in (0, 16, 17, 255):
        for giaddr in (SERVER, '255.255.255.255', '127.0.0.1', '224.0.0.1', '192.0.2.1', '10.0.255.255'):
            for op in (1, 2):
                site.fresh().send(dhcp.DISCOVER, hops=hops, giaddr=giaddr, op=op)
    heard = [d for d in site.settle() if d.message().xid and d.message().chaddr[:6] != dhcp.mac(mac(0xfffffffe))]
    by_xid = {}
    for datagram in heard:
        by_xid.setdefault(datagram.message().xid, []).append(datagram)
        check(datagram.target not in ('255.255.255.255', '127.0.0.1', '224.0.0.1'), 'sent to ' + datagram.target)
    check(all(len(some) == 1 for some in by_xid.values()), 'more than one reply to a request')


@case('C4-04', 'CVE-2004-0460, 2004-0461, 2004-1006: names joined in a log line')
def names_joined(t):
    site = t.dhcpd()
    piece = (b'\r\n\x1b[31m"\\\0%s' * 26)[:220]
    client = site.fresh()
    ack = client.bind()
    before = len(site.texts())
    for kind in KINDS:
        client.send(kind, [(50, ack.yiaddr)] + [(12, piece)] * 5, ciaddr=ack.yiaddr if kind >= dhcp.RELEASE else '0.0.0.0', size=0)
    site.settle()
    printable(site)
    check(len(site.texts()) - before <= 20, '%d lines for five packets' % (len(site.texts()) - before))


@case('C4-05', 'CVE-2006-3122: client identifiers of every length')
def identifiers_of_every_length(t):
    site = t.dhcpd()
    given = {}
    for length in range(1, 256, 1 if t.full else 6):
        for length in {length, 32}:
            if length in given:
                continue
            client = site.fresh((61, bytes([length] * length)))
            given[length] = client, client.bind().yiaddr
    site.again()
    for length, (client, address) in given.items():
        check(client.ask(dhcp.REQUEST, [(50, address)]).yiaddr == address, 'another address for an identifier of %d octets' % length)
    uids = {record.get('uid', '') for record in site.leases().values()}
    check(len(uids) >= len(given), 'identifiers are lost')


@case('C4-06', 'CVE-2007-0062, 2007-5365: message sizes, and more options than fit')
def message_sizes(t):
    definitions = ''.join('option big%d code %d = text;\noption big%d "%s";\n' % (n, n, n, chr(65 + n % 26) * 250)
                          for n in range(200, 224))
    site = t.dhcpd(definitions)
    wanted = (55, bytes([1, 3] + list(range(200, 224))))
    for size in (0, 1, 235, 300, 575, 576, 1500, 1501, 9000, 65535):
        for more in ([], [(52, 0)], [(52, 3)]):
            reply = site.fresh().ask(dhcp.DISCOVER, [wanted, (57, dhcp.u16(size))] + more)
            check(reply.size <= min(max(size, 576), 1500) - 28, '%d octets for a client that takes %d' % (reply.size, size))
            check(reply.rest is not None or sum(2 + len(v) for _, v in reply.options) == reply.size - 240, 'no END for %d' % size)
            for code, _ in reply.options + reply.file_options + reply.sname_options:
                check(code != -1, 'an option is cut for %d' % size)


@case('C4-07', 'CVE-2007-0061, 2007-0063, 2018-20679: options cut, empty, overloaded')
def options_cut(t):
    site = t.dhcpd()
    tails = [b'\x0c\xff', b'\x35\0', b'\x32\3', b'\x32', b'\x35', b'\x34\0', b'\x52\xff\1\xff']
    tails += [bytes([52, 1, value]) for value in (0, 1, 2, 3, 4, 255)] + [b'\x34\x02\x01\x03']
    for kind in KINDS:
        for tail in tails:
            for fields in ({}, {'file': b'\x0c\x7f' + b'f' * 126, 'sname': b'\x0c\x3f' + b's' * 62},
                           {'file': b'\x34\1\3' + b'\x0c\x04abcd' * 20, 'sname': b'\xff' * 64}):
                site.fresh(**fields).send(kind, [tail], end=False, size=0)
        for code in (53, 50, 54, 51, 57, 58, 61, 82, 118):
            for length in range(4):
                site.fresh().send(kind, [(code, b'\x0a' * length)])
    for datagram in site.settle():
        for code, value in datagram.message().options:
            check(code != 50 and code != -1, 'a reply with option %d' % code)


@case('C4-08', 'CVE-2010-2156, 2012-3571: client identifiers of length 0')
def empty_identifiers(t):
    site = t.dhcpd()
    known = site.fresh()
    address = known.bind().yiaddr
    for client in (known, site.fresh()):
        for _ in range(3):
            for kind in (dhcp.DISCOVER, dhcp.REQUEST, dhcp.RELEASE, dhcp.INFORM):
                for identifier in (b'\x3d\0', b'\x3d\1x', b'\x3d'):
                    client.send(kind, [(50, address), identifier], ciaddr=address if kind > 4 else '0.0.0.0')
    site.serves(1)


@case('C4-09', 'CVE-2011-2748, 2011-2749: packets shorter than the header')
def short_packets(t):
    site = t.dhcpd(inner='host known { hardware ethernet %s; fixed-address 10.0.20.1; }' % mac(77))
    lengths = (0, 1, 235, 236, 239, 240, 241, 243, 244, 299, 300, 547, 548, 1472)
    for cookie in (dhcp.COOKIE, b'\1\2\3\4', b''):
        for options in ((), ((53, 1),)):
            for giaddr in ('0.0.0.0', SERVER):
                for address in (mac(77), mac(78)):
                    whole = dhcp.Message(chaddr=address, xid=9, options=options, cookie=cookie, giaddr=giaddr, size=1472).encode()
                    for length in lengths:
                        site.wire.send(whole[:length], address)
    site.settle()


@case('C4-10', 'CVE-2015-8605: lengths of IP and UDP that lie')
def lying_lengths(t):
    site = t.dhcpd()
    payload = dhcp.Message(chaddr=mac(5), xid=5, options=[(53, 1)]).encode()
    good = udp_packet('0.0.0.0', 68, '255.255.255.255', 67, payload)

    def frame(packet):
        site.wire.send_frame('ff:ff:ff:ff:ff:ff', mac(5), 0x0800, packet)

    def with_u16(packet, at, value):
        return packet[:at] + struct.pack('!H', value & 0xffff) + packet[at + 2:]

    for length in (0, 7, 8, len(payload) + 7, len(payload) + 9, 65535):
        frame(with_u16(good, 24, length))
    for length in (0, 19, 20, 27, len(good) - 1, len(good) + 1, 65535):
        frame(with_u16(good, 2, length))
    for words in (0, 4, 6, 15):
        frame(bytes([0x40 | words]) + good[1:])
    for fragment in (0x2000, 0x2001, 1, 0x1fff):
        frame(with_u16(good, 6, fragment))
    for cut in range(1, len(good), 1 if t.full else 3):
        frame(good[:cut])
    site.wire.send(payload, mac(5), bad_checksum=True)
    site.wire.send(payload, mac(5), no_checksum=True)
    site.wire.send(payload, mac(5), tag=3)
    site.settle()


@case('C4-11', 'CVE-2018-5732: long data as text in log, lease file and arguments')
def long_data_as_text(t):
    site = t.dhcpd(inner='''
      set circuit = option agent.circuit-id;
      set made = option vendor-class-identifier;
      log(info, concat("circuit ", binary-to-ascii(16, 8, ":", option agent.circuit-id)));
      log(info, binary-to-ascii(2, 8, ".", option dhcp-client-identifier));
      on commit { execute("/bin/true", binary-to-ascii(16, 8, "", option agent.circuit-id), option vendor-class-identifier); }''')
    for length in (1, 64, 250, 253):
        for pieces in (1, 2):
            agent = (82, bytes([1, length]) + b'\xfe' * length)
            options = [(60, b'v' * length)] * pieces + [(61, b'\xff' * length), agent]
            client = site.fresh(giaddr='10.0.0.1', size=0)
            for kind in (dhcp.DISCOVER, dhcp.REQUEST):
                client.send(kind, [(50, dhcp.ip('10.0.8.%d' % length))] + options)
    site.settle()
    printable(site)
    site.again()


@case('C4-12', 'CVE-2018-5733, 2022-2928: references lost by bad options and lease queries')
def lost_references(t):
    site = t.dhcpd('allow leasequery;')
    t.memory_may_grow = 2048
    address = site.fresh().bind().yiaddr
    bad = udp_packet('0.0.0.0', 68, '255.255.255.255', 67,
                     dhcp.Message(chaddr=mac(6), options=[(53, 1), b'\x0c\xff'], end=False, size=0).encode())
    queries = [dhcp.Message(chaddr=who, giaddr=SERVER, ciaddr=which, options=[(53, dhcp.LEASEQUERY)] + more).encode()
               for who, which, more in ((b'', address, []), (dhcp.mac(mac(0xf0000002)), '0.0.0.0', []),
                                        (b'', '0.0.0.0', [(61, b'nobody')]))]
    for number in range(t.many(3000, 1000000)):
        site.wire.send_frame('ff:ff:ff:ff:ff:ff', mac(6), 0x0800, bad)
        if number % 10 == 0:
            site.wire.send(queries[number // 10 % 3], mac(7))
        if number % 500 == 0:
            site.settle()


@case('C4-14', 'CVE-2022-2929: labels over 63 in option 81')
def labels_over_63(t):
    site = t.dhcpd()
    for number in range(t.many(2000, 1000000)):
        bad = 64 + number % 192
        position = number // 192 % 4
        site.wire.send(dhcp.Message(chaddr=mac(8), xid=number, options=[
            (53, 1), fqdn(labels(*[3] * position) + bytes([bad]) + b'x' * 20, 4)]), mac(8))
        if number % 500 == 0:
            site.settle()


@case('C4-15', 'timer recursion: every lease expired while it was down')
def all_expired(t):
    count = t.many(20000, 1000000)
    lines = []
    for number in range(count):
        address = '10.%d.%d.%d' % (64 + (number >> 16), number >> 8 & 255, number & 255)
        lines.append('lease %s {\n  starts 4 2020/01/02 00:00:00;\n  ends 4 2020/01/02 01:00:00;\n  cltt 4 2020/01/02 00:00:00;\n'
                     '  binding state active;\n  next binding state free;\n  rewind binding state free;\n'
                     '  hardware ethernet 02:ab:00:%s;\n}\n' % (address, mac(number)[9:]))
    text = PLAIN_WIDE + 'subnet 10.64.0.0 netmask 255.224.0.0 { range 10.64.0.0 10.95.255.255; }'
    began = time.monotonic()
    site = t.dhcpd(text=text, leases=''.join(lines))
    t.said = '%d leases, %.1f s to the first answer' % (count, time.monotonic() - began)
    t.memory_may_grow = 1 << 20


PLAIN_WIDE = '''authoritative;
ping-check false;
shared-network both {
subnet 10.0.0.0 netmask 255.255.0.0 { range 10.0.1.0 10.0.9.255; }
}
'''


@case('C4-16', 'CVE-2025-40779: every kind and option, unicast too, no subnet')
def no_subnet(t):
    site = t.dhcpd('subnet 172.16.0.0 netmask 255.255.255.0 { range 172.16.0.10 172.16.0.20; }')
    for kind in list(range(0, 18)) + [255]:
        for unicast in (False, True):
            for giaddr in ('192.0.2.7', '0.0.0.0'):
                codes = range(1, 255) if kind in (1, 3) or t.full else (12, 43, 50, 55, 61, 82, 118, 125)
                for code in codes:
                    message = dhcp.Message(chaddr=mac(9), xid=code, giaddr=giaddr, ciaddr='192.0.2.9',
                                           options=[(53, kind), (code, b'\1\2\3\4')])
                    to = {'target_mac': server.SERVER_MAC % 1, 'target': SERVER, 'source': '192.0.2.7'} if unicast else {}
                    site.wire.send(message, mac(9), **to)
            site.settle()


@case('C4-17', 'CVE-2025-11232: names that become empty')
def names_of_nothing(t):
    site = t.dhcpd('option domain-name "example.org"; ddns-domainname "example.org";')
    for name in (b'...', b'a..b', b'\0', b'\0\0\0', b'_' * 9, b'!@#$', b' ', b'-', b'.', b'\x80\xff', b'"', b';}'):
        site.fresh().bind((12, name))
        for flags in (0, 1, 4):
            site.fresh().bind(fqdn(bytes([len(name)]) + name, flags))
            site.fresh().bind(fqdn(name, flags))
    site.again()


@case('C4-18', 'BusyBox 2018-20679, 2023: octets of an earlier packet in a reply')
def no_octet_of_another(t):
    site = t.dhcpd()
    heard = []
    for fill in (b'\xa5', b'\x5a'):
        replies = []
        for cut in (b'\x32\x04', b'\x32\x02\x0a\x00', b'\x37', b'\x3d\x10', b'\x0c\x20', b'\x34\1\1', b'\x52\x30\1\x40'):
            for kind in (dhcp.DISCOVER, dhcp.REQUEST, dhcp.INFORM):
                site.wire.send(fill * 1400, mac(10))
                site.wire.send(dhcp.Message(chaddr=mac(11), xid=77, ciaddr='0.0.0.0' if kind < 8 else '10.0.0.77',
                                            options=[(53, kind), cut], end=False, size=0), mac(11))
                replies.append(sorted(d.payload for d in site.settle() if d.message().xid == 77))
        heard.append(replies)
    check(heard[0] == heard[1], 'the replies depend on what was in the buffer before')
