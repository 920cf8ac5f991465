#!/usr/bin/env python3
"""The lease file under load and across rewrites, as its other readers see it: the stock server, dhcpd-pools, a follower
like Foreman's smart-proxy (inotify), a check of every line; then handed to the stock server and back."""
import ctypes
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lease_crash

STOCK = os.environ.get('BOOTSERVER_STOCK', '') + '/usr/sbin/dhcpd'  # unpacked by contrib/check, or installed
CONFIG = 'subnet 10.0.0.0 netmask 255.0.0.0 { range 10.0.0.0 10.0.1.200; }\n'
TIME = r'(\d \d{4}/\d\d/\d\d \d\d:\d\d:\d\d|never)'
STATE = r'(free|active|expired|released|abandoned|reset|backup)'
# Every line that may stand in the file, columns included; those in the first group are what Foreman looks for.
LINE = re.compile('|'.join((
    r'lease \d+\.\d+\.\d+\.\d+ \{', r'  (starts|ends|tstp|tsfp|atsfp|cltt) %s;' % TIME,
    r'  binding state %s;' % STATE, r'  next binding state %s;' % STATE, r'  rewind binding state %s;' % STATE,
    r'  hardware ethernet ([0-9a-f]{2}:){5}[0-9a-f]{2};', r'  uid ".*";', r'  client-hostname "[ -~]*";', r'\}',
    r'  set [a-z-]+ = (".*"|%\d+|true|false);', r'#.*', r'', r'authoring-byte-order little-endian;',
    r'server-duid ".*";')))
# What makes a record a lease for the smart-proxy.
FOREMAN = re.compile(r'^  ends %s;\n(.*\n)*  binding state %s;\n(.*\n)*  hardware (ethernet|token-ring) ([0-9a-f]{2}:){5}[0-9a-f]{2};\n'
                     % (TIME, STATE), re.M)
RECORD = re.compile(r'^lease (\S+) \{\n(.*?)^\}\n', re.S | re.M)


def fail(text):
    print(text)
    sys.exit(1)


class Watch:
    """inotify(7) on a folder: what happened to one name in it since the last look."""

    MODIFY, MOVED_TO = 0x2, 0x80
    EVENT = struct.Struct('iIII')

    def __init__(self, folder, name):
        library = ctypes.CDLL(None, use_errno=True)
        self.name = name.encode()
        self.descriptor = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if library.inotify_add_watch(self.descriptor, folder.encode(), self.MODIFY | self.MOVED_TO) < 0:
            fail('inotify: %s' % os.strerror(ctypes.get_errno()))

    def happened(self):
        while True:
            try:
                data = os.read(self.descriptor, 65536)
            except BlockingIOError:
                return
            while data:
                _, kind, _, length = self.EVENT.unpack_from(data)
                name, data = data[self.EVENT.size:self.EVENT.size + length], data[self.EVENT.size + length:]
                if name.rstrip(b'\0') == self.name:
                    yield kind


class Follower:
    """As Foreman's smart-proxy: at a change reads what was appended through a kept descriptor, at a rename the new file."""

    def __init__(self, path):
        self.path, self.renames, self.leases = path, 0, {}
        self.watch = Watch(*os.path.split(path))
        self.open()

    def open(self):
        self.file, self.text = open(self.path, errors='surrogateescape'), ''
        self.take()

    def look(self):
        for kind in self.watch.happened():
            if kind & Watch.MOVED_TO:
                self.file.close()
                self.renames += 1
                self.open()
            elif kind & Watch.MODIFY:
                self.take()

    def take(self):
        self.text += self.file.read()
        if '\0' in self.text:
            fail('a follower of the file saw NUL bytes')
        done = self.text.rfind('\n}\n') + 3
        if done < 3:
            return
        whole, self.text = self.text[:done], self.text[done:]
        for line in whole.split('\n'):
            if not LINE.fullmatch(line):
                fail('a line that no reader expects: %r' % line)
        for address, body in RECORD.findall(whole):
            if not FOREMAN.search(body):
                fail('a record in which the smart-proxy finds no hardware address or no end:\n' + body)
            self.leases[address] = body


def pools(folder, path):
    """What dhcpd-pools counts as used."""
    config = os.path.join(folder, 'dhcpd.conf')
    result = subprocess.run(['dhcpd-pools', '-c', config, '-l', path, '-f', 'c'], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, universal_newlines=True)
    if result.returncode not in (0, 1, 2) or result.stderr:
        fail('dhcpd-pools: %s' % result.stderr)
    return int(re.findall(r'"(\d+)"', result.stdout.splitlines()[-1])[1])


def stock_test(folder, path):
    result = subprocess.run([STOCK, '-4', '-T', '-cf', os.path.join(folder, 'dhcpd.conf'), '-lf', path],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    wrote = re.search(r'Wrote (\d+) leases', result.stdout)
    complaints = re.findall(r'.* line \d+.*|.*[Cc]orrupt.*', result.stdout)
    if result.returncode or complaints or not wrote:
        fail('the stock server complains about our file:\n' + result.stdout)
    return int(wrote.group(1))


def stock_start(folder, path):
    """A real start of the stock server, which writes the file anew."""
    script = ('ip link add v0 type veth peer name v1 && ip addr add 10.0.3.1/8 dev v0 && ip link set v0 up && '
              'ip link set v1 up && exec %s -4 -d -user root -group root -cf %s/dhcpd.conf -lf %s -pf %s/pid v0' %
              (STOCK, folder, path, folder))
    process = subprocess.Popen(['unshare', '--net', 'sh', '-c', script], stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, universal_newlines=True)
    patience = threading.Timer(20, process.kill)
    patience.start()
    text = ''
    for line in process.stdout:
        text += line
        if 'Server starting service' in line:
            break
    patience.cancel()
    process.kill()
    process.wait()
    if 'Server starting service' not in text or re.search(r'line \d+|[Cc]orrupt', text):
        fail('the stock server with our file:\n' + text)


def main():
    if os.geteuid() != 0 or not os.path.exists(STOCK) or not shutil.which('dhcpd-pools'):
        print('needs root, the stock dhcpd and dhcpd-pools')
        sys.exit(lease_crash.SKIP)
    folder = tempfile.mkdtemp(prefix='lease-readers-', dir='/var/lib/dhcp' if os.path.isdir('/var/lib/dhcp') else None)
    path = os.path.join(folder, 'dhcpd.leases')
    try:
        open(path, 'w').close()
        with open(os.path.join(folder, 'dhcpd.conf'), 'w') as config:
            config.write(CONFIG)
        promises, follower = {}, Follower(path)
        server = lease_crash.Server(path, 1, 16)
        counted = 0
        for _ in range(40):
            server.listen(0.05, promises)
            follower.look()
            counted = pools(folder, path)
            if _ % 10 == 9:
                stock_test(folder, path)
        server.listen(0, promises)
        server.kill(promises)
        follower.look()
        if follower.renames < 3 or len(follower.leases) != len(promises):
            fail('a follower saw %d rewrites, %d leases of %d' % (follower.renames, len(follower.leases), len(promises)))
        if not counted or counted > len(promises):
            fail('dhcpd-pools counts %d of %d' % (counted, len(promises)))
        for _ in range(3):  # there and back again
            if stock_test(folder, path) != len(promises):
                fail('the stock server does not read all %d leases' % len(promises))
            stock_start(folder, path)
            lease_crash.check(path, promises)
        print('%d leases, %d rewrites followed, 3 times to the stock server and back' %
              (len(promises), follower.renames))
    finally:
        shutil.rmtree(folder)


if __name__ == '__main__':
    main()
