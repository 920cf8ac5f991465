"""A raw client on one cable: sends frames as any machine, any address; takes in what the server sends.

It answers ARP for the addresses that it owns, so that a server's kernel can reach them, and (where told to) pings.
"""

import random
import select
import socket
import struct
import time

from . import dhcp
from .daemon import Failure

ETH_IP, ETH_ARP = 0x0800, 0x0806
BROADCAST_MAC = b'\xff' * 6
BROADCAST_IP = '255.255.255.255'


def checksum(data):
    if len(data) % 2:
        data += b'\0'
    total = sum(struct.unpack('!%dH' % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip_packet(source, target, protocol, payload, ttl=64, identity=0):
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), identity, 0, ttl, protocol, 0,
                       dhcp.ip(source), dhcp.ip(target))
    return head[:10] + struct.pack('!H', checksum(head)) + head[12:] + payload


def udp_packet(source, source_port, target, target_port, payload, bad_checksum=False, no_checksum=False):
    head = struct.pack('!HHHH', source_port, target_port, 8 + len(payload), 0)
    pseudo = dhcp.ip(source) + dhcp.ip(target) + struct.pack('!BBH', 0, 17, 8 + len(payload))
    total = checksum(pseudo + head + payload) or 0xffff
    if bad_checksum:
        total = (total ^ 0x1111) or 1
    return ip_packet(source, target, 17, head[:6] + struct.pack('!H', 0 if no_checksum else total) + payload)


class Datagram:
    """A UDP datagram as it came off the wire."""

    def __init__(self, frame):
        self.to_mac, self.from_mac = dhcp.mac_text(frame[:6]), dhcp.mac_text(frame[6:12])
        packet = frame[14:]
        head = (packet[0] & 15) * 4
        self.tos, self.ttl = packet[1], packet[8]
        self.source, self.target = dhcp.ip_text(packet[12:16]), dhcp.ip_text(packet[16:20])
        self.source_port, self.target_port, length = struct.unpack_from('!HHH', packet, head)
        self.payload = packet[head + 8:head + length]
        self.at = time.monotonic()

    def message(self):
        return dhcp.Message.decode(self.payload)

    def route(self):
        return '%s:%d > %s:%d at %s ttl %d tos %02x' % (self.source, self.source_port, self.target, self.target_port,
                                                        self.to_mac, self.ttl, self.tos)


