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
from typing import NamedTuple, Tuple

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import rpms
from rpms import SRC
from lib import sandbox

RELEASES = (5, 6, 7, 8, 9, 10)
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

    def test_unit_of_el7(self):
        """systemd 219 knows neither groups of system calls nor commands with all rights."""
        for el in (7, 9):
            unit = subprocess.run("rpm2cpio '%s' | cpio -i --quiet --to-stdout './usr/lib/systemd/system/dhcpd.service'" %
                                  WORKSHOP.ours(el)[dhcp_name(el)], shell=True, check=True, stdout=subprocess.PIPE).stdout.decode()
            self.assertEqual("\nExecReload=+/bin/kill -HUP $MAINPID\n" in unit, el > 7, unit)
            self.assertEqual("\nExecReload=/bin/kill -HUP $MAINPID\n" in unit, el == 7, unit)
            self.assertEqual(bool(re.search(r"\nCapabilityBoundingSet=.* CAP_KILL\n", unit)), el == 7, unit)
            self.assertEqual("\nSystemCallFilter=" in unit, el > 7, unit)

    def test_unit_of_el7(self):
        """systemd 219 knows neither groups of system calls nor commands with all rights."""
        for el in (7, 9):
            unit = subprocess.run("rpm2cpio '%s' | cpio -i --quiet --to-stdout './usr/lib/systemd/system/dhcpd.service'" %
                                  WORKSHOP.ours(el)["dhcp" if el == 7 else "dhcp-server"],
                                  shell=True, check=True, stdout=subprocess.PIPE).stdout.decode()
            self.assertEqual("\nExecReload=+/bin/kill -HUP $MAINPID\n" in unit, el > 7, unit)
            self.assertEqual("\nExecReload=/bin/kill -HUP $MAINPID\n" in unit, el == 7, unit)
            self.assertEqual(bool(re.search(r"\nCapabilityBoundingSet=.* CAP_KILL\n", unit)), el == 7, unit)
            self.assertEqual("\nSystemCallFilter=" in unit, el > 7, unit)

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


class Stock(NamedTuple):
    """What counts here of a release's stock packages."""
    dhcp: str  # the version of the package dhcp or dhcp-server; EL 10 has none
    tftp: str
    services: Tuple[str, ...]  # of the package that holds dhcpd
    config: Tuple[str, ...]  # configuration files beside dhcpd.conf and /etc/sysconfig/dhcpd
    heirless: str = ""  # a service that ours does not have


DHCPD6 = "/etc/dhcp/dhcpd6.conf"
SCHEMA = "/etc/openldap/schema/dhcp.schema"
STOCK = {
    5: Stock("3.0.5", "0.49", ("dhcpd", "dhcrelay"), ("/etc/sysconfig/dhcrelay",), "dhcrelay"),
    6: Stock("4.1.1", "0.49", ("dhcpd", "dhcpd6", "dhcrelay", "dhcrelay6"),
             (DHCPD6, SCHEMA, "/etc/sysconfig/dhcpd6", "/etc/sysconfig/dhcrelay", "/etc/sysconfig/dhcrelay6", "/etc/portreserve/dhcpd"),
             "dhcrelay"),
    7: Stock("4.2.5", "5.2", ("dhcpd", "dhcpd6", "dhcrelay"), (DHCPD6, SCHEMA), "dhcrelay"),
    8: Stock("4.3.6", "5.2", ("dhcpd", "dhcpd6"), (DHCPD6, SCHEMA), "dhcpd6"),
    9: Stock("4.4.2", "5.2", ("dhcpd", "dhcpd6"), (DHCPD6, SCHEMA), "dhcpd6"),
    10: Stock("", "5.2", (), ()),
}

SPEC = """
Name: {name}
{epoch}
Version: {version}
Release: 1
Summary: stand-in
License: x
BuildArch: noarch
%description
%install
for f in {files}; do mkdir -p %{{buildroot}}$(dirname $f); echo "stock $f" > %{{buildroot}}$f; done
for f in {empty}; do mkdir -p %{{buildroot}}$(dirname $f); : > %{{buildroot}}$f; done
{scripts}
%files
{listed}
"""

SYSV_SCRIPTS = """
%post
for s in {services}; do chkconfig --add $s; done
%preun
if [ $1 = 0 ]; then for s in {services}; do service $s stop; chkconfig --del $s; done; fi
%postun
if [ $1 -ge 1 ]; then for s in {services}; do service $s condrestart; done; fi
"""

SYSTEMD_SCRIPTS = """
%post
[ $1 != 1 ] || systemctl preset {units}
%preun
[ $1 != 0 ] || systemctl --no-reload disable --now {units}
%postun
[ $1 = 0 ] || systemctl try-restart {units}
"""

