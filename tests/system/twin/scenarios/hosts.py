"""Who a client is: host declarations, classes and pools, and what the scopes around them say."""

from lib import dhcp
from twin import twin

HEAD = '''
ping-check off;
ddns-update-style none;
default-lease-time 600;
option domain-name "global";
'''
NET = 'subnet 192.168.0.0 netmask 255.255.255.0 { option routers 192.168.0.1; %s }\n'
RANGE = 'range 192.168.0.10 192.168.0.20;'

FIXED = HEAD + NET % RANGE + '''
host one { hardware ethernet 02:c0:00:00:00:01; fixed-address 192.168.0.101; option host-name "one-name"; }
host two { option dhcp-client-identifier "two-uid"; fixed-address 192.168.0.102; }
host three { hardware ethernet 02:c0:00:00:00:03; option domain-name "three"; }
host four { hardware ethernet 02:c0:00:00:00:04; fixed-address 10.0.0.4; option domain-name "four"; }
host five { hardware ethernet 02:c0:00:00:00:05; fixed-address 10.0.0.5, 192.168.0.105, 172.16.0.5; }
'''


@twin(FIXED)
def row20_21_fixed_address_by_hardware(t):
    client = t.client(1, prl=(1, 3, 12, 15))
    client.bind()
    client.renew()
    client.rebind()
    client.release()
    client.bind()


@twin(FIXED)
def row20_fixed_address_by_client_identifier(t):
    t.client(2, uid=b'two-uid').bind()
    t.client(9, uid=b'two-uid').bind()
    t.client(2, uid=b'\0two-uid').bind()


@twin(FIXED)
def row20_host_without_fixed_address(t):
    t.client(3).bind()


@twin(FIXED)
def row22_fixed_address_of_another_network(t):
    t.client(4).bind()
    t.client(4).reboot('10.0.0.4')


@twin(FIXED)
def row21_list_of_fixed_addresses(t):
    t.client(5).bind()


@twin('authoritative;' + FIXED)
def row69_client_with_a_fixed_address_asks_for_another(t):
    client = t.client(1)
    client.reboot('192.168.0.15')
    client.request('192.168.0.15')
    client.rebind('192.168.0.15')
    client.reboot('10.0.0.4')


@twin(FIXED)
def row69_another_client_asks_for_a_fixed_address(t):
    t.client(6).reboot('192.168.0.101')
    t.client(6).request('192.168.0.101')
    t.client(6).discover((50, dhcp.ip('192.168.0.101')))


@twin(FIXED)
def row72_release_of_a_fixed_address(t):
    client = t.client(1)
    client.bind()
    client.release()
    client.decline()


@twin(HEAD + NET % RANGE + '''
host a { hardware ethernet 02:c0:00:00:00:01; option domain-name "by-hardware"; fixed-address 192.168.0.101; }
host b { option dhcp-client-identifier "uid-b"; option domain-name "by-uid"; fixed-address 192.168.0.102; }
''')
def row20_client_identifier_before_hardware(t):
    t.client(1).bind()
    t.client(1, uid=b'uid-b').bind()
    t.client(1, uid=b'unknown').bind()


@twin(HEAD + NET % RANGE + '''
host by-circuit { host-identifier option agent.circuit-id "port-7"; fixed-address 192.168.0.107; }
host by-name { host-identifier option host-name "called"; fixed-address 192.168.0.108; }
''')
def row23_host_identifier(t):
    t.client(1).bind((82, b'\1\6port-7'))
    t.client(2).bind((82, b'\1\6port-8'))
    t.client(3, hostname='called').bind()
    t.client(4, relay='192.168.0.254').bind((82, b'\1\6port-7'))


PERMITS = HEAD + '''
class "red" { match if substring(option vendor-class-identifier, 0, 3) = "red"; }
class "blue" { match if substring(option vendor-class-identifier, 0, 4) = "blue"; }
subnet 192.168.0.0 netmask 255.255.255.0 {
  option routers 192.168.0.1;
  pool { %s range 192.168.0.10 192.168.0.19; option domain-name "first"; }
  pool { %s range 192.168.0.20 192.168.0.29; option domain-name "second"; }
}
host known-one { hardware ethernet 02:c0:00:00:00:01; }
host known-two { option dhcp-client-identifier "two"; }
'''


