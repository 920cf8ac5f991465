"""What is said to both servers. A conversation is a function of a Peer, filed under the command line it needs.

`differs` marks a deliberate difference and gives its reason; such a conversation must differ, in datagrams or log lines.
"""

import time

from peer import ack, data, error, request, rrq, wrq

GROUPS = []  # (command line, map file text or None, [(name, function, reason or None)])


class Group:
    def __init__(self, *arguments, map_text=None):
        self.conversations = []
        GROUPS.append((arguments, map_text, self.conversations))

    def add(self, name, function, differs=None):
        self.conversations.append((name, function, differs))

    def answer(self, packet, name=None, differs=None):
        """One request and its first answer."""
        self.add(name or packet[2:80].decode('latin-1').replace('\0', ' '), lambda peer: peer.first_answer(packet), differs)

    def silence(self, packet, name=None, differs=None):
        self.add(name or repr(packet[:80]), lambda peer: peer.silent(packet), differs)


SECURE = ('-s', '/srv')

# Reasons that several conversations share.
STRICT = 'a request that is not terminated is refused whatever the buffer held before; the stock goes by chance'
TSIZE = 'tsize tells the real size, whatever number the client sent: atftpd and dnsmasq do so too'
WINDOW = 'windowsize (RFC 7440): the stock of this build has none'
UNPROVEN = 'an address that never answered is sent three copies at most (amplification)'
JOINED = 'a repeated request joins the running transfer; the stock starts another'
REGULAR = 'only regular files are served'
LINKS = 'a directory list is not left by a symbolic link'
COMPONENTS = 'directories are compared by whole components, as tftp-hpa 5.4 does'
SPACE = 'an OACK stays within 512 octets (RFC 2347)'
NO_RESEND = 'an ACK that is not 0 does not answer an OACK and is ignored; the stock sends remains of its buffer'
RESTART = 's starts at the first rule (fixed in 5.4); the stock of this build goes on at the second'
STRANGER = 'an unknown transfer ID is told so once (RFC 1350); the stock leaves it to ICMP'
IN_USE = 'a file that is being written or read is refused with a reason; the stock is silent'
LONG = 'a log line is cut at the length that every log daemon takes'
LEFT_BEHIND = 'a refused upload leaves no empty file behind; the answer is the same, the second one is too'


def options():
    group = Group('-vvv', *SECURE)
    for value in ('0', '1', '7'):
        group.answer(rrq('small', 'blksize', value))
    for value in ('8', '9', '511', '512', '513', '1024', '1428', '1456', '8192', '65463', '65464', '65465', '65535',
                  '70000', '18446744073709551615', '18446744073709551616', '512x', 'x', '0x200', ' 512', '+512', '0512',
                  '5 12', '99999999999999999999999'):
        group.answer(rrq('small', 'blksize', value))
    for value in ('-1', '-0', '-512', '-18446744073709551615', '-18446744073709551616'):
        group.answer(rrq('small', 'blksize', value))
        group.answer(rrq('small', 'timeout', value))
    for value in ('0', '7', '8', '9', '511', '512', '1000', '1024', '1400', '32767', '32768', '65464', '65536', 'x'):
        group.answer(rrq('small', 'blksize2', value))
    for value in ('0', '1', '2', '254', '255', '256', '65536', 'x', '1.5'):
        group.answer(rrq('small', 'timeout', value))
    for value in ('0', '9999', '10000', '100000', '254999999', '255000000', '255000001', 'x'):
        group.answer(rrq('small', 'utimeout', value))
    for value in ('0', '1', '2', '65534', '65535', '65536', '-1', 'x'):
        group.answer(rrq('small', 'rollover', value))
    group.answer(rrq('small', 'tsize', '0'))
    group.answer(rrq('empty', 'tsize', '0'))
    group.answer(rrq('small', 'tsize', '77'), differs=TSIZE)
    group.answer(rrq('small', 'tsize', 'x'))
    group.answer(rrq('small', 'tsize', '0', mode='netascii'))
    group.answer(wrq('writable', 'tsize', '12345'))
    group.answer(wrq('writable', 'tsize', '12345', mode='netascii'))
    group.answer(rrq('small', 'windowsize', '4'), differs=WINDOW)
    group.answer(rrq('small', 'multicast', '1'))
    group.answer(rrq('small', 'foo', 'bar'))
    group.answer(rrq('small', 'foo', '1', 'tsize', '0'))
    group.answer(rrq('small', 'tsize', '0', 'foo', '1', 'blksize', '600'))
    group.answer(rrq('small', 'BLKSIZE', '1024', 'TsIzE', '0'))
    group.answer(rrq('small', 'timeout', '3', 'blksize', '1024', 'tsize', '0', 'utimeout', '200000', 'rollover', '1'))
    group.answer(rrq('small', 'blksize', '1024', 'blksize', '600'))
    group.answer(rrq('small', 'blksize', '1024', 'blksize2', '600'))
    group.answer(rrq('small', 'blksize', '7', 'tsize', '0'))
    group.answer(rrq('small', 'tsize', '0', 'blksize', '7'))
    group.answer(rrq('small', 'tsize'))
    group.answer(rrq('small', 'tsize', ''))
    group.answer(rrq('small', '', '0', 'tsize', '0'))
    group.answer(rrq('small', 'tsize', '0', 'blksize'))
    group.answer(rrq('small', 'blksize', '', 'tsize', '0'))
    group.answer(rrq('small', *['tsize', '0'] * 40), 'tsize forty times')
    group.answer(rrq('small', *['tsize', '0'] * 60), 'tsize sixty times', differs=SPACE)
    group.answer(rrq('small', *['x%d' % i for i in range(200)]), 'a hundred unknown options')
    group.answer(rrq('missing', 'blksize', '7'), 'a missing file before a bad option')


