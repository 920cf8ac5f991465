"""Configurations and lease files that have brought servers down."""

import os
import time

from lib import dhcp
from lib.daemon import Failure
from lib.wire import Client
from trial import CASES, PLAIN, SERVER, Site, case, check, mac


def refused_or_served(t, text, within=10.0):
    """The server takes the configuration and serves, or refuses it with a place; it does not crash. True: it serves."""
    site = Site(t)
    began = time.monotonic()
    site.start(t.program, text, wait=False)
    try:
        site.daemon.await_line('^Server starting service', timeout=within)
    except Failure:
        check(not site.daemon.running(), 'it neither serves nor ends')
        status = site.daemon.wait()
        check(status == 1, 'it ended with %d' % status)
        check('dhcpd.conf' in site.daemon.stderr(), 'it names no place: ' + site.daemon.stderr()[-300:])
        return False
    site.serves(2)
    site.daemon.stop()
    t.said = '%.1f s' % (time.monotonic() - began)
    return True


@case('CC-01', 'CVE-2009-1892: two hosts match one client')
def two_hosts_match(t):
    hosts = '''host a { hardware ethernet %s; %s }
               host b { option dhcp-client-identifier "both"; %s }\n'''
    for first, second in (('', ''), ('fixed-address 10.0.30.1;', ''), ('', 'fixed-address 10.0.30.2;'),
                          ('fixed-address 10.0.30.1;', 'fixed-address 10.0.30.2;'),
                          ('fixed-address 192.0.2.1;', 'fixed-address 10.0.30.2;')):
        site = t.dhcpd(hosts % (mac(1), first, second))
        client = Client(site.wire, mac(1), options=[(61, b'both')])
        for _ in range(2):
            client.bind()
        Client(site.wire, mac(1)).bind()
        t.look_after()
        t.forget(site)


@case('CC-02', 'CVE-2011-4539: a pattern for an option that is not there')
def pattern_without_option(t):
    site = t.dhcpd('''class "named" { match if option host-name ~= "^a.*b$"; }
                      class "any" { match if option vendor-class-identifier ~~ "x" or option host-name ~= ""; }''')
    for options in ([], [(12, b'')], [(12, b'a\0b')], [(12, b'a' * 254 + b'b')], [(12, b'\xff' * 255)]):
        site.fresh().discover(*options)


@case('CC-03', 'CVE-2013-2494: patterns that cost')
def patterns_that_cost(t):
    worst = 0.0
    for pattern in ('(a*)*b', '(a|aa)+$', '((a{1,50}){1,50}){1,50}b', 'a{1000}{1000}', '(.*)(.*)(.*)(.*)(.*)x', '(' * 500 + ')' * 500):
        text = PLAIN % ('class "c" { match if option host-name ~= "%s"; }' % pattern, '')
        site = Site(t)
        site.start(t.program, text, wait=False)
        try:
            site.daemon.await_line('^Server starting service', timeout=5)
        except Failure:
            check(not site.daemon.running() and site.daemon.wait() == 1, 'it neither serves nor refuses %s' % pattern)
            continue
        client = site.fresh()
        client.discover()
        began = time.monotonic()
        client.ask(dhcp.DISCOVER, [(12, b'a' * 255)], timeout=10)
        took = time.monotonic() - began
        check(took < 0.5, '%s took %.1f s' % (pattern[:30], took))
        worst = max(worst, took)
        site.daemon.stop()
    t.said = 'slowest %.0f ms' % (worst * 1000)


@case('CC-04', 'a class whose lease limit is reached')
def class_limit(t):
    site = t.dhcpd('class "few" { match if option host-name = "few"; lease limit 2; }')
    clients = [site.fresh((12, b'few')) for _ in range(6)]
    for client in clients[:2]:
        client.bind()
    for client in clients[2:]:
        client.send(dhcp.DISCOVER)
        client.send(dhcp.REQUEST, [(50, dhcp.ip('10.0.5.5'))])
    site.settle()
    check(sum(r['binding state'] == 'active' and 'few' in r.get('client-hostname', '') for r in site.leases().values()) <= 2,
          'more leases than the limit')