def kinds(t):
    t.client(1).bind()
    t.client(2, uid=b'two').bind()
    t.client(3).bind()
    t.client(4).bind((60, b'red-thing'))
    t.client(5).bind((60, b'blue-thing'))
    t.client(6).bootp()
    t.client(3).reboot('192.168.0.15')
    t.client(1).reboot('192.168.0.25')


@twin(PERMITS % ('allow known-clients;', 'deny known-clients;'))
def row19_known_clients(t):
    kinds(t)


@twin(PERMITS % ('deny unknown-clients;', 'allow unknown-clients;'))
def row19_unknown_clients(t):
    kinds(t)


@twin(PERMITS % ('allow members of "red";', 'allow members of "blue";'))
def row19_members_of_classes(t):
    kinds(t)


@twin(PERMITS % ('deny members of "red";', 'allow members of "red";'))
def row19_deny_members_of_a_class(t):
    kinds(t)


@twin(PERMITS % ('allow all clients;', 'deny all clients;'))
def row19_all_clients(t):
    kinds(t)


@twin(PERMITS % ('allow dynamic bootp clients;', 'deny dynamic bootp clients;'))
def row19_dynamic_bootp_clients(t):
    kinds(t)


@twin(PERMITS % ('deny dynamic bootp clients;', 'allow dynamic bootp clients; allow unknown-clients; allow known-clients;'))
def row19_dynamic_bootp_clients_beside_others(t):
    kinds(t)


@twin(PERMITS % ('allow unauthenticated clients;', 'allow authenticated clients;'))
def row19_authenticated_clients(t):
    kinds(t)


@twin(PERMITS % ('allow members of "red"; deny known-clients;', 'allow known-clients; allow members of "blue"; deny members of "blue";'))
def row19_allow_and_deny_together(t):
    kinds(t)


@twin(PERMITS % ('allow after 4 2035/01/04 00:00:00;', 'deny after 4 2035/01/04 00:00:00;'))
def row19_after_a_time(t):
    t.client(1).bind((51, dhcp.u32(600)))


@twin(HEAD + 'subnet 192.168.0.0 netmask 255.255.255.0 { deny unknown-clients; range 192.168.0.10 192.168.0.20; }\n'
      'host k { hardware ethernet 02:c0:00:00:00:01; }')
def row82_deny_unknown_clients(t):
    t.client(1).bind()
    t.client(2, hostname='stranger').bind()
    t.client(2).reboot('192.168.0.15')
    t.client(2).rebind('192.168.0.15')
    t.client(2).bootp()


@twin('ignore unknown-clients;' + HEAD + NET % RANGE + 'host k { hardware ethernet 02:c0:00:00:00:01; }')
def row82_ignore_unknown_clients(t):
    t.client(1).bind()
    t.client(2).discover()
    t.client(2).reboot('192.168.0.15')


@twin(HEAD + NET % RANGE + 'host no { hardware ethernet 02:c0:00:00:00:01; deny booting; }\n'
      'host ig { hardware ethernet 02:c0:00:00:00:02; ignore booting; }')
def row82_deny_and_ignore_booting(t):
    for number in (1, 2, 3):
        t.client(number).discover()
        t.client(number).reboot('192.168.0.15')
        t.client(number).bootp()


@twin(HEAD + NET % 'pool { range dynamic-bootp 192.168.0.10 192.168.0.20; deny dynamic bootp clients; }')
def row82_deny_bootp_in_a_pool(t):
    t.client(1).bootp()
    t.client(1).bind()


@twin('deny bootp;' + HEAD + NET % 'range dynamic-bootp 192.168.0.10 192.168.0.20;')
def row82_deny_bootp(t):
    t.client(1).bootp()


@twin('ignore bootp;' + HEAD + NET % 'range dynamic-bootp 192.168.0.10 192.168.0.20;')
def row82_ignore_bootp(t):
    t.client(1).bootp()


