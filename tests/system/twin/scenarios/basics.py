"""The ordinary conversations on one network with one range, and what they leave in the lease file."""

from lib import dhcp
from twin import twin

BASIC = '''
ping-check off;
ddns-update-style none;
option domain-name "example.org";
option domain-name-servers 192.168.0.2, 192.168.0.3;
default-lease-time 600;
max-lease-time 7200;
subnet 192.168.0.0 netmask 255.255.255.0 {
  range 192.168.0.10 192.168.0.20;
  option routers 192.168.0.1;
}
'''
AUTHORITATIVE = 'authoritative;\n' + BASIC
SMALL = BASIC.replace('192.168.0.20', '192.168.0.12')


@twin(BASIC)
def row64_never_used_addresses_are_offered_ascending(t):
    for number in range(1, 5):
        t.client(number).discover()


@twin(SMALL)
def row64_released_addresses_are_reused_longest_free_first(t):
    clients = [t.client(number) for number in range(1, 4)]
    for client in clients:
        client.bind()
    for index in (1, 2, 0):
        clients[index].release()
        t.wait(1.1)
    for number in range(11, 14):
        t.client(number).bind()


@twin(SMALL)
def row64_89_pool_is_full(t):
    for number in range(1, 4):
        t.client(number).bind()
    t.client(4).discover()
    t.client(5, hostname='five').discover()


@twin(SMALL)
def row63_an_offered_address_is_kept_for_its_client(t):
    t.client(1).discover()
    t.client(2).discover()
    t.client(1).discover()
    t.client(3).discover()
    t.client(4).discover()


@twin(BASIC)
def row65_a_client_returns_to_its_address(t):
    client = t.client(1, uid=b'\1\2\xc0\0\0\0\1')
    client.bind()
    client.bind()
    client.release()
    t.client(2).bind()
    client.bind()


@twin(BASIC)
def row65_a_client_changes_its_uid_and_keeps_its_hardware_address(t):
    t.client(1, uid=b'one').bind()
    t.client(1, uid=b'two').bind()
    t.client(1).bind()
    t.client(1, uid=b'one').bind()


@twin(BASIC)
def row65_a_client_changes_its_hardware_address_and_keeps_its_uid(t):
    t.client(1, uid=b'same').bind()
    t.client(2, uid=b'same').bind()
    t.client(3, uid=b'same').discover()


@twin(BASIC)
def row66_requested_address_is_honoured(t):
    client = t.client(1)
    offer = client.discover((50, dhcp.ip('192.168.0.17')))
    client.request(offer)
    t.client(2).discover((50, dhcp.ip('192.168.0.17')))
    t.client(3).discover((50, dhcp.ip('192.168.0.99')))
    t.client(4).discover((50, dhcp.ip('10.9.9.9')))


@twin(BASIC)
def row67_init_reboot_of_a_free_address_never_leased(t):
    t.client(1).reboot('192.168.0.15')
    t.client(2).reboot('192.168.0.15')


@twin(AUTHORITATIVE)
def row68_wrong_network_authoritative(t):
    t.client(1).reboot('10.1.2.3')
    t.client(1).reboot('192.168.1.3')
    t.client(1, hostname='named').reboot('172.16.0.1')


@twin(BASIC)
def row68_wrong_network_not_authoritative(t):
    t.client(1).reboot('10.1.2.3')
    t.client(1, hostname='named').reboot('192.168.1.3')


# Authority is copied into a declaration as it begins: where the statement stands, counts.
@twin(BASIC + 'authoritative;\n')
def row68_authoritative_after_the_subnet(t):
    t.client(1).reboot('10.1.2.3')


@twin('group {\n' + BASIC + '\nauthoritative; }\nauthoritative;\n')
def row68_authoritative_at_the_end_of_a_group(t):
    t.client(1).reboot('10.1.2.3')


@twin('shared-network both {\n' + BASIC + '\nauthoritative; }\n')
def row68_authoritative_at_the_end_of_a_shared_network(t):
    t.client(1).reboot('10.1.2.3')
    t.client(1).inform('192.168.0.77')


@twin(BASIC)
def row69_address_of_another_client(t):
    t.client(1).bind()
    t.client(2).reboot('192.168.0.10')
    t.client(2).request('192.168.0.10')


@twin(BASIC)
def row70_address_in_the_subnet_but_in_no_range(t):
    t.client(1).reboot('192.168.0.200')
    t.client(1).request('192.168.0.200')
    t.client(1).rebind('192.168.0.200')
    t.client(1).request(None)