def forms():
    group = Group('-vv', *SECURE)
    group.answer(rrq('small'))
    group.answer(rrq('small', mode='OcTeT'))
    group.answer(rrq('small', mode='NetASCII'))
    for mode in ('mail', 'binary', 'octetx', 'octe', ' octet', 'x' * 300):
        group.answer(rrq('small', mode=mode), 'mode ' + mode[:20])
    group.answer(b'\0\1small\0', 'no mode')
    group.answer(b'\0\1small\0\0', 'empty mode')
    group.answer(b'\0\1\0octet\0', 'empty name')
    group.answer(b'\0\1\0', 'only a NUL')
    group.answer(b'\0\2\0\0', 'WRQ of nothing')
    group.answer(b'\0\1small\0octet\0\0\0\0\0', 'NULs at the end')
    group.answer(b'\0\1small\0octet\0tsize\0000\0', 'tsize 000')
    group.answer(rrq('missing'))
    group.answer(wrq('missing'))
    group.answer(rrq('small/x'))
    group.answer(rrq('none/small'))
    group.answer(rrq('x' * 300), 'a name of 300')
    group.answer(rrq('x' * 255), 'a name of 255')
    group.answer(rrq('a/' * 2500 + 'x'), 'a path of 5000', differs=LONG)
    group.answer(rrq('a' * 60000), 'a name of 60000', differs=LONG)
    group.answer(rrq('/small'))
    group.answer(rrq('//small'))
    group.answer(rrq('./small'))
    group.answer(rrq('../small'))
    group.answer(rrq('../../../../../etc/passwd'))
    group.answer(rrq('/../etc/passwd'))
    group.answer(rrq('sub/../small'))
    group.answer(rrq('sub/inner'))
    group.answer(rrq('sub\\inner'))
    group.answer(rrq('SMALL'))
    group.answer(rrq('%2e%2e/small'))
    group.answer(rrq(b'..\xc0\xafsmall'))
    group.answer(rrq('C:\\small'))
    group.answer(rrq('link'))
    group.answer(rrq('link-out'))
    group.answer(rrq('link-loop'))
    group.answer(rrq('link-absolute'))
    group.answer(rrq('private'))
    group.answer(rrq('group'))
    group.answer(rrq('noentry/file'))
    group.answer(rrq('own-unreadable'))
    group.answer(wrq('small'))
    group.answer(wrq('sub'))
    group.answer(wrq('readonly-for-all'))
    group.add('a directory', lambda peer: peer.first_answer(rrq('sub')))
    group.add('a directory, asked its size', lambda peer: peer.first_answer(rrq('sub', 'tsize', '0')),
              'a directory is refused at once; the stock first tells the size of its entry')
    group.add('a device', lambda peer: peer.first_answer(rrq('zero', 'tsize', '0')), REGULAR)
    for opcode in (0, 3, 4, 5, 6, 7, 99, 256, 257, 511, 65535):
        group.silence(opcode.to_bytes(2, 'big') + b'small\0octet\0', 'opcode %d' % opcode)
    for packet in (ack(0), ack(1), data(1, b'x'), error(0, b'x'), error(5)):
        group.silence(packet)
    group.add('a request without its last NUL', lambda peer: (peer.first_answer(rrq('small')),
                                                             peer.first_answer(b'\0\1small\0octet')), STRICT)


