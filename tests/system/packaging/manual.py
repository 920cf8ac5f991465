"""The manual pages against the programs' own tables: every option, parameter, reserved word, flag and setting has
its place in a page, and no page names a flag or setting that is not there. The pages render without a warning,
and bash completes the flags that --help shows.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SRC = os.environ.get("SRC", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", ".."))
BUILD = os.environ.get("BUILD", SRC)


def source(*paths):
    text = ""
    for path in paths:
        for name in sorted(glob.glob(os.path.join(SRC, path))):
            with open(name) as file:
                text += file.read()
    return text


def page(name):
    return source("man/" + name)


def words(text):
    """All words of a page, without roff's escapes."""
    return set(re.findall(r"[A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9]|[A-Za-z0-9]", text.replace("\\-", "-").replace("\\&", "")))


def items(text):
    """The words of the lines that head an entry."""
    return words("\n".join(line for line in text.split("\n") if line.startswith(".It")))


def option_rows(table):
    rows = re.search(r"OptionRow %s\[\] = \{(.*?)\n\};" % table, source("src/dhcp/options_table.cc"), re.S).group(1)
    return re.findall(r'\{\s*([\w:()]+),\s*"([^"]+)",\s*"[^"]*"\}', rows)


class Names(unittest.TestCase):
    def check(self, names, known, where):
        missing = sorted(set(names) - known)
        self.assertEqual(missing, [], "not in %s" % where)

    def test_options(self):
        known = items(page("dhcp-options.5"))
        prefix = {"kDhcpRows": "", "kNwipRows": "nwip.", "kFqdnRows": "fqdn.", "kAgentRows": "agent.",
                  "kVendorRows": "vendor.", "kIscRows": "isc.", "kDhcp6Rows": "dhcp6.", "kVsioRows": "vsio.",
                  "kIsc6Rows": "isc6."}
        tables = re.findall(r"OptionRow (\w+)\[\]", source("src/dhcp/options_table.cc"))
        self.assertEqual(sorted(tables), sorted(list(prefix) + ["kServerRows"]))
        for table in prefix:
            rows = option_rows(table)
            self.assertTrue(rows, table)
            self.check([prefix[table] + name for _, name in rows], known, "dhcp-options(5)")

    def test_codes(self):
        text = page("dhcp-options.5")
        for code, name in option_rows("kDhcpRows"):
            self.assertRegex(text, r"\n\.It Cm option %s .*Pq code %s\n" % (re.escape(name), code))

    def test_parameters(self):
        known = items(page("dhcpd.conf.5"))
        self.check([name for _, name in option_rows("kServerRows")], known, "dhcpd.conf(5)")

    def test_enumerations(self):
        table = source("src/dhcp/options_table.cc")
        known = words(page("dhcpd.conf.5") + page("dhcp-options.5"))
        lists = re.findall(r"EnumerationWord \w+\[\] = \{(.*?)\};", table, re.S)
        self.assertGreater(len(lists), 3)
        for one in lists:
            names = [word for word, _ in re.findall(r'\{"([^"]+)",\s*(\d+)\}', one)]
            self.check([n for n in names if not re.match(r"local[1-6]$", n)], known, "dhcpd.conf(5), dhcp-options(5)")

    def test_reserved_words(self):
        rows = re.findall(r'X\(k\w+, "([^"]+)"\)', source("src/conf/keywords.h"))
        self.assertGreater(len(rows), 200)
        known = {word.lower() for word in words(page("*.5"))}
        self.check(rows, known, "any page of section 5")

    def test_operators(self):
        """Every keyword that heads an expression has an entry in dhcp-eval(5)."""
        spelling = dict(re.findall(r'X\((k\w+), "([^"]+)"\)', source("src/conf/keywords.h")))
        rows = re.findall(r"Operator::k\w+,(?: \d+,)? Keyword::(k\w+)", source("src/conf/operators_*.cc"))
        self.assertGreater(len(rows), 20)
        known = items(page("dhcp-eval.5"))
        self.check([spelling[row] for row in rows if row != "kNone"], known, "dhcp-eval(5)")

    def settings(self, path, section):
        rows = re.findall(r'\{"(\w+)",\s*(.*?),', source(path))
        self.assertTrue(rows)
        text = page("bootserver.cfg.5")
        part = text[text.index(".Sh SECTION " + section):]
        part = part[:part.index("\n.Sh ", 5)]
        listed = re.findall(r"\n\.It Va (\w+)", part)
        self.assertEqual(sorted(name for name, _ in rows), sorted(listed))
        for name, standard in rows:
            value = re.search(r"int64_t\{(\w+)\}|^(true|false)$", standard)
            if value:
                entry = re.search(r"\.It Va %s\n(.*?)(\n\.It|\n\.El)" % name, part, re.S).group(1)
                self.assertIn("[%s]" % (value.group(1) or value.group(2)), entry, name)

    def test_dhcpd_settings(self):
        if not os.path.exists(os.path.join(SRC, "src/dhcpd/settings.cc")):
            self.skipTest("no settings of dhcpd")
        self.settings("src/dhcpd/settings.cc", "dhcpd")

    def test_tftpd_settings(self):
        self.settings("src/tftpd/settings.cc", "tftpd")


