"""What goes on with time: pings, events, thresholds, expiry, the lease file read and written."""

import os
import time

from lib import dhcp
from scenarios.basics import BASIC
from twin import twin

HEAD = 'ping-check off; ddns-update-style none; default-lease-time 600;\n'
NET = 'subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.20; %s }\n'
PING = BASIC.replace('ping-check off;', 'ping-check on;')


def timed(t, what, *arguments, **more):
    """Plays the step and writes down how long the first reply took, in half seconds."""
    began = time.monotonic()
    what(*arguments, **more)
    took = time.monotonic() - began
    t.note('it took (half seconds)', lambda side: round(took * 2) if took > 0.4 else 0)


@twin(PING)
def row59_an_offer_waits_for_the_ping(t):
    client = t.client(1)
    timed(t, client.discover, patience=3)
    timed(t, client.discover, patience=3)
    timed(t, client.request, '192.168.0.10')
    timed(t, client.discover)
    t.note('pinged', lambda side: side.wires[0].pings + side.wires[0].arps)


@twin(PING + 'ping-timeout-ms 200; ping-timeout 0;')
def row59_ping_timeout_in_milliseconds(t):
    timed(t, t.client(1).discover, patience=3)


@twin(PING + 'ping-timeout 2;')
def row59_ping_timeout(t):
    timed(t, t.client(1).discover, patience=4)


@twin(PING)
def row60_an_answered_ping(t):
    t.own('192.168.0.10', '02:00:00:00:00:99', ping=True)
    t.client(1).discover(patience=1.5)
    t.client(1).discover(patience=3)


@twin(PING)
def row59_no_ping_for_a_request(t):
    timed(t, t.client(1).reboot, '192.168.0.15')


@twin(PING)
def row59_other_clients_are_served_while_a_ping_is_out(t):
    t.client(1).discover()
    t.client(2).reboot('192.168.0.17')
    t.wait(1.5)


@twin(PING)
def row59_a_second_discover_while_the_ping_is_out(t):
    t.client(1).discover()
    t.client(1).discover()
    t.client(2).discover()
    t.wait(1.5)


EVENTS = HEAD + NET % '''
  on commit { set seen = "yes"; log(info, concat("commit ", binary-to-ascii(10, 8, ".", leased-address))); }
  on release { log(info, concat("release ", seen)); }
  on expiry { log(info, concat("expiry ", seen)); }
''' + 'host h { hardware ethernet 02:c0:00:00:00:05; fixed-address 192.168.0.105; }'


@twin(EVENTS)
def row35_36_commit_and_release(t):
    client = t.client(1)
    client.bind()
    client.renew()
    client.release()
    t.client(5).bind()
    t.client(5).release('192.168.0.105')


@twin(EVENTS.replace('default-lease-time 600', 'default-lease-time 2; min-lease-time 1'))
def row36_expiry(t):
    t.client(1).bind()
    t.await_log('expiry', 8)
    t.client(1).discover()


@twin(EVENTS)
def row35_91_variables_survive_a_restart(t):
    t.client(1).bind()
    t.restart()
    t.client(1).release('192.168.0.10')


@twin(HEAD + NET % 'on commit or release { log(info, "either"); }' + 'on commit { log(info, "global"); }')
def row36_events_in_several_scopes(t):
    client = t.client(1)
    client.bind()
    client.release()


@twin(HEAD + NET % 'on commit { set a = "1"; set b = concat("x", a); unset a; set c = hardware; }')
def row35_set_and_unset(t):
    t.client(1).bind()


@twin(HEAD + NET % 'on commit { execute("/bin/sh", "-c", "echo ran > /run/dhcp/ran"); }')
def row37_execute(t):
    t.client(1).bind()
    t.await_log('execute_statement argv', 3)
    end = time.monotonic() + 3
    while time.monotonic() < end and not all(os.path.exists(side.site.path('ran')) for side in t.sides):
        t.pump(lambda: False, 0.05)
    t.note('it ran', lambda side: os.path.exists(side.site.path('ran')))


@twin(HEAD + NET % 'on commit { execute("/bin/false"); execute("/nowhere/program", "a", "b"); }')
def row37_execute_that_fails(t):
    t.client(1).bind()
    t.wait(0.5)


@twin(BASIC)
def row86_cache_threshold_reuses_a_young_lease(t):
    client = t.client(1)
    client.bind()
    client.renew()
    t.wait(1.2)
    client.renew()
    client.bind()


@twin('dhcp-cache-threshold 0;' + BASIC)
def row86_cache_threshold_zero(t):
    client = t.client(1)
    client.bind()
    client.renew()
    client.renew()


@twin('dhcp-cache-threshold 50; min-lease-time 1;' + BASIC.replace('600', '4'))
def row86_cache_threshold_passed(t):
    client = t.client(1)
    client.bind()
    client.renew()
    t.wait(2.3)
    client.renew()


@twin(BASIC)
def row86_cache_threshold_and_another_host_name(t):
    client = t.client(1, hostname='a')
    client.bind()
    t.client(1, hostname='b').renew('192.168.0.10')
    t.client(1).renew('192.168.0.10', (51, dhcp.u32(4000)))


