"""The init scripts run for real: every action and exit code of dhcpd's, with a broken configuration, a dead process
and a second start; tftp's with a service file that is disabled; and their headers, read as chkconfig reads them.
"""
import os
import re
import shutil
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from lib import programs, sandbox
from lib.daemon import await_true

SRC = os.environ.get("SRC", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
HERE = os.path.dirname(os.path.abspath(__file__))
DHCPD = "/etc/rc.d/init.d/dhcpd"
TFTP = "/etc/rc.d/init.d/tftp"
CONF = "/etc/dhcp/dhcpd.conf"
OTHER_CONF = "/etc/dhcpd.conf"
PID_FILE = "/var/run/dhcpd.pid"
LOCK_FILE = "/var/lock/subsys/dhcpd"
LEASES = "/var/lib/dhcpd/dhcpd.leases"
GOOD = b"subnet 10.9.0.0 netmask 255.255.255.0 { range 10.9.0.100 10.9.0.200; }\n"
BROKEN = b"subnet 10.9.0.0 netmask 255.255.255.0 { range 10.9.0.100 10.9.0.200 }\n"
PROGRAMS = {}  # their bytes, read before /usr/sbin is laid over
PLACES = {"sbindir": "/usr/sbin", "sysconfdir": "/etc", "localstatedir": "/var", "dhcpd_conf": CONF,
          "dhcpd_other_conf": OTHER_CONF, "pkgdatadir": "/usr/share/bootserver"}


def template(path):
    with open(os.path.join(SRC, path)) as file:
        return re.sub(r"@(\w+)@", lambda place: PLACES[place.group(1)], file.read())


def read(path):
    with open(path) as file:
        return file.read().strip()


def furnish():
    for folder in ("/etc", "/usr/sbin", "/var/lib"):
        sandbox.layer(folder)
    os.makedirs("/run/lock/subsys")
    if os.path.realpath("/var/lock") != "/run/lock":
        sandbox.layer("/var/lock")
        os.makedirs("/var/lock/subsys", exist_ok=True)
    for name in ("/etc/sysconfig", "/etc/dhcp", "/etc/rc.d", "/etc/init.d", "/etc/xinetd.d", "/var/lib/dhcpd"):
        if os.path.lexists(name):
            os.unlink(name)
    for number in range(7):
        os.makedirs("/etc/rc.d/rc%d.d" % number)
        if os.path.lexists("/etc/rc%d.d" % number):
            os.unlink("/etc/rc%d.d" % number)
        os.symlink("rc.d/rc%d.d" % number, "/etc/rc%d.d" % number)
    os.makedirs("/etc/rc.d/init.d")
    os.symlink("rc.d/init.d", "/etc/init.d")
    for name in ("/etc/sysconfig", "/etc/dhcp", "/etc/xinetd.d"):
        os.mkdir(name)
    with open(os.path.join(HERE, "functions"), "rb") as file:
        sandbox.put("/etc/rc.d/init.d/functions", file.read())
    sandbox.put(DHCPD, template("etc/init.d/dhcpd.in").encode(), 0o755)
    sandbox.put(TFTP, template("etc/init.d/tftp.in").encode(), 0o755)
    for name, entry in (("/etc/passwd", b"dhcpd:x:177:177:DHCP server:/:/sbin/nologin\n"), ("/etc/group", b"dhcpd:x:177:\n")):
        with open(os.path.realpath(name), "rb") as file:
            lines = [line for line in file.read().splitlines(True) if not line.startswith(b"dhcpd:")]
        sandbox.put(name, b"".join(lines) + entry)
    for command in ("link add pack0 type veth peer name pack1", "addr add 10.9.0.1/24 dev pack0", "link set pack0 up",
                    "link set pack1 up"):
        subprocess.check_call(["ip"] + command.split())


def run(script, *words, **more):
    environment = {"PATH": "/sbin:/usr/sbin:/bin:/usr/bin", "TERM": "dumb"}
    if os.environ.get("DHCPD") == "stock":  # may have been built for other places
        environment.update(PATH_DHCPD_DB=LEASES, PATH_DHCPD_PID=PID_FILE)
    done = subprocess.run([script] + list(words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd="/",
                          env=environment, timeout=30, **more)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def alive(pid):
    try:
        with open("/proc/%s/stat" % pid) as file:
            return file.read().split(") ")[1][0] != "Z"
    except OSError:
        return False


class Dhcpd(unittest.TestCase):
    def setUp(self):
        sandbox.put("/usr/sbin/dhcpd", PROGRAMS["dhcpd"], 0o755)
        sandbox.put(CONF, GOOD)
        sandbox.put("/etc/sysconfig/dhcpd", b"DHCPDARGS=\n")
        self.addCleanup(self.clear)

    def clear(self):
        run(DHCPD, "stop")
        for path in (CONF, OTHER_CONF, "/etc/other.conf", PID_FILE, LOCK_FILE):
            if os.path.exists(path):
                os.unlink(path)
        shutil.rmtree("/var/lib/dhcpd", ignore_errors=True)

    def code(self, *words):
        return run(DHCPD, *words)[0]

    def start(self):
        code, out, err = run(DHCPD, "start")
        self.assertEqual((code, err), (0, ""), out)
        return read(PID_FILE)

    def test_start_and_stop(self):
        self.assertEqual(self.code("status"), 3)
        code, out, _ = run(DHCPD, "start")
        self.assertEqual((code, out), (0, "Starting dhcpd: [  OK  ]\n"))
        pid = read(PID_FILE)
        self.assertTrue(alive(pid))
        self.assertTrue(os.path.exists(LOCK_FILE))
        self.assertEqual(run(DHCPD, "status"), (0, "dhcpd (pid  %s) is running...\n" % pid, ""))
        self.assertEqual(run(DHCPD, "start"), (0, "", ""), "a second start")
        self.assertEqual(read(PID_FILE), pid)
        self.assertEqual(run(DHCPD, "stop"), (0, "Shutting down dhcpd: [  OK  ]\n", ""))
        self.assertFalse(alive(pid))
        self.assertFalse(os.path.exists(LOCK_FILE))
        self.assertEqual(run(DHCPD, "stop"), (0, "", ""), "a second stop")
        self.assertEqual(self.code("status"), 3)

    def test_leases_belong_to_the_server(self):
        pid = self.start()
        self.assertEqual((os.stat(LEASES).st_uid, os.stat(LEASES).st_gid), (177, 177))
        self.assertEqual(os.stat(LEASES).st_mode & 0o777, 0o644)
        self.assertIn("\nUid:\t177\t177", read("/proc/%s/status" % pid))

    def test_restart(self):
        first = self.start()
        for action in ("restart", "force-reload", "condrestart", "try-restart"):
            self.assertEqual(self.code(action), 0, action)
            second = read(PID_FILE)
            self.assertNotEqual(first, second, action)
            self.assertTrue(alive(second), action)
            first = second
        self.assertEqual(self.code("stop"), 0)
        for action in ("condrestart", "try-restart"):
            self.assertEqual(run(DHCPD, action), (0, "", ""), action)
            self.assertEqual(self.code("status"), 3)
        self.assertEqual(self.code("restart"), 0)
        self.assertEqual(self.code("status"), 0)

    def test_broken_configuration(self):
        pid = self.start()
        self.assertEqual(run(DHCPD, "configtest"), (0, "", "Syntax: OK\n"))
        sandbox.put(CONF, BROKEN)
        code, out, err = run(DHCPD, "configtest")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("semicolon expected", err)
        self.assertEqual(err.count("semicolon expected"), 1, err)
        for action in ("check", "test", "testconfig"):
            self.assertEqual(self.code(action), 1)
        for action in ("restart", "force-reload", "condrestart", "reload"):
            code, out, err = run(DHCPD, action)
            self.assertEqual(code, 1, action)
            self.assertIn("semicolon expected", err)
            self.assertEqual(read(PID_FILE), pid)
            self.assertTrue(alive(pid), action)
        run(DHCPD, "stop")
        code, out, _ = run(DHCPD, "start")
        self.assertEqual((code, out), (1, "Starting dhcpd: [FAILED]\n"))
        self.assertFalse(os.path.exists(LOCK_FILE))

    @unittest.skipIf(os.environ.get("DHCPD") == "stock", "the stock server ends on SIGHUP")
    def test_reload(self):
        self.assertEqual(self.code("reload"), 7)
        pid = self.start()
        self.assertEqual(run(DHCPD, "reload"), (0, "Reloading dhcpd: [  OK  ]\n", ""))
        self.assertEqual(read(PID_FILE), pid)
        self.assertTrue(alive(pid))

    def test_dead(self):
        pid = int(self.start())
        os.kill(pid, signal.SIGKILL)
        await_true(lambda: not os.path.exists("/proc/%d" % pid), "the end of the server")
        code, out, _ = run(DHCPD, "status")
        self.assertEqual((code, out), (1, "dhcpd dead but pid file exists\n"))
        os.unlink(PID_FILE)
        code, out, _ = run(DHCPD, "status")
        self.assertEqual((code, out), (2, "dhcpd dead but subsys locked\n"))
        with open(PID_FILE, "w") as file:
            file.write("%d\n" % pid)
        second = self.start()
        self.assertTrue(alive(second))

    def test_wrong_use(self):
        for words in (["frobnicate"], [], ["start", "now"]):
            code, out, err = run(DHCPD, *words)
            self.assertEqual(code, 2, words)
            self.assertIn("Usage:", out + err)

    def test_missing(self):
        os.unlink(CONF)
        for action in ("start", "restart", "reload", "configtest"):
            self.assertEqual(self.code(action), 6, action)
        self.assertEqual(self.code("status"), 3)
        os.unlink("/usr/sbin/dhcpd")
        for action in ("start", "configtest"):
            self.assertEqual(self.code(action), 5, action)
        self.assertEqual(self.code("stop"), 0)

    def test_not_root(self):
        for action in ("start", "stop", "restart"):
            self.assertEqual(run(DHCPD, action, preexec_fn=lambda: os.setuid(65534))[0], 4, action)

    @unittest.skipIf(os.environ.get("DHCPD") == "stock", "the stock server looks in one place only")
    def test_configuration_of_el5(self):
        os.rename(CONF, OTHER_CONF)
        self.start()
        self.assertEqual(run(DHCPD, "configtest"), (0, "", "Syntax: OK\n"))

    def test_arguments(self):
        sandbox.put("/etc/other.conf", GOOD)
        sandbox.put(CONF, BROKEN)
        for words in ("-cf /etc/other.conf pack0", "-cf/etc/other.conf"):
            sandbox.put("/etc/sysconfig/dhcpd", b'DHCPDARGS="%s"\n' % words.encode())
            self.assertEqual(run(DHCPD, "configtest"), (0, "", "Syntax: OK\n"), words)
            pid = self.start()
            line = read("/proc/%s/cmdline" % pid).split("\0")
            self.assertEqual(line[line.index("-cf") + 1], "/etc/other.conf")
            self.assertEqual(self.code("stop"), 0)
        sandbox.put("/etc/sysconfig/dhcpd", b"DHCPDARGS='-cf /etc/none.conf'\n")
        self.assertEqual(self.code("start"), 6)


class Tftp(unittest.TestCase):
    SERVICE = "service tftp\n{\n\tsocket_type\t\t= dgram\n\tprotocol\t\t= udp\n\twait\t\t\t= yes\n\tuser\t\t\t= root\n" \
        "\tserver\t\t\t= /usr/sbin/in.tftpd\n\tserver_args\t\t= -s /run/t\n\tdisable\t\t\t= %s\n\tflags\t\t\t= IPv4\n}\n"

    def setUp(self):
        if os.environ.get("TFTPD") == "stock":
            self.skipTest("the stock server knows no --xinetd")
        sandbox.put("/usr/sbin/in.tftpd", PROGRAMS["in.tftpd"], 0o755)
        self.addCleanup(run, TFTP, "stop")

    def test_service(self):
        sandbox.put("/etc/xinetd.d/tftp", (self.SERVICE % "no").encode())
        code, out, err = run(TFTP, "start")
        self.assertEqual((code, out), (0, "Starting in.tftpd: [  OK  ]\n"), err)
        pid = read("/var/run/in.tftpd.pid")
        self.assertTrue(os.path.exists("/var/lock/subsys/tftp"))
        self.assertEqual(run(TFTP, "status")[:2], (0, "in.tftpd (pid  %s) is running...\n" % pid))
        with open("/run/t/file", "w") as file:
            file.write("hello")
        os.chmod("/run/t/file", 0o644)
        self.assertEqual(self.fetch("file"), b"hello")
        self.assertEqual(run(TFTP, "reload")[0], 0)
        self.assertEqual(read("/var/run/in.tftpd.pid"), pid)
        self.assertEqual(run(TFTP, "restart")[0], 0)
        self.assertNotEqual(read("/var/run/in.tftpd.pid"), pid)
        self.assertEqual(run(TFTP, "stop")[0], 0)
        self.assertEqual(run(TFTP, "status")[0], 3)

    def fetch(self, name):
        import socket
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(5)
            client.sendto(b"\0\1" + name.encode() + b"\0octet\0", ("127.0.0.1", 69))
            data, server = client.recvfrom(600)
            client.sendto(b"\0\4\0\1", server)
        return data[4:]

    def test_disabled(self):
        sandbox.put("/etc/xinetd.d/tftp", (self.SERVICE % "yes").encode())
        code, _, err = run(TFTP, "start")
        self.assertEqual(code, 6)
        self.assertIn("disable = yes", err)
        self.assertEqual(run(TFTP, "status")[0], 3)
        os.unlink("/etc/xinetd.d/tftp")
        self.assertEqual(run(TFTP, "start")[0], 6)


class Headers(unittest.TestCase):
    """The rules of chkconfig: a `chkconfig:` line with levels, start and stop; a description; no level in
    Default-Start, which would switch the service on when it is added."""

    def check(self, path, start, stop):
        text = read(path)
        line = re.search(r"^# chkconfig:\s+(\S+)\s+(\d+)\s+(\d+)\s*$", text, re.M)
        self.assertEqual(line.groups(), ("-", start, stop))
        description = re.search(r"^# description:\s+(\S.*)$", text, re.M)
        self.assertTrue(description)
        block = text[text.index("### BEGIN INIT INFO"):text.index("### END INIT INFO")]
        self.assertRegex(block, r"\n# Default-Start:[ \t]*\n")
        self.assertRegex(block, r"\n# Default-Stop:[ \t]*\n")
        self.assertRegex(block, r"\n# Required-Start: \$network\n")
        self.assertRegex(block, r"\n# Provides: %s\n" % os.path.basename(path))
        self.assertRegex(block, r"\n# Short-Description: \S")
        self.assertRegex(text, r"\n\. /etc/rc\.d/init\.d/functions\n", "rc of EL 5 looks for this line")

    def test_dhcpd(self):
        self.check(DHCPD, "65", "35")

    def test_tftp(self):
        self.check(TFTP, "66", "34")

    def test_chkconfig(self):
        """With a real chkconfig ($CHKCONFIG, or in PATH)."""
        tool = os.environ.get("CHKCONFIG") or shutil.which("chkconfig")
        if not tool:
            self.skipTest("no chkconfig on this machine")

        def chkconfig(*words):
            done = subprocess.run([tool] + list(words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            return done.returncode, done.stdout.decode()

        def links():
            return sorted("%d%s" % (n, name[0]) for n in range(7) for name in os.listdir("/etc/rc.d/rc%d.d" % n)
                          if name.endswith("dhcpd"))

        self.assertEqual(chkconfig("--add", "dhcpd")[0], 0)
        self.assertEqual(links(), ["%dK" % n for n in range(7)])
        self.assertEqual(chkconfig("--level", "35", "dhcpd", "on")[0], 0)
        self.assertEqual(links(), ["0K", "1K", "2K", "3S", "4K", "5S", "6K"])
        self.assertTrue(os.path.exists("/etc/rc.d/rc3.d/S65dhcpd"))
        code, out = chkconfig("--list", "dhcpd")
        self.assertEqual((code, out.split()), (0, "dhcpd 0:off 1:off 2:off 3:on 4:off 5:on 6:off".split()))
        self.assertEqual(chkconfig("--add", "dhcpd")[0], 0)
        self.assertEqual(links(), ["0K", "1K", "2K", "3S", "4K", "5S", "6K"])
        self.assertEqual(chkconfig("--del", "dhcpd")[0], 0)
        self.assertEqual(links(), [])


def adopt_orphans():
    """This is process 1 here: it buries what daemons leave, while a child goes on with the tests."""
    tests = os.fork()
    while tests:
        pid, status = os.wait()
        if pid == tests:
            os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 1)


if __name__ == "__main__":
    sandbox.enter()
    for path in (programs.dhcpd(), programs.tftpd()):
        with open(path, "rb") as program:
            PROGRAMS[os.path.basename(path)] = program.read()
    furnish()
    adopt_orphans()
    unittest.main()
