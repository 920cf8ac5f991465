"""The packages of every EL release: what is in them, and what becomes of a user's files and services when they take
the stock packages' place, go back, and are erased. Stock packages are made here, from what is known of the real ones.
"""
import glob
import gzip
import os
import re
import shutil
import stat
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import rpms
from rpms import SRC
from lib import sandbox

RELEASES = (5, 6, 7, 9, 10)
WORKSHOP = None

CONF = {5: "/etc/dhcpd.conf"}
ROOT = {5: "/tftpboot"}
EXAMPLE = {5: "/usr/share/doc/dhcp-3.0.5/dhcpd.conf.sample", 6: "/usr/share/doc/dhcp-4.1.1/dhcpd.conf.sample",
           7: "/usr/share/doc/dhcp-4.2.5/dhcpd.conf.example"}


def dhcp_name(el):
    return "dhcp" if el <= 7 else "dhcp-server"


def conf(el):
    return CONF.get(el, "/etc/dhcp/dhcpd.conf")


def listing(package):
    """{path: (mode, owner, group, flags)}"""
    text = rpms.run(["rpm", "-qp", "--qf", "[%{FILENAMES}|%{FILEMODES:perms}|%{FILEUSERNAME}|%{FILEGROUPNAME}|%{FILEFLAGS:fflags}\n]",
                     package])
    rows = (line.split("|") for line in text.split("\n") if line)
    return {path: (mode, user, group, flags) for path, mode, user, group, flags in rows}


