"""Where a packet came from: relays, option 82, link and subnet selection, several networks and interfaces."""

from lib import dhcp
from twin import twin

HEAD = '''
ping-check off;
ddns-update-style none;
default-lease-time 600;
'''
NETS = HEAD + '''
subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.20; option domain-name "local"; }
subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.0.10 10.1.0.20; option routers 10.1.0.1; option domain-name "ten-one"; }
subnet 10.2.0.0 netmask 255.255.255.0 { authoritative; range 10.2.0.10 10.2.0.20; option routers 10.2.0.1; }
shared-network two {
  option domain-name "two";
  subnet 10.3.0.0 netmask 255.255.255.0 { range 10.3.0.10 10.3.0.11; option routers 10.3.0.1; }
  subnet 10.4.0.0 netmask 255.255.255.0 { range 10.4.0.10 10.4.0.20; option routers 10.4.0.1; }
}
'''


@twin(NETS)
def row79_network_of_the_relay(t):
    client = t.client(1, relay='10.1.0.1')
    client.bind()
    client.rebind()
    client.send([(53, dhcp.RELEASE), (54, dhcp.ip('192.168.0.1'))], ciaddr='10.1.0.10', giaddr='0.0.0.0')
    t.client(2, relay='10.2.0.1', flags=dhcp.BROADCAST).bind()
    t.client(3, relay='192.168.0.250').bind()


@twin(NETS)
def row79_103_shared_network_behind_a_relay(t):
    for number in range(1, 5):
        t.client(number, relay='10.3.0.1').bind()
    t.client(5, relay='10.4.0.1').bind()


@twin(NETS)
def row80_unknown_relay(t):
    client = t.client(1, relay='172.16.0.1')
    client.discover()
    client.request('192.168.0.10')
    client.request('10.2.0.10')
    client.request('172.16.0.9')
    client.request('10.9.9.9')
    client.release('10.1.0.10')
    client.decline('10.1.0.10')
    client.inform('172.16.0.9')
    client.bootp()


@twin(NETS)
def row68_wrong_network_behind_a_relay(t):
    t.client(1, relay='10.1.0.1').reboot('10.2.0.10')
    t.client(1, relay='10.2.0.1').reboot('10.1.0.10')
    t.client(1, relay='10.2.0.1').rebind('10.1.0.10')
    t.client(1, relay='10.2.0.1').reboot('10.2.0.99')


@twin(NETS)
def row79_link_selection(t):
    t.client(1, relay='10.1.0.1').bind((82, b'\5\4' + dhcp.ip('10.2.0.0')))
    t.client(2, relay='10.1.0.1').bind((82, b'\1\3abc\5\4' + dhcp.ip('10.3.0.0')))
    t.client(3, relay='10.1.0.1').bind((82, b'\5\4' + dhcp.ip('172.31.0.0')))
    t.client(4, relay='10.1.0.1').bind((82, b'\5\3\1\2\3'))


@twin(NETS)
def row79_subnet_selection(t):
    t.client(1).bind((118, dhcp.ip('10.1.0.0')))
    t.client(2, relay='10.1.0.1').bind((118, dhcp.ip('10.2.0.0')))
    t.client(3).bind((118, dhcp.ip('172.31.0.0')))
    t.client(4).discover((118, b'\1\2\3'))


@twin(NETS)
def row81_agent_options_are_echoed_last(t):
    t.client(1, relay='10.1.0.1').bind((82, b'\1\6port-1\2\6remote'))
    t.client(2).bind((82, b'\1\6port-1'))
    t.client(3, relay='10.1.0.1', prl=(82, 1, 15)).bind((82, b'\1\6port-1'))
    t.client(4, relay='10.2.0.1').reboot('10.1.0.11', (82, b'\1\6port-1'))
    t.client(5, relay='10.1.0.1', prl=()).bind((82, b'\1\6port-1\x97\2xy\x0b\4' + dhcp.ip('10.1.0.77')))


@twin(NETS)
def row81_odd_agent_options(t):
    for number, value in enumerate((b'', b'\1', b'\1\0', b'\1\5abc', b'\0\0', b'\1\1a\1\1b', b'\xff\1x', b'\1\xff' + b'z' * 200)):
        t.client(number + 1, relay='10.1.0.1').discover((82, value))


