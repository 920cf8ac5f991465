"""The recipes of vendors, as users write them: which file and which options each machine gets, to the byte."""

from lib import dhcp
from twin import twin

NET = '''
ping-check off;
ddns-update-style none;
default-lease-time 600;
subnet 192.168.0.0 netmask 255.255.255.0 {
  range 192.168.0.10 192.168.0.60;
  option routers 192.168.0.1;
  next-server 192.168.0.2;
}
'''

PXE = NET + '''
option arch code 93 = unsigned integer 16;
option space PXE;
option PXE.mtftp-ip code 1 = ip-address;
option PXE.discovery-control code 6 = unsigned integer 8;
option PXE.boot-server code 8 = { unsigned integer 16, unsigned integer 8, ip-address };
option PXE.boot-menu code 9 = { unsigned integer 16, unsigned integer 8, text };
option PXE.menu-prompt code 10 = { unsigned integer 8, text };
class "pxe" {
  match if substring(option vendor-class-identifier, 0, 9) = "PXEClient";
  vendor-option-space PXE;
  option PXE.mtftp-ip 0.0.0.0;
  option PXE.discovery-control 11;
  option PXE.boot-server 15 1 192.168.0.2;
  option PXE.boot-menu 15 7 "install";
  option PXE.menu-prompt 3 "press";
  if option arch = 00:06 { filename "ia32/bootia32.efi"; }
  elsif option arch = 00:07 or option arch = 00:09 { filename "x64/shimx64.efi"; }
  elsif option arch = 00:0b { filename "aa64/grubaa64.efi"; }
  else { filename "pxelinux.0"; }
}
class "http" {
  match if substring(option vendor-class-identifier, 0, 10) = "HTTPClient";
  option vendor-class-identifier "HTTPClient";
  filename "http://192.168.0.2/EFI/BOOT/BOOTX64.EFI";
}
'''


def machine(t, number, vendor, arch, prl=(1, 3, 43, 54, 60, 66, 67), more=()):
    options = [(60, vendor), (93, dhcp.u16(arch)), (94, bytes([1, 3, 16])), (97, bytes([0]) + bytes(range(16)))]
    t.client(number, prl=prl, options=options + list(more)).bind()


@twin(PXE)
def recipe_pxe_by_architecture(t):
    for number, arch in enumerate((0, 6, 7, 9, 11, 0x10), 1):
        machine(t, number, b'PXEClient:Arch:%05d:UNDI:003016' % arch, arch)
    machine(t, 9, b'PXEClient', 7, prl=())


@twin(PXE)
def recipe_http_boot(t):
    machine(t, 1, b'HTTPClient:Arch:00016:UNDI:003016', 16)
    machine(t, 2, b'HTTPClient:Arch:00016:UNDI:003016', 16, prl=())


@twin(NET + '''
option space ipxe;
option ipxe-encap-opts code 175 = encapsulate ipxe;
option ipxe.priority code 1 = signed integer 8;
option ipxe.no-pxedhcp code 176 = unsigned integer 8;
option ipxe.bus-id code 177 = string;
option ipxe.http code 19 = unsigned integer 8;
option ipxe.no-pxedhcp 1;
if exists user-class and option user-class = "iPXE" {
  filename "http://boot.example.org/menu.ipxe";
} elsif option ipxe.http = 01 {
  filename "http";
} else {
  filename "undionly.kpxe";
}
''')
def recipe_ipxe(t):
    machine(t, 1, b'PXEClient:Arch:00000:UNDI:002001', 0, prl=(1, 3, 67, 175))
    machine(t, 1, b'PXEClient:Arch:00000:UNDI:002001', 0, prl=(1, 3, 67, 175),
            more=[(77, b'iPXE'), (175, bytes([0xb1, 5, 1, 0x80, 0x86, 0x10, 0x0e, 19, 1, 1]))])
    machine(t, 2, b'PXEClient:Arch:00000:UNDI:002001', 0, prl=(1, 3, 67, 175), more=[(175, bytes([19, 1, 1]))])


