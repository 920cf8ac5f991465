"""The units run by systemd itself: a container that boots with our packages for EL 9 installed, the how-to's steps for
EL 8 to 10 taken, and a PC that boots from it. All that the units forbid is forbidden; then restarts in bursts, a broken
configuration, a crash and a socket that starts its service again.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import sandbox

if __name__ == "__main__":
    sandbox.enter()

import boot
import rpms
from lib import programs
from lib.bootsite import BootSite
from lib.daemon import Failure, await_true

ROOT = sandbox.SCRATCH + "/machine"
CONF = "/etc/dhcp/dhcpd.conf"
PATIENCE = 60


class Machine:
    """A file tree with this machine's programs and our packages, and systemd as its process 1."""

    def __init__(self, network):
        self.network = network
        self._furnish()
        self._install()
        self.process = self.leader = None

    @staticmethod
    def _furnish():
        for name in ("etc", "var/log", "run", "proc", "sys", "dev", "tmp", "root", "usr"):
            os.makedirs(os.path.join(ROOT, name))
        for name in os.listdir("/"):
            if os.path.islink("/" + name):  # /bin, /lib...: into /usr
                os.symlink(os.readlink("/" + name), os.path.join(ROOT, name))
        for name in ("upper", "work"):
            os.makedirs(sandbox.SCRATCH + "/usr/" + name)
        sandbox.mount("overlay", ROOT + "/usr", "overlay",
                      data="lowerdir=/usr,upperdir={0}/upper,workdir={0}/work".format(sandbox.SCRATCH + "/usr"))
        # The stock packages of this machine are not this machine's.
        for name in ("dhcpd.service", "tftp.service", "tftp.socket"):
            for path in ("/usr/lib/systemd/system/" + name, "/etc/systemd/system/" + name):
                if os.path.lexists(ROOT + path):
                    os.unlink(ROOT + path)
        for name in ("passwd", "group"):
            with open("/etc/" + name) as file:
                lines = [line for line in file if not line.startswith("dhcpd:")]
            with open(os.path.join(ROOT, "etc", name), "w") as file:
                file.writelines(lines)
        for name, text in (("os-release", "ID=test\n"), ("machine-id", ""), ("hostname", "server\n")):
            with open(os.path.join(ROOT, "etc", name), "w") as file:
                file.write(text)
        # What a server has no use for and what takes time to start.
        os.makedirs(ROOT + "/etc/systemd/system")
        for unit in ("console-getty.service", "getty.target", "systemd-logind.service", "timers.target", "dbus.socket", "dbus.service"):
            os.symlink("/dev/null", ROOT + "/etc/systemd/system/" + unit)

    @staticmethod
    def _install():
        sandbox.bind("/dev", ROOT + "/dev")  # for the scriptlets
        workshop = rpms.Workshop()
        try:
            rpms.run(["rpm", "--root", ROOT, "--nodeps", "--nosignature", "-i"] + list(workshop.ours(9).values()))
        finally:
            workshop.close()
            subprocess.check_call(["umount", "--recursive", ROOT + "/dev"])

    def boot(self):
        """Until systemd says that it is up."""
        self.console = sandbox.SCRATCH + "/console"
        with open(self.console, "wb") as console, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(sandbox.SCRATCH + "/ready")
            notify.settimeout(PATIENCE)
            self.process = self.network.popen(
                ["systemd-nspawn", "--quiet", "--directory=" + ROOT, "--boot", "--register=no", "--keep-unit", "--notify-ready=yes",
                 "--console=pipe"], stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True,
                env=dict(os.environ, NOTIFY_SOCKET=sandbox.SCRATCH + "/ready"))
            state = self._await_ready(notify)
        self.leader = int(state["X_NSPAWN_LEADER_PID"])

    def _await_ready(self, notify):
        """What systemd-nspawn says of the container that is up."""
        state = {}
        try:
            while state.get("READY") != "1" or "X_NSPAWN_LEADER_PID" not in state:
                state.update(line.split("=", 1) for line in notify.recv(4096).decode().split("\n") if "=" in line)
        except OSError:
            with open(self.console, errors="replace") as console:
                sandbox.skip("systemd does not start in a container here:\n" + console.read()[-2000:])
        return state

    def run(self, *words):
        """(exit status, output) of a command in the machine."""
        done = subprocess.run(["nsenter", "--all", "--target", str(self.leader)] + list(words), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=PATIENCE)
        return done.returncode, done.stdout.decode(errors="replace")

    def must(self, *words):
        code, out = self.run(*words)
        if code != 0:
            raise Failure("%s: exit %d\n%s\n%s" % (" ".join(words), code, out, self.words()))
        return out

    def show(self, unit, name):
        return self.must("systemctl", "show", "--value", "-p", name, unit).strip()

    def words(self):
        return self.run("journalctl", "--no-pager", "-o", "short-monotonic", "-u", "dhcpd", "-u", "tftp")[1]

    def write(self, path, text):
        with open(ROOT + path, "wb") as file:
            file.write(text)

    def off(self):
        if self.process and self.process.poll() is None:
            self.run("systemctl", "poweroff")
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()


