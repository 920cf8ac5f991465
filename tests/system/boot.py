#!/usr/bin/env python3
"""A PC boots with the how-to's three files: address, pxelinux.0, the search for its configuration, kernel and initrd.

    boot.py bios       the whole boot
    boot.py uefi       the whole boot of a machine with UEFI firmware, its loader chosen by option 93
    boot.py grub       the same by GRUB's netboot image, which finds its configuration with our in.tftpd
    boot.py names      the names of configuration files that pxelinux asks for, in in.tftpd's log
    boot.py exchange   the DHCP exchange, against that of the stock server with the same machine
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import sandbox
sandbox.enter()
from lib import pc, programs
from lib.bootsite import INITRD, KERNEL, BootSite
from lib.daemon import Failure

MARKER = 'BOOTED FROM THE NETWORK'
PATIENCE = 150  # seconds; a machine without KVM needs most of a minute


def check(truth, what):
    if not truth:
        raise Failure(what)


def watch(site, machine, keys_after=None, keys=(), timeout=PATIENCE):
    """Until the machine has said the marker and gone off; types the keys when the named file has been asked for, again
    every two seconds until the kernel is asked for."""
    end = time.monotonic() + timeout
    typed = 0
    seen = 0
    while machine.running():
        site.capture.wait(0.2)
        for request in site.capture.tftp[seen:]:
            print('    %s asks for %s' % (request.client, request.file))
        seen = len(site.capture.tftp)
        files = [request.file for request in site.capture.tftp]
        now = time.monotonic()
        if keys_after in files and KERNEL not in files and now - typed > 2:
            machine.type(*keys)
            typed = now
        if now > end:
            screen = machine.screen()
            machine.off()
            raise Failure('not booted in %d s; its screen:\n%s\nserial:\n%s\ndhcpd:\n%s\nxinetd, in.tftpd:\n%s' %
                          (timeout, screen, machine.serial()[-2000:], site.dhcpd.words(), site.xinetd.words()))
    site.capture.drain()


def bios():
    mac = '88:99:aa:bb:cc:dd'
    site = BootSite(programs.dhcpd(), programs.tftpd())
    site.start()
    began = time.monotonic()
    machine = site.plug('pc', mac)
    watch(site, machine, 'boot.msg', ('1', 'ret'))
    print('switched on and off in %.1f s' % (time.monotonic() - began))

    kinds = [message.kind_name() for message in site.capture.messages(mac)]
    check(kinds[:1] == ['DISCOVER'] and kinds[-3:] == ['OFFER', 'REQUEST', 'ACK'], 'the exchange of messages: %s' % kinds)
    ack = [message for message in site.capture.messages(mac) if message.kind_name() == 'ACK'][-1]
    number = ack.yiaddr[3]
    check(ack.yiaddr[:3] == bytes([192, 168, 0]) and 128 <= number <= 220, 'address out of range: ' + ack.address())
    files = [request.file for request in site.capture.tftp]
    text = 'C0A800%02X' % number
    names = ['pxelinux.cfg/01-88-99-aa-bb-cc-dd'] + ['pxelinux.cfg/' + text[:length] for length in range(8, 0, -1)]
    names += ['pxelinux.cfg/default', 'boot.msg', KERNEL, INITRD]
    check(files[0] == 'pxelinux.0', 'the first file: %s' % files)
    asked = iter(files)
    check(all(name in asked for name in names), 'asked for in another order: %s' % files)
    serial = machine.serial()
    check(MARKER in serial, 'no marker on the serial line: %r' % serial[-500:])
    check('ksdevice=link' in serial and 'initrd=' + INITRD in serial, 'the kernel command line: %r' % serial[-500:])
    print(serial[serial.index(MARKER):].strip())
    site.stop()


def for_uefi(loader):
    return BootSite.howto('etc/dhcpd.conf') + b'''
option arch code 93 = unsigned integer 16;
if option arch = 00:07 or option arch = 00:09 { filename "%s"; }
''' % loader


def uefi():
    site = BootSite(programs.dhcpd(), programs.tftpd(), for_uefi(b'syslinux.efi'))
    site.file('syslinux.efi', pc.loader('/usr/lib/SYSLINUX.EFI/efi64/syslinux.efi', '/usr/share/syslinux/efi64/syslinux.efi'))
    site.file('ldlinux.e64', pc.loader('/usr/lib/syslinux/modules/efi64/ldlinux.e64', '/usr/share/syslinux/efi64/ldlinux.e64'))
    site.start()
    began = time.monotonic()
    machine = site.plug('pc', '88:99:aa:bb:cc:dd', uefi=True)
    watch(site, machine, 'boot.msg', ('1', 'ret'), 2 * PATIENCE)
    print('switched on and off in %.1f s' % (time.monotonic() - began))
    files = [request.file for request in site.capture.tftp]
    check('syslinux.efi' in files and files[-2:] == [KERNEL, INITRD], 'the files: %s' % files)
    check(MARKER in machine.serial(), 'no marker on the serial line: %r' % machine.serial()[-500:])
    site.stop()


GRUB_CONFIG = '''
linux /%s console=ttyS0
initrd /%s
boot
''' % (KERNEL, INITRD)


def grub():
    site = BootSite(programs.dhcpd(), programs.tftpd(), for_uefi(b'grubnetx64.efi'))
    image = pc.loader('/usr/lib/grub/x86_64-efi/monolithic/grubnetx64.efi', '/usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed')
    site.file('grubnetx64.efi', image)
    os.makedirs('/tftpboot/grub')
    site.file('grub/grub.cfg', GRUB_CONFIG.encode())
    site.start()
    began = time.monotonic()
    machine = site.plug('pc', '88:99:aa:bb:cc:dd', uefi=True)
    watch(site, machine, timeout=2 * PATIENCE)
    print('switched on and off in %.1f s' % (time.monotonic() - began))
    files = [request.file.lstrip('/') for request in site.capture.tftp]
    asked = iter(files)
    check(all(name in asked for name in ('grubnetx64.efi', 'grub/grub.cfg', KERNEL, INITRD)), 'the files: %s' % files)
    check(MARKER in machine.serial(), 'no marker on the serial line: %r' % machine.serial()[-500:])
    site.stop()


def names():
    """88:99:AA:BB:CC:DD with 192.168.1.195, as the how-to's page lists them."""
    config = BootSite.howto('etc/dhcpd.conf').replace(b'192.168.0.', b'192.168.1.').replace(b'range 192.168.1.128', b'range 192.168.1.195')
    service = BootSite.howto('etc/xinetd.d/tftp').replace(b'-s /tftpboot', b'-v -s /tftpboot')
    site = BootSite(programs.dhcpd(), programs.tftpd(), config, service, addresses=('192.168.1.1/24',))
    site.start()
    machine = site.plug('pc', '88:99:aa:bb:cc:dd')
    site.xinetd.await_line('RRQ from 192.168.1.195 filename pxelinux.cfg/default', PATIENCE)
    machine.off()
    asked = [line.text.split()[-1] for line in site.xinetd.log.lines if 'RRQ from 192.168.1.195 filename pxelinux.cfg/' in line.text]
    text = 'C0A801C3'
    expected = ['pxelinux.cfg/01-88-99-aa-bb-cc-dd'] + ['pxelinux.cfg/' + text[:length] for length in range(8, 0, -1)] + ['pxelinux.cfg/default']
    check(asked[-len(expected):] == expected, 'asked for: %s' % asked)
    print('\n'.join(asked))
    site.stop()