@twin('adaptive-lease-time-threshold 50; min-lease-time 60;' + HEAD + 'subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.13; }')
def row87_adaptive_lease_time(t):
    for number in range(1, 5):
        t.client(number).bind((51, dhcp.u32(500)))
    t.client(1).renew('192.168.0.10', (51, dhcp.u32(500)))


@twin('log-threshold-high 50; log-threshold-low 20;' + HEAD + 'subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.13; }')
def row87_log_thresholds(t):
    for number in range(1, 4):
        t.client(number).bind()
    for number in range(1, 4):
        t.client(number).release('192.168.0.%d' % (9 + number))


@twin('min-lease-time 1; default-lease-time 2; ping-check off; ddns-update-style none;' + 'subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.11; }')
def row64_expired_addresses_are_reused(t):
    t.client(1).bind()
    t.client(2).bind()
    t.client(3).discover()
    t.wait(3.2)
    t.client(3).bind()
    t.client(1).discover()


@twin('abandon-lease-time 2;' + BASIC)
def row73_74_abandoned_addresses_come_back(t):
    client = t.client(1)
    client.bind()
    client.decline()
    t.wait(3.2)
    t.client(2).reboot('192.168.0.10')


@twin(BASIC)
def row93_the_old_file_is_kept(t):
    t.client(1).bind()
    t.restart()
    t.note('files', lambda side: sorted(name for name in os.listdir(side.site.folder)))


@twin(BASIC + 'class "k" { match if 1 = 0; } host h { hardware ethernet 02:0:0:0:0:9; }')
def row93_94_what_a_rewrite_writes(t):
    t.client(1, uid=b'x').bind()
    t.client(2).bind()
    t.client(2).release('192.168.0.11')
    t.restart()


def lease(address, state='active', **more):
    members = {'starts': '2 2026/11/24 10:00:00', 'ends': '2 2034/11/24 10:00:00', 'cltt': '2 2026/11/24 10:00:00',
               'binding state': state, 'hardware': 'ethernet 02:c0:00:00:00:01'}
    members.update(more)
    return 'lease %s {\n%s}\n' % (address, ''.join('  %s %s;\n' % item for item in members.items() if item[1] is not None))


@twin(BASIC, leases='''# The format of this file is documented in the dhcpd.leases(5) manual page.
# This lease file was written by isc-dhcp-V3.0.5-RedHat

lease 192.168.0.10 {
  starts 3 2026/11/18 12:00:00;
  ends 3 2034/11/18 12:10:00;
  tstp 3 2034/11/18 12:10:00;
  binding state active;
  next binding state free;
  hardware ethernet 02:c0:00:00:00:01;
  uid "\\001\\002\\300\\000\\000\\000\\001";
  client-hostname "old";
}
lease 192.168.0.11 {
  starts 3 2026/11/18 12:00:00;
  ends 3 2026/11/18 12:10:00;
  tstp 3 2026/11/18 12:10:00;
  binding state free;
  hardware ethernet 02:c0:00:00:00:02;
}
''')
def row92_lease_file_of_3_0(t):
    t.client(1, uid=b'\1\2\xc0\0\0\0\1').discover()
    t.client(2).discover()
    t.client(3).discover()


@twin(BASIC, leases='''authoring-byte-order little-endian;
server-duid "\\000\\001\\000\\001\\060\\010\\252\\303\\002\\000\\000\\000\\000\\001";
lease 192.168.0.10 {
  starts epoch 1795000000; # some day
  ends never;
  cltt epoch 1795000000;
  binding state active;
  next binding state free;
  rewind binding state free;
  hardware ethernet 02:c0:00:00:00:01;
  set vendor-name = "a\\"b";
  option agent.circuit-id "port";
  on release { log(info, "from the file"); }
}
''' + lease('192.168.0.12', 'abandoned', **{'next binding state': 'free'}) + lease('192.168.0.13', 'released')
      + lease('192.168.0.14', 'expired') + lease('192.168.0.15', 'backup') + lease('192.168.0.16', 'reset'))
def row91_92_states_and_members(t):
    t.client(1).discover()
    t.client(1).release('192.168.0.10')
    t.client(2).discover()


@twin(BASIC, leases=lease('10.9.9.9') + lease('192.168.0.99') + lease('192.168.0.10') + lease('192.168.0.10', 'free'))
def row92_leases_of_elsewhere(t):
    t.client(1).discover()


@twin(BASIC, leases=lease('192.168.0.10') + 'lease 192.168.0.11 {\n  nonsense here;\n  binding state active;\n}\n' + lease('192.168.0.12', 'free')
      + 'lease 192.168.0.13 {\n  starts 2 2026/')
def row92_damaged_lease_file(t):
    t.client(1).discover()
    t.client(2).discover()


@twin(BASIC, leases=lease('192.168.0.10', uid='02:03:04') + lease('192.168.0.11', uid='"same"') + lease('192.168.0.12', uid='"same"'))
def row91_uid_in_hexadecimal_and_twice(t):
    t.client(1, uid=b'\2\3\4').discover()
    t.client(7, uid=b'same').discover()