@twin(AUTHORITATIVE)
def row70_address_in_no_range_authoritative(t):
    t.client(1).reboot('192.168.0.200')
    t.client(1).rebind('192.168.0.200')


@twin(BASIC)
def row71_request_for_another_server(t):
    client = t.client(1)
    offer = client.discover()
    client.request(offer.address(), server_id='192.168.0.77')


@twin(BASIC)
def row71_request_for_another_server_and_an_address_we_have_not(t):
    t.client(1).request('10.3.3.3', server_id='192.168.0.77')
    t.client(1).request('192.168.0.222', server_id='192.168.0.77')


@twin('server-id-check true;\n' + BASIC)
def row71_request_for_another_server_with_server_id_check(t):
    client = t.client(1)
    offer = client.discover()
    client.request(offer.address(), server_id='192.168.0.77')
    client.request(offer.address())


@twin(BASIC)
def row72_release_found(t):
    client = t.client(1, uid=b'\1abc', hostname='leaver')
    client.bind()
    client.release()
    client.release()


@twin(BASIC)
def row72_release_not_found(t):
    t.client(1).release('192.168.0.12')
    t.client(1).release('192.168.0.99')
    t.client(1).release('10.0.0.1')
    t.client(1).bind()
    t.client(2).release('192.168.0.10')


@twin(BASIC)
def row72_release_with_requested_address(t):
    client = t.client(1)
    client.bind()
    client.release('192.168.0.10', (50, dhcp.ip('192.168.0.10')))


@twin(BASIC)
def row72_release_with_uid_from_other_hardware(t):
    t.client(1, uid=b'shared').bind()
    t.client(2, uid=b'shared').release('192.168.0.10')


@twin(BASIC)
def row72_release_without_uid_of_a_lease_with_uid(t):
    t.client(1, uid=b'shared').bind()
    t.client(1).release('192.168.0.10')


@twin(BASIC)
def row72_release_without_server_identifier(t):
    client = t.client(1)
    client.bind()
    client.release(server_id=None)


@twin(BASIC)
def row72_release_naming_another_server(t):
    client = t.client(1)
    client.bind()
    client.release(server_id='192.168.0.77')


@twin(BASIC)
def row73_decline(t):
    client = t.client(1, hostname='clash')
    client.bind()
    client.decline()
    client.bind()


@twin(BASIC)
def row73_decline_of_an_address_never_leased(t):
    t.client(1).decline('192.168.0.19')
    t.client(1).decline('192.168.0.99')


@twin(BASIC)
def row73_decline_without_requested_address(t):
    client = t.client(1)
    client.bind()
    client.send([(53, dhcp.DECLINE)])
    client.send([(53, dhcp.DECLINE), (50, b'\1\2\3')])


@twin('deny declines;\n' + BASIC)
def row73_deny_declines(t):
    client = t.client(1)
    client.bind()
    client.decline()


@twin('ignore declines;\n' + BASIC)
def row73_ignore_declines(t):
    client = t.client(1)
    client.bind()
    client.decline()


@twin(SMALL)
def row74_abandoned_addresses_are_reclaimed_when_nothing_else_is_free(t):
    for number in (1, 2):
        t.client(number).bind()
    client = t.client(3)
    client.bind()
    client.decline()
    t.client(4).discover()
    t.client(4).bind()


@twin(SMALL.replace('192.168.0.12', '192.168.0.10'))
def row74_the_only_address_is_declined_by_its_client(t):
    client = t.client(1)
    client.bind()
    client.decline()
    client.discover()
    t.client(2).bind()


@twin(BASIC)
def row65_91_restart_keeps_what_was_given(t):
    t.client(1, uid=b'\1\0\xff"\\quoted', hostname='keeper').bind()
    t.client(2, uid=b'printable-name').bind()
    t.client(3).bind()
    t.client(3).release('192.168.0.12')
    t.restart()
    t.client(1, uid=b'\1\0\xff"\\quoted').discover()
    t.client(2, uid=b'printable-name').renew('192.168.0.11')
    t.client(4).discover()
    t.client(3).discover()


@twin(BASIC)
def row61_lease_time_asked_short_long_and_not(t):
    t.client(1).bind((51, dhcp.u32(1)))
    t.client(2).bind((51, dhcp.u32(99999999)))
    t.client(3).bind()
    t.client(4).bind((51, dhcp.u32(0xffffffff)))
    t.client(5).bind((51, b'\0\0\1'))
    t.client(6).bind((51, dhcp.u32(0)))
    t.client(7).bind((51, dhcp.u32(3000)))


