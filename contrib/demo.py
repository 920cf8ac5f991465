"""Boots a virtual PC from the how-to's three files and tells what happens, one line a step. Started by contrib/demo."""

import os
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../tests/system'))
from lib import sandbox
sandbox.enter()
from lib import programs
from lib.bootsite import KERNEL, BootSite
from lib.capture import Transfers

PATIENCE = 240  # seconds
MAC = '88:99:aa:bb:cc:dd'
MARKER = 'BOOTED FROM THE NETWORK'


class Story:
    """Tells new events since the machine was switched on."""

    def __init__(self, site):
        self.site, self.began = site, time.monotonic()
        self.transfers = Transfers('eth0', site.host)
        self.logged = self.asked = 0
        self.told = set()

    def tell(self, at, text):
        print('%6.1f s  %s' % (at - self.began, text), flush=True)

    def dhcp(self):
        self.site.dhcpd.log.drain()
        for line in self.site.dhcpd.log.lines[self.logged:]:
            if re.match('DHCP|BOOT', line.text):
                self.tell(line.at, 'dhcpd     ' + line.text)
        self.logged = len(self.site.dhcpd.log.lines)

    def tftp(self):
        self.transfers.drain()
        for transfer in self.transfers.finished():
            size = self.site.size(transfer.file)
            if size is None:
                self.tell(transfer.last, 'in.tftpd  %s: not there' % transfer.file)
            else:
                self.tell(transfer.last, 'in.tftpd  %s: %s bytes in %.2f s' %
                          (transfer.file, '{:,}'.format(transfer.bytes), transfer.last - transfer.first))

    def go_on(self):
        self.site.capture.wait(0.1)
        self.dhcp()
        self.tftp()


def main():
    site = BootSite(programs.dhcpd(), programs.tftpd())
    site.start()
    print('  dhcpd and in.tftpd (under xinetd) serve a network of their own with the how-to\'s three files.')
    story = Story(site)
    machine = site.plug('pc', MAC)
    story.tell(time.monotonic(), 'a PC with network card %s is switched on' % MAC)
    screen, typed, looked = '', 0, 0
    while machine.running():
        story.go_on()
        files = [request.file for request in site.capture.tftp]
        now = time.monotonic()
        if 'boot.msg' in files and KERNEL not in files and now - typed > 2:
            story.tell(now, 'at the boot: prompt somebody types 1 and Enter')
            machine.type('1', 'ret')
            typed = now
        if now - looked > 0.5:
            looked = now
            screen = machine.screen() or screen
        if now - story.began > PATIENCE:
            print('The machine has not booted in %d s. Its screen:\n%s' % (PATIENCE, screen))
            machine.off()
            return 1
    story.go_on()
    serial = machine.serial()
    site.stop()
    if MARKER not in serial:
        print('The machine went off without a word of its kernel. Its screen:\n%s' % screen)
        return 1
    story.tell(time.monotonic(), 'the kernel runs, and has switched the machine off')
    print('\nIts screen:\n%s\n\nIts serial line:\n%s' % ('\n'.join('  | ' + line for line in screen.splitlines()[-20:]),
                                                      '  | ' + serial[serial.index(MARKER):].strip().splitlines()[0]))
    return 0


if __name__ == '__main__':
    sys.exit(main())
