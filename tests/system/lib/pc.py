"""A virtual PC that boots from the network, and what it needs: kernel, initrd, loader files, firmware."""

import glob
import gzip
import os
import re
import signal
import socket
import stat
import subprocess

from . import net, programs, sandbox
from .daemon import Failure, await_true

# Emulation is slower than KVM and the same everywhere (KVM inside a virtual machine is often there and broken).
ACCELERATOR = os.environ.get('BOOTSERVER_ACCEL', 'tcg')
HERE = os.path.dirname(os.path.abspath(__file__))


def cpio(entries):
    """A cpio archive (newc) of (name, mode, data, major, minor)."""
    out = b''
    for number, (name, mode, data, major, minor) in enumerate(list(entries) + [('TRAILER!!!', 0, b'', 0, 0)]):
        fields = (number + 1, mode, 0, 0, 1, 0, len(data), 0, 0, major, minor, len(name) + 1, 0)
        out += b'070701' + b''.join(b'%08X' % field for field in fields) + name.encode() + b'\0'
        out += b'\0' * (-len(out) % 4) + data
        out += b'\0' * (-len(out) % 4)
    return out + b'\0' * (-len(out) % 512)


def initrd():
    """An initrd whose only program is boot/init.s."""
    assembler, linker = programs.need('as'), programs.need('ld')
    folder = sandbox.SCRATCH + '/init'
    os.makedirs(folder, exist_ok=True)
    subprocess.check_call([assembler, '-o', folder + '/init.o', os.path.join(HERE, '../boot/init.s')])
    subprocess.check_call([linker, '-static', '-s', '-o', folder + '/init', folder + '/init.o'])
    with open(folder + '/init', 'rb') as file:
        program = file.read()
    return gzip.compress(cpio([('dev', stat.S_IFDIR | 0o755, b'', 0, 0), ('proc', stat.S_IFDIR | 0o755, b'', 0, 0),
                               ('dev/console', stat.S_IFCHR | 0o600, b'', 5, 1),
                               ('dev/ttyS0', stat.S_IFCHR | 0o600, b'', 4, 64),
                               ('init', stat.S_IFREG | 0o755, program, 0, 0)]))


def kernel():
    """A Linux kernel for a PC: of the unpacked package, or this machine's."""
    found = []
    for root in (programs.STOCK, ''):
        for pattern in ('/boot/vmlinuz-*', '/lib/modules/*/vmlinuz', '/usr/lib/modules/*/vmlinuz'):
            found += sorted(glob.glob(root + pattern))
    if not found or os.uname().machine != 'x86_64':
        sandbox.skip('not here: a Linux kernel for a PC (Debian: linux-image-cloud-amd64)')
    with open(found[0], 'rb') as file:
        return file.read()


def loader(*names):
    """The file at the first of the paths that is here; a loader of the syslinux packages."""
    for name in names:
        path = programs.stock(name)
        if path:
            with open(path, 'rb') as file:
                return file.read()
    return sandbox.skip('not here: ' + names[0])


def firmware():
    """(code, variables) of UEFI."""
    for code, variables in (('OVMF/OVMF_CODE_4M.fd', 'OVMF/OVMF_VARS_4M.fd'), ('OVMF/OVMF_CODE.fd', 'OVMF/OVMF_VARS.fd'),
                            ('edk2/ovmf/OVMF_CODE.fd', 'edk2/ovmf/OVMF_VARS.fd')):
        code, variables = programs.stock('/usr/share/' + code), programs.stock('/usr/share/' + variables)
        if code and variables:
            return code, variables
    return sandbox.skip('not here: UEFI firmware (Debian: ovmf)')


class PC:
    """A machine in a host of its own, its network card bridged to a cable. uefi: firmware of that kind, else BIOS."""

    def __init__(self, name, switch, mac, uefi=False, memory=512):
        qemu = programs.find('qemu-system-x86_64', '/usr/libexec/qemu-kvm') or sandbox.skip('not here: qemu-system-x86')
        if not os.path.exists('/dev/net/tun'):
            sandbox.skip('no tap devices here (/dev/net/tun)')
        self.name, self.mac = name, mac
        self.host = net.Host(name)
        net.cable(self.host, 'uplink', switch, 'to-' + name)
        self.host.batch('tuntap add tap0 mode tap', 'link set tap0 up')
        net.bridge(self.host, 'br0', 'uplink', 'tap0')
        self.serial_path = '%s/%s.serial' % (sandbox.SCRATCH, name)
        self.monitor_path = '%s/%s.monitor' % (sandbox.SCRATCH, name)
        words = [qemu, '-name', name, '-machine', 'q35' if uefi else 'pc', '-accel', ACCELERATOR, '-m', str(memory),
                 '-nodefaults', '-no-reboot', '-display', 'none', '-vga', 'std', '-serial', 'file:' + self.serial_path,
                 '-monitor', 'unix:%s,server=on,wait=off' % self.monitor_path,
                 '-netdev', 'tap,id=lan,ifname=tap0,script=no,downscript=no',
                 '-device', 'virtio-net-pci,netdev=lan,bootindex=1,mac=' + mac]
        if uefi:
            code, variables = firmware()
            own = '%s/%s.vars' % (sandbox.SCRATCH, name)
            with open(variables, 'rb') as old, open(own, 'wb') as new:
                new.write(old.read())
            words += ['-drive', 'if=pflash,format=raw,unit=0,readonly=on,file=' + code,
                      '-drive', 'if=pflash,format=raw,unit=1,file=' + own]
        self.output = open('%s/%s.out' % (sandbox.SCRATCH, name), 'wb')
        self.process = self.host.popen(words, stdin=subprocess.DEVNULL, stdout=self.output, stderr=self.output)
        await_true(lambda: os.path.exists(self.monitor_path) or not self.running(), 'the monitor of the PC')
        if not self.running():
            raise Failure('QEMU ended: ' + open(self.output.name).read())

    def running(self):
        return self.process.poll() is None

    def monitor(self, command):
        """One command to QEMU's monitor; what it answers."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(10)
            line.connect(self.monitor_path)
            answer = b''
            for words in (None, command):
                if words:
                    line.sendall(words.encode() + b'\n')
                    answer = b''
                while not answer.endswith(b'(qemu) '):
                    piece = line.recv(65536)
                    if not piece:
                        return answer.decode('utf-8', 'replace')
                    answer += piece
        return answer.decode('utf-8', 'replace')

    def type(self, *keys):
        for key in keys:
            self.monitor('sendkey ' + key)

    def screen(self):
        """The text on its screen (80 × 25, the memory of VGA's text mode), BIOS machines only; '' when it is off."""
        try:
            memory = self.monitor('xp /2000hx 0xb8000')
        except OSError:
            return ''
        cells = [int(word, 16) for word in re.findall(r'0x([0-9a-f]{4})\b', memory)]
        rows = [''.join(chr(c & 0xff) if 32 <= c & 0xff < 127 else ' ' for c in cells[at:at + 80]).rstrip()
                for at in range(0, len(cells), 80)]
        return '\n'.join(rows).strip('\n')

    def serial(self):
        try:
            with open(self.serial_path, errors='replace') as file:
                return file.read()
        except OSError:
            return ''

    def off(self):
        if self.running():
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
        self.output.close()
