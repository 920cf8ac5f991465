"""The systemd units: systemd finds no fault with them and calls them well protected, and the servers serve with the
rights that the units leave them, as far as a machine without systemd can tell.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from lib import sandbox

if __name__ == "__main__":
    sandbox.enter()

from lib import programs, server
from lib.daemon import Daemon
from lib.wire import Client

SRC = os.environ.get("SRC", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
UNITS = sandbox.SCRATCH + "/units"
PLACES = {"sbindir": "/usr/sbin", "sysconfdir": "/etc", "tftp_root": "/var/lib/tftpboot"}
CONFIG = "subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.100 192.168.0.200; }\nping-check off;\n"


def unit(name):
    for suffix in ("", ".in"):
        path = os.path.join(SRC, "etc/systemd", name + suffix)
        if os.path.exists(path):
            with open(path) as file:
                return re.sub(r"@(%s)@" % "|".join(PLACES), lambda place: PLACES[place.group(1)], file.read())
    raise FileNotFoundError(name)


def values(name, key):
    return re.findall(r"^%s=(.*)$" % key, unit(name), re.M)


def under(name, command):
    """The command with the unit's capabilities and read-only folders."""
    keep = ",".join("+" + word[4:].lower() for word in values(name, "CapabilityBoundingSet")[0].split())
    script = ("for d in /usr /etc /boot; do [ ! -d $d ] || { mount --bind $d $d && mount -o remount,bind,ro $d; } || exit 9; done; "
              'exec setpriv --no-new-privs --bounding-set="-all,$0" "$@"')
    return ["sh", "-c", script, keep] + command


