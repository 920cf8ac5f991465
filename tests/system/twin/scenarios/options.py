"""Which options are sent, in which order, in how much room."""

from lib import dhcp
from twin import twin

MANY = '''
ping-check off;
ddns-update-style none;
option domain-name "example.org";
option domain-name-servers 192.168.0.2, 192.168.0.3;
option ntp-servers 192.168.0.4;
option netbios-name-servers 192.168.0.5;
option netbios-node-type 8;
option root-path "/nfs/root";
option tftp-server-name "tftp.example.org";
option bootfile-name "boot/file";
option time-offset -3600;
option log-servers 192.168.0.6;
option interface-mtu 1400;
option static-routes 10.0.0.1 192.168.0.9;
option broadcast-address 192.168.0.255;
default-lease-time 600;
subnet 192.168.0.0 netmask 255.255.255.0 {
  range 192.168.0.10 192.168.0.30;
  option routers 192.168.0.1, 192.168.0.254;
  option subnet-mask 255.255.255.0;
}
'''

LONG = MANY + '''
option wide code 224 = text;
option wider code 225 = text;
option widest code 226 = string;
option wide "%s";
option wider "%s";
option widest "%s";
''' % ('w' * 120, 'x' * 200, 'y' * 300)


@twin(MANY)
def row48_parameter_request_list_orders_and_filters(t):
    t.client(1, prl=(15, 6, 1, 3)).bind()
    t.client(2, prl=(42, 1, 2, 250, 66, 67, 15)).bind()
    t.client(3, prl=(1,)).bind()
    t.client(4, prl=(250, 251)).bind()
    t.client(5, prl=(1, 1, 6, 6, 3, 3)).bind()
    t.client(6, prl=(53, 54, 51, 50, 52, 55, 1)).bind()


@twin(MANY)
def row49_no_parameter_request_list(t):
    t.client(1, prl=()).bind()
    t.client(2, prl=(), hostname='two').bind()


@twin(MANY)
def row48_empty_parameter_request_list(t):
    client = t.client(1, prl=())
    client.discover((55, b''))


@twin(MANY + 'option dhcp-parameter-request-list 1, 3, 42, 66;')
def row50_parameter_request_list_configured(t):
    t.client(1, prl=(15, 6)).bind()
    t.client(2, prl=()).bind()


@twin(MANY + 'if exists dhcp-parameter-request-list { option dhcp-parameter-request-list = '
      'concat(option dhcp-parameter-request-list, 42, 2a); }')
def row50_parameter_request_list_extended(t):
    t.client(1, prl=(15, 6)).discover()
    t.client(2, prl=()).discover()


@twin(MANY)
def row54_mask_before_routers(t):
    t.client(1, prl=(3, 1)).bind()
    t.client(2, prl=(3, 6, 15)).bind()
    t.client(3, prl=(6, 3, 15, 1, 42)).bind()
    t.client(4, prl=(3, 6, 15)).inform('192.168.0.77')


@twin(LONG)
def row51_values_longer_than_255_are_split(t):
    t.client(1, prl=(226, 1, 3)).bind((57, dhcp.u16(1500)))
    t.client(2, prl=(224, 225, 226, 1, 3)).bind((57, dhcp.u16(1500)))


@twin(LONG)
def row51_default_size_overloads_file_and_sname(t):
    t.client(1, prl=(224, 225, 1, 3, 15)).bind()
    t.client(2, prl=(224, 1, 3, 6, 15, 2, 42, 44, 46, 66, 67, 17, 7)).bind()
    t.client(3, prl=(226, 1, 3, 6, 15)).bind()
    t.client(4, prl=(225, 224, 226)).bind()


@twin(LONG + 'filename "pxelinux.0"; server-name "server";')
def row51_no_overload_of_used_fields(t):
    t.client(1, prl=(224, 225, 1, 3, 15)).bind()
    t.client(2, prl=(226, 1, 3, 6, 15)).bind()


@twin(LONG)
def row51_maximum_message_size_of_the_client(t):
    for number, size in enumerate((300, 548, 576, 600, 700, 1000, 1472, 1500, 65535)):
        t.client(number + 1, prl=(224, 225, 1, 3, 15, 226, 6)).discover((57, dhcp.u16(size)))


