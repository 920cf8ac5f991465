"""Random conversations over real configuration files: what a number in the name of a scenario makes of them.

random_FILE_SEED plays CONVERSATIONS conversations of a dozen clients with the file whose name begins with FILE. The
clients ask for addresses inside and outside the file's subnets, come directly and through relays, carry the vendor
classes and hardware addresses that the file speaks of, and send odd options and plain rubbish.
"""

import glob
import ipaddress
import os
import random
import re

from lib import dhcp, programs

FILES = ('075', '120', '138', '014', '111')
CONVERSATIONS = 25  # with one start of the servers
# No pings: they would take a second each. No DNS updates: there is no name server. An abandon-lease-time of 0 frees an
# address when the stock's timer runs for some other lease of its pool, which is not to be foreseen.
TAIL = '\nping-check off;\nddns-update-style none;\nabandon-lease-time 86400;\n'


class Material:
    """What a configuration file gives to talk about."""

    def __init__(self, number):
        path = sorted(glob.glob(programs.shared('corpus/dhcpd.conf') + '/%s-*' % number))[0]
        with open(path, 'rb') as file:
            self.config = file.read() + TAIL.encode()
        text = re.sub(r'#[^\n]*', '', self.config.decode('utf-8', 'replace'))
        self.subnets = [ipaddress.ip_network('%s/%s' % pair, strict=False)
                        for pair in re.findall(r'subnet\s+([\d.]+)\s+netmask\s+([\d.]+)', text)]
        self.ranges = [(ipaddress.ip_address(first), ipaddress.ip_address(last or first)) for first, last in
                       re.findall(r'range\s+(?:dynamic-bootp\s+)?([\d.]+)(?:\s+([\d.]+))?\s*;', text)]
        self.hardware = re.findall(r'hardware\s+ethernet\s+([0-9a-fA-F:]{11,17})', text)
        self.words = [word for word in re.findall(r'"([^"\\]{1,40})"', text) if word.isascii()]
        self.used = [net for net in self.subnets if any(first in net for first, _ in self.ranges)] or self.subnets
        self.interfaces = ((self._server_address(self.used[0]),),)
        self.server = self.interfaces[0][0].split('/')[0]

    def _server_address(self, net):
        taken = [pair for pair in self.ranges if pair[0] in net]
        for host in net.hosts():
            if not any(first <= host <= last for first, last in taken):
                return '%s/%d' % (host, net.prefixlen)
        return '%s/%d' % (net[1], net.prefixlen)

    def address(self, dice):
        """Mostly one of a range, sometimes of a subnet, sometimes of nowhere."""
        throw = dice.random()
        if self.ranges and throw < 0.7:
            first, last = dice.choice(self.ranges)
            return str(first + dice.randrange(min(int(last) - int(first) + 2, 12)))
        net = dice.choice(self.subnets)
        if throw < 0.9:
            return str(net[dice.randrange(min(net.num_addresses, 300))])
        return dice.choice(('10.255.255.1', '0.0.0.0', '255.255.255.255', '172.31.9.9'))


def hosts():
    """Lines of /etc/hosts for all names that the files speak of: there is no name server to ask."""
    names = set()
    for number in FILES:
        text = re.sub(r'#[^\n]*|"[^"]*"', '', Material(number).config.decode('utf-8', 'replace'))
        names.update(name for name in re.findall(r'[\w-]+(?:\.[\w-]+)+', text) if re.search('[a-zA-Z]', name))
    return ''.join('192.0.2.%d %s\n' % (index % 250 + 1, name) for index, name in enumerate(sorted(names)))


