"""Command line, start and end of the daemon, and what it says of configurations, good and bad."""

import os
import signal

from scenarios.basics import BASIC
from twin import twin

NET = 'subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.20; }\n'


@twin('', start=False)
def row1_good_and_bad_file(t):
    t.check(BASIC)
    t.check('')
    t.check('bogus statement;')
    t.check('bogus statement;', '-q')
    t.check(BASIC, '-q')
    t.run(['-t', '-cf', '/nowhere/dhcpd.conf', '-lf', '{leases}'])
    t.run(['-T', '-cf', '{conf}', '-lf', '{leases}'], config=BASIC, leases='')


@twin('', start=False)
def row2_3_every_mistake_is_told_with_its_place(t):
    t.check('default-lease-time abc;\noption domain-name-servers 1.2.3;\n' + NET + 'max-lease-time 600\noption routers 1.2.3.4;\n')
    t.check(NET + 'option domain-name foo;\noption no-such-option 5;\nhost { }\n')
    t.check('subnet 192.168.0.0 { }\n')
    t.check('subnet 192.168.0.5 netmask 255.255.255.0 { }\n')
    t.check('option domain-name "unfinished;\n')
    t.check(NET.replace('}', ''))
    t.check(NET + '}\n')
    t.check('\toption\tdomain-name-servers\t10.0.0.1\tx;\n')
    t.check('option ntp-servers 10.0.0.300;\noption time-offset 99999999999;\noption ip-forwarding maybe;\n')


@twin('', start=False)
def row4_version_help_and_unknown_flags(t):
    for words in (['--version'], ['-h'], ['--help'], ['-zz'], ['-cf'], ['-p', 'abc'], ['-p', '0'], ['-p', '70000'],
                  ['an-interface-name-that-is-too-long']):
        t.run(words)


@twin(BASIC, start=False)
def row5_another_port(t):
    for side in t.sides:
        for wire in side.wires:
            wire.ports.update((6767, 6768))
    t.start(flags=('-f', '-p', '6767'))
    t.fenced = False
    t.client(1).discover(frame={'target_port': 6767, 'source_port': 6768}, patience=1)
    t.client(2).discover(frame={}, patience=0.2)


@twin(BASIC, start=False)
def row6_foreground_debug_quiet(t):
    for flags in (('-f',), ('-d',), ('-f', '-q'), ('-d', '-q')):
        t.start(flags=flags)
        t.client(1).discover()
        t.stop()
        t.note('standard error with ' + ' '.join(flags), lambda side: side.daemon.stderr())


@twin(BASIC, start=False)
def row6_7_daemon_and_second_instance(t):
    t.run(['-cf', '{conf}', '-lf', '{leases}', '-pf', '{pid}'], config=BASIC, leases='', until='Server starting')
    t.run(['-cf', '{conf}', '-lf', '{leases}', '-pf', '{pid}'], 'a second one')
    for side in t.sides:
        os.kill(int(open(side.site.path('dhcpd.pid')).read()), signal.SIGTERM)
    t.note('the process number file stays', lambda side: os.path.exists(side.site.path('dhcpd.pid')))


@twin(BASIC, start=False)
def row7_no_pid_file(t):
    t.start(flags=('-f', '--no-pid'))
    t.note('no process number file', lambda side: os.path.exists(side.site.path('dhcpd.pid')))


@twin(BASIC)
def row8_signals_that_end_it(t):
    t.signal(signal.SIGTERM)
    t.start()
    t.signal(signal.SIGINT)
    t.start()
    t.signal(signal.SIGUSR1)


@twin(BASIC, start=False)
def row9_missing_lease_file(t):
    for side in t.sides:
        side.site.write('dhcpd.conf', BASIC)
    t.run(['-f', '-cf', '{conf}', '-lf', '/run/dhcp/missing.leases', '-pf', '{pid}'])


@twin('log-facility local3;' + BASIC)
def row10_90_log_facility(t):
    t.client(1).discover()


@twin(BASIC + 'class "a" { match if 1 = 0; } group g { } host h { hardware ethernet 02:0:0:0:0:9; } server-id-check true;')
def row10_start_up_lines(t):
    t.client(1).discover()