class Contents(unittest.TestCase):
    def check(self, package, path, mode, owner="root", flags=""):
        entry = listing(package).get(path)
        self.assertIsNotNone(entry, "%s: no %s" % (package, path))
        self.assertEqual(entry[:3], (mode, owner, owner), path)
        self.assertEqual("".join(sorted(entry[3])), "".join(sorted(flags)), path)

    def user_file(self, package, path, owner="root"):
        # c: configuration, n: noreplace, g: ghost
        self.check(package, path, "-rw-r--r--", owner, "cng")

    def test_names(self):
        for el in RELEASES:
            packages = WORKSHOP.ours(el)
            self.assertEqual(set(packages), {dhcp_name(el), "tftp-server"})
            for name, epoch in ((dhcp_name(el), 13), ("tftp-server", 1)):
                provides = rpms.run(["rpm", "-qp", "--provides", packages[name]])
                self.assertIn("%s = %d:%s-1.el%d\n" % (name, epoch, rpms.version(), el), provides)
                for query in ("--obsoletes", "--conflicts"):
                    self.assertEqual(rpms.run(["rpm", "-qp", query, packages[name]]), "")

    def test_dhcp_files(self):
        for el in RELEASES:
            package = WORKSHOP.ours(el)[dhcp_name(el)]
            self.check(package, "/usr/sbin/dhcpd", "-rwxr-xr-x")
            self.check(package, "/var/lib/dhcpd", "drwxr-xr-x", "dhcpd")
            self.user_file(package, "/var/lib/dhcpd/dhcpd.leases", "dhcpd")
            self.user_file(package, conf(el))
            self.user_file(package, "/etc/sysconfig/dhcpd")
            self.check(package, EXAMPLE.get(el, "/usr/share/doc/dhcp-server/dhcpd.conf.example"), "-rw-r--r--", flags="d")
            files = listing(package)
            self.assertEqual("/etc/rc.d/init.d/dhcpd" in files, el <= 6)
            self.assertEqual("/usr/lib/systemd/system/dhcpd.service" in files, el >= 7)
            self.assertEqual("/etc/NetworkManager/dispatcher.d/12-dhcpd" in files, el == 7)
            self.assertEqual("/usr/lib/sysusers.d/dhcp.conf" in files, el >= 9)
            if el >= 6:
                self.check(package, "/etc/dhcp", "drwxr-x---", flags="g")
            # dhcp-common of EL 6 to 9 owns the other names.
            pages = [os.path.basename(path).split(".5")[0] for path in files if "/man5/" in path]
            for page in ("eval", "options"):
                self.assertEqual("dhcp-" + page in pages, el >= 10, pages)
                self.assertEqual("dhcpd-" + page in pages, el <= 9, pages)
            self.assertFalse([path for path in files if path.startswith(("/etc", "/var")) and "d" not in files[path][0][:1]
                              and "g" not in files[path][3] and "init.d" not in path and "NetworkManager" not in path],
                             "rpm must not write where users do")

    def test_pages_refer_to_each_other(self):
        for el in (9, 10):
            package = WORKSHOP.ours(el)[dhcp_name(el)]
            folder = os.path.join(WORKSHOP.top, "pages%d" % el)
            os.makedirs(folder)
            subprocess.run("rpm2cpio '%s' | (cd '%s' && cpio -idm --quiet './usr/share/man/*')" % (package, folder), shell=True, check=True)
            pages = glob.glob(folder + "/usr/share/man/man?/*.gz")
            self.assertGreater(len(pages), 4)
            text = "".join(gzip.open(page, "rt").read() for page in pages)
            wanted = "dhcpd-options" if el == 9 else "dhcp-options"
            self.assertIn("\n.Xr %s 5" % wanted, text)
            self.assertNotIn("\n.Xr %s 5" % ("dhcp-options" if el == 9 else "dhcpd-options"), text)
            self.assertIn("\n.Nm %s\n" % wanted, text)

    def test_tftp_files(self):
        for el in RELEASES:
            package = WORKSHOP.ours(el)["tftp-server"]
            files = listing(package)
            self.check(package, "/usr/sbin/in.tftpd", "-rwxr-xr-x")
            self.check(package, ROOT.get(el, "/var/lib/tftpboot"), "drwxr-xr-x")
            self.assertEqual("/etc/xinetd.d/tftp" in files, el <= 7)
            if el <= 7:
                self.user_file(package, "/etc/xinetd.d/tftp")
            for unit in ("tftp.service", "tftp.socket"):
                self.assertEqual("/usr/lib/systemd/system/" + unit in files, el >= 7)
            self.assertNotIn("/etc/rc.d/init.d/tftp", files, "chkconfig would find it before the service file")
            for page in ("in.tftpd.8", "tftpd.8"):
                self.assertTrue([path for path in files if path.startswith("/usr/share/man/man8/" + page)], page)

    def test_what_el5_can_read(self):
        for package in WORKSHOP.ours(5).values():
            payload, digest = rpms.run(["rpm", "-qp", "--qf", "%{PAYLOADCOMPRESSOR} %{FILEDIGESTALGO}", package]).split()
            self.assertEqual(payload, "gzip")
            self.assertIn(digest, ("1", "(none)"))

    def test_scripts(self):
        for el in RELEASES:
            for package in WORKSHOP.ours(el).values():
                scripts = rpms.run(["rpm", "-qp", "--scripts", package])
                part = dict(re.findall(r"^(\w+) scriptlet \(using /bin/sh\):\n(.*?)(?=^\w+ scriptlet|\Z)", scripts, re.M | re.S))
                self.assertNotIn("rpmsave", part.get("preinstall", ""), "too early: rpm would write over it")
                self.assertNotIn("$1", part.get("posttrans", ""), "means something else in each rpm")
                self.assertNotIn("%{", scripts)
                tool = "chkconfig" if el <= 6 else "systemctl"
                if "tftp" not in os.path.basename(package):
                    self.assertIn(tool, part["postinstall"])
                    self.assertIn(tool, part["preuninstall"])
                self.assertNotIn("chkconfig" if el >= 7 else "systemctl", scripts)
                for name, text in part.items():
                    subprocess.run(["sh", "-n"], input=text.encode(), check=True)


