"""BOOTP clients, fixed and dynamic, with and without the cookie."""

from lib import dhcp
from twin import twin

HEAD = '''
ping-check off;
ddns-update-style none;
default-lease-time 600;
option domain-name "example.org";
option domain-name-servers 192.168.0.2;
'''
STATIC = HEAD + '''
subnet 192.168.0.0 netmask 255.255.255.0 { option routers 192.168.0.1; range 192.168.0.10 192.168.0.20; }
host one { hardware ethernet 02:c0:00:00:00:01; fixed-address 192.168.0.101; filename "boot-one"; option host-name "one"; }
host two { hardware ethernet 02:c0:00:00:00:02; fixed-address 192.168.0.102; next-server 192.168.0.9; server-name "srv"; }
'''
DYNAMIC = HEAD + '''
subnet 192.168.0.0 netmask 255.255.255.0 { option routers 192.168.0.1;
  pool { range dynamic-bootp 192.168.0.10 192.168.0.20; %s } }
'''


@twin(STATIC)
def row78_fixed_address(t):
    t.client(1).bootp()
    t.client(2).bootp()
    t.client(2).bootp(file=b'asked-file', sname=b'asked-server')
    t.client(1).bootp(file=b'asked-file')
    t.client(1).bootp(flags=dhcp.BROADCAST)
    t.client(3).bootp()


@twin(STATIC)
def row78_no_cookie(t):
    t.client(1).bootp(cookie=None)
    t.client(1).bootp(cookie=b'\1\2\3\4')
    t.client(1).bootp(cookie=b'\1\2\3\4', size=400)


@twin('always-reply-rfc1048 true;' + STATIC)
def row78_always_reply_rfc1048(t):
    t.client(1).bootp(cookie=None)
    t.client(1).bootp(cookie=b'\1\2\3\4')


@twin(STATIC)
def row78_options_of_the_request(t):
    t.client(1).bootp((55, b'\1\3'))
    t.client(1).bootp((12, b'me'), (61, b'uid'))
    t.client(1).bootp((57, dhcp.u16(1000)))
    t.client(1).bootp(size=548)


@twin(STATIC)
def row78_through_a_relay(t):
    t.client(1, relay='192.168.0.250').bootp()
    t.client(2, relay='10.0.0.1').bootp()
    t.client(1, relay='192.168.0.250').bootp((82, b'\1\1p'))


@twin(STATIC)
def row78_client_with_an_address(t):
    t.client(1).bootp(ciaddr='192.168.0.101')
    t.client(1).bootp(ciaddr='10.0.0.101')


@twin(STATIC)
def row78_reply_as_request_is_dropped(t):
    t.client(1).bootp(op=2)
    t.client(1).bootp(op=3)
    t.client(1).discover(op=2)
    t.client(1).discover(op=0)


@twin(DYNAMIC % '')
def row18_78_dynamic_address(t):
    t.client(1).bootp()
    t.client(1).bootp()
    t.client(2).bootp()
    t.client(1).bind()
    t.client(3).bind()
    t.client(3).bootp()


@twin('dynamic-bootp-lease-length 300;' + DYNAMIC % '')
def row18_78_dynamic_lease_length(t):
    t.client(1).bootp()


@twin('dynamic-bootp-lease-cutoff 2051222400;' + DYNAMIC % '')
def row78_dynamic_lease_cutoff(t):
    t.client(1).bootp()


@twin(STATIC)
def row18_plain_range_is_not_for_bootp(t):
    t.client(5).bootp()


@twin(HEAD + 'subnet 192.168.0.0 netmask 255.255.255.0 { pool { range 192.168.0.10 192.168.0.20; } }')
def row18_explicit_pool_is_for_bootp(t):
    t.client(5).bootp()


@twin(DYNAMIC.replace('192.168.0.20', '192.168.0.10') % '')
def row78_89_dynamic_addresses_are_gone(t):
    t.client(1).bootp()
    t.client(2).bootp()


@twin(HEAD + 'option big code 224 = text; option big "%s"; option big2 code 225 = text; option big2 "%s";' % ('b' * 100, 'c' * 150)
      + STATIC)
def row51_78_vendor_area_is_small(t):
    t.client(1).bootp((55, bytes((224, 225, 1, 3, 6, 15, 12))))
    t.client(1).bootp((55, bytes((225, 224, 1, 3, 6, 15, 12))), size=548)


@twin(HEAD + 'option dhcp-renewal-time 100; option dhcp-rebinding-time 200;' + STATIC)
def row62_78_t1_and_t2_in_bootp(t):
    t.client(1).bootp()


@twin(DYNAMIC % '')
def row72_78_bootp_lease_is_released_by_dhcp(t):
    t.client(1).bootp()
    t.client(1).release('192.168.0.10')
    t.client(1).bootp()