@twin('', start=False)
def row12_lexical_matters(t):
    t.check('# comment\r\nlog(info, "a\\x41\\101\\n\\t\\"quoted\\\\");\r\n')
    t.check('log(info, "one"); # two\n# three\nlog(info, "four # five");')
    t.check('log(info, "' + 'x' * 300 + '");')
    t.check(b'log(info, "gr\xc3\xbc\xc3\x9fe"); # \xe5\xae\x9a\xe4\xb9\x89\n')
    t.check('log(info,\n"spread"\n)\n;')
    t.check('log(info, "unfinished\n");')
    t.check('/* no comment */ log(info, "x");')
    t.check('// no comment\nlog(info, "x");')


@twin('', start=False)
def row13_numbers(t):
    for number in ('010', '0x10', '4294967296', '-1', '08', '0xfg', '99999999999'):
        t.check('option time-offset %s; log(info, binary-to-ascii(10, 8, ".", config-option time-offset));' % number)
        t.check('default-lease-time %s; log(info, binary-to-ascii(10, 8, ".", config-option server.default-lease-time));' % number)


@twin('', start=False)
def row14_stray_semicolons(t):
    t.check(';')
    t.check('bogus;')
    t.check(NET.replace('}', '};'))
    t.check('default-lease-time 600;;')


@twin('', start=False)
def row15_include(t):
    for side in t.sides:
        side.site.write('more.conf', 'option domain-name "included"; log(info, "in the file");\n')
        side.site.write('wrong.conf', 'option domain-name 5;\nbogus here;\n')
    t.check('include "/run/dhcp/more.conf";' + NET)
    t.check(NET.replace('range', 'include "/run/dhcp/more.conf"; range'))
    t.check('include "/run/dhcp/wrong.conf";' + NET)
    t.check('include "/run/dhcp/missing.conf";' + NET)


@twin('', start=False)
def row16_upper_and_lower_case(t):
    t.check('DEFAULT-Lease-Time 60; OPTION Domain-Name "x";' + NET.upper())
    t.check('ddns-update-style INTERIM;')
    t.check('ddns-update-style Interim;')
    t.check('AUTHORITATIVE; ALLOW Booting;')


@twin('', start=False)
def row17_ranges(t):
    for text in ('range 192.168.0.20 192.168.0.10;', 'range 192.168.1.10 192.168.1.20;', 'range 192.168.0.10 192.168.1.20;',
                 'range 192.168.0.10 192.168.0.20; range 192.168.0.15 192.168.0.25;', 'range 192.168.0.10; range 192.168.0.10;',
                 'range dynamic-bootp 192.168.0.10;', 'range 192.168.0.0 192.168.0.255;', 'range;', 'range 192.168.0.10,192.168.0.20;'):
        t.check('subnet 192.168.0.0 netmask 255.255.255.0 { %s }' % text)


@twin('', start=False)
def row17_declarations_that_collide(t):
    t.check(NET + NET)
    t.check(NET + 'subnet 192.168.0.128 netmask 255.255.255.128 { }')
    t.check('shared-network a { }')
    t.check('shared-network a { %s } shared-network a { subnet 10.0.0.0 netmask 255.0.0.0 { } }' % NET)
    t.check('host a { hardware ethernet 2:0:0:0:0:1; } host a { hardware ethernet 2:0:0:0:0:2; }')
    t.check('host a { hardware ethernet 2:0:0:0:0:1; } host b { hardware ethernet 2:0:0:0:0:1; }')
    t.check('class "a" { } class "a" { match hardware; }')
    t.check('host a { fixed-address 10.0.0.1; } host b { fixed-address name.invalid; }')
    t.check('host a { hardware ethernet 2:0:0; } host b { hardware fancy 1:2; }')
    t.check('subnet 192.168.0.0 netmask 255.255.255.0 { subnet 192.168.0.0 netmask 255.255.255.0 { } }')
    t.check('pool { range 192.168.0.1; }')
    t.check('range 192.168.0.1;')


@twin('', start=False)
def row30_parentheses_after_if(t):
    t.check('if (1 = 1) or (1 = 2) { log(info, "yes"); }')
    t.check('if ((1 = 1) or (1 = 2)) { log(info, "yes"); }')
    t.check('if 1 = 1 or 1 = 2 { log(info, "yes"); }')


