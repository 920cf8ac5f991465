#!/usr/bin/env python3
"""Every TFTP client of the machine fetches files of awkward sizes, byte for byte, from in.tftpd under a real xinetd with the
how-to's service file, and from a standalone one; one process serves them all."""

import glob
import hashlib
import os
import socket
import struct
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import sandbox
sandbox.enter()
from lib import net, programs
from lib.bootsite import BootSite
from lib.daemon import Daemon, Failure, await_true

SERVER = '192.168.0.1'
SIZES = (0, 1, 511, 512, 513, 65535 * 512 + 1, 40000000)
SMALL = [size for size in SIZES if size < 1000]


def check(truth, what):
    if not truth:
        raise Failure(what)


def content(size):
    """Bytes in which every block differs from the last."""
    out = b''.join(hashlib.sha512(struct.pack('!I', index)).digest() for index in range(min(size // 64 + 1, 4096)))
    return (out * (size // len(out) + 1))[:size]


TEXT = b'one\ntwo\r\nthree\r\0\n' + b'line of text\n' * 200 + b'\r'


class Clients:
    """The programs that fetch: each a function (file, local name, bigger blocks) -> command."""

    def __init__(self):
        self.known = {}
        hpa = programs.find('tftp')
        atftp = programs.find('atftp')
        curl = programs.find('curl')
        busybox = programs.find('busybox')
        if hpa:
            self.known['tftp-hpa'] = lambda file, local, big: [hpa, '-m', 'octet', SERVER, '-c', 'get', file, local]
        if atftp:
            self.known['atftp'] = lambda file, local, big: \
                [atftp] + (['--option', 'blksize 1428'] if big else []) + ['--get', '-r', file, '-l', local, SERVER]
        if curl:
            self.known['curl'] = lambda file, local, big: \
                [curl, '-s', '-S'] + (['--tftp-blksize', '8192'] if big else []) + ['-o', local, 'tftp://%s/%s' % (SERVER, file)]
        if busybox:
            self.known['busybox'] = lambda file, local, big: \
                [busybox, 'tftp', '-g'] + (['-b', '1400'] if big else []) + ['-r', file, '-l', local, SERVER]
        self.hpa = hpa


def fetch(client, command, local, data):
    done = client.run(command)
    got = open(local, 'rb').read() if os.path.exists(local) else None
    if got is None and not data:
        got = b''  # curl makes no file of nothing
    check(got == data, '%s: %s bytes of %d, %s' % (' '.join(command), None if got is None else len(got), len(data),
                                                   done.stdout.decode('utf-8', 'replace')))
    if os.path.exists(local):
        os.unlink(local)


def servers_processes():
    """Process numbers of in.tftpd."""
    found = []
    for path in glob.glob('/proc/[0-9]*/comm'):
        try:
            with open(path) as file:
                if file.read().strip() == 'in.tftpd':
                    found.append(int(path.split('/')[2]))
        except OSError:
            pass
    return found


def hold_open(client, file):
    """A read request whose first block is never acknowledged."""
    with client.inside():
        held = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    held.settimeout(5)
    held.sendto(b'\0\1' + file.encode() + b'\0octet\0', (SERVER, 69))
    check(held.recvfrom(600)[0][:4] == b'\0\3\0\1', 'the first block')
    return held


def all_sizes(client, clients, local):
    for name, command in sorted(clients.known.items()):
        for size in SIZES:
            if size > 1000000 and (size == 40000000) != (name in ('atftp', 'curl')):
                continue  # each big file with two of the clients
            fetch(client, command('size-%d' % size, local, size == 40000000), local, content(size))
        print('    ' + name)


def netascii(client, clients, local):
    """tftp-hpa's client turns line ends into local ones, so the file comes back as it was."""
    if clients.hpa:
        done = client.run([clients.hpa, '-m', 'netascii', SERVER, '-c', 'get', 'text', local])
        got = open(local, 'rb').read()
        check(got == TEXT, 'netascii: %d bytes of %d: %s' % (len(got), len(TEXT), done.stdout))
        print('    netascii')


def main():
    tftpd = programs.tftpd()
    xinetd = programs.stock('/usr/sbin/xinetd')
    clients = Clients()
    if not clients.known:
        sandbox.skip('no TFTP client here')
    server, client = net.Host('server'), net.Host('client')
    net.cable(server, 'eth0', client, 'eth0')
    server.address('eth0', SERVER + '/24')
    client.address('eth0', '192.168.0.2/24')
    os.makedirs('/tftpboot', exist_ok=True)
    sandbox.mount('none', '/tftpboot', 'tmpfs', 0, 'mode=755')
    os.makedirs('/run/local')
    local = '/run/local/fetched'
    for size in SIZES:
        with open('/tftpboot/size-%d' % size, 'wb') as file:
            file.write(content(size))
    with open('/tftpboot/text', 'wb') as file:
        file.write(TEXT)

    print('standalone')
    daemon = Daemon([tftpd, '-L', '-s', '/tftpboot'], server, name='in.tftpd')
    # Nothing says that it listens; a port that is closed answers at once.
    await_true(lambda: b':69 ' in server.run(['ss', '-lun']).stdout, 'in.tftpd to listen')
    all_sizes(client, clients, local)
    netascii(client, clients, local)
    daemon.stop()

    if not xinetd:
        print('no xinetd here')
        return
    print('under xinetd')
    sandbox.layer('/etc')
    sandbox.layer('/usr/sbin')
    if os.path.islink('/etc/xinetd.d'):
        os.unlink('/etc/xinetd.d')
    os.makedirs('/etc/xinetd.d', exist_ok=True)
    sandbox.put('/etc/xinetd.d/tftp', BootSite.howto('etc/xinetd.d/tftp'))
    sandbox.put('/etc/xinetd.conf', b'defaults\n{\nlog_type = SYSLOG daemon info\n}\nincludedir /etc/xinetd.d\n')
    with open(tftpd, 'rb') as file:
        sandbox.put('/usr/sbin/in.tftpd', file.read(), 0o755)
    ended = servers_processes()  # what the stopped daemon left to see the last transfers to their end
    daemon = Daemon([xinetd, '-dontfork', '-f', '/etc/xinetd.conf', '-stayalive', '-pidfile', '/run/xinetd.pid'], server, name='xinetd')
    daemon.await_line('Started working')
    name = sorted(clients.known)[0]
    held = hold_open(client, 'size-513')
    for size in SMALL:
        fetch(client, clients.known[name]('size-%d' % size, local, False), local, content(size))
    processes = [pid for pid in servers_processes() if pid not in ended]
    if os.environ.get('TFTPD') != 'stock':
        check(len(processes) == 1, 'processes of in.tftpd: %s' % processes)
    print('    %d processes serve %d transfers' % (len(processes), 1 + len(SMALL)))
    held.close()
    daemon.stop()
    print('passed')


if __name__ == '__main__':
    main()