@twin(NETS + 'option big code 224 = text; option big "%s";' % ('b' * 250))
def row81_agent_options_over_the_size_limit(t):
    t.client(1, relay='10.1.0.1', prl=(224, 1, 3, 15)).discover((82, b'\1\xc8' + b'p' * 200))
    t.client(2, relay='10.1.0.1', prl=(224, 1, 3, 15)).discover((82, b'\1\xfa' + b'p' * 250), (57, dhcp.u16(576)))


STASH = NETS + '''
stash-agent-options true;
class "port" { match if option agent.circuit-id = "port-1"; option log-servers 10.1.0.2; }
'''


@twin(STASH)
def row81_stashed_agent_options(t):
    client = t.client(1, relay='10.1.0.1', prl=(1, 7, 15))
    client.bind((82, b'\1\6port-1'))
    direct = t.client(1, prl=(1, 7, 15))
    direct.renew('10.1.0.10')
    t.restart()
    direct.renew('10.1.0.10')


@twin(STASH.replace('stash-agent-options true', 'stash-agent-options false'))
def row81_agent_options_not_stashed(t):
    t.client(1, relay='10.1.0.1', prl=(1, 7, 15)).bind((82, b'\1\6port-1'))
    t.client(1, prl=(1, 7, 15)).renew('10.1.0.10')


@twin(NETS + 'class "c" { match if option agent.remote-id = "r1"; option domain-name "remote"; }')
def row81_agent_options_in_a_class(t):
    t.client(1, relay='10.1.0.1').bind((82, b'\1\1a\2\2r1'))


@twin(NETS)
def row79_renewal_of_a_relayed_client(t):
    t.client(1, relay='10.1.0.1').bind()
    direct = t.client(1)
    direct.renew('10.1.0.10')
    direct.rebind('10.1.0.10')
    direct.release('10.1.0.10')


@twin(NETS)
def row65_client_moves_between_networks(t):
    t.client(1, uid=b'mover').bind()
    t.client(1, uid=b'mover', relay='10.1.0.1').bind()
    t.client(1, uid=b'mover').bind()


SHARED = HEAD + '''
shared-network lan {
  option domain-name "lan";
  subnet 192.168.0.0 netmask 255.255.255.0 { option routers 192.168.0.1; range 192.168.0.10 192.168.0.11; }
  subnet 192.168.1.0 netmask 255.255.255.0 { option routers 192.168.1.1; range 192.168.1.10 192.168.1.11; }
}
'''


@twin(SHARED)
def row103_two_subnets_on_one_interface(t):
    for number in range(1, 6):
        t.client(number).bind()
    t.client(2).renew('192.168.0.11')
    t.client(3).renew('192.168.1.10')


@twin(SHARED, interfaces=(('192.168.0.1/24',), ('192.168.1.1/24',)))
def row103_two_interfaces_on_one_shared_network(t):
    t.client(1).bind()
    t.client(2, wire=1).bind()
    t.client(3, wire=1).bind()
    t.client(4).bind()
    t.client(1, wire=1).bind()


TWO = HEAD + '''
subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.20; }
subnet 192.168.1.0 netmask 255.255.255.0 { range 192.168.1.10 192.168.1.20; }
'''


@twin(TWO, interfaces=(('192.168.0.1/24',), ('192.168.1.1/24',)))
def row103_two_interfaces_two_networks(t):
    t.client(1).bind()
    t.client(2, wire=1).bind()
    t.client(1, wire=1).bind()
    t.client(2, wire=1).reboot('192.168.0.10')


@twin(TWO, interfaces=(('192.168.0.1/24',), ('192.168.1.1/24',)), names=('eth0',))
def row104_only_the_named_interface(t):
    t.client(1).bind()


@twin(TWO, interfaces=(('192.168.0.1/24',), ('192.168.7.1/24',)))
def row11_interface_without_a_subnet(t):
    t.client(1).bind()


@twin(TWO, interfaces=(('192.168.0.1/24',), ()))
def row11_interface_without_an_address(t):
    t.client(1).bind()


@twin(TWO, interfaces=(('192.168.7.1/24',),), fails=True)
def row11_no_interface_left(t):
    pass


@twin(TWO, names=('eth7',), fails=True)
def row11_104_no_such_interface(t):
    pass


@twin(TWO, interfaces=(('192.168.0.1/24',), ('192.168.0.2/24',)))
def row10_two_interfaces_on_one_subnet(t):
    t.client(1).bind()


@twin(TWO, interfaces=(('192.168.0.1/24', '192.168.0.5/24', '192.168.1.1/24'),), fails=True)
def row11_interface_on_two_networks(t):
    pass