def reading():
    group = Group('-v', *SECURE)
    for name in ('empty', 'one', 'f511', 'f512', 'f513', 'f1024', 'small', 'f40000'):
        group.add('fetch ' + name, lambda peer, name=name: peer.fetch(rrq(name)))
    for size in (8, 100, 1024, 1428, 8192, 65464):
        group.add('fetch f40000 in %d' % size, lambda peer, size=size: peer.fetch(rrq('f40000', 'blksize', size)))
    for name in ('text', 'text-cr', 'text-edge', 'f40000', 'empty', 'text-lf'):
        group.add('netascii ' + name, lambda peer, name=name: peer.fetch(rrq(name, mode='netascii')))
        group.add('netascii %s in 9' % name, lambda peer, name=name: peer.fetch(rrq(name, 'blksize', 9, mode='netascii')))
    for rollover in (0, 1, 7):
        group.add('rollover %d' % rollover, lambda peer, r=rollover: peer.fetch(rrq('f530000', 'blksize', 8, 'rollover', r)))

    def duplicates(peer):
        peer.ask(rrq('f1024'))
        peer.receive()
        peer.send(ack(0))
        peer.receive()
        for _ in range(3):
            peer.send(ack(1))
        peer.receive()
        peer.receive()
        peer.send(ack(7))
        peer.send(ack(65535))
        peer.receive()
        peer.send(ack(2))
        peer.receive()
        peer.send(ack(3))
    group.add('duplicated and foreign acknowledgements', duplicates)

    def odd_packets(peer):
        peer.ask(rrq('f1024'))
        peer.receive()
        for packet in (b'', b'\0', b'\0\4', b'\0\4\0', b'\0\3\0\1', b'\0\6x\0', b'\0\1small\0octet\0', b'\xff\xff\0\1', b'\0\5\0',):
            if packet[:2] != b'\0\5':
                peer.send(packet)
        peer.receive()
        peer.send(ack(1) + b'and more')
        peer.receive()
        peer.send(error(0, b'enough'))
        peer.receive()
    group.add('odd packets inside a transfer', odd_packets)

    def again(peer, packet, proof, seconds):
        peer.ask(packet)
        peer.receive(1)
        for one in proof:
            peer.send(one)
            peer.receive(1)
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            peer.receive(max(seconds - (time.monotonic() - began), 0.01))
    group.add('DATA is sent again, and again later', lambda peer: (
        again(peer, rrq('f1024', 'utimeout', '100000'), [ack(0), ack(1)], 1.2), peer.send(error(0))))
    group.add('OACK is sent again', lambda peer: (
        again(peer, rrq('f1024', 'utimeout', '150000'), [], 0.6), peer.send(error(0))))
    group.add('OACK is sent again without end', lambda peer: (
        again(peer, rrq('f1024', 'utimeout', '50000'), [], 1.2), peer.send(error(0))), UNPROVEN)
    group.add('patience ends', lambda peer: again(peer, rrq('f1024', 'utimeout', '50000'), [ack(0), ack(1)], 3.6))

    def babbling(peer):
        peer.ask(rrq('f1024', 'utimeout', '200000'))
        peer.receive()
        peer.send(ack(0))
        peer.receive()
        for _ in range(4):
            time.sleep(0.06)
            peer.send(ack(9))
        peer.receive(0.1)
        peer.send(error(0))
    group.add('a babbling client does not put off the next copy', babbling)

    def oack_wrong_ack(peer):
        peer.ask(rrq('f1024', 'blksize', '600'))
        peer.receive()
        peer.send(ack(5))
        peer.receive()
        peer.send(error(0))
    group.add('an OACK answered by ACK 5', oack_wrong_ack, NO_RESEND)

    for code in (0, 2, 8):
        group.add('a size probe, ended by ERROR %d' % code, lambda peer, code=code: (
            peer.ask(rrq('f1024', 'tsize', '0')), peer.receive(), peer.send(error(code, b'done')), peer.receive()))

    def repeated(peer):
        peer.ask(rrq('f1024'))
        first = peer.receive()
        tid = peer.tid
        peer.ask(rrq('f1024'))
        peer.receive()
        same = peer.tid == tid
        peer.heard.append(b'the same port' if same else b'another port')
        peer.send(error(0))
        if not same:
            peer.tid = tid
            peer.send(error(0))
        return first
    group.add('a repeated request', repeated, JOINED)

    def stranger(peer):
        from peer import Peer
        peer.ask(rrq('f1024'))
        peer.receive()
        other = Peer(peer.server)
        other.tid = peer.tid
        other.send(ack(1))
        other.receive()
        peer.heard.append(other.heard[0])
        other.close()
        peer.receive(0.1)
        peer.send(ack(1))
        peer.receive()
        peer.send(error(0))
    group.add('a stranger on the transfer port', stranger, STRANGER)

    def late(peer):
        peer.fetch(rrq('one'))
        peer.send(ack(1))
        peer.receive()
    group.add('the last acknowledgement twice', late)


