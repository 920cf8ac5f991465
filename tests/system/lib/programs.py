"""Where the programs under test and the stock programs are."""

import functools
import os
import shutil
import sys

from . import sandbox

STOCK = os.environ.get('BOOTSERVER_STOCK', '')
BUILD = os.environ.get('BUILD', '')


def find(name, *places):
    """The first of the places that is a program, else the name looked up in PATH and the sbin folders; None if nowhere."""
    for place in places:
        if place and os.access(place, os.X_OK):
            return place
    return shutil.which(name, path=os.environ.get('PATH', '') + ':/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin')


def stock(path):
    """A file of a stock package: unpacked by contrib/check, or installed. None if nowhere."""
    for place in ((STOCK + path,) if STOCK else ()) + (path,):
        if os.path.exists(place):
            return place
    return None


def need_stock(path):
    return stock(path) or sandbox.skip('not here: %s of the stock package' % path)


def need(name):
    """A tool of the machine, or the test is skipped."""
    return find(name, *(STOCK + folder + name for folder in ('/usr/bin/', '/usr/sbin/', '/bin/', '/sbin/'))) \
        or sandbox.skip('not here: ' + name)


def ours(name, variable):
    """A program under test: $DHCPD or $TFTPD, else the one of the build folder, else skipped. 'stock' means the stock one."""
    chosen = os.environ.get(variable)
    if chosen == 'stock':
        return need_stock('/usr/sbin/' + name)
    return find(name, chosen) if chosen else _built(name)


def _built(name):
    path = os.path.join(BUILD or os.getcwd(), name)
    if not os.access(path, os.X_OK):
        sandbox.skip('not built: ' + path)
    return path


def dhcpd():
    return ours('dhcpd', 'DHCPD')


def tftpd():
    return ours('in.tftpd', 'TFTPD')


def shared(path):
    """A file of the reference folder beside the source tree, or the test is skipped."""
    root = os.environ.get('SHARED') or os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), '../../../shared')
    whole = os.path.join(root, path)
    return whole if os.path.exists(whole) else sandbox.skip('not here: ' + whole)


@functools.lru_cache(maxsize=None)
def instrumented(program):
    """Was it built with --enable-sanitizers? Then it has no system call filter, and its memory is not that of the product."""
    with open(program, 'rb') as file:
        return b'__asan_init' in file.read()