# EL 7 carries arguments over into a unit of the user's, whenever a package named dhcp is updated.
EL7_TRIGGER = """
%triggerun -- dhcp
if grep -q '^DHCPDARGS=.' /etc/sysconfig/dhcpd && [ ! -e /etc/systemd/system/dhcpd.service ]; then
    mkdir -p /etc/systemd/system
    echo "ExecStart=/usr/sbin/dhcpd -f $(sed -n 's/^DHCPDARGS=//p' /etc/sysconfig/dhcpd)" > /etc/systemd/system/dhcpd.service
fi
"""


def stock_spec(name, epoch, version, files, config, scripts, empty=()):
    """files: of root, as programs; config: %config(noreplace), of which those in empty hold nothing."""
    listed = ["%attr(755,root,root) " + path for path in files] + ["%config(noreplace) " + path for path in config]
    return SPEC.format(name=name, epoch="Epoch: %d" % epoch if epoch else "", version=version, empty=" ".join(empty), scripts=scripts,
                       files=" ".join(list(files) + [path for path in config if path not in empty]),
                       listed="\n".join(listed))


def lease_files(el):
    return ["/var/lib/dhcpd/dhcpd.leases"] + (["/var/lib/dhcpd/dhcpd6.leases"] if el >= 6 else [])


def user_files(el):
    """Of the packages that hold the daemons: what a person or a tool edits."""
    files = [conf(el), "/etc/sysconfig/dhcpd"] + list(STOCK[el].config) + lease_files(el)
    return files + (["/etc/xinetd.d/tftp"] if el <= 7 else [])


def stock_dhcp(el):
    row = STOCK[el]
    units = " ".join(service + ".service" for service in row.services)
    files = ["/usr/sbin/dhcpd", "/usr/bin/omshell"] + (["/usr/sbin/dhcrelay"] if el <= 7 else [])
    if el <= 6:
        files += ["/etc/rc.d/init.d/" + service for service in row.services]
        scripts = SYSV_SCRIPTS.format(services=" ".join(row.services))
    else:
        files += ["/usr/lib/systemd/system/" + unit for unit in units.split()]
        scripts = SYSTEMD_SCRIPTS.format(units=units) + (EL7_TRIGGER if el == 7 else "")
    config = [path for path in user_files(el) if path != "/etc/xinetd.d/tftp"]
    return stock_spec(dhcp_name(el), 12, row.dhcp, files, config, scripts, lease_files(el))


