"""The how-to's server: dhcpd and, under a real xinetd, in.tftpd, with its three files byte for byte at their places."""

import os
import shutil

from . import net, pc, programs, sandbox
from .capture import Capture
from .daemon import Daemon

HOWTO = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../boot/howto')
KERNEL, INITRD = 'linux/rh44-x86-32/vmlinuz', 'linux/rh44-x86-32/initrd.img'


class BootSite:
    """dhcp_config, tftp_service: other text than the how-to's; addresses: of the server's interface."""

    def __init__(self, dhcpd, tftpd, dhcp_config=None, tftp_service=None, addresses=('192.168.0.1/24',)):
        self.dhcpd_program, self.tftpd_program = dhcpd, tftpd
        self.xinetd_program = programs.stock('/usr/sbin/xinetd') or sandbox.skip('not here: xinetd')
        self.dhcp_config = dhcp_config or self.howto('etc/dhcpd.conf')
        self.tftp_service = tftp_service or self.howto('etc/xinetd.d/tftp')
        self.host = net.Host('server')
        self.host.batch('link add eth0 type bridge forward_delay 0', 'link set eth0 address 02:00:00:00:00:01 up',
                        *['addr add %s dev eth0' % address for address in addresses])
        self.host.batch('route add default dev eth0')
        self._fill()
        self.capture = Capture('eth0', self.host)
        self.dhcpd = self.xinetd = None

    @staticmethod
    def howto(name):
        with open(os.path.join(HOWTO, name), 'rb') as file:
            return file.read()

    def _fill(self):
        sandbox.layer('/etc')
        sandbox.layer('/usr/sbin')
        sandbox.put('/etc/dhcpd.conf', self.dhcp_config)
        if os.path.islink('/etc/xinetd.d'):
            os.unlink('/etc/xinetd.d')
        os.makedirs('/etc/xinetd.d', exist_ok=True)
        sandbox.put('/etc/xinetd.d/tftp', self.tftp_service)
        sandbox.put('/etc/xinetd.conf', b'defaults\n{\nlog_type = SYSLOG daemon info\n}\nincludedir /etc/xinetd.d\n')
        if os.path.lexists('/usr/sbin/in.tftpd'):
            os.unlink('/usr/sbin/in.tftpd')
        shutil.copy(self.tftpd_program, '/usr/sbin/in.tftpd')
        for folder in ('/tftpboot/pxelinux.cfg', '/tftpboot/' + os.path.dirname(KERNEL)):
            os.makedirs(folder, exist_ok=True)
        self.file('pxelinux.cfg/default', self.howto('tftpboot/pxelinux.cfg/default'))
        self.file('boot.msg', b'Label 1 boots Linux.\n')
        self.file('pxelinux.0', pc.loader('/usr/lib/PXELINUX/pxelinux.0', '/tftpboot/pxelinux.0', '/usr/share/syslinux/pxelinux.0'))
        self.file('ldlinux.c32', pc.loader('/usr/lib/syslinux/modules/bios/ldlinux.c32', '/tftpboot/ldlinux.c32',
                                           '/usr/share/syslinux/ldlinux.c32'))
        self.file(KERNEL, pc.kernel())
        self.file(INITRD, pc.initrd())

    @staticmethod
    def file(name, data):
        sandbox.put('/tftpboot/' + name, data)

    def size(self, name):
        try:
            return os.stat('/tftpboot/' + name).st_size
        except OSError:
            return None

    def start(self):
        os.makedirs('/run/dhcp', exist_ok=True)
        open('/run/dhcp/dhcpd.leases', 'w').close()
        self.dhcpd = Daemon([self.dhcpd_program, '-f', '-cf', '/etc/dhcpd.conf', '-lf', '/run/dhcp/dhcpd.leases',
                             '-pf', '/run/dhcp/dhcpd.pid'], self.host, name='dhcpd')
        self.dhcpd.await_line('^Server starting service')
        self.xinetd = Daemon([self.xinetd_program, '-dontfork', '-f', '/etc/xinetd.conf', '-pidfile', '/run/xinetd.pid',
                              '-stayalive'], self.host, name='xinetd')
        self.xinetd.await_line('Started working')

    def plug(self, name, mac, uefi=False):
        """A PC is plugged in and switched on."""
        machine = pc.PC(name, self.host, mac, uefi)
        self.host.batch('link set to-%s master eth0' % name)
        return machine

    def stop(self):
        for daemon in (self.dhcpd, self.xinetd):
            if daemon:
                daemon.stop()
