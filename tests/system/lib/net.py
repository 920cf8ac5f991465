"""Hosts (network namespaces) and the cables between them."""

import contextlib
import os
import subprocess

from . import sandbox


def ip(*words):
    subprocess.check_call(('ip',) + words)


def ip_batch(lines, namespace=None):
    """Runs the lines with one start of ip."""
    command = ['ip'] + (['-n', namespace] if namespace else []) + ['-batch', '-']
    done = subprocess.run(command, input='\n'.join(lines).encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise RuntimeError('ip: %s: %s' % (lines, done.stdout.decode()))


class Host:
    """A network namespace with a name; it lives as long as the sandbox."""

    def __init__(self, name):
        self.name = name
        ip('netns', 'add', name)
        self.descriptor = os.open('/run/netns/' + name, os.O_RDONLY | os.O_CLOEXEC)
        with self.inside():
            sandbox.fresh_network()

    @contextlib.contextmanager
    def inside(self):
        """What is opened in this block (sockets) belongs to the host."""
        before = os.open('/proc/self/ns/net', os.O_RDONLY | os.O_CLOEXEC)
        sandbox.setns(self.descriptor, sandbox.CLONE_NEWNET)
        try:
            yield self
        finally:
            sandbox.setns(before, sandbox.CLONE_NEWNET)
            os.close(before)

    def ip(self, *words):
        ip('-n', self.name, *words)

    def batch(self, *lines):
        ip_batch(lines, self.name)

    def address(self, interface, *addresses):
        self.batch(*['addr add %s dev %s' % (a, interface) for a in addresses])

    def enter(self):
        """For good, in a child that is about to exec."""
        sandbox.setns(self.descriptor, sandbox.CLONE_NEWNET)

    def popen(self, command, **more):
        return subprocess.Popen(command, preexec_fn=self.enter, **more)

    def run(self, command, **more):
        more.setdefault('stdout', subprocess.PIPE)
        more.setdefault('stderr', subprocess.STDOUT)
        return subprocess.run(command, preexec_fn=self.enter, **more)


def cable(host_a, name_a, host_b, name_b, mac_a=None, mac_b=None):
    """A veth pair, both ends up. A host of None is the sandbox's own network."""
    def end(host, name, mac):
        return 'name %s%s%s' % (name, ' address ' + mac if mac else '', ' netns ' + host.name if host else '')
    ip_batch(['link add %s type veth peer %s' % (end(host_a, name_a, mac_a), end(host_b, name_b, mac_b))])
    for host, name in ((host_a, name_a), (host_b, name_b)):
        ip_batch(['link set dev %s up' % name], host.name if host else None)


def bridge(host, name, *ports):
    """A switch: the named interfaces of the host joined."""
    host.batch('link add %s type bridge forward_delay 0' % name, 'link set %s up' % name,
               *['link set %s master %s up' % (port, name) for port in ports])