def stock_tftp(el):
    files, config, scripts = ["/usr/sbin/in.tftpd"], [], "%post\nservice xinetd reload\n"
    if el <= 7:
        config.append("/etc/xinetd.d/tftp")
    if el >= 7:
        files += ["/usr/lib/systemd/system/tftp.socket", "/usr/lib/systemd/system/tftp.service"]
        scripts = SYSTEMD_SCRIPTS.format(units="tftp.socket")
    return stock_spec("tftp-server", 0, STOCK[el].tftp, files, config, scripts)


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
        for el in RELEASES:
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
        specs = {"tftp%d" % el: stock_tftp(el)}
        if STOCK[el].dhcp:
            specs["dhcp%d" % el] = stock_dhcp(el)
        return [path for name, spec in specs.items() for path in WORKSHOP.stock(name, spec).values()]

    def ours(self, el):
        return list(WORKSHOP.ours(el).values())

    def rpm(self, root, *words, silent=False):
        code, out = root.rpm(*words)
        self.assertEqual(code, 0, out)
        if silent:
            self.assertEqual(out, "")

    def working_server(self, el):
        """A root with the stock packages, edited files, and the services switched on. On EL 10 the files of the DHCP server
        have come from an older machine."""
        root = self.root()
        self.rpm(root, "-i", *self.stock(el))
        for path in user_files(el):
            root.write(path, "the user's %s\n" % path)
        if el <= 6:
            root.call("chkconfig", "--level", "35", "dhcpd", "on")
        elif STOCK[el].dhcp:
            root.call("systemctl", "enable", "dhcpd.service")
        if el >= 7:
            root.call("systemctl", "enable", "tftp.socket")
        root.calls()
        return root

    def check_user_files(self, root, el, leftovers=()):
        for path in user_files(el):
            self.assertEqual(root.read(path), "the user's %s\n" % path)
        self.assertEqual(sorted(root.leftovers()), sorted(leftovers))

    def check_service(self, root, el, on=True):
        if el <= 6:
            links = sorted(os.path.relpath(p, root.path + "/etc/rc.d") for p in glob.glob(root.path + "/etc/rc.d/rc?.d/S*dhcpd"))
            self.assertEqual(links, ["rc3.d/S65dhcpd", "rc5.d/S65dhcpd"] if on else [])
            return
        wants = "/etc/systemd/system/multi-user.target.wants/"
        self.assertEqual(root.exists(wants + "dhcpd.service"), on and bool(STOCK[el].dhcp))
        self.assertEqual(root.exists(wants + "tftp.socket"), on)

    @each_release
    def test_fresh(self, el):
        root = self.root()
        self.rpm(root, "-i", *self.ours(el), silent=True)
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
        self.rpm(root, "-U", *self.ours(el), silent=True)
        self.check_user_files(root, el)
        self.check_service(root, el)
        if el >= 6:
            self.assertEqual(stat.S_IMODE(os.stat(root.path + "/etc/dhcp").st_mode), 0o755, "as the user set it")
        calls = root.calls()
        if el <= 6:
            self.assertIn("service dhcpd condrestart", calls)
        elif STOCK[el].dhcp:
            self.assertTrue([call for call in calls if call.startswith("systemctl try-restart dhcpd.service")], calls)
        self.assertFalse([call for call in calls if re.search(r"stop|--del|disable", call)], calls)
        # A preset switches off what the distribution does not name: only for what was not there before.
        self.assertEqual([call for call in calls if "preset" in call],
                         [] if STOCK[el].dhcp else ["systemctl --no-reload preset dhcpd.service"])
        self.assertFalse(root.exists("/usr/sbin/dhcrelay"))
        self.assertEqual(glob.glob(root.path + "/etc/rc.d/rc?.d/*dhcrelay*"), [], "links to nowhere")

        self.rpm(root, "-U", "--replacepkgs", *self.ours(el), silent=True)
        self.check_user_files(root, el)
        self.check_service(root, el)

        self.rpm(root, "-U", "--oldpackage", *self.stock(el))
        if not STOCK[el].dhcp:
            self.rpm(root, "-e", dhcp_name(el))
        self.check_user_files(root, el, [path for path in root.leftovers() if path.endswith(".rpmnew")])
        self.check_service(root, el)
        if STOCK[el].dhcp:
            self.assertEqual(root.read("/usr/sbin/dhcpd"), "stock /usr/sbin/dhcpd\n")

    @each_release
    def test_erase_and_install(self, el):
        """What an erased stock package has put aside is put back."""
        root = self.working_server(el)
        self.rpm(root, "-e", *[rpms.run(["rpm", "-qp", "--qf", "%{name}", path]) for path in self.stock(el)])
        if STOCK[el].dhcp:
            self.assertIn(conf(el) + ".rpmsave", root.leftovers())
        self.rpm(root, "-i", *self.ours(el), silent=True)
        self.check_user_files(root, el)

    @each_release
    def test_erase(self, el):
        root = self.working_server(el)
        self.rpm(root, "-U", *self.ours(el))
        self.rpm(root, "-e", dhcp_name(el), "tftp-server")
        self.check_user_files(root, el)
        self.check_service(root, el, on=False)
        self.assertFalse(root.exists("/usr/sbin/dhcpd"))
        self.rpm(root, "-i", *self.ours(el), silent=True)
        self.check_user_files(root, el)

    def test_only_old_place(self):
        """A machine that came from EL 5 with its file: no second one is put beside it."""
        root = self.root()
        root.write("/etc/dhcpd.conf", "the user's\n")
        self.rpm(root, "-i", WORKSHOP.ours(9)["dhcp-server"], silent=True)
        self.assertEqual(root.read("/etc/dhcpd.conf"), "the user's\n")
        self.assertFalse(root.exists("/etc/dhcp/dhcpd.conf"))

    def test_arguments_of_el7(self):
        """The stock package's trigger writes a unit with the arguments of sysconfig; it is the user's from then on."""
        root = self.working_server(7)
        root.write("/etc/sysconfig/dhcpd", "DHCPDARGS=eth1\n")
        self.rpm(root, "-U", *self.ours(7), silent=True)
        self.assertEqual(root.read("/etc/systemd/system/dhcpd.service"), "ExecStart=/usr/sbin/dhcpd -f eth1\n")
        self.assertEqual(root.read("/etc/sysconfig/dhcpd"), "DHCPDARGS=eth1\n")

    @each_release
    def test_service_without_heir(self, el):
        """A relay or DHCPv6 server that is switched on is not taken away: the update says so and changes nothing."""
        service = STOCK[el].heirless or "dhcpd6"
        root = self.working_server(el)
        if el <= 6:
            root.call("chkconfig", "--level", "35", service, "on")
        else:
            root.call("systemctl", "enable", service + ".service")
        code, out = root.rpm("-U", WORKSHOP.ours(el)[dhcp_name(el)])
        if not STOCK[el].dhcp:
            self.assertEqual((code, out), (0, ""), "nothing goes: the service is not the stock package's")
            return
        self.assertNotEqual(code, 0)
        self.assertIn("does not have: %s." % service, out)
        self.check_user_files(root, el)
        self.check_service(root, el)
        self.assertEqual(root.read("/usr/sbin/dhcpd"), "stock /usr/sbin/dhcpd\n")
        self.assertIn(STOCK[el].dhcp, root.rpm("-q", dhcp_name(el))[1])


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
