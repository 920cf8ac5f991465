"""Listens on an interface for what a boot is made of: DHCP and TFTP requests."""

import ctypes
import select
import socket
import struct
import time

from . import dhcp
from .wire import Datagram

SO_ATTACH_FILTER = 26


def _filter():
    """Classic BPF: UDP without IP options to port 67, 68, 69 or from port 67."""
    code = [(0x28, 0, 0, 12), (0x15, 0, 9, 0x0800), (0x30, 0, 0, 23), (0x15, 0, 7, 17), (0x28, 0, 0, 34), (0x15, 4, 0, 67),
            (0x28, 0, 0, 36), (0x15, 2, 0, 67), (0x15, 1, 0, 68), (0x15, 0, 1, 69), (0x06, 0, 0, 65535), (0x06, 0, 0, 0)]
    program = ctypes.create_string_buffer(b''.join(struct.pack('HBBI', *line) for line in code))
    return program, struct.pack('HL', len(code), ctypes.addressof(program))


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
            program, descriptor = _filter()
            self.socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, descriptor)
            self.socket.bind((interface, 3))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.socket.setblocking(False)
        self.dhcp, self.tftp = [], []
        del program

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
