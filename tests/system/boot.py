#!/usr/bin/env python3
"""A PC boots with the how-to's three files: address, pxelinux.0, the search for its configuration, kernel and initrd.

    boot.py [bios]
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import sandbox
sandbox.enter()
from lib import programs
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


if __name__ == '__main__':
    {'bios': bios}[sys.argv[1] if len(sys.argv) > 1 else 'bios']()