def program(name):
    path = os.path.join(BUILD, name)
    if not os.path.exists(path):
        raise unittest.SkipTest("%s is not built" % name)
    return path


def help_text(name):
    done = subprocess.run([program(name), "--help"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.decode()


def help_flags(name):
    """Flags as the lists of --help begin their lines: "  -cf FILE ..." or "  -s [ --secure ] ..."."""
    flags = set()
    for short, long in re.findall(r"^  (--?[\w-]+)(?: \[ (--[\w-]+))?", help_text(name), re.M):
        flags |= {flag for flag in (short, long) if flag}
    return flags


def page_flags(name):
    """Flags as the .Fl macros of a page's entries spell them."""
    found = set()
    for line in page(name).split("\n"):
        if line.startswith(".It") and " Fl " in line:
            for part in re.split(r"\bFl ", line)[1:]:
                for word in part.split():
                    if not re.match(r"^[A-Za-z0-9-]+$", word) or word in ("Ar", "Ns", "Op"):
                        break
                    found.add("-" + word)
                    if part.split()[1:2] != [","]:
                        break
    return found


class Flags(unittest.TestCase):
    def test_dhcpd(self):
        self.assertIn("-cf", help_flags("dhcpd"))
        self.assertEqual(page_flags("dhcpd.8"), help_flags("dhcpd"))

    def test_tftpd(self):
        self.assertIn("--secure", help_flags("in.tftpd"))
        self.assertEqual(page_flags("in.tftpd.8"), help_flags("in.tftpd"))

    def complete(self, name, function, line):
        script = ("source '%s'; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); compopt() { :; }; %s; "
                  "printf '%%s\\n' \"${COMPREPLY[@]}\"") % (os.path.join(SRC, "etc/bash_completion.d", name), line, function)
        return subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, check=True).stdout.decode().split()

    def test_completion(self):
        if not shutil.which("bash"):
            self.skipTest("no bash")
        for name, function, page_name in (("dhcpd", "_dhcpd", "dhcpd.8"), ("in.tftpd", "_in_tftpd", "in.tftpd.8")):
            offered = set(self.complete(name, function, "%s -" % program(name)))
            self.assertEqual(offered, page_flags(page_name), name)

    def test_completed_values(self):
        path = program("in.tftpd")
        self.assertEqual(self.complete("in.tftpd", "_in_tftpd", path + " -r ut"), ["utimeout"])


class LogLines(unittest.TestCase):
    """Every line that the daemons' sources log is in their page, but for what varies in it."""

    CALL = re.compile(r'(?:log_(?:error|warning|notice|info|debug)|base::log|Fatal|StartError|usage)\s*\('
                      r'(?:[\w:]+,\s*|[^",;()]*\?[^",;()]*:[^",;()]*,\s*)?"((?:[^"\\\\]|\\\\.)*)"')
    # Lines that carry on the one before, and what every program says of itself.
    CARRIED_ON = ("Please read the dhcpd.leases manual page if you", "don't know what to do about this.",
                  "running and that there's no entry for dhcp or", "bootp in /etc/inetd.conf.   Also make sure you",
                  "are not running HP JetAdmin software, which", "includes a bootp server.", "Copyright 2026 the bootserver authors.",
                  "All rights reserved.", "For info, please visit the manual pages dhcpd(8) and dhcpd.conf(5)")

    @staticmethod
    def plain(text):
        return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()

    def check(self, name, *sources):
        text = self.plain(re.sub(r"^\.(It|[A-Z][a-z]) ", "", page(name), flags=re.M).replace(" Ns ", " ").replace(" Fn ", " "))
        logged = set(self.CALL.findall(re.sub(r'"\s*\n\s*"', "", source(*sources)))) - set(self.CARRIED_ON)
        self.assertGreater(len(logged), 20)
        missing = []
        for line in sorted(logged):
            parts = [self.plain(part) for part in re.split(r"%[-0-9.*]*(?:ll|l|z|h)?[a-zA-Z]|\\n", line)]
            parts = [part for part in parts if len(part) > 4]
            if parts and not any(part in text for part in parts):
                missing.append(line)
        self.assertEqual(missing, [])

    def test_dhcpd(self):
        self.check("dhcpd.8", "src/dhcpd/*.cc", "src/lease/*.cc")

    def test_tftpd(self):
        self.check("in.tftpd.8", "src/tftpd/*.cc")


class Examples(unittest.TestCase):
    """What the pages show as a configuration, and the example file, is one."""

    def test(self):
        dhcpd = program("dhcpd")
        texts = {"dhcpd.conf.example": source("etc/dhcpd.conf.example")}
        for name in ("dhcpd.conf.5", "dhcp-options.5", "dhcp-eval.5"):
            blocks = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", page(name), re.M | re.S)
            for number, block in enumerate(blocks):
                if "expected." not in block:  # a diagnostic
                    texts["%s, block %d" % (name, number)] = block.replace("\\e", "\\").replace("\\&", "")
        self.assertGreater(len(texts), 10)
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            for name, text in texts.items():
                file.seek(0)
                file.truncate()
                file.write(text)
                file.flush()
                done = subprocess.run([dhcpd, "-t", "-cf", file.name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
                self.assertEqual(done.returncode, 0, "%s:\n%s\n%s" % (name, text, done.stdout.decode()))


class Rendering(unittest.TestCase):
    def test_mandoc(self):
        if not shutil.which("mandoc"):
            self.skipTest("no mandoc")
        for path in sorted(glob.glob(os.path.join(SRC, "man/*.[58]"))):
            out = subprocess.run(["mandoc", "-Tlint", "-Wstyle", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            # Whether a page that is referred to is installed here says nothing about the page.
            lines = [line for line in out.stdout.decode().split("\n") if line and "referenced manual not found" not in line]
            self.assertEqual(lines, [], path)

    def test_groff(self):
        if not shutil.which("groff"):
            self.skipTest("no groff")
        for path in sorted(glob.glob(os.path.join(SRC, "man/*.[58]"))):
            out = subprocess.run(["groff", "-ww", "-mdoc", "-Tascii", path], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            self.assertEqual(out.stderr.decode(), "", path)

    def test_references(self):
        """Pages that are referred to and would be ours are there."""
        ours = {"dhcpd.8", "in.tftpd.8", "dhcpd.conf.5", "dhcpd.leases.5", "dhcp-options.5", "dhcp-eval.5", "bootserver.cfg.5"}
        foreign = {"chroot.2", "cp.1", "inetd.8", "omshell.1", "regex.7", "services.5", "syslog.3", "systemd.1", "xinetd.8"}
        self.assertEqual({os.path.basename(p) for p in glob.glob(os.path.join(SRC, "man/*.[58]"))}, ours)
        for name in ours:
            for title, section in re.findall(r"^\.(?:Xr|Pq see Xr) (\S+) (\d)", page(name), re.M):
                self.assertIn("%s.%s" % (title, section), ours | foreign, name)


if __name__ == "__main__":
    unittest.main()