@case('CC-05', 'nesting 200 000 deep, a file that includes itself')
def deep_nesting(t):
    count = 200000
    for opening, closing in (('group {', '}'), ('if known {', '}'), ('(', ')'), ('concat(', ')'), ('not (', ')')):
        before, after = ('option host-name = ', ';') if closing == ')' else ('', '')
        text = PLAIN % ('', '') + before + opening * count + closing * count + after
        check(not refused_or_served(t, text), '%s… %d deep is accepted' % (opening[:12], count))
    check(not refused_or_served(t, 'include "/run/dhcp/dhcpd.conf";\n' + PLAIN % ('', '')), 'a file includes itself')


@case('CC-06', 'times that are negative, or as large as can be')
def odd_times(t):
    for name in ('default-lease-time', 'max-lease-time', 'min-lease-time'):
        for value in ('-1', '0', '4294967295', '4294967296', '99999999999999999999'):
            text = PLAIN.replace('default-lease-time 600;\n', '') % ('%s %s;' % (name, value), '')
            refused_or_served(t, text)


def lease(address, members, number=1):
    return ('lease %s {\n  starts 4 2020/01/02 00:00:00;\n  ends never;\n  binding state active;\n  next binding state free;\n'
            '  hardware ethernet %s;\n%s}\n') % (address, mac(number), members)


def hexadecimal(octets):
    return ':'.join(['%02x' % (n & 255) for n in range(octets)])


@case('CL-01', 'CVE-2021-25217: hexadecimal values around 1 024 octets')
def long_hexadecimal(t):
    for octets in (255, 1023, 1024, 1025, 65536):
        members = '  uid %s;\n' % hexadecimal(octets), '  option agent.circuit-id %s;\n' % hexadecimal(octets), \
            '  set x = %s;\n' % hexadecimal(octets)
        site = t.dhcpd(leases=''.join(lease('10.0.1.%d' % n, member, n) for n, member in enumerate(members)))
        t.look_after()
        t.forget(site)
        refused_or_served(t, PLAIN % ('host a { option dhcp-client-identifier %s; }' % hexadecimal(octets), ''))


@case('CL-02', '100 000 nested conditions in a lease')
def nested_conditions(t):
    many = 100000
    site = t.dhcpd(leases=lease('10.0.1.7', '  on expiry { %s %s }\n' % ('if known {' * many, '}' * many)) + lease('10.0.1.8', '', 8))
    check('10.0.1.8' in site.leases(), 'the lease behind it is lost')


@case('CL-04', 'Kea, systemd: every octet in what a client chooses, and read again')
def every_octet(t):
    site = t.dhcpd(inner='set made = option vendor-class-identifier;')
    given = []
    for first in range(0, 256, 8):
        octets = bytes(range(first, first + 8))
        client = site.fresh((61, b'\0' + octets), (12, b'n' + octets), (60, octets))
        offer = client.discover()
        given.append((client, client.request(offer).yiaddr, octets))
    for text in (b'"; } lease 10.0.1.1 {', b'\\', b'\n}\n', b'on expiry { execute("/bin/false"); }', 'ü'.encode()):
        client = site.fresh((61, b'\0' + text), (12, text), (60, text))
        given.append((client, client.request(client.discover()).yiaddr, text))
    before = site.leases()
    for _ in range(2):
        site.again(9)
        for client, address, octets in given:
            check(client.ask(dhcp.REQUEST, [(50, address)]).yiaddr == address, '%r became another address' % octets)
    after = site.leases()
    for address, record in before.items():
        for member in ('uid', 'client-hostname', 'set made'):
            check(record.get(member) == after.get(address, {}).get(member), '%s of %s changed' % (member, address))
