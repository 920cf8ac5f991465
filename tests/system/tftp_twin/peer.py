"""A TFTP client made of single datagrams, and what it heard."""

import socket
import struct
import time

RRQ, WRQ, DATA, ACK, ERROR, OACK = range(1, 7)
SILENCE = 0.3  # seconds without a datagram that count as "no answer"


def request(opcode, name, *options, mode='octet'):
    """The options are name, value, name, value, …"""
    words = [name, mode] + [str(word) for word in options]
    return struct.pack('!H', opcode) + b''.join(
        (word if isinstance(word, bytes) else word.encode('latin-1')) + b'\0' for word in words)


def rrq(name, *options, mode='octet'):
    return request(RRQ, name, *options, mode=mode)


def wrq(name, *options, mode='octet'):
    return request(WRQ, name, *options, mode=mode)


def ack(number):
    return struct.pack('!HH', ACK, number & 0xffff)


def data(number, payload):
    return struct.pack('!HH', DATA, number & 0xffff) + payload


def error(code, text=b''):
    return struct.pack('!HH', ERROR, code) + text + b'\0'


def spelt(packet):
    """A datagram as a line for a failure's text."""
    if packet is None:
        return 'silence'
    if len(packet) < 4:
        return repr(packet)
    opcode, second = struct.unpack('!HH', packet[:4])
    if opcode == DATA:
        return 'DATA %d, %d octets %r' % (second, len(packet) - 4, packet[4:40])
    if opcode == ACK:
        return 'ACK %d%s' % (second, '' if len(packet) == 4 else ' and %r' % packet[4:])
    if opcode == ERROR:
        return 'ERROR %d %r' % (second, packet[4:])
    if opcode == OACK:
        return 'OACK %r' % packet[2:]
    return repr(packet)


class Peer:
    """One client port against one server. What it hears is kept in `heard`, None for silence."""

    def __init__(self, server, bind='127.0.0.1'):
        self.server = server
        self.heard = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((bind, 0))
        self.tid = None

    def close(self):
        self.socket.close()

    def ask(self, packet):
        self.tid = None
        self.socket.sendto(packet, self.server)

    def send(self, packet):
        self.socket.sendto(packet, self.tid or self.server)

    def receive(self, timeout=SILENCE):
        """The next datagram, or None after so many seconds."""
        end = time.monotonic() + timeout
        while True:
            self.socket.settimeout(max(end - time.monotonic(), 0.001))
            try:
                packet, address = self.socket.recvfrom(70000)
            except socket.timeout:
                self.heard.append(None)
                return None
            except ConnectionRefusedError:
                continue
            if self.tid is None:
                self.tid = address
            self.heard.append(packet)
            return packet

    # Wholes made of these.

    def first_answer(self, packet):
        """Asks, hears one answer and ends the transfer, if one has begun."""
        self.ask(packet)
        answer = self.receive(1.0)
        if answer is not None and answer[1] in (DATA, OACK, ACK):
            self.send(error(0, b'enough'))
        return answer

    def silent(self, packet):
        self.ask(packet)
        self.receive()

    def fetch(self, packet, window=1, limit=100000):
        """A whole file, acknowledging each window. Returns what came in the blocks."""
        self.ask(packet)
        size, whole, expected, got = 512, b'', 1, 0
        answer = self.receive(2.0)
        if answer and answer[1] == OACK:
            words = answer[2:].split(b'\0')
            options = {words[i].lower(): words[i + 1] for i in range(0, len(words) - 1, 2)}
            size = int(options.get(b'blksize', options.get(b'blksize2', 512)))
            self.send(ack(0))
            answer = self.receive(2.0)
        while answer and answer[1] == DATA and limit:
            limit -= 1
            whole += answer[4:]
            got += 1
            last = len(answer) - 4 < size
            if last or got % window == 0:
                self.send(answer[:1] + bytes([ACK]) + answer[2:4])
            if last:
                return whole
            expected += 1
            answer = self.receive(2.0)
        return None

    def put(self, packet, content, size=512):
        """A whole upload in lock-step."""
        self.ask(packet)
        answer = self.receive(2.0)
        if not answer or answer[1] not in (ACK, OACK):
            return False
        for number in range(len(content) // size + 1):
            self.send(data(number + 1, content[number * size:(number + 1) * size]))
            answer = self.receive(2.0)
            if not answer or answer[1] != ACK:
                return False
        return True
