"""A host that runs a DHCP server, and the wires to it."""

import os
import shutil
import subprocess

from . import net, sandbox
from .daemon import Daemon
from .wire import Wire

SERVER_MAC = '02:00:00:00:00:%02x'


class DhcpHost:
    """A host with interfaces eth0, eth1, … (each with a wire of the sandbox's own at its other end), where a dhcpd runs.

    interfaces: list of lists of address/prefix texts. Replies to anywhere leave by eth0 (the wire answers ARP).
    """

    def __init__(self, name, interfaces=(('192.168.0.1/24',),), wires=True):
        self.host = net.Host(name)
        self.folder = '%s/%s' % (sandbox.SCRATCH, name)
        os.mkdir(self.folder)
        self.wires = []
        self.daemon = None
        for index, addresses in enumerate(interfaces):
            interface, peer = 'eth%d' % index, '%s-%d' % (name, index)
            net.cable(self.host, interface, None, peer, mac_a=SERVER_MAC % (index + 1))
            if addresses:
                self.host.address(interface, *addresses)
            if wires:
                self.wires.append(Wire(peer))
        if interfaces and interfaces[0]:
            self.host.batch('route add default dev eth0')

    def path(self, name):
        return self.folder + '/' + name

    def write(self, name, text):
        with open(self.path(name), 'wb') as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return self.path(name)

    def command(self, program, flags=('-f',), interfaces=()):
        """The files are named by the same paths whatever the host: the folder is laid over /srv-dhcp."""
        return [program] + list(flags) + ['-cf', '/run/dhcp/dhcpd.conf', '-lf', '/run/dhcp/dhcpd.leases',
                                          '-pf', '/run/dhcp/dhcpd.pid'] + list(interfaces)

    def start(self, program, config=None, leases=None, flags=('-f',), interfaces=(), wait=True, env=None):
        """Starts the program with the configuration; waits until it serves."""
        if config is not None:
            self.write('dhcpd.conf', config)
        if leases is not None or not os.path.exists(self.path('dhcpd.leases')):
            self.write('dhcpd.leases', leases or '')
        if not os.path.isdir('/run/dhcp'):
            os.mkdir('/run/dhcp')
        self.daemon = Daemon(self.command(program, flags, interfaces), self.host, binds=[(self.folder, '/run/dhcp')],
                             name='dhcpd', env=env)
        if wait:
            self.daemon.await_line('^Server starting service')
        return self.daemon

    def check(self, program, config, flags=('-t',), env=None):
        """Runs it to its end; (exit status, what it said)."""
        self.start(program, config, flags=flags, wait=False, env=env)
        status = self.daemon.wait()
        self.daemon.log.drain()
        return status, self.daemon.stderr()

    def leases_path(self):
        return self.path('dhcpd.leases')
