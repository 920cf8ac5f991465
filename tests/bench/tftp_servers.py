"""The TFTP servers that are compared; all serve the same folder from the same host."""

import os

from dhcp_servers import SERVER, Server


class TftpServer(Server):
    durable = True

    def configure(self, case):
        self.root = case


class Ours(TftpServer):
    name = 'ours'

    def command(self):
        return [self.program, '-L', '-s', self.root]


class TftpdHpa(TftpServer):
    name = 'tftpd-hpa'

    def command(self):
        return [self.program, '-L', '-4', '-a', '0.0.0.0:69', '-s', self.root]


class Atftpd(TftpServer):
    name = 'atftpd'

    def command(self):
        return [self.program, '--daemon', '--no-fork', '--bind-address', SERVER, '--user', 'root', '--group', 'root',
                '--maxthread', '2000', self.root]


class Dnsmasq(TftpServer):
    name = 'dnsmasq'

    def command(self):
        return [self.program, '--keep-in-foreground', '--port=0', '--enable-tftp', '--tftp-root=' + self.root,
                '--user=root', '--conf-file=/dev/null', '--pid-file=' + os.path.join(self.folder, 'pid'),
                '--tftp-max=2000', '--listen-address=' + SERVER, '--bind-interfaces']


class Limit(TftpServer):
    """No server: a loop without logic, for one client at a time (tftp_limit.cc)."""

    name = 'limit'

    def command(self):
        return [self.program, SERVER, self.root]