STOCK_SYSV = """
Name: dhcp
Epoch: 12
Version: {version}
Release: 1
Summary: stand-in
License: x
BuildArch: noarch
%description
%install
for f in {conf} /etc/sysconfig/dhcpd /etc/sysconfig/dhcrelay /var/lib/dhcpd/dhcpd.leases /usr/sbin/dhcpd /usr/sbin/dhcrelay \\
    /etc/rc.d/init.d/dhcpd /etc/rc.d/init.d/dhcrelay; do
    mkdir -p %{{buildroot}}$(dirname $f); echo "stock $f" > %{{buildroot}}$f
done
: > %{{buildroot}}/var/lib/dhcpd/dhcpd.leases
%post
chkconfig --add dhcpd
chkconfig --add dhcrelay
%preun
if [ $1 = 0 ]; then service dhcpd stop; chkconfig --del dhcpd; service dhcrelay stop; chkconfig --del dhcrelay; fi
%postun
if [ $1 -ge 1 ]; then service dhcpd condrestart; service dhcrelay condrestart; fi
%files
%config(noreplace) {conf}
%config(noreplace) /etc/sysconfig/dhcpd
%config(noreplace) /etc/sysconfig/dhcrelay
%dir /var/lib/dhcpd
%verify(not size md5 mtime) %config(noreplace) /var/lib/dhcpd/dhcpd.leases
%attr(755,root,root) /usr/sbin/dhcpd
%attr(755,root,root) /usr/sbin/dhcrelay
%attr(755,root,root) /etc/rc.d/init.d/dhcpd
%attr(755,root,root) /etc/rc.d/init.d/dhcrelay
"""

STOCK_SYSTEMD = """
Name: dhcp-server
Epoch: 12
Version: {version}
Release: 1
Summary: stand-in
License: x
BuildArch: noarch
%description
%install
for f in {conf} /etc/sysconfig/dhcpd /etc/dhcp/dhcpd6.conf /var/lib/dhcpd/dhcpd.leases /usr/sbin/dhcpd /usr/bin/omshell \\
    /usr/lib/systemd/system/dhcpd.service /usr/lib/systemd/system/dhcpd6.service; do
    mkdir -p %{{buildroot}}$(dirname $f); echo "stock $f" > %{{buildroot}}$f
done
: > %{{buildroot}}/var/lib/dhcpd/dhcpd.leases
%post
[ $1 != 1 ] || systemctl preset dhcpd.service dhcpd6.service
%preun
[ $1 != 0 ] || systemctl --no-reload disable --now dhcpd.service dhcpd6.service
%postun
[ $1 = 0 ] || systemctl try-restart dhcpd.service dhcpd6.service
%files
%dir %attr(750,root,root) /etc/dhcp
%config(noreplace) {conf}
%config(noreplace) /etc/dhcp/dhcpd6.conf
%config(noreplace) /etc/sysconfig/dhcpd
%dir /var/lib/dhcpd
%verify(mode) %config(noreplace) /var/lib/dhcpd/dhcpd.leases
%attr(755,root,root) /usr/sbin/dhcpd
%attr(755,root,root) /usr/bin/omshell
/usr/lib/systemd/system/dhcpd.service
/usr/lib/systemd/system/dhcpd6.service
"""

STOCK_TFTP = """
Name: tftp-server
Version: {version}
Release: 1
Summary: stand-in
License: x
BuildArch: noarch
%description
%install
for f in {files} /usr/sbin/in.tftpd; do mkdir -p %{{buildroot}}$(dirname $f); echo "stock $f" > %{{buildroot}}$f; done
%post
{post}
%files
{config}
%attr(755,root,root) /usr/sbin/in.tftpd
"""

# What the scriptlets call, in a root without an operating system. Calls are written down in /calls.
TOOLS = {
    "chkconfig": """#!/bin/sh
echo chkconfig $* >> /calls
links() { for n in $1; do rm -f /etc/rc.d/rc$n.d/[SK]??$3; ln -s ../init.d/$3 /etc/rc.d/rc$n.d/$2$3; done; }
case $1 in
--add) for n in 0 1 2 3 4 5 6; do ls /etc/rc.d/rc$n.d/[SK]??$2 >/dev/null 2>&1 || links $n K35 $2; done ;;
--del) rm -f /etc/rc.d/rc[0-6].d/[SK]??$2 ;;
--level) links "$(echo $2 | sed 's/./& /g')" S65 $3 ;;
esac
""",
    "service": "#!/bin/sh\necho service $* >> /calls\n",
    "systemctl": """#!/bin/sh
echo systemctl $* >> /calls
wants=/etc/systemd/system/multi-user.target.wants
verb=; units=
for word; do case $word in -*) ;; *) if [ -z "$verb" ]; then verb=$word; else units="$units $word"; fi ;; esac; done
for unit in $units; do
    case $verb in
    is-enabled) [ -e $wants/$unit ] || exit 1 ;;
    enable) mkdir -p $wants; echo > $wants/$unit ;;
    disable | preset) rm -f $wants/$unit ;;
    esac
done
exit 0
""",
    "getent": "#!/bin/sh\ngrep \"^$2:\" /etc/$1\n",
    "groupadd": "#!/bin/sh\n[ $1 = -g ] && echo \"$3:x:$2:\" >> /etc/group\n",
    "useradd": "#!/bin/sh\n[ $1 = -u ] && echo \"dhcpd:x:$2:$2:DHCP server:/:/sbin/nologin\" >> /etc/passwd\n",
}