def writing():
    group = Group('-v', '-c', *SECURE)
    content = bytes(i * 7 % 251 for i in range(3000))
    for name, size in (('w0', 0), ('w1', 1), ('w511', 511), ('w512', 512), ('w513', 513), ('w3000', 3000)):
        group.add('put ' + name, lambda peer, name=name, size=size: (
            peer.put(wrq('up/' + name), content[:size]), peer.fetch(rrq('up/' + name))))
    group.add('put over an old file', lambda peer: (peer.put(wrq('writable'), content), peer.fetch(rrq('writable'))))
    group.add('put in 1024', lambda peer: (
        peer.put(wrq('up/w1024', 'blksize', 1024, 'tsize', 3000), content, 1024), peer.fetch(rrq('up/w1024'))))
    for name, text in (('lf', b'a\r\nb\r\n'), ('cr', b'a\r\0b\r'), ('lone', b'a\rb\r\r\n\0'), ('edge', b'x' * 511 + b'\r\nend')):
        group.add('netascii put ' + name, lambda peer, name=name, text=text: (
            peer.put(wrq('up/n' + name, mode='netascii'), text), peer.fetch(rrq('up/n' + name))))
    group.answer(wrq('noentry/new'))
    group.answer(wrq('none/new'))
    group.answer(wrq('small'))
    group.answer(wrq('closed/new'))
    group.answer(wrq('sub'))
    group.answer(wrq('up/bad', 'blksize', '7'))
    group.answer(wrq('link-absolute'))
    group.add('put through a link to what is not there', lambda peer: (
        peer.put(wrq('up/dangling'), content), peer.fetch(rrq('up/made')), peer.fetch(rrq('up/dangling'))))

    def duplicated(peer):
        peer.ask(wrq('up/dup'))
        peer.receive()
        peer.send(data(2, b'y' * 512))
        peer.receive()
        peer.send(data(1, b'x' * 512))
        peer.receive()
        peer.send(data(1, b'z' * 512))
        peer.receive()
        peer.send(data(3, b'y' * 512))
        peer.receive()
        peer.send(data(2, b'end'))
        peer.receive()
        peer.send(data(2, b'end'))
        peer.receive()
        peer.send(data(2, b'end'))
        peer.receive()
        peer.fetch(rrq('up/dup'))
    group.add('duplicated and early blocks', duplicated)

    def oversized(peer):
        peer.ask(wrq('up/over'))
        peer.receive()
        peer.send(data(1, b'x' * 700))
        peer.receive()
        time.sleep(0.1)
        peer.fetch(rrq('up/over'))
    group.add('a block that is too long', oversized)

    def rolled(peer):
        peer.put(wrq('up/roll', 'blksize', 8), b'12345678' * 65540, 8)
    group.add('an upload past block 65535', rolled)

    def unanswered(peer):
        peer.ask(wrq('up/slow', 'utimeout', '100000'))
        peer.receive()
        peer.send(data(1, b'x' * 512))
        peer.receive()
        for _ in range(3):
            peer.receive(1)
        peer.send(error(0))
    group.add('an acknowledgement is sent again', unanswered)

    def aborted(peer):
        peer.ask(wrq('up/aborted'))
        peer.receive()
        peer.send(data(1, b'x' * 512))
        peer.receive()
        peer.send(error(3, b'changed my mind'))
        time.sleep(0.1)
        peer.fetch(rrq('up/aborted'))
    group.add('an aborted upload keeps what came', aborted)

    def reader_of_upload(peer):
        from peer import Peer
        peer.ask(wrq('up/busy'))
        peer.receive()
        peer.send(data(1, b'x' * 512))
        peer.receive()
        other = Peer(peer.server)
        other.first_answer(rrq('up/busy'))
        peer.heard.append(other.heard[0])
        other.close()
        peer.send(error(0))
    group.add('reading what is being written', reader_of_upload, IN_USE)

    masked = Group('-v', '-c', '-U', '022', *SECURE)
    masked.answer(wrq('up/masked'))
    masked.answer(rrq('up/masked'), differs=LEFT_BEHIND)
    permissive = Group('-v', '-c', '-p', '-U', '027', *SECURE)
    permissive.add('put with -p', lambda peer: (peer.put(wrq('up/p'), content), peer.fetch(rrq('up/p'))))
    permissive.answer(rrq('group'))
    permissive.answer(rrq('private'))
    permissive.answer(wrq('small'))
    no_create = Group('-v', *SECURE)
    no_create.answer(wrq('up/new'))
    no_create.add('put to what is there', lambda peer: peer.put(wrq('writable'), content))