@twin(HEAD + 'subnet 192.168.0.0 netmask 255.255.255.0 { option domain-name "net"; not authoritative; }')
def row75_inform_not_authoritative(t):
    for _ in range(3):
        t.client(1).inform('192.168.0.77')
    t.client(1, hostname='x').inform('10.0.0.1')


@twin(HEAD + 'subnet 192.168.0.0 netmask 255.255.255.0 { not authoritative; }')
def row76_inform_advice_once_in_a_hundred(t):
    client = t.client(1)
    client.inform('192.168.0.77', times=99, title='99 times INFORM')
    client.inform('192.168.0.77', times=3, title='three more')


INFORM = 'authoritative;' + HEAD + '''
option domain-name "global";
class "c" { match if exists vendor-class-identifier; option log-servers 192.168.0.3; }
subnet 192.168.0.0 netmask 255.255.255.0 {
  option routers 192.168.0.1;
  pool { range 192.168.0.10 192.168.0.20; option domain-name "pool"; }
}
host h { hardware ethernet 02:c0:00:00:00:05; fixed-address 192.168.0.105; option domain-name "host"; filename "boot"; }
'''


@twin(INFORM)
def row75_inform_served(t):
    t.client(1).inform('192.168.0.77')
    t.client(1, prl=()).inform('192.168.0.77')
    t.client(2, prl=(1, 3, 7, 15)).inform('192.168.0.12', (60, b'v'))
    t.client(5).inform('192.168.0.105')
    t.client(3, flags=dhcp.BROADCAST).inform('192.168.0.77')
    t.client(4, hlen=0).inform('192.168.0.78')


@twin(INFORM)
def row75_inform_without_an_address(t):
    t.client(1).send([(53, dhcp.INFORM)])
    t.client(1).send([(53, dhcp.INFORM)], frame={'source': '192.168.0.77'})


@twin(INFORM)
def row75_inform_of_an_unknown_subnet(t):
    t.client(1).inform('10.0.0.1')
    t.client(1).send([(53, dhcp.INFORM)], frame={'source': '10.0.0.2'})
    t.client(1, relay='172.16.0.1').send([(53, dhcp.INFORM)])
    t.client(1).inform('192.168.0.77', (118, dhcp.ip('10.7.0.0')))
    t.client(1).inform('192.168.0.77', (118, b'\1\2'))
    t.client(1, relay='192.168.0.250').inform('192.168.0.77', (82, b'\5\4' + dhcp.ip('10.7.0.0')))


@twin(INFORM)
def row75_81_inform_through_a_relay(t):
    t.client(1, relay='192.168.0.250').inform('192.168.0.77', (82, b'\1\1p'))
    t.client(1, relay='192.168.0.250').send([(53, dhcp.INFORM)], frame={})


QUERY = 'allow leasequery;' + NETS


def query(t, *options, **more):
    more.setdefault('giaddr', '10.1.0.1')
    return t.client(0x77, prl=()).send([(53, dhcp.LEASEQUERY)] + list(options), **more)


@twin(QUERY)
def row77_leasequery(t):
    t.client(1, relay='10.1.0.1', uid=b'one').bind((60, b'vendor'), (82, b'\1\1p'))
    t.client(2, relay='10.1.0.1').bind()
    for address in ('10.1.0.10', '10.1.0.11', '10.1.0.15', '10.1.0.99', '172.31.0.1'):
        query(t, ciaddr=address)
    query(t, (61, b'one'))
    query(t, (61, b'nobody'))
    t.client(2, prl=()).send([(53, dhcp.LEASEQUERY)], giaddr='10.1.0.1')
    t.client(9, prl=()).send([(53, dhcp.LEASEQUERY)], giaddr='10.1.0.1')
    t.client(1, prl=(51, 61, 82, 91, 92, 1, 3)).send([(53, dhcp.LEASEQUERY)], giaddr='10.1.0.1', ciaddr='10.1.0.10')


@twin(QUERY)
def row77_leasequery_without_a_relay(t):
    query(t, ciaddr='10.1.0.10', giaddr='0.0.0.0')


@twin(NETS)
def row77_leasequery_not_allowed(t):
    query(t, ciaddr='10.1.0.10')


@twin(QUERY)
def row77_leasequery_of_several_leases(t):
    client = t.client(1, relay='10.1.0.1', uid=b'one')
    client.bind()
    t.client(1, relay='10.2.0.1', uid=b'one').bind()
    query(t, (61, b'one'))
    t.client(1, prl=()).send([(53, dhcp.LEASEQUERY)], giaddr='10.1.0.1')