class Root:
    """A scratch root with a shell, the tools above, and rpm from outside."""

    def __init__(self, path):
        self.path = path
        os.makedirs(path + "/bin")
        busybox = shutil.which("busybox")
        shutil.copy(busybox, path + "/bin/busybox")
        libraries = subprocess.run(["ldd", busybox], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.decode()
        for library in re.findall(r"(/\S+)", libraries):
            os.makedirs(path + os.path.dirname(library), exist_ok=True)
            shutil.copy(library, path + library)
        for applet in subprocess.check_output([busybox, "--list"]).decode().split():
            if applet not in TOOLS and applet != "busybox":
                os.symlink("busybox", path + "/bin/" + applet)
        for name, text in TOOLS.items():
            self.write("/bin/" + name, text, 0o755)
        self.write("/etc/passwd", "root:x:0:0:root:/:/bin/sh\n")
        self.write("/etc/group", "root:x:0:\n")
        for n in range(7):
            os.makedirs(path + "/etc/rc.d/rc%d.d" % n)
        for folder in ("/dev", "/tmp", "/sbin", "/usr/bin", "/proc"):
            os.makedirs(path + folder, exist_ok=True)
        os.symlink("../bin/chkconfig", path + "/sbin/chkconfig")
        os.symlink("../bin/service", path + "/sbin/service")
        self.write("/dev/null", "")

    def write(self, path, text, mode=0o644):
        os.makedirs(os.path.dirname(self.path + path), exist_ok=True)
        with open(self.path + path, "w") as file:
            file.write(text)
        os.chmod(self.path + path, mode)

    def read(self, path):
        with open(self.path + path) as file:
            return file.read()

    def exists(self, path):
        return os.path.lexists(self.path + path)

    def rpm(self, *words):
        words = ["--root", self.path, "--nosignature"] + (["--nodeps"] if words[0] != "-q" else []) + list(words)
        done = subprocess.run(["rpm"] + words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        # Debian's rpm has an opinion of its own on being used.
        return done.returncode, re.sub(r"rpm: (RPM should not|However assuming).*\n", "", done.stdout.decode())

    def calls(self):
        text = self.read("/calls") if self.exists("/calls") else ""
        self.write("/calls", "")
        return text.split("\n")

    def call(self, *words):
        subprocess.check_call(["chroot", self.path] + list(words))

    def leftovers(self):
        found = subprocess.check_output(["find", self.path + "/etc", self.path + "/var/lib/dhcpd", "-name", "*.rpm?*"])
        return [line[len(self.path):] for line in found.decode().split()]


def each_release(test):
    def run(self):
        for el in (5, 6, 9):
            with self.subTest(el=el):
                test(self, el)
    run.__doc__ = test.__doc__
    return run


class TakeOver(unittest.TestCase):
    def root(self):
        self.count = getattr(self, "count", 0) + 1
        path = os.path.join(WORKSHOP.top, "root-%s-%d" % (self.id(), self.count))
        self.addCleanup(shutil.rmtree, path, True)
        return Root(path)

    def stock(self, el):
        """Paths of the stock packages."""
        if el <= 6:
            dhcp = STOCK_SYSV.format(conf=conf(el), version="4.1.1")
            tftp = STOCK_TFTP.format(version="0.49", files="/etc/xinetd.d/tftp", post="service xinetd reload",
                                     config="%config(noreplace) /etc/xinetd.d/tftp")
        else:
            dhcp = STOCK_SYSTEMD.format(conf=conf(el), version="4.4.2")
            units = "/usr/lib/systemd/system/tftp.socket /usr/lib/systemd/system/tftp.service"
            tftp = STOCK_TFTP.format(version="5.2", files=units, post="[ $1 != 1 ] || systemctl preset tftp.socket",
                                     config=units.replace(" ", "\n"))
        return list(WORKSHOP.stock("dhcp%d" % el, dhcp).values()) + list(WORKSHOP.stock("tftp%d" % el, tftp).values())

    def ours(self, el):
        return list(WORKSHOP.ours(el).values())

    def user_files(self, el):
        files = [conf(el), "/etc/sysconfig/dhcpd", "/var/lib/dhcpd/dhcpd.leases"]
        return files + (["/etc/xinetd.d/tftp", "/etc/sysconfig/dhcrelay"] if el <= 6 else ["/etc/dhcp/dhcpd6.conf"])

    def working_server(self, el):
        """A root with the stock packages, edited files, and the service switched on."""
        root = self.root()
        code, out = root.rpm("-i", *self.stock(el))
        self.assertEqual(code, 0, out)
        for path in self.user_files(el):
            root.write(path, "the user's %s\n" % path)
        if el <= 6:
            root.call("chkconfig", "--level", "35", "dhcpd", "on")
        else:
            root.call("systemctl", "enable", "dhcpd.service")
        root.calls()
        return root

    def check_user_files(self, root, el, leftovers=()):
        for path in self.user_files(el):
            self.assertEqual(root.read(path), "the user's %s\n" % path)
        self.assertEqual(sorted(root.leftovers()), sorted(leftovers))

    def check_service(self, root, el, on=True):
        if el <= 6:
            links = sorted(os.path.relpath(p, root.path + "/etc/rc.d") for p in glob.glob(root.path + "/etc/rc.d/rc?.d/S*dhcpd"))
            self.assertEqual(links, ["rc3.d/S65dhcpd", "rc5.d/S65dhcpd"] if on else [])
        else:
            self.assertEqual(root.exists("/etc/systemd/system/multi-user.target.wants/dhcpd.service"), on)

    @each_release
    def test_fresh(self, el):
        root = self.root()
        code, out = root.rpm("-i", *self.ours(el))
        self.assertEqual((code, out), (0, ""))
        for path in (conf(el), "/etc/sysconfig/dhcpd", "/var/lib/dhcpd/dhcpd.leases") + (("/etc/xinetd.d/tftp",) if el <= 7 else ()):
            self.assertTrue(root.exists(path), path)
            self.assertEqual(stat.S_IMODE(os.stat(root.path + path).st_mode), 0o644, path)
        self.assertIn("dhcpd.conf.", root.read(conf(el)))
        self.assertEqual(root.read("/var/lib/dhcpd/dhcpd.leases"), "")
        for path in ("/var/lib/dhcpd", "/var/lib/dhcpd/dhcpd.leases"):
            self.assertEqual(os.stat(root.path + path).st_uid, 177, path)
        if el >= 6:
            self.assertEqual(stat.S_IMODE(os.stat(root.path + "/etc/dhcp").st_mode), 0o750)
        self.assertIn("\ndhcpd:x:177:177:", root.read("/etc/passwd"))
        self.check_service(root, el, on=False)
        self.assertEqual(root.rpm("-V", dhcp_name(el), "tftp-server")[0], 0)

    @each_release
    def test_upgrade_and_way_back(self, el):
        root = self.working_server(el)
        if el >= 6:
            os.chmod(root.path + "/etc/dhcp", 0o755)
        code, out = root.rpm("-U", *self.ours(el))
        self.assertEqual((code, out), (0, ""))
        self.check_user_files(root, el)
        self.check_service(root, el)
        if el >= 6:
            self.assertEqual(stat.S_IMODE(os.stat(root.path + "/etc/dhcp").st_mode), 0o755, "as the user set it")
        calls = root.calls()
        self.assertIn("service dhcpd condrestart" if el <= 6 else "systemctl try-restart dhcpd.service dhcpd6.service", calls)
        self.assertFalse([call for call in calls if re.search(r"stop|--del|disable|preset", call)], calls)
        self.assertFalse(root.exists("/usr/sbin/dhcrelay"))
        self.assertEqual(glob.glob(root.path + "/etc/rc.d/rc?.d/*dhcrelay"), [], "links to nowhere")

        code, out = root.rpm("-U", "--replacepkgs", *self.ours(el))
        self.assertEqual((code, out), (0, ""))
        self.check_user_files(root, el)
        self.check_service(root, el)

        code, out = root.rpm("-U", "--oldpackage", *self.stock(el))
        self.assertEqual(code, 0, out)
        self.check_user_files(root, el, [path for path in root.leftovers() if path.endswith(".rpmnew")])
        self.check_service(root, el)
        self.assertEqual(root.read("/usr/sbin/dhcpd"), "stock /usr/sbin/dhcpd\n")

    @each_release
    def test_erase_and_install(self, el):
        root = self.working_server(el)
        code, out = root.rpm("-e", dhcp_name(el), "tftp-server")
        self.assertEqual(code, 0, out)
        self.assertIn(conf(el) + ".rpmsave", root.leftovers())
        code, out = root.rpm("-i", *self.ours(el))
        self.assertEqual((code, out), (0, ""))
        for path in self.user_files(el)[:4 if el <= 6 else 3]:
            self.assertEqual(root.read(path), "the user's %s\n" % path)

    @each_release
    def test_erase(self, el):
        root = self.working_server(el)
        root.rpm("-U", *self.ours(el))
        code, out = root.rpm("-e", dhcp_name(el), "tftp-server")
        self.assertEqual(code, 0, out)
        self.check_user_files(root, el)
        self.check_service(root, el, on=False)
        self.assertFalse(root.exists("/usr/sbin/dhcpd"))
        code, out = root.rpm("-i", *self.ours(el))
        self.assertEqual((code, out), (0, ""))
        self.check_user_files(root, el)

    def test_only_old_place(self):
        """A machine that came from EL 5 with its file: no second one is put beside it."""
        root = self.root()
        root.write("/etc/dhcpd.conf", "the user's\n")
        code, out = root.rpm("-i", WORKSHOP.ours(9)["dhcp-server"])
        self.assertEqual((code, out), (0, ""))
        self.assertEqual(root.read("/etc/dhcpd.conf"), "the user's\n")
        self.assertFalse(root.exists("/etc/dhcp/dhcpd.conf"))

    @each_release
    def test_service_without_heir(self, el):
        """A relay or DHCPv6 server that is switched on is not taken away: the update says so and changes nothing."""
        root = self.working_server(el)
        service = "dhcrelay" if el <= 6 else "dhcpd6"
        if el <= 6:
            root.call("chkconfig", "--level", "35", service, "on")
        else:
            root.call("systemctl", "enable", service + ".service")
        package = WORKSHOP.ours(el)[dhcp_name(el)]
        code, out = root.rpm("-U", package)
        self.assertNotEqual(code, 0)
        self.assertIn("does not have: %s." % service, out)
        self.check_user_files(root, el)
        self.check_service(root, el)
        self.assertEqual(root.read("/usr/sbin/dhcpd"), "stock /usr/sbin/dhcpd\n")
        self.assertIn("4.", root.rpm("-q", dhcp_name(el))[1])


@unittest.skipUnless(os.environ.get("PACKAGES") == "real", "takes minutes: PACKAGES=real")
class Real(unittest.TestCase):
    def test_from_the_archive(self):
        """make dist, rpmbuild -ta on what it made, and rpmlint where there is one."""
        rpms.run(["make", "-s", "-C", rpms.BUILD, "dist"])
        archive = os.path.join(rpms.BUILD, "bootserver-%s.tar.gz" % rpms.version())
        top = os.path.join(WORKSHOP.top, "real")
        packages = rpms.rpmbuild(top, "-ta", archive)
        self.assertEqual(set(packages), {"dhcp-server", "tftp-server"})
        self.assertTrue(glob.glob(top + "/SRPMS/*.src.rpm"))
        if shutil.which("rpmlint"):
            done = subprocess.run(["rpmlint", "-r", os.path.join(SRC, "contrib/bootserver.rpmlintrc")] + list(packages.values()) + glob.glob(top + "/SRPMS/*.src.rpm"),
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            self.assertEqual([line for line in done.stdout.decode().split("\n") if " E: " in line], [])


if __name__ == "__main__":
    for tool in ("rpm", "rpmbuild", "busybox"):
        if not shutil.which(tool):
            sandbox.skip("not here: " + tool)
    if os.geteuid() != 0:
        sandbox.skip("needs root, for rpm --root")
    WORKSHOP = rpms.Workshop()
    try:
        unittest.main()
    finally:
        WORKSHOP.close()