@twin('lease-id-format hex;' + BASIC)
def row91_lease_id_format_hex(t):
    t.client(1, uid=b'readable').bind()
    t.client(2, uid=b'\0\1\2').bind()


@twin('db-time-format local;' + BASIC)
def row91_db_time_format_local(t):
    t.client(1).bind()
    t.restart()
    t.client(1).discover()


PXE = HEAD + '''
option space PXE;
option PXE.mtftp-ip code 1 = ip-address;
option PXE.discovery-control code 6 = unsigned integer 8;
option PXE.boot-server code 8 = { unsigned integer 16, unsigned integer 8, ip-address };
option PXE.boot-menu code 9 = { unsigned integer 16, unsigned integer 8, text };
option PXE.menu-prompt code 10 = { unsigned integer 8, text };
option arch code 93 = unsigned integer 16;
class "pxeclients" {
  match if substring(option vendor-class-identifier, 0, 9) = "PXEClient";
  next-server 192.168.0.1;
  option vendor-class-identifier "PXEClient";
  vendor-option-space PXE;
  option PXE.mtftp-ip 0.0.0.0;
  option PXE.discovery-control 11;
  if option arch = 00:07 { filename "syslinux.efi"; }
  elsif option arch = 00:00 { filename "pxelinux.0"; }
  else { filename "other"; }
}
if exists user-class and option user-class = "iPXE" { filename "http://boot/script"; }
''' + NET % ''


def pxe_options(arch):
    return ((60, b'PXEClient:Arch:%05d:UNDI:002001' % arch), (93, dhcp.u16(arch)), (94, b'\1\2\1'), (97, b'\0' + b'u' * 16))


@twin(PXE)
def row101_pxe_architectures(t):
    prl = (1, 2, 3, 4, 5, 6, 12, 13, 15, 17, 18, 22, 23, 28, 40, 41, 42, 43, 50, 51, 54, 58, 59, 60, 66, 67, 97, 128, 129, 130, 131, 132,
           133, 134, 135)
    for number, arch in enumerate((0, 6, 7, 9, 11)):
        t.client(number + 1, prl=prl).bind(*pxe_options(arch), (57, dhcp.u16(1472)))
    t.client(9, prl=prl).bind()


@twin(PXE)
def row102_ipxe(t):
    t.client(1, prl=(1, 3, 43, 60, 67)).bind(*pxe_options(0), (77, b'iPXE'))
    t.client(2, prl=(1, 3, 43, 60, 67)).bind((77, b'iPXE'), (175, b'\1\1\1'))
    t.client(3, prl=(1, 3, 43, 60, 67)).bind((77, b'\4iPXE'))


@twin(PXE.replace('option vendor-class-identifier "PXEClient";', 'option vendor-class-identifier = option vendor-class-identifier;'))
def row101_vendor_class_from_the_client(t):
    t.client(1, prl=(60, 1)).bind(*pxe_options(0))


@twin('ddns-update-style interim; allow booting; allow bootp; next-server 192.168.0.1; filename "pxelinux.0";\n'
      'default-lease-time 1800; max-lease-time 7200; ping-check off; option domain-name-servers 192.168.0.1;\n'
      'subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.128 192.168.0.220; option routers 192.168.0.1; '
      'option broadcast-address 192.168.0.255; }')
def row101_the_how_to(t):
    prl = (1, 3, 6, 12, 15, 17, 28, 40, 43, 60, 66, 67, 128, 129)
    t.client(1, prl=prl).bind(*pxe_options(0), (57, dhcp.u16(1472)))
    t.client(2).bootp()
    t.client(3).bind()


@twin('option vendor-class-identifier "srv";' + HEAD + NET % '' + 'deny unknown-clients; ')
def row82_deny_unknown_clients_globally(t):
    t.client(1).discover()


@twin('infinite-is-reserved on; max-lease-time 0xffffffff;' + HEAD + NET % '')
def row91_infinite_is_reserved(t):
    client = t.client(1)
    client.bind((51, dhcp.u32(0xffffffff)))
    client.release()
    t.client(2).discover()
    client.discover()


@twin('update-static-leases off; option host-name = concat("dhcp-", binary-to-ascii(10, 8, "-", leased-address));' + HEAD + NET % '')
def row33_host_name_made_from_the_address(t):
    t.client(1, prl=(12,)).bind()
    t.client(2, prl=(12,), hostname='own').bind()


@twin(HEAD + NET % 'log(info, concat("hw ", binary-to-ascii(16, 8, ":", hardware), " xid ", binary-to-ascii(16, 8, "", packet(4, 4)), '
      '" host ", pick-first-value(host-decl-name, "none"), " file ", pick-first-value(filename, "nofile"), " lease ", '
      'encode-int(lease-time, 8)));' + 'host named { hardware ethernet 02:c0:00:00:00:02; }')
def row33_data_of_the_packet(t):
    t.client(1).discover()
    t.client(2).discover()
