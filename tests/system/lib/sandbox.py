"""A test's own little machine: process, mount and network namespace, private /run, /dev and scratch folder."""

import ctypes
import os
import signal
import subprocess
import sys

SKIPPED = 77  # CTest's SKIP_RETURN_CODE in system.cmake
SCRATCH = '/run/t'

CLONE_NEWNS = 0x00020000
CLONE_NEWNET = 0x40000000
MS_RDONLY = 1
MS_REMOUNT = 32
MS_BIND = 4096
MS_REC = 16384
MS_PRIVATE = 1 << 18
MNT_DETACH = 2

_libc = ctypes.CDLL(None, use_errno=True)
_MARK = 'BOOTSERVER_SANDBOX'
_DEVICES = ('null', 'zero', 'full', 'random', 'urandom', 'tty', 'ptmx', 'kvm', 'net/tun', 'pts', 'shm')


def skip(why):
    """Ends the test as skipped."""
    print('SKIPPED: ' + why)
    sys.stdout.flush()
    os._exit(SKIPPED)


def _check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, what + ': ' + os.strerror(number))


def unshare(flags):
    _check(_libc.unshare(flags), 'unshare')


def setns(descriptor, kind):
    _check(_libc.setns(descriptor, kind), 'setns')


def mount(source, target, kind=None, flags=0, data=None):
    def encode(text):
        return None if text is None else text.encode()
    _check(_libc.mount(encode(source), encode(target), encode(kind), ctypes.c_ulong(flags), encode(data)),
           'mount ' + target)


def bind(source, target):
    """Makes source appear at target (of the same kind: a file on a file, a folder on a folder)."""
    mount(source, target, flags=MS_BIND | MS_REC)


def enter():
    """Starts this program again inside the sandbox; returns there. Skips the test where that is not possible."""
    if os.environ.get(_MARK) == str(os.getppid()) or os.getpid() == 1:
        # The first process of a PID namespace does not die of a signal that it does not catch; when it ends, all end.
        signal.signal(signal.SIGTERM, lambda number, frame: os._exit(128 + number))
        _furnish()
        return
    if os.geteuid() != 0:
        skip('needs root, for network namespaces')
    words = ['unshare', '--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc']
    try:
        probe = subprocess.run(words + ['true'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        skip('unshare: %s' % error)
    if probe.returncode != 0:
        skip('namespaces cannot be made here: ' + probe.stdout.decode().strip())
    sys.stdout.flush()
    os.execvp('unshare', words + [sys.executable] + sys.argv)


def _furnish():
    """A root of our own (so that /tftpboot can stand in it), private /run (with the scratch folder) and /dev (so that
    /dev/log can be laid over)."""
    _own_root()
    mount('none', '/run', 'tmpfs', 0, 'mode=755')
    os.mkdir('/run/dev')
    mount('/dev', '/run/dev', flags=MS_BIND | MS_REC)
    mount('none', '/dev', 'tmpfs', 0, 'mode=755')
    for name in _DEVICES:
        source, target = '/run/dev/' + name, '/dev/' + name
        if not os.path.exists(source):
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.isdir(source):
            os.mkdir(target)
        else:
            open(target, 'w').close()
        bind(source, target)
    os.symlink('/proc/self/fd', '/dev/fd')
    open('/dev/log', 'w').close()
    fresh_network()
    fresh_scratch()


def _own_root():
    """A tmpfs in the place of /, with every entry of the old root laid into it."""
    here, root = os.getcwd(), '/proc'
    entries = os.listdir('/')
    mount('none', root, 'tmpfs', 0, 'mode=755')
    for name in entries:
        old, new = '/' + name, root + '/' + name
        if os.path.islink(old):
            os.symlink(os.readlink(old), new)
        elif os.path.isdir(old) and old != root:
            os.mkdir(new)
            bind(old, new)
        elif os.path.isfile(old):
            open(new, 'w').close()
            bind(old, new)
    os.mkdir(root + '/proc')
    os.chdir(root)
    subprocess.check_call(['pivot_root', '.', '.'])
    _check(_libc.umount2(b'.', MNT_DETACH), 'umount')
    mount('proc', '/proc', 'proc')
    os.chdir(here)


def layer(folder):
    """Makes the folder ours to write in, with what was there still there (as links)."""
    below = '/below' + folder
    if os.path.ismount(below):
        return
    # The folder may be there without the mount: another sandbox inside the same one made it (see again()).
    os.makedirs(below, exist_ok=True)
    bind(folder, below)
    # A test that opens one of the links for writing must not reach the machine's own file.
    mount('none', below, None, MS_REMOUNT | MS_BIND | MS_RDONLY)
    mount('none', folder, 'tmpfs', 0, 'mode=755')
    for name in os.listdir(below):
        os.symlink(below + '/' + name, folder + '/' + name)


def put(path, data, mode=0o644):
    """Writes a file in a layered folder, in the place of what was there."""
    if os.path.lexists(path):
        os.unlink(path)
    with open(path, 'wb') as file:
        file.write(data)
    os.chmod(path, mode)


def fresh_scratch():
    os.makedirs(SCRATCH, exist_ok=True)
    mount('none', SCRATCH, 'tmpfs', 0, 'mode=755')
    os.makedirs('/run/netns', exist_ok=True)


def fresh_network():
    """Settings of the current network namespace that every one of ours has: loopback up, no IPv6, long log queues."""
    for path, value in (('net/ipv6/conf/all/disable_ipv6', '1'), ('net/ipv6/conf/default/disable_ipv6', '1'),
                        ('net/unix/max_dgram_qlen', '4096')):
        try:
            with open('/proc/sys/' + path, 'w') as knob:
                knob.write(value)
        except OSError:
            pass  # a kernel without IPv6
    subprocess.check_call(['ip', 'link', 'set', 'lo', 'up'])


def again():
    """In a forked child: another sandbox inside the sandbox, with its own network, /run and scratch folder."""
    unshare(CLONE_NEWNS | CLONE_NEWNET)
    mount('none', '/', None, MS_REC | MS_PRIVATE)
    mount('none', '/run', 'tmpfs', 0, 'mode=755')
    fresh_network()
    fresh_scratch()