class Wire:
    """One end of a cable, opened in the host (None: the sandbox's own network)."""

    def __init__(self, interface, host=None, ports=(67, 68)):
        self.interface = interface
        self.ports = set(ports)
        self.owned = {}  # address text -> hardware address: ARP is answered for these
        self.pingable = set()  # of these, ICMP echo is answered as well
        self.arps = []  # addresses asked for by ARP
        self.pings = []  # addresses pinged
        self.inbox = []
        if host:
            with host.inside():
                self._open()
        else:
            self._open()

    def _open(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind((self.interface, 3))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.setblocking(False)

    def fileno(self):
        return self.socket.fileno()

    def own(self, address, mac):
        self.owned[address] = dhcp.mac(mac)

    def send_frame(self, target_mac, source_mac, kind, payload, tag=None):
        tag_bytes = b'' if tag is None else struct.pack('!HH', 0x8100, tag)
        self.socket.send(dhcp.mac(target_mac) + dhcp.mac(source_mac) + tag_bytes + struct.pack('!H', kind) + payload)

    def send(self, message, source_mac, target_mac=BROADCAST_MAC, source='0.0.0.0', target=BROADCAST_IP,
             source_port=68, target_port=67, tag=None, **more):
        """A Message (or bytes) in UDP, in IP, in Ethernet."""
        payload = message if isinstance(message, bytes) else message.encode()
        packet = udp_packet(source, source_port, target, target_port, payload, **more)
        self.send_frame(target_mac, source_mac, ETH_IP, packet, tag)

    def drain(self):
        """Takes in what has come (answering ARP and pings); DHCP datagrams go to the inbox."""
        while True:
            try:
                frame, address = self.socket.recvfrom(65536)
            except BlockingIOError:
                return
            if address[2] == socket.PACKET_OUTGOING or len(frame) < 34:
                continue
            kind = struct.unpack_from('!H', frame, 12)[0]
            if kind == ETH_ARP:
                self._arp(frame)
            elif kind == ETH_IP and frame[23] == 17 and struct.unpack_from('!H', frame, 16 + 20)[0] in self.ports:
                self.inbox.append(Datagram(frame))
            elif kind == ETH_IP and frame[23] == 1:
                self._icmp(frame)

    def _arp(self, frame):
        operation, sender_mac, sender, _, target = struct.unpack_from('!H6s4s6s4s', frame, 20)
        if operation != 1:
            return
        text = dhcp.ip_text(target)
        self.arps.append(text)
        if text in self.owned:
            mac = self.owned[text]
            self.send_frame(sender_mac, mac, ETH_ARP,
                            struct.pack('!HHBBH6s4s6s4s', 1, ETH_IP, 6, 4, 2, mac, target, sender_mac, sender))

    def _icmp(self, frame):
        packet = frame[14:]
        if packet[20] != 8:
            return
        text = dhcp.ip_text(packet[16:20])
        self.pings.append(text)
        if text in self.pingable:
            total = struct.unpack_from('!H', packet, 2)[0]
            body = b'\0\0\0\0' + packet[24:total]
            answer = body[:2] + struct.pack('!H', checksum(body)) + body[4:]
            self.send_frame(frame[6:12], frame[:6], ETH_IP, ip_packet(text, packet[12:16], 1, answer))

    def await_datagram(self, wanted=lambda datagram: True, timeout=5, what='a reply'):
        """The first datagram of the inbox that is wanted; it is taken out."""
        end = time.monotonic() + timeout
        while True:
            self.drain()
            for index, datagram in enumerate(self.inbox):
                if wanted(datagram):
                    return self.inbox.pop(index)
            left = end - time.monotonic()
            if left <= 0:
                raise Failure('%s: no datagram in %g s: %s (%d others)' % (self.interface, timeout, what, len(self.inbox)))
            select.select([self], [], [], left)


class Client:
    """A DHCP client on a wire: a hardware address, and the four-way conversation step by step."""

    def __init__(self, wire, mac, server=None, options=(), **header):
        self.wire, self.mac, self.server = wire, dhcp.mac(mac), server
        self.options, self.header = list(options), header
        self.xid = random.Random(mac if isinstance(mac, str) else dhcp.mac_text(mac)).getrandbits(32)

    def send(self, kind, options=(), **header):
        """Sends one message of this client; returns its xid."""
        self.xid = (self.xid + 1) & 0xffffffff
        fields = dict(self.header, chaddr=self.mac, xid=self.xid)
        fields.update(header)
        message = dhcp.Message(options=[(53, kind)] + list(options) + self.options, **fields)
        self.wire.send(message, self.mac)
        return self.xid

    def ask(self, kind, options=(), timeout=5, **header):
        """Sends and awaits the reply."""
        xid = self.send(kind, options, **header)
        datagram = self.wire.await_datagram(lambda d: d.target_port != 67 and d.message().op == 2 and d.message().xid == xid,
                                            timeout, 'reply to %s' % dhcp.TYPE_NAMES.get(kind, kind))
        return datagram.message()

    def discover(self, *options, **more):
        return self.ask(dhcp.DISCOVER, options, **more)

    def request(self, offer, *options, **more):
        """Asks for what was offered."""
        chosen = [(50, offer.yiaddr), (54, offer.option(54))]
        return self.ask(dhcp.REQUEST, chosen + list(options), **more)

    def bind(self, *options):
        """The whole conversation; returns the ACK."""
        ack = self.request(self.discover(*options), *options)
        if ack.kind() != dhcp.ACK:
            raise Failure('%s instead of an ACK' % ack.kind_name())
        self.wire.own(ack.address(), self.mac)
        return ack