@twin(BASIC.replace('default-lease-time 600;', 'min-lease-time 900;'))
def row61_minimum_lease_time(t):
    t.client(1).bind((51, dhcp.u32(1)))
    t.client(2).bind()


@twin('ping-check off; subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.20; }')
def row61_lease_times_with_nothing_configured(t):
    t.client(1).bind((51, dhcp.u32(1)))
    t.client(2).bind((51, dhcp.u32(99999999)))
    t.client(3).bind((51, dhcp.u32(0xffffffff)))
    t.client(4).bind()


@twin(BASIC.replace('max-lease-time 7200', 'max-lease-time 0xffffffff'))
def row61_infinite_lease(t):
    client = t.client(1)
    client.bind((51, dhcp.u32(0xffffffff)))
    client.renew(None, (51, dhcp.u32(0xffffffff)))


@twin(BASIC + 'option dhcp-renewal-time 200; option dhcp-rebinding-time 400;')
def row62_configured_t1_and_t2(t):
    t.client(1).bind()
    t.client(2, prl=(1, 58, 59)).bind()
    t.client(3).bind((51, dhcp.u32(300)))
    t.client(4).bind((51, dhcp.u32(100)))


@twin(BASIC + 'option dhcp-renewal-time 500; option dhcp-rebinding-time 400;')
def row62_t1_after_t2(t):
    t.client(1).bind()


@twin(BASIC)
def row62_no_t1_and_t2_when_not_configured(t):
    t.client(1, prl=(58, 59, 51, 1)).bind()


@twin(BASIC)
def row55_renewing_and_rebinding(t):
    client = t.client(1)
    client.bind()
    client.renew()
    client.rebind()
    t.client(2).renew('192.168.0.10')
    t.client(2).rebind('192.168.0.11')


@twin(AUTHORITATIVE)
def row55_68_rebinding_an_address_of_elsewhere(t):
    t.client(1).rebind('10.1.1.1')
    t.client(1).renew('10.1.1.1')


@twin(BASIC)
def row55_broadcast_flag(t):
    client = t.client(1, flags=dhcp.BROADCAST)
    client.bind()
    client.renew()
    client.rebind()


@twin('always-broadcast on;\n' + BASIC)
def row56_always_broadcast(t):
    client = t.client(1)
    client.bind()
    client.renew()
    client.rebind()


@twin(BASIC)
def row55_renewal_with_server_identifier(t):
    client = t.client(1)
    client.bind()
    client.renew(None, (54, dhcp.ip('192.168.0.1')))
    client.rebind(None, (54, dhcp.ip('192.168.0.1')))
    client.renew(None, (54, dhcp.ip('192.168.0.1')), (50, dhcp.ip('192.168.0.10')))


@twin(BASIC)
def row55_odd_hardware(t):
    t.client(1, htype=6).bind()
    t.client(2, htype=1, hlen=0).discover()
    t.client(3, htype=0, hlen=0, uid=b'nothing').bind()
    t.client(4, htype=32, hlen=0, uid=b'\xff1234', flags=dhcp.BROADCAST).bind()
    t.client(5, htype=7, hlen=1).bind()
    t.client(6, hlen=16).bind()


@twin(BASIC)
def row65_two_clients_with_one_hardware_address_and_two_uids(t):
    first, second = t.client(1, uid=b'first'), t.client(1, uid=b'second')
    first.bind()
    second.bind()
    first.renew()
    second.renew()
    first.release()
    second.bind()


@twin(BASIC)
def row54_55_secs_hops_and_flags_are_copied(t):
    t.client(1, secs=17, hops=3, flags=0x7fff).bind()
    t.client(2, secs=65535, flags=0xffff).bind()


@twin(BASIC)
def row85_host_name_of_the_client_in_log_and_lease(t):
    t.client(1, hostname='plain').bind()
    t.client(2, hostname=b'with-nul\0').bind()
    t.client(3, hostname=b'not\x01printable').bind()
    t.client(4, hostname=b'x' * 64).bind()
    t.client(5, hostname=b'y' * 65).bind()
    t.client(6, hostname=b'').bind()
    t.client(1, hostname='renamed').bind()
    t.client(7, hostname=b'quote"and\\slash').bind()


@twin(BASIC)
def row53_nul_at_the_end_is_mirrored(t):
    t.client(1, hostname=b'nul\0', prl=(1, 12, 15)).bind()
    t.client(2, hostname=b'none', prl=(1, 12, 15)).bind()
