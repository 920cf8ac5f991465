"""Which of several addresses a client gets: the order of the free ones, and of the leases that one client has."""

from lib import dhcp
from twin import twin

NETWORK = '''
ping-check off;
ddns-update-style none;
default-lease-time 600;
max-lease-time 7200;
subnet %s {
  range %s;
}
'''
SMALL = NETWORK % ('192.168.0.0 netmask 255.255.255.0', '192.168.0.10 192.168.0.20')


def lease(address, state='active', hardware='02:c0:00:00:00:63', starts='3 2026/01/07 10:00:00', ends='3 2036/01/09 10:00:00'):
    return '''lease %s {
  starts %s;
  ends %s;
  cltt %s;
  binding state %s;
  next binding state free;
  rewind binding state free;
  hardware ethernet %s;
}
''' % (address, starts, ends, starts, state, hardware)


@twin(NETWORK % ('10.0.0.0 netmask 255.255.0.0', '10.0.0.10 10.0.255.254'), interfaces=(('10.0.0.1/16',),))
def row64_a_range_of_many_addresses(t):
    for number in range(1, 4):
        t.client(number).discover()


@twin(NETWORK % ('10.0.0.0 netmask 255.128.0.0', '10.0.0.10 10.3.255.254'), interfaces=(('10.0.0.1/9',),))
def row64_a_range_of_more_addresses_than_the_table_has_rows(t):
    for number in range(1, 8):
        t.client(number).discover()


@twin(SMALL, leases=lease('192.168.0.14') + lease('192.168.0.12') + lease('192.168.0.17', 'free', ends='3 2026/01/07 11:00:00'))
def row64_92_never_used_addresses_around_leases_of_the_file(t):
    for number in range(1, 10):
        t.client(number).discover()


@twin(SMALL)
def row64_92_never_used_addresses_after_a_restart(t):
    for number in range(1, 4):
        t.client(number).bind()
    t.client(2).release('192.168.0.11')
    t.restart()
    for number in range(11, 20):
        t.client(number).discover()


@twin(SMALL)
def row65_69_of_several_leases_the_active_one_that_ends_last(t):
    client = t.client(1)
    client.bind()
    client.reboot('192.168.0.15', (51, dhcp.u32(3600)))
    client.reboot('192.168.0.13', (51, dhcp.u32(60)))
    client.discover()
    client.renew('192.168.0.15', (51, dhcp.u32(30)))
    client.discover()
    client.reboot('192.168.0.13', (51, dhcp.u32(7200)))
    client.reboot('192.168.0.13', (51, dhcp.u32(7200)))
    client.discover()
    client.release('192.168.0.13')
    client.discover()


@twin(SMALL)
def row65_69_of_several_leases_with_one_identifier(t):
    first, second, third = (t.client(number, uid=b'shared') for number in (1, 2, 3))
    first.bind()
    second.bind()
    third.reboot('192.168.0.17')
    first.discover((50, dhcp.ip('192.168.0.10')))
    second.request('192.168.0.10')
    third.discover()
    third.decline('192.168.0.17')
    third.discover()
    third.bind((50, dhcp.ip('192.168.0.12')))


# The identifiers of free leases count for nothing but their order.
@twin(SMALL)
def row65_69_of_several_free_leases(t):
    client, other = t.client(1), t.client(1, uid=b'other')
    client.bind()
    client.reboot('192.168.0.15')
    t.wait(1.1)
    other.reboot('192.168.0.17')
    for address in ('192.168.0.10', '192.168.0.15', '192.168.0.17'):
        client.release(address)
    client.discover()
    client.discover((50, dhcp.ip('192.168.0.15')))
    client.bootp()
    other.discover()


@twin(NETWORK % ('192.168.0.0 netmask 255.255.255.0', 'dynamic-bootp 192.168.0.10 192.168.0.11'))
def row64_69_an_abandoned_address_is_taken_back(t):
    t.client(1).bind()
    t.client(1).decline('192.168.0.10')
    t.client(2).bind()
    t.client(3).bind()
    t.client(3).decline('192.168.0.10')
    t.client(4, uid=b'four').discover()
    t.client(4, uid=b'four').discover()
    t.client(4, uid=b'four').request('192.168.0.10')
    t.client(4, uid=b'four').decline('192.168.0.10')
    t.client(5).bootp()
    t.client(5).reboot('192.168.0.10')


@twin(NETWORK % ('192.168.0.0 netmask 255.255.255.0', 'dynamic-bootp 192.168.0.10 192.168.0.12'))
def row57_69_bootp_and_dhcp_of_one_client(t):
    client = t.client(1, hostname='one', uid=b'one')
    client.bootp()
    client.bind()
    client.release('192.168.0.10')
    client.bootp()
    client.decline('192.168.0.10')
    client.bootp()
    client.renew('192.168.0.11')
    client.release('192.168.0.11')
    t.client(2).discover()


@twin('abandon-lease-time 1000;' + SMALL.replace('range', 'abandon-lease-time 500; on expiry { log(info, "over"); } on release { log(info, "back"); } range'))
def row44_70_what_a_declined_lease_keeps(t):
    client = t.client(1, hostname='one')
    client.discover()
    client.decline('192.168.0.10')
    client.bind()
    client.decline('192.168.0.11')
    client.bind()
    client.release('192.168.0.12')
    client.discover()
    client.decline('192.168.0.12')
