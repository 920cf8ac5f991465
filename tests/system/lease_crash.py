#!/usr/bin/env python3
"""The lease file's promises across crashes: lease_crash.py kill|power|full [ROUNDS]

kill   kill -9 at a random moment of load (rewrites included), again and again on the same file
power  the same, and the power fails too: ext4 on a loop device, shut down without writing its journal
full   the file system fills up under load and becomes free again

After each round a server reads the file: every promise that was told must be there.
"""
import fcntl
import os
import random
import select
import shutil
import struct
import subprocess
import sys
import tempfile
import time

SKIP = 77
PROGRAM = os.path.join(os.environ.get("BUILD", "."), "tests/system/lease_promises")
EXT4_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
REFUSED = "No space left on device. Changes of leases are not answered"
WRITTEN_AGAIN = "is written again; "


class Server:
    """lease_promises at work; what it tells is collected."""

    def __init__(self, path, seed, groups):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([PROGRAM, "serve", path, str(seed), str(groups)], stdout=subprocess.PIPE,
                                        stderr=self.log)
        self.rest = b""

    def listen(self, seconds, promises):
        """Collects what is told for so long (0: what has been told by now); False if the server has ended."""
        end = time.monotonic() + seconds
        descriptor = self.process.stdout.fileno()
        while True:
            left = end - time.monotonic()
            ready, _, _ = select.select([descriptor], [], [], max(0, left))
            if not ready or left < -1:
                return True
            data = os.read(descriptor, 65536)
            if not data:
                return False
            self.take(data, promises)
            if left <= 0 < seconds:
                return True

    def refuses(self):
        return REFUSED in self.said()

    def recovered(self):
        said = self.said()
        return said.rfind(WRITTEN_AGAIN) > said.rfind(REFUSED)

    def said(self):
        return os.pread(self.log.fileno(), 1 << 20, 0).decode()  # the server writes where it stands

    def take(self, data, promises):
        lines = (self.rest + data).split(b"\n")
        self.rest = lines.pop()
        for line in lines:
            number, generation = map(int, line.split())
            promises[number] = max(promises.get(number, 0), generation)

    def kill(self, promises):
        self.process.kill()
        while True:
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                break
            self.take(data, promises)
        self.process.wait()
        self.process.stdout.close()
        return self.said()


def check(path, promises):
    text = "".join("%d %d\n" % p for p in promises.items())
    result = subprocess.run([PROGRAM, "check", path], input=text, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            universal_newlines=True)
    if result.returncode != 0:
        print(result.stdout)
        sys.exit(1)
    return "damaged places" in result.stdout and int(result.stdout.rsplit(",", 1)[1].split()[0])


def kill(rounds):
    folder = tempfile.mkdtemp(prefix="lease-kill-")
    path = os.path.join(folder, "dhcpd.leases")
    open(path, "w").close()
    promises, damaged = {}, 0
    try:
        for n in range(rounds):
            server = Server(path, n, random.choice((1, 4, 32)))
            server.listen(random.uniform(0.01, 0.15), promises)
            server.kill(promises)
            damaged += check(path, promises)
    finally:
        shutil.rmtree(folder)
    print("%d kills, %d promises kept, torn ends met %d times" % (rounds, sum(promises.values()), damaged))