@twin('', start=False)
def row29_if_elsif_else_and_switch(t):
    t.check('if 1 = 2 { log(info, "a"); } elsif 1 = 1 { log(info, "b"); } else { log(info, "c"); }')
    t.check('if 1 = 2 { log(info, "a"); } else if 1 = 1 { log(info, "b"); }')
    t.check('if exists host-name { log(info, "a"); } else { log(info, "none"); }')
    t.check('switch ("b") { case "a": log(info, "a"); case "b": log(info, "b"); case "c": log(info, "c"); break; default: log(info, "d"); }')
    t.check('switch (5) { case 4: log(info, "four"); default: log(info, "default"); }')
    t.check('switch ("x") { case "a": log(info, "a"); break; }')
    t.check('if 1 = 1 log(info, "no brace");')


@twin('', start=False)
def row31_null_rules(t):
    for condition in ('option host-name != "x"', 'option host-name = "x"', 'not (option host-name = "x")', 'exists host-name',
                      'known', 'static', 'option host-name ~= "x"', 'option host-name = option domain-name'):
        t.check('if %s { log(info, "true"); } else { log(info, "false"); }' % condition)


@twin('', start=False)
def row32_boolean_operators(t):
    for condition in ('not 1 = 1 or 1 = 1', 'not (1 = 1 or 1 = 1)', '1 = 1 or 1 = 1 and 1 = 2', '1 = 2 and 1 = 1 or 1 = 1',
                      'not not 1 = 1', '"a" = "A"', '1 != 2', 'check "nobody"'):
        t.check('if %s { log(info, "true"); } else { log(info, "false"); }' % condition)


@twin('', start=False)
def row33_functions_of_strings(t):
    for text in ('substring("abcdef", 1, 3)', 'substring("abc", 2, 9)', 'substring("abc", 5, 1)', 'suffix("abcdef", 2)',
                 'suffix("ab", 9)', 'lcase("AbC")', 'ucase("AbC")', 'concat("a", "b", "c")',
                 'binary-to-ascii(16, 8, ":", 01:02:ff)', 'binary-to-ascii(10, 16, ".", 01:02:ff:ff)', 'binary-to-ascii(8, 32, "-", 1:2:3:4)',
                 'reverse(1, "abc")', 'reverse(2, "abcdef")', 'encode-int(258, 16)', 'binary-to-ascii(10, 8, ".", encode-int(258, 16))',
                 'pick-first-value(option host-name, "second")', 'pick(option host-name, "x")', 'host-decl-name', 'hardware',
                 'option host-name', 'config-option domain-name', 'packet(0, 1)', 'leased-address', 'filename', 'server-name',
                 'gethostname()', 'v4-to-v6("x")', 'concat()', 'substring("abc", 1)', 'binary-to-ascii(2, 8, "", "a")'):
        t.check('option domain-name "conf"; log(info, concat("[", %s, "]"));' % text)


@twin('', start=False)
def row33_numbers_in_expressions(t):
    for text in ('1 + 2', '7 - 9', '3 * 4', '10 / 3', '10 % 3', '6 & 3', '6 | 1', '6 ^ 3', '1 + 2 * 3', '(1 + 2) * 3', '10 / 0',
                 'extract-int("\\000\\001", 16)', 'extract-int(01:02:03:04, 32)', 'extract-int(ff, 8)', 'lease-time', '0x10 + 010'):
        t.check('log(info, binary-to-ascii(10, 32, "", encode-int(%s, 32)));' % text)


@twin('', start=False)
def row34_regular_expressions(t):
    for condition in ('"abc" ~= "B"', '"abc" ~~ "B"', '"abc" ~= "^a.c$"', '"abc" ~= "a{2}"', '"a+c" ~= "a+c"', '"abc" ~= "("',
                      '"" ~= ""', '"abc" ~~ "^A[B]C"'):
        t.check('if %s { log(info, "true"); } else { log(info, "false"); }' % condition)


@twin('', start=False)
def row38_functions_defined_and_called(t):
    t.check('define twice(x) { return concat(x, x); } log(info, twice("ab"));')
    t.check('define early(x) { if x = "a" { return "first"; } return "second"; } log(info, early("a")); log(info, early("b"));')
    t.check('log(info, missing("x"));')
    t.check('set v = "value"; log(info, v); unset v; log(info, concat("[", v, "]"));')
    t.check('eval 1; eval "x"; let l = "inner" { log(info, l); }')
    t.check('if defined(v) { log(info, "yes"); } else { log(info, "no"); } set v = "x"; if defined(v) { log(info, "now"); }')