def access():
    group = Group('-v', '/srv/sub', '/srv/up')
    for name in ('small', 'sub/inner', '/srv/small', '/srv/sub/inner', '//srv/sub/inner', '/srv/sub/../small',
                 '/srv/sub/./inner', '/srv/sub//inner', '/srv/sub/none', '/etc/passwd', '', '/', '/srv/sub', '/srv/sub/..',
                 '/srv/up/../sub/inner', '../srv/sub/inner', '/srv/./sub/inner'):
        reason = None
        if name in ('//srv/sub/inner', '/srv/./sub/inner'):
            reason = COMPONENTS
        if name == '/srv/sub/..':
            reason = COMPONENTS
        group.answer(rrq(name), 'dirs: ' + name, differs=reason)
    group.answer(rrq('/srv/sub-private/x'), differs=COMPONENTS)
    group.answer(rrq('/srv/sub/link-out'), differs=LINKS)
    group.answer(wrq('/srv/small'))
    everywhere = Group('-v')
    for name in ('small', '/srv/small', '/srv/sub/../small', '/srv/sub/inner', '/srv/private', '/none'):
        everywhere.answer(rrq(name), 'anywhere: ' + name)
    clamped = Group('-vv', '-B', '1024', '-r', 'tsize', '-r', 'TIMEOUT', *SECURE)
    clamped.answer(rrq('small', 'blksize', '1025'))
    clamped.answer(rrq('small', 'blksize', '512'))
    clamped.answer(rrq('small', 'blksize', '7'))
    clamped.answer(rrq('small', 'blksize2', '1500'))
    clamped.answer(rrq('small', 'tsize', '0', 'timeout', '0', 'blksize', '600'))
    clamped.answer(rrq('small', 'tsize', '0'))
    ranged = Group('-v', '-R', '20000:20040', *SECURE)
    ranged.add('a port of the range', lambda peer: (
        peer.first_answer(rrq('small')), peer.heard.append(b'%d' % (20000 <= peer.tid[1] <= 20040))))
    slow = Group('-v', '-T', '100000', *SECURE)

    def retransmit(peer):
        peer.ask(rrq('f1024'))
        peer.receive()
        peer.receive(0.25)
        peer.receive(0.35)
        peer.send(error(0))
    slow.add('the first wait is that of -T', retransmit)