class Units(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.site = BootSite(programs.dhcpd(), programs.tftpd())
        cls.machine = cls.site.dhcpd = cls.site.xinetd = Machine(cls.site.host)
        # The how-to: the configuration, the files of /tftpboot, enable --now.
        cls.machine.write(CONF, cls.site.dhcp_config)
        subprocess.check_call(["cp", "-r", "/tftpboot/.", ROOT + "/var/lib/tftpboot/"])
        cls.machine.boot()
        cls.addClassCleanup(cls.machine.off)
        cls.machine.must("dhcpd", "-t")
        cls.machine.must("systemctl", "enable", "--now", "dhcpd", "tftp.socket")

    def main_pid(self, unit):
        """The process of the unit as this side of the container counts: the daemons are told apart by their names."""
        inside = self.machine.show(unit, "MainPID")
        self.assertNotEqual(inside, "0", self.machine.words())
        for name in os.listdir("/proc"):
            if name.isdigit():
                try:
                    with open("/proc/%s/status" % name) as file:
                        row = re.search(r"^NSpid:\t(.*)$", file.read(), re.M).group(1).split()
                except (OSError, AttributeError):
                    continue
                if len(row) > 1 and row[-1] == inside:
                    return int(name)
        raise Failure("no process %s of %s" % (inside, unit))

    def status(self, unit):
        with open("/proc/%d/status" % self.main_pid(unit)) as file:
            return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)

    def test_a_boot(self):
        began = time.monotonic()
        pc = self.site.plug("pc", "88:99:aa:bb:cc:dd")
        boot.watch(self.site, pc, "boot.msg", ("1", "ret"))
        print("switched on and off in %.1f s" % (time.monotonic() - began))
        self.assertIn(boot.MARKER, pc.serial())
        with open(ROOT + "/var/lib/dhcpd/dhcpd.leases") as file:
            self.assertIn("hardware ethernet 88:99:aa:bb:cc:dd;", file.read())
        words = self.machine.words()
        for kind in ("DHCPDISCOVER", "DHCPOFFER", "DHCPREQUEST", "DHCPACK"):
            self.assertIn(kind, words)
        for unit in ("dhcpd", "tftp"):
            self.assertEqual(self.machine.show(unit, "NRestarts"), "0")
            self.check_rights(unit)

    def check_rights(self, unit):
        """What systemd was told to take away is away, and the daemon has dropped the rest."""
        status = self.status(unit)
        self.assertNotEqual(status["Uid"].split()[1], "0", unit)
        self.assertEqual(int(status["CapEff"], 16), 0, unit)
        self.assertEqual(status["NoNewPrivs"], "1", unit)
        self.assertEqual(status["Seccomp"], "2", unit)
        self.assertEqual(self.machine.show(unit, "ProtectHome"), "read-only")
        # The unit's file tree: nothing can be written where the unit says so.
        done = subprocess.run(["nsenter", "--target", str(self.main_pid(unit)), "--mount", "touch", "/usr/x"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertIn(b"Read-only file system", done.stdout, unit)

    def test_reload(self):
        before = self.main_pid("dhcpd")
        self.machine.must("systemctl", "reload", "dhcpd")
        await_true(lambda: "read again" in self.machine.words(), "the new configuration")
        self.machine.write(CONF, self.site.dhcp_config + b"this is no statement\n")
        try:
            code, _ = self.machine.run("systemctl", "reload", "dhcpd")
            self.assertNotEqual(code, 0, "a broken configuration")
            self.assertEqual(self.machine.show("dhcpd", "ActiveState"), "active")
        finally:
            self.machine.write(CONF, self.site.dhcp_config)
        self.machine.must("systemctl", "reload", "dhcpd")
        self.assertEqual(self.main_pid("dhcpd"), before)

    def test_bursts(self):
        """As Cobbler does: one restart after the other, more than systemd's limit."""
        for _ in range(12):
            self.machine.must("systemctl", "restart", "dhcpd")
        self.assertEqual(self.machine.show("dhcpd", "ActiveState"), "active")

    def test_crash(self):
        before = self.main_pid("dhcpd")
        os.kill(before, signal.SIGSEGV)
        await_true(lambda: self.machine.show("dhcpd", "NRestarts") == "1" and self.machine.show("dhcpd", "ActiveState") == "active",
                   "the server after a crash", timeout=30, step=0.2)
        self.assertNotEqual(self.main_pid("dhcpd"), before)

    def test_refused_configuration(self):
        """A start that fails for its file is told to who asked for it, and is not tried again and again."""
        self.machine.must("systemctl", "stop", "dhcpd")
        self.assertEqual(self.machine.show("dhcpd", "Result"), "success")
        self.machine.write(CONF, b"this is no statement\n")
        try:
            self.assertNotEqual(self.machine.run("systemctl", "start", "dhcpd")[0], 0)
            self.assertEqual(self.machine.show("dhcpd", "ActiveState"), "failed")
        finally:
            self.machine.write(CONF, self.site.dhcp_config)
            self.machine.must("systemctl", "start", "dhcpd")

    def fetch(self, name):
        with self.site.host.inside():
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with client:
            client.settimeout(10)
            client.sendto(b"\0\1" + name.encode() + b"\0octet\0", ("127.0.0.1", 69))
            data, peer = client.recvfrom(600)
            client.sendto(b"\0\4\0\1", peer)
            return data

    def test_socket(self):
        """The socket starts the service at the first request, and again after a stop."""
        for _ in range(2):
            self.assertEqual(self.fetch("boot.msg"), b"\0\3\0\1Label 1 boots Linux.\n")
            self.assertEqual(self.machine.show("tftp", "ActiveState"), "active")
            self.machine.must("systemctl", "stop", "tftp.service")
            self.assertEqual(self.machine.show("tftp", "Result"), "success")


if __name__ == "__main__":
    for variable in ("DHCPD", "TFTPD"):
        if os.environ.get(variable) == "stock":
            sandbox.skip("the units are for our servers")
    for tool in ("systemd-nspawn", "rpm", "rpmbuild", "nsenter"):
        if not shutil.which(tool):
            sandbox.skip("not here: " + tool)
    unittest.main()