class Disk:
    """ext4 on a loop device over a file."""

    def __init__(self, megabytes):
        self.folder = tempfile.mkdtemp(prefix="lease-disk-")
        self.image = os.path.join(self.folder, "image")
        self.mount_point = os.path.join(self.folder, "mnt")
        os.mkdir(self.mount_point)
        with open(self.image, "wb") as image:
            image.truncate(megabytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True)
        self.mounted = False

    def mount(self):
        if subprocess.run(["mount", "-o", "loop", self.image, self.mount_point], stderr=subprocess.DEVNULL).returncode:
            self.remove()
            print("no loop device can be mounted here")
            sys.exit(SKIP)
        self.mounted = True

    def cut_power(self):
        descriptor = os.open(self.mount_point, os.O_RDONLY)
        fcntl.ioctl(descriptor, EXT4_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        os.close(descriptor)

    def unmount(self):
        if self.mounted:
            subprocess.run(["umount", self.mount_point], check=True)
        self.mounted = False

    def remove(self):
        self.unmount()
        shutil.rmtree(self.folder)


def need_root():
    if os.geteuid() != 0 or not shutil.which("mkfs.ext4"):
        print("needs root and mkfs.ext4")
        sys.exit(SKIP)


def power(rounds):
    need_root()
    disk = Disk(64)
    path = os.path.join(disk.mount_point, "dhcpd.leases")
    promises, damaged = {}, 0
    try:
        disk.mount()
        open(path, "w").close()
        os.sync()
        for n in range(rounds):
            server = Server(path, n, random.choice((1, 4, 32)))
            server.listen(random.uniform(0.02, 0.3), promises)
            server.listen(0, promises)
            disk.cut_power()
            server.kill({})  # a machine without power tells nothing any more
            disk.unmount()
            disk.mount()
            damaged += check(path, promises)
    finally:
        if os.path.isdir(disk.folder):
            disk.remove()
    print("%d power cuts, %d promises kept, torn ends met %d times" % (rounds, sum(promises.values()), damaged))


def fill(ballast, server, promises):
    """Takes all space, also what rewrites give back, until the server says that it refuses changes."""
    end = time.monotonic() + 120
    with open(ballast, "wb", buffering=0) as out:
        while not server.refuses():
            try:
                while out.write(b"x" * 65536):
                    pass
            except OSError:
                pass
            if time.monotonic() > end or not server.listen(0.05, promises):
                print("the disk is full, but nothing is refused\n%s" % server.kill(promises)[-2000:])
                sys.exit(1)


def full(rounds):
    need_root()
    disk = Disk(16)
    path = os.path.join(disk.mount_point, "dhcpd.leases")
    ballast = os.path.join(disk.mount_point, "ballast")
    promises = {}
    try:
        disk.mount()
        open(path, "w").close()
        for n in range(rounds):
            server = Server(path, n, 16)
            server.listen(0.2, promises)
            full_since = time.monotonic()
            fill(ballast, server, promises)
            os.unlink(ballast)
            freed = time.monotonic()
            while not server.recovered() and time.monotonic() - freed < 30:
                server.listen(0.05, promises)
            before = dict(promises)
            while promises == before and time.monotonic() - freed < 40:
                server.listen(0.05, promises)
            minutes = (time.monotonic() - full_since) / 60
            log = server.kill(promises)
            check(path, promises)
            if promises == before:
                print("no promise after the disk was free again\n%s" % log)
                sys.exit(1)
            if log.count(REFUSED) > 3 + minutes:  # a failed image gives its space back: one recovery more
                print("%d complaints about the full disk\n%s" % (log.count(REFUSED), log))
                sys.exit(1)
    finally:
        if os.path.isdir(disk.folder):
            disk.remove()
    print("%d times full and free again, %d promises kept" % (rounds, sum(promises.values())))


def own_mounts():
    """Starts again in a mount namespace of its own: a copy of the mount elsewhere would keep a dead disk in use."""
    if os.geteuid() == 0 and "LEASE_CRASH_OWN_MOUNTS" not in os.environ and shutil.which("unshare"):
        os.environ["LEASE_CRASH_OWN_MOUNTS"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable] + sys.argv)


if __name__ == "__main__":
    own_mounts()
    if not os.access(PROGRAM, os.X_OK):
        print("not built: " + PROGRAM)
        sys.exit(SKIP)
    tests = {"kill": (kill, 60), "power": (power, 15), "full": (full, 3)}
    test, default = tests[sys.argv[1]]
    test(int(sys.argv[2]) if len(sys.argv) > 2 else default)