OWN_RULES = [
    # rules, names
    ('rg \\\\ /', ['a\\b\\small', '\\small', 'small']),
    ('ri ^[a-z]:', ['C:small', 'c:/small', 'small']),
    ('r ^[^/] /srv/\\0', ['small', '/small']),
    ('r (.*)\\.bak$ \\1', ['small.bak', 'small.bak.bak']),
    ('rg \\.bak$', ['small.bak.bak']),
    ('r ^.*$ \\L\\0', ['SMALL', 'Small']),
    ('r ^(.)(.*)$ \\U\\1\\E\\2', ['small']),
    ('r ^(.*)$ \\L\\1\\Ux\\Ey', ['SMALL']),
    ('a ^secret', ['secret', 'secret.txt', 'small']),
    ('a ^secret No', ['secret.txt']),
    ('a ^.*secret.*$ No\\ \\0\\ for\\ \\i', ['my secret', 'secret']),
    ('~a ^small$', ['small', 'other']),
    ('e ^small$\na .', ['small', 'other']),
    ('re ^alias$ small\nr small other', ['alias', 'small']),
    ('rG ^x small\nrP ^x writable', ['x']),
    ('rGP ^x small', ['x']),
    ('rPG ^x small', ['x']),
    ('r ^\\i$ small', ['127.0.0.1', 'i']),
    ('r ^addr$ \\i', ['addr']),
    ('r ^hex$ \\x', ['hex']),
    ('r small \\9', ['small']),
    ('r (s)(m)(a)(l)(l) \\5\\4\\3\\2\\1', ['small']),
    ('r a\\ b small', ['a b']),
    ('r \\#1 small', ['#1']),
    ('r x y # comment\nr y small', ['x']),
    ('r x small trailing words', ['x']),
    ('\t r \t x \t small \r', ['x']),
    ('# only a comment', ['small']),
    ('r x a\\\\b', ['x']),
    ('r x a\\nb', ['x']),
    ('i small', ['small']),
    ('g small other', ['small']),
    ('rgi A b', ['banana', 'BANANA']),
    ('r ^ sub/\nr ^sub/small$ small', ['small', 'inner']),
    ('ra small big', ['small']),
    ('se ^small$\nr small other', ['small']),
    ('r (a|b)* x', ['abab', 'small']),
    ('r small$ \\0\\0', ['small']),
    ('r ^a{2,3}$ small', ['aa', 'aaaa']),
    ('r [[:digit:]]+ N', ['file123name45']),
    ('rg [0-9] N', ['file123name45']),
    ('r ^$ small', ['x']),
    ('r \\.(0|1)$ .\\1x', ['f.0', 'f.2']),
    ('r ^/+\nr ^ sub/', ['//inner']),
]


def maps():
    for rules, names in OWN_RULES:
        group = Group('-vvv', '-m', '/map', *SECURE, map_text=rules + '\n')
        for name in names:
            group.answer(rrq(name), 'map %r: %s' % (rules, name))
    both = Group('-vvv', '-m', '/map', '-c', *SECURE, map_text='rP ^.*/\nrP ^ up/\n')
    both.answer(wrq('a/b/c.txt'), 'rules for uploads')
    both.answer(rrq('a/b/c.txt'), 'rules for uploads, a download')
    restart = Group('-vvv', '-m', '/map', *SECURE, map_text='r ^b$ small\nrs ^a$ b\n')
    restart.answer(rrq('a'), 'restart', differs=RESTART)
    inverted = Group('-v', '-m', '/map', *SECURE, map_text='~a ^pub/ Only\\ pub\n')
    inverted.answer(rrq('pub/none'), 'inverted rule with a text, not met')
    loop = Group('-v', '-m', '/map', *SECURE, map_text='r x x\nrs a a\n')
    loop.answer(rrq('a'), 'an endless restart')
    many = Group('-v', '-m', '/map', *SECURE, map_text='r zzz y\n' * 1025)
    many.answer(rrq('small'), '1025 rules')
    enough = Group('-v', '-m', '/map', *SECURE, map_text='r zzz y\n' * 1024)
    enough.answer(rrq('small'), '1024 rules')


def corpus(folder, read):
    """The map files that people use, with names that their rules are for."""
    names = ['small', '/small', '\\Boot\\BCD', 'boot\\x64\\wdsnbp.com', '/grub/grub.cfg', 'pxelinux.0', 'C:\\x',
             'a#b', 'ok/x', 'x.pvt', 'bootmgr.exe', '01002', 'windows5/x/i386/DRIVER.ALT/Foo', 'bartpe/FOO.IMG']
    for name, text in read(folder):
        group = Group('-vvv', '-m', '/map', *SECURE, map_text=text)
        for asked in names:
            group.answer(rrq(asked), '%s: %s' % (name, asked))


for part in (options, forms, reading, writing, access, maps):
    part()