@twin('', start=False)
def row39_40_log_priorities(t):
    t.check('log(debug, "d"); log(info, "i"); log(error, "e"); log("none");')
    t.check('log(fatal, "the end"); log(info, "never");')
    t.check('log(warning, "w");')
    t.check('subnet 10.0.0.0 netmask 255.0.0.0 { log(info, "not at the start"); }')


# The stock runs the program at the start; ours says that it does not.
@twin('', start=False)
def row37_execute_at_the_start(t):
    t.check('execute("/bin/true", "x");')
    t.start('execute("/bin/sh", "-c", "echo ran >>/run/dhcp/ran");\n' + BASIC)
    ran = [os.path.join(side.site.folder, 'ran') for side in t.sides]
    t.pump(lambda: all(os.path.exists(path) for path in ran), 5)
    t.note('what the program left', lambda side: os.path.exists(os.path.join(side.site.folder, 'ran')))


NAMES = '''absolute adaptive-lease-time-threshold 80;|always-broadcast on;|always-reply-rfc1048 on;|authoritative;|boot-unknown-clients on;
check-secs-byte-order on;|db-time-format local;|ddns-domainname "x";|ddns-dual-stack-mixed-mode true;|ddns-guard-id-must-match false;
ddns-hostname "x";|ddns-local-address4 10.0.0.1;|ddns-local-address6 2001:db8::1;|ddns-other-guard-is-dynamic true;|ddns-rev-domainname "x";
ddns-ttl 5;|ddns-update-style interim;|ddns-update-style standard;|ddns-update-style none;|ddns-updates on;
default-lease-time 5;|delayed-ack 5;|max-ack-delay 5;|dhcp-cache-threshold 5;|do-forward-updates off;|do-reverse-updates off;
dont-use-fsync true;|dynamic-bootp-lease-length 5;|echo-client-id on;|filename "x";|fqdn-reply off;|get-lease-hostnames on;
ignore-client-uids on;|infinite-is-reserved on;|lease-file-name "/x";|lease-id-format hex;|lease-id-format octal;|limit-addrs-per-ia 5;
limit-prefs-per-ia 5;|limited-broadcast-address 10.0.0.255;|local-address 10.0.0.1;|local-address6 2001:db8::1;|bind-local-address6 true;
local-port 67;|log-facility local7;|log-threshold-high 80;|log-threshold-low 70;|max-lease-time 5;|min-lease-time 5;|min-secs 5;
next-server 10.0.0.1;|omapi-port 7911;|one-lease-per-client on;|persist-eui-64-leases true;|pid-file-name "/x";
ping-check off;|ping-cltt-secs 5;|ping-timeout 2;|ping-timeout-ms 500;|preferred-lifetime 5;|prefix-length-mode prefer;
release-on-roam true;|remote-port 68;|server-id-check on;|server-identifier 10.0.0.1;|server-name "x";|server-duid llt;
site-option-space "x";|stash-agent-options on;|update-conflict-detection off;|update-optimization off;|update-static-leases on;
use-eui-64 true;|use-host-decl-names on;|use-lease-addr-for-default-route on;|vendor-option-space x;|abandon-lease-time 60;
ignore client-updates;|deny client-updates;|allow leasequery;|deny duplicates;|ignore declines;|allow unknown-clients;|deny bootp;
dynamic-bootp-lease-cutoff 5;|use-broadcast on;|allow after 4;|one-lease-per-client maybe;|min-secs 300;|default-lease-time -1;
adaptive-lease-time-threshold 101;|ping-timeout 99999;|dhcp-cache-threshold 200;|log-threshold-high 101;|unknown-param 5;'''


@twin('', start=False)
def row107_108_names_of_parameters(t):
    for text in NAMES.replace('\n', '|').split('|'):
        t.check(text)


@twin('', start=False)
def row108_ad_hoc_updates(t):
    t.check('ddns-update-style ad-hoc;')


