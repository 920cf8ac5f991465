"""DHCP and BOOTP messages (RFC 951, 2131, 2132) as Python values: every byte can be said, nothing is corrected."""

import socket
import struct

DISCOVER, OFFER, REQUEST, DECLINE, ACK, NAK, RELEASE, INFORM = range(1, 9)
LEASEQUERY, LEASEUNASSIGNED, LEASEUNKNOWN, LEASEACTIVE = 10, 11, 12, 13
TYPE_NAMES = {1: 'DISCOVER', 2: 'OFFER', 3: 'REQUEST', 4: 'DECLINE', 5: 'ACK', 6: 'NAK', 7: 'RELEASE', 8: 'INFORM',
              10: 'LEASEQUERY', 11: 'LEASEUNASSIGNED', 12: 'LEASEUNKNOWN', 13: 'LEASEACTIVE'}
COOKIE = b'\x63\x82\x53\x63'
BROADCAST = 0x8000
PAD, END = 0, 255

_HEADER = struct.Struct('!BBBBIHH4s4s4s4s16s64s128s')


def ip(text):
    """4 bytes of a dotted address; bytes pass through."""
    return text if isinstance(text, bytes) else socket.inet_aton(text)


def ip_text(data):
    return socket.inet_ntoa(data)


def mac(text):
    return text if isinstance(text, bytes) else bytes(int(part, 16) for part in text.split(':'))


def mac_text(data):
    return ':'.join('%02x' % byte for byte in data)


def u8(number):
    return struct.pack('!B', number)


def u16(number):
    return struct.pack('!H', number)


def u32(number):
    return struct.pack('!I', number)


def ips(*texts):
    return b''.join(ip(text) for text in texts)


def options_bytes(options):
    """code, length, value of each (code, value); the codes 0 and 255 stand alone. A bytes item is put in as it is."""
    out = b''
    for item in options:
        if isinstance(item, bytes):
            out += item
            continue
        code, value = item
        if code in (PAD, END):
            out += bytes([code])
            continue
        value = bytes([value]) if isinstance(value, int) else value.encode() if isinstance(value, str) else value
        out += bytes([code, len(value)]) + value
    return out


def parse_options(data):
    """(options, what is left after END). A truncated option is given with code -1."""
    options, at = [], 0
    while at < len(data):
        code = data[at]
        if code == PAD:
            at += 1
            continue
        if code == END:
            return options, data[at + 1:]
        if at + 1 >= len(data) or at + 2 + data[at + 1] > len(data):
            options.append((-1, data[at:]))
            return options, b''
        options.append((code, data[at + 2:at + 2 + data[at + 1]]))
        at += 2 + data[at + 1]
    return options, None


class Message:
    """One packet. options: list of (code, value) in the order of the wire."""

    def __init__(self, op=1, htype=1, hlen=None, hops=0, xid=0, secs=0, flags=0, ciaddr='0.0.0.0', yiaddr='0.0.0.0',
                 siaddr='0.0.0.0', giaddr='0.0.0.0', chaddr=b'', sname=b'', file=b'', options=(), cookie=COOKIE,
                 end=True, size=300, raw=None):
        self.op, self.htype, self.hops, self.xid, self.secs, self.flags = op, htype, hops, xid, secs, flags
        self.ciaddr, self.yiaddr, self.siaddr, self.giaddr = ip(ciaddr), ip(yiaddr), ip(siaddr), ip(giaddr)
        self.chaddr = mac(chaddr)
        self.hlen = len(self.chaddr) if hlen is None else hlen
        self.sname, self.file = sname, file
        self.options = list(options)
        self.cookie, self.end, self.size, self.raw = cookie, end, size, raw
        self.file_options, self.sname_options, self.rest = [], [], b''

    def encode(self):
        """The bytes: options, END and zeros to size (300, the least that old relays pass on)."""
        if self.raw is not None:
            return self.raw
        data = _HEADER.pack(self.op, self.htype, self.hlen, self.hops, self.xid, self.secs, self.flags, self.ciaddr,
                            self.yiaddr, self.siaddr, self.giaddr, self.chaddr, self.sname, self.file)
        if self.cookie:
            data += self.cookie + options_bytes(self.options) + (b'\xff' if self.end else b'')
        return data + b'\0' * (self.size - len(data))

    @staticmethod
    def decode(data):
        if len(data) < _HEADER.size:
            raise ValueError('%d bytes are no BOOTP message' % len(data))
        fields = _HEADER.unpack_from(data)
        message = Message(*fields[:11], chaddr=fields[11], sname=fields[12], file=fields[13], size=len(data))
        # positional order above: op htype hlen hops xid secs flags ciaddr yiaddr siaddr giaddr
        message.hlen = fields[2]
        message.cookie = data[_HEADER.size:_HEADER.size + 4]
        if message.cookie == COOKIE:
            message.options, message.rest = parse_options(data[_HEADER.size + 4:])
            overload = message.option(52)
            if overload and overload[0] & 1:
                message.file_options = parse_options(message.file)[0]
            if overload and overload[0] & 2:
                message.sname_options = parse_options(message.sname)[0]
        else:
            message.rest = data[_HEADER.size:]
        return message

    def option(self, code):
        """The value (pieces of the same code joined), None if absent."""
        pieces = [v for c, v in self.options + self.file_options + self.sname_options if c == code]
        return b''.join(pieces) if pieces else None

    def codes(self):
        return [code for code, _ in self.options]

    def kind(self):
        value = self.option(53)
        return value[0] if value else 0

    def kind_name(self):
        return TYPE_NAMES.get(self.kind(), 'type %d' % self.kind()) if self.option(53) else 'BOOTP'

    def address(self):
        return ip_text(self.yiaddr)

    def lines(self):
        """One line a field, one an option in order: what the twin test compares."""
        out = ['%s op %d htype %d hlen %d hops %d xid %08x secs %d flags %04x' %
               (self.kind_name(), self.op, self.htype, self.hlen, self.hops, self.xid, self.secs, self.flags)]
        for name in ('ciaddr', 'yiaddr', 'siaddr', 'giaddr'):
            out.append('%s %s' % (name, ip_text(getattr(self, name))))
        out.append('chaddr %s' % mac_text(self.chaddr))
        overload = (self.option(52) or b'\0')[0]
        out.append('sname %s' % ('(options)' if overload & 2 else _text(self.sname.rstrip(b'\0'))))
        out.append('file %s' % ('(options)' if overload & 1 else _text(self.file.rstrip(b'\0'))))
        if self.cookie != COOKIE:
            out.append('no cookie: %s' % (self.rest.rstrip(b'\0').hex() or 'zeros'))
        for where, options in (('option', self.options), ('file option', self.file_options),
                               ('sname option', self.sname_options)):
            for code, value in options:
                out.append('%s %d %s' % (where, code, value.hex()))
        out.append('size %d%s' % (self.size, '' if self.rest is None or not self.rest.strip(b'\0') else ' not zero after end'))
        return out


def _text(data):
    return repr(data)[1:]