class Text(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.makedirs(UNITS, exist_ok=True)
        for name in ("dhcpd.service", "tftp.service", "tftp.socket"):
            with open(os.path.join(UNITS, name), "w") as file:
                file.write(unit(name))

    def analyze(self, *words):
        if not shutil.which("systemd-analyze"):
            self.skipTest("no systemd-analyze")
        done = subprocess.run(["systemd-analyze", "--no-pager"] + list(words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              cwd=UNITS, env=dict(os.environ, LC_ALL="C.UTF-8"))
        return done.returncode, done.stdout.decode()

    def test_verify(self):
        sandbox.layer("/usr/sbin")
        for name in ("dhcpd", "in.tftpd"):
            sandbox.put("/usr/sbin/" + name, b"#!/bin/sh\n", 0o755)
        code, out = self.analyze("verify", "./dhcpd.service", "./tftp.service", "./tftp.socket")
        complaints = [line for line in out.split("\n") if "dhcpd" in line or "tftp" in line]
        # Whether pages are installed on this machine says nothing about the units.
        self.assertEqual([line for line in complaints if "man " not in line], [], code)

    def test_security(self):
        for name in ("dhcpd.service", "tftp.service"):
            code, out = self.analyze("security", "--offline=yes", "./" + name)
            if "offline" in out and "unrecognized" in out:
                self.skipTest("this systemd-analyze cannot judge units that do not run")
            level = re.search(r"exposure level for %s: ([\d.]+)" % name, out)
            self.assertTrue(level, out)
            self.assertLessEqual(float(level.group(1)), 3.0, out)

    def test_dhcpd(self):
        self.assertEqual(values("dhcpd.service", "Type"), ["notify"])
        self.assertEqual(values("dhcpd.service", "ExecStart"), ["/usr/sbin/dhcpd -f -user dhcpd -group dhcpd --no-pid $DHCPDARGS"])
        self.assertEqual(values("dhcpd.service", "EnvironmentFile"), ["-/etc/sysconfig/dhcpd"])
        self.assertEqual(values("dhcpd.service", "StartLimitInterval"), ["0"])
        self.assertEqual(values("dhcpd.service", "WantedBy"), ["multi-user.target"])

    def test_tftp(self):
        self.assertEqual(values("tftp.service", "StandardInput"), ["socket"])
        self.assertEqual(values("tftp.service", "Requires"), ["tftp.socket"])
        self.assertEqual(values("tftp.service", "Also"), ["tftp.socket"])
        self.assertEqual(values("tftp.service", "StandardOutput"), [], "the socket's neighbours stay as the stock has them")
        self.assertEqual(values("tftp.socket", "ListenDatagram"), ["69"])


def status_of(pid):
    with open("/proc/%d/status" % pid) as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


class Running(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("setpriv"):
            raise unittest.SkipTest("no setpriv")
        cls.dhcpd, cls.tftpd = programs.dhcpd(), programs.tftpd()
        sandbox.layer("/etc")
        for name, entry in (("/etc/passwd", b"dhcpd:x:177:177:DHCP server:/:/sbin/nologin\n"), ("/etc/group", b"dhcpd:x:177:\n")):
            with open(os.path.realpath(name), "rb") as file:
                lines = [line for line in file.read().splitlines(True) if not line.startswith(b"dhcpd:")]
            sandbox.put(name, b"".join(lines) + entry)

    @unittest.skipIf(os.environ.get("DHCPD") == "stock", "Debian's does not tell systemd")
    def test_dhcpd(self):
        """As in the unit: root with few capabilities, then dhcpd with none; says READY=1, reloads, serves, ends with 0."""
        site = server.DhcpHost("unit")
        site.write("dhcpd.conf", CONFIG)
        leases = site.write("dhcpd.leases", "")
        for path in (site.folder, leases):
            os.chown(path, 177, 177)
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        notify.bind(sandbox.SCRATCH + "/notify")
        notify.settimeout(10)
        os.makedirs("/run/dhcp", exist_ok=True)
        words = ["-f", "-user", "dhcpd", "-group", "dhcpd", "--no-pid", "-cf", "/run/dhcp/dhcpd.conf", "-lf", "/run/dhcp/dhcpd.leases"]
        daemon = Daemon(under("dhcpd.service", [self.dhcpd] + words), site.host, binds=[(site.folder, "/run/dhcp")], name="dhcpd",
                        env={"PATH": os.environ["PATH"], "NOTIFY_SOCKET": sandbox.SCRATCH + "/notify"})
        try:
            state = notify.recv(4096).decode()
        except OSError:
            self.fail(daemon.words())
        self.assertIn("READY=1", state.split("\n"))
        self.assertIn("STATUS=Dispatching packets...", state.split("\n"))
        self.assertIn("MAINPID=%d" % daemon.pid, state.split("\n"))
        status = status_of(daemon.pid)
        self.assertEqual(status["Uid"].split()[:2], ["177", "177"])
        self.assertEqual(int(status["CapEff"], 16), 0)
        ack = Client(site.wires[0], "02:aa:00:00:00:01").bind()
        self.assertTrue(ack.address().startswith("192.168.0."), ack.address())
        with open(leases) as file:
            self.assertIn("lease %s {" % ack.address(), file.read())
        daemon.process.send_signal(signal.SIGHUP)
        daemon.await_line("read again")
        Client(site.wires[0], "02:aa:00:00:00:02").bind()
        self.assertEqual(daemon.stop(), 0)

    def test_tftpd(self):
        """As systemd starts it: the bound dual-stack socket as descriptors 0, 1 and 2."""
        root = sandbox.SCRATCH + "/boot"
        os.makedirs(root)
        with open(root + "/file", "w") as file:
            file.write("hello")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
            listening.bind(("127.0.0.1", 69))
            daemon = Daemon(under("tftp.service", [self.tftpd, "-s", root]), stdin=listening, name="in.tftpd")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(10)
            client.sendto(b"\0\1file\0octet\0", ("127.0.0.1", 69))
            try:
                data, peer = client.recvfrom(600)
            except OSError:
                self.fail(daemon.words())
            client.sendto(b"\0\4\0\1", peer)
        self.assertEqual(data, b"\0\3\0\1hello")
        if os.environ.get("TFTPD") != "stock":
            status = status_of(daemon.pid)
            self.assertNotEqual(status["Uid"].split()[1], "0")
            self.assertEqual(int(status["CapEff"], 16), 0)
        self.assertIn(daemon.stop(), (0, -signal.SIGTERM))


if __name__ == "__main__":
    unittest.main()