@twin('', start=False)
def row42_names_of_options(t):
    samples = {'ip': '10.0.0.1', 'text': '"text"', 'number': '5', 'flag': 'true', 'domain': '"a.example.org", "b.example.org"',
               'list': '10.0.0.1, 10.0.0.2', 'pair': '10.0.0.1 10.0.0.2', 'hex': '01:02:03', 'odd': 'nonsense'}
    names = '''subnet-mask time-offset routers time-servers ien116-name-servers domain-name-servers log-servers cookie-servers lpr-servers
        impress-servers resource-location-servers host-name boot-size merit-dump domain-name swap-server root-path extensions-path
        ip-forwarding non-local-source-routing policy-filter max-dgram-reassembly default-ip-ttl path-mtu-aging-timeout
        path-mtu-plateau-table interface-mtu all-subnets-local broadcast-address perform-mask-discovery mask-supplier router-discovery
        router-solicitation-address static-routes trailer-encapsulation arp-cache-timeout ieee802-3-encapsulation default-tcp-ttl
        tcp-keepalive-interval tcp-keepalive-garbage nis-domain nis-servers ntp-servers vendor-encapsulated-options netbios-name-servers
        netbios-dd-server netbios-node-type netbios-scope font-servers x-display-manager dhcp-requested-address dhcp-lease-time
        dhcp-option-overload dhcp-message-type dhcp-server-identifier dhcp-parameter-request-list dhcp-message dhcp-max-message-size
        dhcp-renewal-time dhcp-rebinding-time vendor-class-identifier dhcp-client-identifier nwip-domain nwip-suboptions nisplus-domain
        nisplus-servers tftp-server-name bootfile-name mobile-ip-home-agent smtp-server pop-server nntp-server www-server finger-server
        irc-server streettalk-server streettalk-directory-assistance-server user-class slp-directory-agent slp-service-scope
        fqdn.fqdn relay-agent-information nds-servers nds-tree-name nds-context bcms-controller-names bcms-controller-address
        client-last-transaction-time associated-ip pxe-system-type pxe-interface-id pxe-client-id uap-servers geoconf-civic pcode tcode
        netinfo-server-address netinfo-server-tag default-url auto-config name-service-search subnet-selection domain-search
        vivco vivso tftp-server-address pana-agent v4-lost capwap-ac-v4 sip-ua-cs-domains rdnss-selection v4-portparams
        v4-captive-portal loader-configfile loader-pathprefix loader-reboottime option-6rd v4-access-domain unknown-222'''.split()
    for name in names:
        config = '\n'.join('option %s %s;' % (name, sample) for sample in samples.values())
        t.check(config)


@twin('', start=False)
def row41_types_of_options_checked(t):
    for kind, samples in (('boolean', 'true false on off maybe 1'), ('integer 8', '127 128 -128 -129'), ('unsigned integer 8', '255 256 -1'),
                          ('integer 16', '32767 32768'), ('unsigned integer 16', '65535 65536'), ('integer 32', '2147483648'),
                          ('ip-address', '10.0.0.1 host.invalid 10.0.0'), ('text', '"a" 01:02 a'), ('string', '"a" 01:02 a 1:2:fff'),
                          ('array of ip-address', '10.0.0.1 10.0.0.1,10.0.0.2 10.0.0.1,'), ('{ integer 8, boolean }', '1 true'),
                          ('array of boolean', 'true,false'), ('domain-name', 'a.b "a.b"'), ('domain-list', '"a","b" a'),
                          ('ip6-address', '::1 1:2::3 10.0.0.1'), ('encapsulate nothing', 'x'), ('array of array of boolean', 'x'),
                          ('array of text', '"a","b"'), ('fancy', '5')):
        t.check('\n'.join(['option tested code 200 = %s;' % kind] + ['option tested %s;' % sample for sample in samples.split()]))
    t.check('option tested code 256 = text;\noption tested code 0 = text;\noption tested code -1 = text;\noption a.b code 1 = text;')


@twin('ping-check off; ddns-update-style none;\nlocal-address 192.168.0.1; limited-broadcast-address 192.168.0.255;' + NET)
def row55_local_and_limited_broadcast_address(t):
    t.client(1, flags=0x8000).bind()


@twin('ping-check off; ddns-update-style none;\n' + NET, flags=('-f', '-s', '192.168.0.99'))
def row55_dash_s_replaces_the_broadcast_address(t):
    t.own('192.168.0.99', '02:00:00:00:00:99')
    t.client(1, flags=0x8000).bind()
