"""What is left of a daemon's rights once it reads packets."""

import platform

from lib import dhcp
from lib.daemon import await_true
from faults import Shim
from peer import rrq
from trial import TftpSite, case, check

# Numbers of system calls that no daemon makes: execve, ptrace, mount.
FORBIDDEN = {'x86_64': (59, 101, 165), 'aarch64': (221, 117, 40)}


def dies_of_it(site, call, poke):
    """The server ends at the call, with a line that names it."""
    poke()
    await_true(lambda: not site.daemon.running(), 'its end')
    check(site.daemon.process.returncode != 0, 'it ended with 0')
    check(site.daemon.has_line('^forbidden system call *%d$' % call), 'no line in the log:\n' + site.daemon.words()[-500:])


def calls(t):
    if t.instrumented:
        return ()  # it has no filter
    return FORBIDDEN.get(platform.machine(), ())


@case('P-01', 'a forbidden system call ends the process and is logged')
def forbidden_call(t):
    for call in calls(t):
        shim = Shim(t)
        site = t.dhcpd(env=shim.env)
        shim.set(call=call)
        dies_of_it(site, call, lambda: site.fresh().send(dhcp.DISCOVER))
        t.forget(site)


@case('P-01/tftpd', 'a forbidden system call ends the process and is logged', 'tftpd')
def forbidden_call_tftpd(t):
    for call in calls(t):
        shim = Shim(t)
        site = TftpSite(t, env=shim.env)
        site.serves(5)
        shim.set(call=call)
        dies_of_it(site, call, lambda: site.peer().ask(rrq('small')))


def without_rights(t, site):
    with open('/proc/%d/status' % site.daemon.pid) as file:
        status = dict(line.split(None, 1) for line in file.read().replace(':', ' ').splitlines() if len(line.split()) > 1)
    held = [kind for kind in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb') if int(status[kind], 16)]
    check(not held, 'capabilities are left: ' + ' '.join('%s %s' % (kind, status[kind]) for kind in held))
    check(t.instrumented or status['NoNewPrivs'] == '1', 'new privileges can be had')
    check(t.instrumented or status['Seccomp'] == '2', 'no filter of system calls')


@case('P-02', 'no capability in any set, no new privileges, a filter')
def rights(t):
    without_rights(t, t.dhcpd())


@case('P-02/tftpd', 'no capability in any set, no new privileges, a filter', 'tftpd')
def rights_tftpd(t):
    without_rights(t, t.tftpd())