@twin(LONG + 'option dhcp-max-message-size 700;')
def row51_maximum_message_size_configured(t):
    t.client(1, prl=(224, 225, 1, 3, 15)).discover()
    t.client(2, prl=(224, 225, 1, 3, 15)).discover((57, dhcp.u16(1400)))


@twin(MANY)
def row52_reply_is_300_bytes_at_least(t):
    t.client(1, prl=(1,)).bind()
    t.client(2, prl=(1,), size=240).bind()


@twin(MANY + 'next-server 192.168.0.40; server-name "tftp-name"; filename "pxelinux.0";')
def row57_siaddr_sname_and_file(t):
    t.client(1).bind()
    t.client(2, sname=b'asked-server', file=b'asked-file').bind()


@twin(MANY)
def row57_siaddr_sname_and_file_not_configured(t):
    t.client(1, sname=b'asked-server', file=b'asked-file').bind()


@twin(MANY + 'filename "%s"; server-name "%s";' % ('f' * 128, 's' * 64))
def row57_file_and_sname_of_full_length(t):
    t.client(1).bind()


@twin(MANY + 'filename "%s"; server-name "%s";' % ('f' * 140, 's' * 80))
def row57_file_and_sname_too_long(t):
    t.client(1).bind()


@twin(MANY.replace('option routers', 'option dhcp-server-identifier 192.168.0.50; option routers'))
def row58_server_identifier_per_subnet(t):
    client = t.client(1)
    client.bind()
    client.renew()
    t.client(2).request('192.168.0.10')


@twin(MANY + 'option dhcp-lease-time 77; option dhcp-message-type 4; option subnet-mask 255.255.0.0;')
def row50_configured_values_of_options_the_server_sets(t):
    t.client(1).bind()


SPACES = MANY + '''
option space acme;
option acme.colour code 1 = text;
option acme.number code 2 = unsigned integer 16;
option acme.where code 3 = array of ip-address;
option space outer;
option outer.first code 1 = unsigned integer 8;
option acme-options code 175 = encapsulate acme;
option outer-options code 176 = encapsulate outer;
option acme.colour "red";
option acme.number 513;
option acme.where 10.0.0.1, 10.0.0.2;
option outer.first 9;
'''


@twin(SPACES)
def row44_an_encapsulated_space(t):
    t.client(1, prl=(175, 176, 1)).bind()
    t.client(2, prl=(1,)).bind()
    t.client(3, prl=()).bind()


@twin(SPACES + 'vendor-option-space acme;')
def row45_vendor_option_space(t):
    t.client(1, prl=(43, 1)).bind()
    t.client(2, prl=(1,)).bind()
    t.client(3, prl=()).bind()
    t.client(4, prl=(43, 1)).bind((60, b'AcmeClient'), (43, b'\1\3abc\2\2\0\7'))


@twin(SPACES + 'vendor-option-space acme; option vendor-encapsulated-options 01:02:03:04;')
def row46_vendor_encapsulated_options_win(t):
    t.client(1, prl=(43, 1)).bind()


@twin(MANY + '''
option space wide code width 2 length width 2;
option wide.name code 300 = text;
option wide.flag code 2 = boolean;
option wide-options code 177 = encapsulate wide;
option wide.name "two bytes"; option wide.flag true;
''')
def row47_two_bytes_of_code_and_length(t):
    t.client(1, prl=(177, 1)).bind()


@twin(MANY + '''
option space wider code width 4 length width 1;
option wider.name code 70000 = text;
option wider-options code 178 = encapsulate wider;
option wider.name "four bytes";
''')
def row47_four_bytes_of_code(t):
    t.client(1, prl=(178, 1)).bind()


@twin(MANY + 'option space none code width 1 length width 0; option none.a code 1 = text;', fails=True)
def row47_width_zero_is_no_width(t):
    pass


@twin(MANY + 'option unknown-230 01:02:ff; option unknown-231 "text";')
def row43_options_without_a_name(t):
    t.client(1, prl=(230, 231, 1)).bind()