def exchange_with(program, path):
    """In a child: the replies of one server to a PC that starts, up to its first file."""
    sandbox.again()
    site = BootSite(program, programs.tftpd())
    site.start()
    mac = '88:99:aa:bb:cc:dd'
    machine = site.plug('pc', mac)
    end = time.monotonic() + PATIENCE
    while not site.capture.tftp:
        site.capture.wait(0.2)
        check(time.monotonic() < end and machine.running(), 'no file asked for; dhcpd:\n' + site.dhcpd.words())
    machine.off()
    last = {}  # by kind: a client that is in a hurry says the first things twice
    for datagram in site.capture.dhcp:
        message = datagram.message()
        if message.chaddr[:6] == bytes.fromhex(mac.replace(':', '')):
            message.xid = message.secs = 0
            last[message.kind_name()] = [datagram.route() if message.op == 2 else 'from the client'] + message.lines()
    with open(path, 'w') as out:
        out.write('\n'.join(line for kind in ('DISCOVER', 'OFFER', 'REQUEST', 'ACK') for line in last[kind]))
    site.stop()


def exchange():
    transcripts = []
    for name, program in (('stock', programs.need_stock('/usr/sbin/dhcpd')), ('ours', programs.dhcpd())):
        path = '/tmp/exchange.%s.%d' % (name, os.getppid())
        child = os.fork()
        if child == 0:
            status = 1
            try:
                exchange_with(program, path)
                status = 0
            except Failure as failure:
                print(failure)
            finally:
                sys.stdout.flush()
                os._exit(status)
        check(os.waitpid(child, 0)[1] == 0, 'the boot with the %s server' % name)
        with open(path) as file:
            transcripts.append(file.read().splitlines())
        os.unlink(path)
    import difflib
    check(transcripts[0] == transcripts[1], 'the exchanges differ:\n' + '\n'.join(difflib.ndiff(*transcripts)))
    print('\n'.join(transcripts[1]))


if __name__ == '__main__':
    {'bios': bios, 'uefi': uefi, 'grub': grub, 'names': names, 'exchange': exchange}[sys.argv[1] if len(sys.argv) > 1 else 'bios']()
