"""Listens on an interface for what a boot is made of: DHCP and TFTP requests."""

import ctypes
import select
import socket
import struct
import time

from . import dhcp
from .wire import Datagram

SO_ATTACH_FILTER = 26


# Classic BPF: whole datagrams of UDP, without IP options, to port 67, 68 or 69 or from port 67.
REQUESTS = [(0x28, 0, 0, 12), (0x15, 0, 9, 0x0800), (0x30, 0, 0, 23), (0x15, 0, 7, 17), (0x28, 0, 0, 34), (0x15, 4, 0, 67),
            (0x28, 0, 0, 36), (0x15, 2, 0, 67), (0x15, 1, 0, 68), (0x15, 0, 1, 69), (0x06, 0, 0, 65535), (0x06, 0, 0, 0)]
# The first 200 bytes of every UDP datagram.
BEGINNINGS = [(0x28, 0, 0, 12), (0x15, 0, 3, 0x0800), (0x30, 0, 0, 23), (0x15, 0, 1, 17), (0x06, 0, 0, 200), (0x06, 0, 0, 0)]


def _attach(connection, code):
    program = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *line) for line in code))
    connection.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack('HL', len(code), ctypes.addressof(program)))


class TftpRequest:
    """A read or write request: its file, mode and options, and when it came."""

    def __init__(self, datagram):
        self.at, self.client = datagram.at, datagram.source
        self.port = datagram.source_port
        words = datagram.payload[2:].split(b'\0')
        self.file = words[0].decode('utf-8', 'replace')
        self.mode = words[1].decode('ascii', 'replace') if len(words) > 1 else ''
        self.options = dict(zip(words[2::2], words[3::2]))


class Capture:
    """Takes in datagrams from now on; dhcp (Datagram) and tftp (TftpRequest) in the order of their coming."""

    def __init__(self, interface, host):
        with host.inside():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            _attach(self.socket, REQUESTS)
            self.socket.bind((interface, 3))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.setblocking(False)
        self.dhcp, self.tftp = [], []

    def fileno(self):
        return self.socket.fileno()

    def drain(self):
        while True:
            try:
                frame = self.socket.recv(65536)
            except BlockingIOError:
                return
            datagram = Datagram(frame)
            if datagram.target_port == 69:
                self.tftp.append(TftpRequest(datagram))
            elif datagram.target_port in (67, 68):
                self.dhcp.append(datagram)

    def wait(self, seconds):
        select.select([self], [], [], seconds)
        self.drain()

    def messages(self, mac):
        """The DHCP messages of one client, decoded, in order."""
        self.drain()
        decoded = [datagram.message() for datagram in self.dhcp]
        return [message for message in decoded if message.chaddr[:6] == dhcp.mac(mac)]


class Transfer:
    """A file on its way to a client: bytes so far, first and last packet's time."""

    def __init__(self, request):
        self.file, self.first, self.last, self.bytes, self.done = request.file, request.at, request.at, 0, False
        self.block_size = 512


class Transfers:
    """Follows every read request to its end by the packets on the wire."""

    def __init__(self, interface, host):
        with host.inside():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            _attach(self.socket, BEGINNINGS)
            self.socket.bind((interface, 3))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
        self.socket.setblocking(False)
        self.open = {}  # (client, its port) -> Transfer

    def drain(self):
        while True:
            try:
                frame = self.socket.recv(200)
            except BlockingIOError:
                return
            if len(frame) < 46:
                continue
            datagram = Datagram(frame)
            if datagram.target_port == 69:
                self.open[datagram.source, datagram.source_port] = Transfer(TftpRequest(datagram))
                continue
            transfer = self.open.get((datagram.target, datagram.target_port))
            if transfer:
                self._packet(transfer, datagram, struct.unpack_from('!H', frame, 38)[0] - 8)

    @staticmethod
    def _packet(transfer, datagram, length):
        """One packet from the server."""
        transfer.last = datagram.at
        operation = datagram.payload[1] if len(datagram.payload) > 1 else 0
        if operation == 3:
            transfer.bytes += length - 4
            transfer.done = length - 4 < transfer.block_size
        elif operation == 5:
            transfer.done = True
        elif operation == 6:
            words = datagram.payload[2:].lower().split(b'\0')
            if b'blksize' in words:
                transfer.block_size = int(words[words.index(b'blksize') + 1])

    def finished(self):
        """Those that have come to their end since the last call, in the order of that."""
        done = sorted((transfer.last, key) for key, transfer in self.open.items() if transfer.done)
        return [self.open.pop(key) for _, key in done]