TYPES = MANY + '''
option t-bool code 180 = boolean;
option t-u8 code 181 = unsigned integer 8;
option t-u16 code 182 = unsigned integer 16;
option t-u32 code 183 = unsigned integer 32;
option t-s8 code 184 = integer 8;
option t-s16 code 185 = signed integer 16;
option t-s32 code 186 = signed integer 32;
option t-ip code 187 = ip-address;
option t-text code 188 = text;
option t-string code 189 = string;
option t-ips code 190 = array of ip-address;
option t-numbers code 191 = array of unsigned integer 16;
option t-record code 192 = { unsigned integer 8, ip-address, boolean };
option t-records code 193 = array of { ip-address, ip-address, unsigned integer 8 };
option t-domain code 194 = domain-name;
option t-domains code 195 = domain-list;
option t-domains-compressed code 196 = domain-list compressed;
option t-mixed code 197 = { unsigned integer 16, text };
option t-ip6 code 198 = ip6-address;
option t-bool on; option t-u8 200; option t-u16 0xbeef; option t-u32 4000000000; option t-s8 -5; option t-s16 -300;
option t-s32 -70000; option t-ip 10.1.2.3; option t-text "some text"; option t-string 1:22:ab:f; option t-ips 10.0.0.1, 10.0.0.2;
option t-numbers 1, 2, 65535; option t-record 7 10.0.0.9 true; option t-records 10.0.0.1 10.0.0.2 3, 10.0.0.4 10.0.0.5 6;
option t-domain a.example.org; option t-domains "a.example.org", "b.example.org"; option t-ip6 2001:db8::1;
option t-domains-compressed "a.example.org", "b.example.org"; option t-mixed 5 "five";
option dhcp-max-message-size 1500;
'''


@twin(TYPES)
def row41_types_of_options_on_the_wire(t):
    t.client(1, prl=tuple(range(180, 199))).discover((57, dhcp.u16(1500)))


@twin(MANY + '''
option domain-search "example.org", "lab.example.org", "example.net";
option classless code 121 = array of unsigned integer 8;
option classless 24, 10, 1, 2, 192, 168, 0, 9;
option slp-directory-agent true 10.0.0.1, 10.0.0.2;
option slp-service-scope false "scope";
option subnet-selection 10.0.0.0;
option nds-servers 10.0.0.7;
option uap-servers "http://uap";
option vivso 00:00:00:09:02:01:02;
option default-url "http://x";
''')
def row42_options_with_odd_shapes(t):
    t.client(1, prl=(119, 121, 78, 79, 118, 85, 98, 125, 114, 1)).discover((57, dhcp.u16(1500)))


@twin(MANY)
def row51_82_unknown_and_doubled_options_of_the_client(t):
    t.client(1).discover((55, bytes([1])), (55, bytes([15, 6])))
    t.client(2, prl=(1, 3)).discover((60, b'a'), (60, b'b'), (250, b''), (251, b'zz'))


@twin(MANY)
def row51_overloaded_request(t):
    t.client(1, prl=(), file=b'\x37\x03\x01\x0f\x06\xff', sname=b'\x0c\x04four\xff').discover((52, 1))
    t.client(2, prl=(), file=b'\x37\x03\x01\x0f\x06\xff', sname=b'\x0c\x04four\xff').discover((52, 2))
    t.client(3, prl=(), file=b'\x37\x03\x01\x0f\x06\xff', sname=b'\x0c\x04four\xff').discover((52, 3))
    t.client(4, prl=(), file=b'\x37\xff\x01', sname=b'\x0c').discover((52, 3))


@twin('echo-client-id on;\n' + MANY)
def row88_echo_client_identifier(t):
    t.client(1, uid=b'\1echo').bind()
    t.client(2).bind()
    t.client(3, uid=b'other').reboot('192.168.0.10')


@twin('ignore-client-uids true;\n' + MANY)
def row88_ignore_client_identifiers(t):
    t.client(1, uid=b'one').bind()
    t.client(1, uid=b'two').bind()
    t.client(2, uid=b'one').bind()


@twin('use-lease-addr-for-default-route on;\n' + MANY)
def row85_lease_address_as_default_route(t):
    t.client(1).bind()
