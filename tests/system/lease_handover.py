#!/usr/bin/env python3
"""One lease file handed to and fro between our server and the stock one, while clients come, renew, release and return:
lease_handover.py [TURNS]. Nobody loses an address, none is given twice, and no record loses what it says.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import sandbox
sandbox.enter()
from lib import dhcp, leases, programs, server
from lib.daemon import Failure
from lib.wire import Client

CONFIG = '''
authoritative;
default-lease-time 600;
ping-check false;
dhcp-cache-threshold 0;
on expiry or release { log (info, concat ("gone ", binary-to-ascii (10, 8, ".", leased-address))); }
subnet 10.0.0.0 netmask 255.255.255.0 {
  range 10.0.0.50 10.0.0.199;
  set seen = option vendor-class-identifier;
}
'''
COMPLAINT = r'[Cc]orrupt|line \d+|expecting|no subnet'


class Holder:
    """A client with an identifier, a host name and a vendor class that are hard to write, and the address it holds."""

    def __init__(self, wire, number):
        self.number, self.address = number, None
        self.options = [(61, bytes((0, number, 34, 92, 255, 49))), (12, b'host-%d' % number),
                        (60, b'class "%d\\' % number)]
        self.client = Client(wire, '02:dd:00:00:00:%02x' % number, options=self.options)

    def come(self, taken):
        offered = self.client.bind().address()
        if self.address not in (None, offered):
            raise Failure('client %d came back and got %s after %s' % (self.number, offered, self.address))
        if offered in taken:
            raise Failure('%s was given to client %d and is held by another' % (offered, self.number))
        self.address = offered

    def renew(self):
        reply = self.client.ask(dhcp.REQUEST, ciaddr=self.address)
        if reply.kind() != dhcp.ACK or reply.address() != self.address:
            raise Failure('client %d renews %s: %s %s' % (self.number, self.address, reply.kind_name(), reply.address()))

    def release(self, server_id):
        self.client.send(dhcp.RELEASE, [(54, dhcp.ip(server_id))], ciaddr=self.address)

    def check(self, records, state):
        record = records.get(self.address)
        wanted = {'binding state': state, 'hardware ethernet': dhcp.mac_text(self.client.mac),
                  'uid': r'"\000\%03o\"\\\3771"' % self.number}
        if state == 'active':
            wanted.update({'client-hostname': '"host-%d"' % self.number, 'set seen': r'= "class \"%d\\"' % self.number})
        wrong = [name for name, value in wanted.items() if not record or record.get(name) != value]
        if wrong:
            raise Failure('the record of client %d (%s) has another %s: %s' % (self.number, self.address, wrong, record))


def turn(host, program, holders, away):
    """One server's time with the file."""
    daemon = host.start(program, CONFIG)
    for holder in holders:
        holder.renew()
    for holder in away:
        holder.come({h.address for h in holders})
    holders += away
    for _ in range(3):
        newcomer = Holder(host.wires[0], len(holders) + 1)
        newcomer.come({h.address for h in holders})
        holders.append(newcomer)
    leaving = holders.pop(0)
    leaving.release('10.0.0.1')
    daemon.await_line('DHCPRELEASE of %s' % leaving.address)
    holders[0].renew()  # its record comes behind that of the release
    daemon.stop()
    if daemon.has_line(COMPLAINT):
        raise Failure('%s complains about the file:\n%s' % (program, daemon.words()))
    records = leases.read(host.leases_path())
    for holder in holders:
        holder.check(records, 'active')
    leaving.check(records, 'free')
    return [leaving]


def main():
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    both = programs.dhcpd(), programs.need_stock('/usr/sbin/dhcpd')
    host = server.DhcpHost('handover', (('10.0.0.1/24',),))
    holders, away = [], []
    for number in range(turns):
        away = turn(host, both[number % 2], holders, away)
    print('%d clients through %d turns of two servers' % (len(holders) + len(away), turns))


main()