@twin('deny duplicates;' + HEAD + NET % RANGE)
def row84_deny_duplicates(t):
    t.client(1, uid=b'one').bind()
    t.client(1, uid=b'two').bind()
    t.client(1, uid=b'two').discover()


@twin('one-lease-per-client true;' + HEAD + NET % RANGE)
def row84_one_lease_per_client(t):
    client = t.client(1, uid=b'one')
    client.bind()
    client.reboot('192.168.0.15')
    client.discover()


@twin(HEAD + NET % RANGE)
def row84_several_leases_per_client(t):
    client = t.client(1, uid=b'one')
    client.bind()
    client.reboot('192.168.0.15')
    client.discover()


@twin('min-secs 5;' + HEAD + NET % RANGE)
def row83_min_secs(t):
    t.client(1, secs=0).discover()
    t.client(1, secs=4).discover()
    t.client(1, secs=5).discover()
    t.client(1, secs=0).request('192.168.0.10')


CLASSES = HEAD + '''
class "vendor" {
  match option vendor-class-identifier;
  option domain-name "vendor";
}
subclass "vendor" "red" { option domain-name "vendor-red"; }
subclass "vendor" 62:6c:75:65 { option domain-name "vendor-blue"; }
subclass "vendor" "plain";
class "hw" { match hardware; }
subclass "hw" 1:2:c0:0:0:0:5 { option domain-name "hw-five"; }
class "part" { match substring(hardware, 1, 3); }
subclass "part" 2:c0:1 { option domain-name "part"; }
class "if" { match if option host-name = "iffy"; option domain-name "if"; }
''' + NET % RANGE


@twin(CLASSES)
def row24_109_subclasses(t):
    t.client(1).bind((60, b'red'))
    t.client(2).bind((60, b'blue'))
    t.client(3).bind((60, b'plain'))
    t.client(4).bind((60, b'unknown'))
    t.client(5).bind()
    t.client(0x0105).bind()
    t.client(7, hostname='iffy').bind()
    t.client(7, hostname='iffy').bind((60, b'red'))


@twin(HEAD + '''
class "limited" { match if exists vendor-class-identifier; lease limit 2; }
class "spawned" { spawn with option host-name; lease limit 1; option domain-name "spawned"; }
''' + NET % RANGE)
def row24_lease_limit_and_spawned_classes(t):
    for number in (1, 2, 3):
        t.client(number).bind((60, b'x'))
    t.client(1).renew('192.168.0.10', (60, b'x'))
    t.client(1).release('192.168.0.10')
    t.client(3).bind((60, b'x'))
    t.client(4, hostname='group-a').bind()
    t.client(5, hostname='group-a').bind()
    t.client(6, hostname='group-b').bind()
    t.client(5, hostname='group-a').reboot('192.168.0.18')


@twin(HEAD + '''
class "one" { match if exists host-name; option domain-name "class-one"; option time-offset 1; }
class "two" { match if exists host-name; option domain-name "class-two"; option log-servers 192.168.0.2; }
''' + NET % RANGE)
def row25_first_class_wins(t):
    t.client(1, hostname='x', prl=(15, 2, 7)).bind()


SCOPES = '''
ping-check off; ddns-update-style none;
%(global)s
class "c1" { match if exists host-name; %(class)s }
group { %(netgroup)s
  shared-network lan {
    %(shared)s
    subnet 192.168.0.0 netmask 255.255.255.0 {
      %(subnet)s
      pool { range 192.168.0.10 192.168.0.20; %(pool)s }
    }
  }
}
group { %(group)s
  host h { hardware ethernet 02:c0:00:00:00:01; %(host)s }
}
'''
SCOPE_NAMES = ('global', 'netgroup', 'shared', 'subnet', 'pool', 'class', 'group', 'host')


def scopes(first, last):
    words = {name: 'option domain-name "%s";' % name if first <= index <= last else ''
             for index, name in enumerate(SCOPE_NAMES)}
    return SCOPES % words


def scope_scenarios():
    for last in range(len(SCOPE_NAMES)):
        def play(t):
            t.client(1, hostname='h').bind()
            t.client(2).bind()
        play.__name__ = 'row26_27_scopes_up_to_%s' % SCOPE_NAMES[last]
        twin(scopes(0, last))(play)