@twin(NET + '''
class "pi" {
  match if binary-to-ascii(16, 8, ":", substring(hardware, 1, 3)) = "b8:27:eb";
  option vendor-class-identifier "PXEClient";
  option vendor-encapsulated-options "Raspberry Pi Boot";
  option tftp-server-name "192.168.0.2";
}
''')
def recipe_raspberry_pi(t):
    options = [(60, b'PXEClient:Arch:00000:UNDI:002001'), (93, dhcp.u16(0)), (97, bytes([0]) + b'RPi4' + bytes(12))]
    t.client(1, mac='b8:27:eb:00:00:01', prl=(1, 3, 43, 60, 66, 67), options=options).bind()
    t.client(2, prl=(1, 3, 43, 60, 66, 67), options=options).bind()


@twin(NET + '''
option space onie code width 1 length width 1;
option onie.installer_url code 1 = text;
option onie.updater_url code 2 = text;
option onie.machine code 3 = text;
option space vivso code width 4 length width 1;
option vivso.onie code 42623 = encapsulate onie;
option vivso.iana code 0 = string;
option op125 code 125 = encapsulate vivso;
option www-server code 72 = ip-address;
class "onie" {
  match if substring(option vendor-class-identifier, 0, 11) = "onie_vendor";
  option vivso.iana 01:01:01;
  option onie.installer_url = concat("http://192.168.0.2/", substring(option vendor-class-identifier, 12, 16));
  option www-server 192.168.0.2;
  option default-url "http://192.168.0.2/onie-installer";
}
''')
def recipe_onie(t):
    vendor = [(60, b'onie_vendor:x86_64-dell_s6000_c2538-r0')]
    t.client(1, prl=(1, 3, 72, 114, 125), options=vendor).bind()
    t.client(2, prl=(), options=vendor).bind()
    t.client(3, prl=(1, 125)).bind()


@twin(NET + '''
option cumulus-provision-url code 239 = text;
option cumulus-provision-url "http://192.168.0.2/ztp.sh";
host leaf { hardware ethernet 02:c0:00:00:00:02; fixed-address 192.168.0.90; option host-name "leaf"; }
''')
def recipe_cumulus(t):
    t.client(1, prl=(1, 3, 12, 239), options=[(60, b'cumulus-linux x86_64')]).bind()
    t.client(2, prl=(1, 3, 12, 239), options=[(60, b'cumulus-linux x86_64')]).bind()


@twin(NET + '''
option option-150 code 150 = array of ip-address;
option option-150 192.168.0.2, 192.168.0.3;
option space Cisco_LWAPP_AP;
option Cisco_LWAPP_AP.server-address code 241 = array of ip-address;
class "ap" {
  match option vendor-class-identifier;
  vendor-option-space Cisco_LWAPP_AP;
  option Cisco_LWAPP_AP.server-address 192.168.0.5, 192.168.0.6;
}
subclass "ap" "Cisco AP c1250";
class "poap" {
  match if substring(option vendor-class-identifier, 0, 5) = "Cisco" and not (substring(option vendor-class-identifier, 6, 2) = "AP");
  option bootfile-name "poap.py";
  option tftp-server-name "192.168.0.2";
}
''')
def recipe_cisco(t):
    t.client(1, prl=(1, 3, 43, 150), options=[(60, b'Cisco AP c1250')]).bind()
    t.client(2, prl=(1, 3, 66, 67, 150), options=[(60, b'Cisco N9K-C9332PQ')]).bind()
    t.client(3, prl=(), options=[(60, b'Cisco AP c1250')]).bind()


@twin(NET + '''
option space JUNIPER;
option JUNIPER.image-file-name code 0 = text;
option JUNIPER.config-file-name code 1 = text;
option JUNIPER.image-file-type code 2 = text;
option JUNIPER.transfer-mode code 3 = text;
option JUNIPER.alt-image-file-name code 4 = text;
option JUNIPER-encapsulation code 43 = encapsulate JUNIPER;
option JUNIPER.image-file-name "/junos/jinstall.tgz";
option JUNIPER.config-file-name "/configs/switch.conf";
option JUNIPER.transfer-mode "http";
option option-150 code 150 = ip-address;
option option-150 192.168.0.2;
''')
def recipe_juniper_sub_option_zero(t):
    t.client(1, prl=(1, 3, 43, 150), options=[(60, b'Juniper-ex3300-48p')]).bind()
    t.client(2, prl=(), options=[(60, b'Juniper-qfx5100-48s-6q')]).bind()
