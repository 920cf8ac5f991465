"""Builds packages from contrib/bootserver.spec for any EL release, and small stock packages for them to meet.

The archive for rpmbuild holds the spec and a stand-in for configure: it configures the real source tree, and make
installs what does not need compiling plus the programs of the build folder (or, where there are none yet, files in
their place). So the packages of six releases cost seconds; the real `rpmbuild -ta` is $PACKAGES=real.
"""
import os
import shutil
import subprocess
import tarfile
import tempfile

SRC = os.path.abspath(os.environ.get("SRC", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..")))
BUILD = os.path.abspath(os.environ.get("BUILD", SRC))

CONFIGURE = """#!/bin/sh
"{src}/configure" --cache-file="{cache}" --disable-tests --quiet "$@" || exit 1
cat > GNUmakefile <<'END'
.PHONY: all install
all: ;
install:
\t+$(MAKE) -f Makefile -s AM_MAKEFLAGS="-f Makefile" install-data DESTDIR=$(DESTDIR)
\tmkdir -p $(DESTDIR)/usr/sbin
\tfor program in dhcpd in.tftpd; do cp {build}/$$program $(DESTDIR)/usr/sbin/ 2>/dev/null || \\
\t    {{ echo '#!/bin/sh' > $(DESTDIR)/usr/sbin/$$program; chmod 755 $(DESTDIR)/usr/sbin/$$program; }}; done
END
"""


class Failed(Exception):
    pass


def run(words, **more):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
    text = done.stdout.decode(errors="replace")
    if done.returncode != 0:
        raise Failed("%s: exit %d\n%s" % (" ".join(words), done.returncode, text))
    return text


def version():
    with open(os.path.join(SRC, "configure.ac")) as file:
        return file.read().split("AC_INIT([bootserver], [")[1].split("]")[0]


def rpmbuild(top, mode, path, *defines):
    words = ["rpmbuild", mode, "--nodeps", "--define", "_topdir " + top, "--define", "debug_package %{nil}"]
    for define in defines:
        words += ["--define", define]
    environment = dict(os.environ, HOME=top)
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "DESTDIR"):
        environment.pop(name, None)
    run(words + [path], env=environment)
    found = {}
    for folder, _, names in os.walk(os.path.join(top, "RPMS")):
        for name in names:
            package = run(["rpm", "-qp", "--qf", "%{name}", os.path.join(folder, name)])
            found[package] = os.path.join(folder, name)
    return found


class Workshop:
    """A scratch folder for builds; packages by release, each built once."""

    def __init__(self):
        self.top = tempfile.mkdtemp(prefix="bootserver-packages-")
        self.built = {}
        self.archive = None

    def close(self):
        shutil.rmtree(self.top, ignore_errors=True)

    def _archive(self):
        if not self.archive:
            name = "bootserver-" + version()
            folder = os.path.join(self.top, name)
            os.makedirs(os.path.join(folder, "contrib"))
            with open(os.path.join(SRC, "contrib/bootserver.spec.in")) as file:
                spec = file.read().replace("@VERSION@", version())
            with open(os.path.join(folder, "contrib/bootserver.spec"), "w") as file:
                file.write(spec)
            with open(os.path.join(folder, "configure"), "w") as file:
                file.write(CONFIGURE.format(src=SRC, build=BUILD, cache=os.path.join(self.top, "cache")))
            os.chmod(file.name, 0o755)
            for page in ("README", "COPYING"):
                shutil.copy(os.path.join(SRC, page), folder)
            self.archive = folder + ".tar.gz"
            with tarfile.open(self.archive, "w:gz") as tar:
                tar.add(folder, name)
        return self.archive

    def ours(self, el):
        """{package: path} of the packages for that release."""
        if el not in self.built:
            top = os.path.join(self.top, "el%d" % el)
            self.built[el] = rpmbuild(top, "-tb", self._archive(), "el %d" % el, "dist .el%d" % el)
        return self.built[el]

    def stock(self, name, spec):
        """{package: path} of what the test describes itself; one spec a name."""
        if name not in self.built:
            top = os.path.join(self.top, "stock-" + name)
            os.makedirs(top)
            path = os.path.join(top, "stock.spec")
            with open(path, "w") as file:
                file.write(spec)
            self.built[name] = rpmbuild(top, "-bb", path)
        return self.built[name]