scope_scenarios()


@twin(HEAD + '''
class "all" { match if 1 = 1; option domain-name "class"; }
''' + NET % 'range dynamic-bootp 192.168.0.10 192.168.0.20;')
def row28_bootp_ignores_classes(t):
    t.client(1).bootp()
    t.client(1).discover()


@twin(HEAD + 'use-host-decl-names on;' + NET % RANGE + '''
host decl-name { hardware ethernet 02:c0:00:00:00:01; }
host decl-name2 { hardware ethernet 02:c0:00:00:00:02; option host-name "own"; fixed-address 192.168.0.102; }
''')
def row85_use_host_decl_names(t):
    t.client(1, prl=(12, 1)).bind()
    t.client(2, prl=(12, 1)).bind()
    t.client(3, prl=(12, 1)).bind()


@twin(HEAD + 'get-lease-hostnames on;' + NET % RANGE)
def row85_get_lease_hostnames(t):
    t.client(1, prl=(12, 1)).bind()
    t.client(2, prl=(12, 1)).bind()


@twin(HEAD + '\n'.join('class "c%d" { match if 1 = 1; }' % n for n in range(8)) + NET % RANGE)
def row110_more_than_five_classes(t):
    t.client(1).bind()


@twin(HEAD + NET % 'pool { allow members of "later"; range 192.168.0.10; }' + 'class "later" { match if 1 = 1; }', fails=True)
def row106_class_used_before_it_is_declared(t):
    pass


@twin(HEAD + 'group { option domain-name "outer"; group { option ntp-servers 192.168.0.4; host h { hardware ethernet 02:c0:00:00:00:01; '
      'fixed-address 192.168.0.101; } } }' + NET % RANGE)
def row27_nested_groups(t):
    t.client(1, prl=(15, 42)).bind()


@twin(HEAD + 'group named { option domain-name "named"; } host h { hardware ethernet 02:c0:00:00:00:01; group "named"; }' + NET % RANGE)
def row27_94_host_of_a_named_group(t):
    t.client(1).bind()


@twin(HEAD + NET % RANGE, leases='''
host added { dynamic; hardware ethernet 02:c0:00:00:00:01; fixed-address 192.168.0.99; option host-name "added"; }
group { dynamic; }
''')
def row94_host_in_the_lease_file(t):
    t.client(1).bind()
    t.restart()
    t.client(1).bind()


@twin(HEAD + 'host h { hardware ethernet 02:c0:00:00:00:01; fixed-address 192.168.0.101; }' + NET % RANGE, leases='''
host h { dynamic; deleted; }
''')
def row94_host_deleted_in_the_lease_file(t):
    t.client(1).bind()


@twin(HEAD + '''
subnet 192.168.0.0 netmask 255.255.255.0 {
  pool { range 192.168.0.20 192.168.0.21; max-lease-time 100; }
  pool { range 192.168.0.10 192.168.0.11; max-lease-time 200; }
}''')
def row64_two_pools(t):
    for number in range(1, 6):
        t.client(number).bind((51, dhcp.u32(1000)))


@twin(HEAD + 'subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.30 192.168.0.31; range 192.168.0.10 192.168.0.11; range 192.168.0.20; }')
def row64_several_ranges_of_one_pool(t):
    for number in range(1, 7):
        t.client(number).bind()


@twin(HEAD + 'subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.20; '
      'host h { hardware ethernet 02:c0:00:00:00:01; fixed-address 192.168.0.10; } }')
def row21_fixed_address_inside_a_range(t):
    t.client(1).bind()
    t.client(2).bind()


@twin(HEAD + NET % RANGE + 'host reserved { hardware ethernet 02:c0:00:00:00:01; } ', leases='''
lease 192.168.0.15 {
  starts 3 2026/11/18 12:00:00;
  ends 3 2026/11/18 12:10:00;
  binding state free;
  reserved;
  hardware ethernet 02:c0:00:00:00:05;
}
''')
def row91_reserved_lease(t):
    t.client(5).bind()
    t.client(6).bind()
    t.client(5).release('192.168.0.15')
    t.client(6).bind()
    t.client(5).bind()