class Conversation:
    def __init__(self, twin, material, dice):
        self.twin, self.material, self.dice = twin, material, dice
        self.clients = [self._client(number) for number in range(12)]

    def _client(self, number):
        dice, material = self.dice, self.material
        more = {}
        if dice.random() < 0.4:
            more['uid'] = dice.choice((b'\1\2\3', b'uid-%d' % number, b'shared', b'\0', bytes(range(30))))
        if dice.random() < 0.3:
            more['hostname'] = dice.choice(('name-%d' % number, 'shared', 'with space', 'nul\0'))
        if dice.random() < 0.4:
            more['relay'] = str(dice.choice(material.subnets)[dice.choice((1, 2))])
        elif dice.random() < 0.05:
            more['relay'] = '172.30.0.1'
        if more.get('relay') == material.server:
            del more['relay']
        if dice.random() < 0.2:
            more['flags'] = dhcp.BROADCAST
        if material.hardware and dice.random() < 0.4:
            parts = dice.choice(material.hardware).split(':')
            if len(parts) == 6:
                more['mac'] = ':'.join(parts)
        more['prl'] = dice.choice(((1, 3, 6, 15), (), (1, 3, 6, 12, 15, 28, 42, 43, 51, 54, 60, 66, 67), (1,), (3, 1, 43)))
        options = []
        if material.words and dice.random() < 0.5:
            options.append((dice.choice((60, 60, 77, 12)), dice.choice(material.words).encode()[:40]))
        if dice.random() < 0.2:
            options.append((93, dhcp.u16(dice.choice((0, 6, 7, 9)))))
        if 'relay' in more and dice.random() < 0.5:
            options.append((82, b'\1\2p%d\2\1r' % (number % 10)))
        return self.twin.client(0x500 + number, options=options, **more)

    def _extra(self):
        dice = self.dice
        out = []
        if dice.random() < 0.15:
            out.append((51, dhcp.u32(dice.choice((0, 1, 60, 3600, 99999999, 0xffffffff)))))
        if dice.random() < 0.1:
            out.append((57, dhcp.u16(dice.choice((0, 300, 576, 1500)))))
        if dice.random() < 0.1:
            out.append((dice.randrange(1, 254), bytes(dice.randrange(256) for _ in range(dice.randrange(6)))))
        return [option for option in out if option[0] not in (50, 53, 54)]

    def step(self):
        dice = self.dice
        client = dice.choice(self.clients)
        extra = self._extra()
        address = client.ack.address() if client.ack and dice.random() < 0.6 else self.material.address(dice)
        header = {'secs': dice.choice((0, 0, 0, 5, 300))}
        throw = dice.random()
        if throw < 0.35:
            if dice.random() < 0.3:
                extra.append((50, dhcp.ip(self.material.address(dice))))
            offer = client.discover(*extra, **header)
            if offer and offer.kind() == dhcp.OFFER and dice.random() < 0.85:
                client.request(offer, *extra, **header)
        elif throw < 0.47:
            client.reboot(address, *extra, **header)
        elif throw < 0.55:
            client.request(address, *extra, server_id=dice.choice((self.material.server, '192.0.2.1')), **header)
        elif throw < 0.68:
            client.renew(address, *extra, **header)
        elif throw < 0.75:
            client.rebind(address, *extra, **header)
        elif throw < 0.84:
            client.release(address, *extra, server_id=self.material.server, **header)
        elif throw < 0.88:
            client.decline(address, *extra, **header)
        elif throw < 0.92:
            client.inform(address, *extra, **header)
        elif throw < 0.96:
            client.bootp(*extra, **header)
        else:
            self.rubbish()

    def rubbish(self):
        dice = self.dice
        data = bytearray(dhcp.Message(chaddr='02:c0:00:00:06:01', xid=dice.getrandbits(32),
                                      options=[(53, dice.randrange(1, 15)), (55, b'\1\3'), (61, b'rubbish')]).encode())
        for _ in range(dice.randrange(1, 6)):
            data[dice.choice((0, 1, 2, 3, 10, 24, 28, 240, 241, 242, 243, 245, 247, 248, dice.randrange(len(data))))] = dice.randrange(256)
        data[24:28] = b'\0\0\0\0'  # a relay that nobody can reach would only be ARP
        self.twin.send(dhcp.Message(raw=bytes(data[:dice.choice((len(data), len(data), dice.randrange(len(data))))])),
                       '02:c0:00:00:06:01', title='rubbish ' + bytes(data[:4]).hex() + ' ' + bytes(data[236:264]).hex())


def play(name):
    """(configuration, options, function) of the scenario random_FILE_SEED."""
    number, seed = name.split('_')[1:]
    material = Material(number)

    def conversations(twin):
        for index in range(CONVERSATIONS):
            dice = random.Random('%s/%s/%d' % (number, seed, index))
            conversation = Conversation(twin, material, dice)
            for _ in range(dice.randrange(3, 9)):
                conversation.step()
            if dice.random() < 0.05:
                twin.restart()
    return material.config, {'interfaces': material.interfaces}, conversations


def names(count, seed):
    """Names for at least this many conversations, spread over the files."""
    batches = -(-count // CONVERSATIONS)
    return ['random_%s_%d' % (FILES[index % len(FILES)], seed + index // len(FILES)) for index in range(batches)]
