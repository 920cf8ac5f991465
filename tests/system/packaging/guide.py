"""The how-to word by word on an installed machine: its three files as it prints them, our packages for EL 5 installed
with rpm, `/etc/init.d/dhcpd start`, `chkconfig --level 35 dhcpd on`, xinetd, and a PC that is switched on.
"""
import glob
import os
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from lib import sandbox

sandbox.enter()

import boot
import packages
import rpms
from lib import programs
from lib.bootsite import BootSite
from lib.daemon import Daemon, Failure

HERE = os.path.dirname(os.path.abspath(__file__))
THREE_FILES = {"/etc/dhcpd.conf": "etc/dhcpd.conf", "/etc/xinetd.d/tftp": "etc/xinetd.d/tftp",
               "/tftpboot/pxelinux.cfg/default": "tftpboot/pxelinux.cfg/default"}


def check(truth, what):
    if not truth:
        raise Failure(what)


class Machine(BootSite):
    """The how-to's machine: EL 5 as far as init scripts go."""

    def __init__(self):
        super().__init__(programs.dhcpd(), programs.tftpd())
        os.unlink("/usr/sbin/in.tftpd")
        if os.path.lexists("/usr/sbin/dhcpd"):
            os.unlink("/usr/sbin/dhcpd")
        for folder in ("/usr/share", "/var/lib"):
            sandbox.layer(folder)
        # Folders that packages write to are made anew, so that nothing reaches the real ones.
        for folder in ("/usr/share/man", "/usr/share/doc", "/usr/share/bash-completion", "/etc/rc.d", "/etc/init.d", "/etc/sysconfig",
                       "/etc/openldap", "/etc/portreserve", "/var/lib/dhcpd", "/etc/dhcp") + tuple("/etc/rc%d.d" % n for n in range(7)):
            if os.path.lexists(folder):
                os.unlink(folder)
        for folder in ("/etc/rc.d/init.d", "/run/lock/subsys", "/etc/sysconfig") + tuple("/etc/rc.d/rc%d.d" % n for n in range(7)):
            os.makedirs(folder)
            if folder.startswith("/etc/rc.d/"):
                os.symlink(folder[5:], "/etc/" + os.path.basename(folder))
        if os.path.realpath("/var/lock") != "/run/lock":
            sandbox.layer("/var/lock")
            os.makedirs("/var/lock/subsys", exist_ok=True)
        shutil.copy(os.path.join(HERE, "functions"), "/etc/rc.d/init.d/functions")
        for name, entry in (("/etc/passwd", b"dhcpd:x:177:177:DHCP server:/:/sbin/nologin\n"), ("/etc/group", b"dhcpd:x:177:\n")):
            with open(os.path.realpath(name), "rb") as file:
                lines = [line for line in file.read().splitlines(True) if not line.startswith(b"dhcpd:")]
            sandbox.put(name, b"".join(lines) + entry)
        for tool in ("chkconfig", "service"):
            real = os.environ.get("CHKCONFIG") if tool == "chkconfig" else None
            sandbox.put("/usr/sbin/" + tool, open(real, "rb").read() if real else packages.TOOLS[tool].encode(), 0o755)

    def install(self):
        workshop = rpms.Workshop()
        try:
            done = subprocess.run(["rpm", "--dbpath", sandbox.SCRATCH + "/rpmdb", "--nodeps", "--nosignature", "-i"] +
                                  list(workshop.ours(5).values()), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            check(done.returncode == 0, done.stdout.decode())
        finally:
            workshop.close()

    def run(self, *words):
        done = self.host.run(list(words), timeout=30)
        check(done.returncode == 0, "%s: exit %d\n%s" % (" ".join(words), done.returncode, done.stdout.decode()))

    def unchanged(self):
        for path, name in THREE_FILES.items():
            with open(path, "rb") as file:
                check(file.read() == self.howto(name), path + " has changed")

    def start(self):
        self.run("/etc/init.d/dhcpd", "start")
        self.run("chkconfig", "--level", "35", "dhcpd", "on")
        self.xinetd = Daemon([self.xinetd_program, "-dontfork", "-f", "/etc/xinetd.conf", "-pidfile", "/run/xinetd.pid", "-stayalive"],
                             self.host, name="xinetd")
        self.xinetd.await_line("Started working")
        self.dhcpd = self.xinetd  # whose words a failure of the boot shows


def main():
    for tool in ("rpm", "rpmbuild"):
        programs.need(tool)
    site = Machine()
    site.install()
    site.unchanged()
    site.start()
    links = sorted(path[len("/etc/rc.d/"):] for path in glob.glob("/etc/rc.d/rc?.d/S*dhcpd"))
    check(links == ["rc3.d/S65dhcpd", "rc5.d/S65dhcpd"], links)
    began = time.monotonic()
    machine = site.plug("pc", "88:99:aa:bb:cc:dd")
    boot.watch(site, machine, "boot.msg", ("1", "ret"))
    print("switched on and off in %.1f s" % (time.monotonic() - began))
    check(boot.MARKER in machine.serial(), "no marker on the serial line: %r" % machine.serial()[-500:])
    site.unchanged()
    site.run("/etc/init.d/dhcpd", "status")
    site.run("/etc/init.d/dhcpd", "stop")
    with open("/var/lib/dhcpd/dhcpd.leases") as file:
        check("hardware ethernet 88:99:aa:bb:cc:dd;" in file.read(), "the lease is not in /var/lib/dhcpd/dhcpd.leases")
    site.xinetd.stop()


if __name__ == "__main__":
    main()
