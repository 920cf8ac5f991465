"""Random conversations: requests put together from parts, map files from rules, clients that do as they like.

The same seed gives the same conversations. What is known to differ on purpose (see conversations.py) is not said.
"""

import random

from conversations import SECURE, Group
from peer import ack, data, error, request

READABLE = ('small', 'empty', 'one', 'f511', 'f512', 'f513', 'f1024', 'text', 'text-cr', 'text-edge', 'sub/inner', '/small', '//small',
            './small', 'sub/../small', 'sub//inner', 'link', 'readonly-for-all')
REFUSED = ('missing', 'sub/missing', 'none/small', 'small/x', 'private', 'group', 'noentry/file', 'own-unreadable', 'link-out',
           'link-loop', 'link-absolute', '../small', '/../etc/passwd', 'SMALL', 'small ', ' small', 'sma\xe4ll', 'x' * 255, 'x' * 256,
           '.', '..', '/', 'sub', 'sub/', 'small/', 'small/.')
MODES = ('octet',) * 6 + ('netascii', 'OCTET', 'NetAscii', 'mail', 'octe', 'octet ', 'binary', 'MAIL')
NUMBERS = ('0', '1', '7', '8', '9', '255', '256', '511', '512', '513', '1024', '1428', '1468', '8192', '9999', '10000', '32768',
           '65464', '65465', '65535', '65536', '254999999', '255000001', '18446744073709551615', '18446744073709551616')
ODD_NUMBERS = ('', ' ', 'x', '-', '+', '--1', '+-1', '0x10', '1.5', '1 ', '1,', '\t9', '\r\n512', '-1', '-0', '-600', '0000000000600',
               '\xb2', '9' * 40)
OPTIONS = ('blksize', 'blksize2', 'tsize', 'timeout', 'utimeout', 'rollover', 'multicast', 'foo', 'blksiz', 'blksize3', 'TSIZE',
           'BlkSize', 'Timeout', ' blksize', 'blksize ')
PATIENT = ('1', '2', '5', '255')  # timeouts that a conversation does not reach
COMMAND_LINES = ((), ('-B', '1024'), ('-B', '512'), ('-r', 'blksize'), ('-r', 'tsize', '-r', 'timeout'), ('-r', 'rollover'), ('-p',),
                 ('-c',), ('-c', '-p', '-U', '022'), ('-T', '2000000'))
WAIT, GLANCE = 2.0, 0.03  # seconds for what should come, and for what should not


class Speaker:
    """Makes up conversations; each takes what it needs from one source of randomness before it begins."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.uploads = 0

    def name(self):
        return self.random.choice(self.random.choice((READABLE, READABLE, REFUSED)))

    def value(self):
        kind = self.random.random()
        if kind < 0.6:
            return self.random.choice(NUMBERS)
        if kind < 0.8:
            return str(self.random.randrange(70000))
        return self.random.choice(ODD_NUMBERS)

    def options(self, reading):
        words = []
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 2, 3, 5, 8))):
            option = self.random.choice(OPTIONS)
            value = self.value()
            if reading and option.strip().lower() == 'tsize':  # whose other values are answered by the real size
                value = self.random.choice(('0', '0', '0', '', 'x', '0000'))
            words += [option, value]
        if words and self.random.random() < 0.05:
            words.pop()  # an option without a value
        return words

    def first_answer(self, names=None):
        name = self.random.choice(names) if names else self.name()
        reading = self.random.random() < 0.85
        mode = self.random.choice(MODES)
        words = self.options(reading)
        if name.rstrip('/.').endswith('sub') or not name.strip('./'):
            words, mode = [], 'octet'  # a directory is refused before its size is told, or nothing sent as text
        packet = request(1 if reading else 2, name, *words, mode=mode)
        return packet, lambda peer: peer.first_answer(packet)

    def sound_options(self):
        """Options of a transfer that goes on, and its block size."""
        words, size = [], 512
        for option in self.random.sample(('blksize', 'blksize2', 'timeout', 'rollover', 'foo'), self.random.randrange(4)):
            value = {'blksize': str(self.random.choice((8, 100, 512, 600, 1428))), 'blksize2': '256',
                     'timeout': self.random.choice(PATIENT), 'rollover': self.random.choice('01'), 'foo': 'bar'}[option]
            if option.startswith('blksize'):
                size = int(value)
            words += [option, value]
        return words, size

    def stray(self, expected):
        """What does not belong to the transfer, or does so no longer."""
        return self.random.choice((
            ack(expected + 1), ack(expected + self.random.randrange(2, 60000)), ack(expected - 2), data(1, b'stray'),
            b'', b'\0', b'\0\4', b'\0\4\0', b'\0\7\0\1', b'\xff\xff\0\0', b'\0\6tsize\0000\0', request(1, 'small')))

    def reading(self):
        """A download that goes well or is broken off, with strays between its acknowledgements."""
        words, _ = self.sound_options()
        packet = request(1, self.random.choice(READABLE), *words, mode=self.random.choice(('octet', 'octet', 'netascii')))
        plan = [(self.random.random() < 0.25, self.random.random() < 0.05) for _ in range(12)]
        strays = [self.stray(number) for number in range(1, 13)]
        ending = error(self.random.randrange(9), b'enough')

        def converse(peer):
            peer.ask(packet)
            answer = peer.receive(WAIT)
            if answer and answer[1] == 6:
                peer.send(ack(0))
                answer = peer.receive(WAIT)
            for number, (stray, stop) in enumerate(plan, 1):
                if not answer or answer[1] != 3:
                    return
                if stray:
                    peer.send(strays[number - 1])
                    peer.receive(GLANCE)
                if stop:
                    break
                peer.send(ack(number) + (b'more' if stray else b''))
                answer = peer.receive(WAIT if number < 12 and len(answer) - 4 >= 8 else GLANCE)
            peer.send(ending)
            peer.receive(GLANCE)
        return packet, converse

    def writing(self):
        """An upload with blocks that come twice, early or too short, and what is there afterwards."""
        words, size = self.sound_options()
        self.uploads += 1
        name = 'up/random%d' % self.uploads
        mode = self.random.choice(('octet', 'octet', 'netascii'))
        packet = request(2, name, *words, mode=mode)
        content = bytes(self.random.choice(b'abc\r\n\0') for _ in range(size * 3 + self.random.randrange(size)))
        twists = [self.random.choice(('', '', '', 'twice', 'early', 'odd', 'error')) for _ in range(4)]

        def converse(peer):
            peer.ask(packet)
            answer = peer.receive(WAIT)
            for number, twist in enumerate(twists, 1):
                if not answer or answer[1] not in (4, 6):
                    return
                block = content[(number - 1) * size:number * size]
                if twist == 'early':
                    peer.send(data(number + 1, block))
                    peer.receive(GLANCE)
                elif twist == 'odd':
                    peer.send(ack(number))
                    peer.receive(GLANCE)
                elif twist == 'error':
                    peer.send(error(0, b'enough'))
                    break
                peer.send(data(number, block))
                answer = peer.receive(WAIT)
                if twist == 'twice' and len(block) == size:
                    peer.send(data(number, block))
                    peer.receive(WAIT)
        return packet, converse

    def conversation(self):
        kind = self.random.random()
        return self.first_answer() if kind < 0.7 else self.reading() if kind < 0.9 else self.writing()

    def rule(self):
        """One line of a map file, sound more often than not."""
        operation = self.random.choice(('r', 'r', 'r', 'ri', 'rG', 'rP', 're', 'e', 'a', 'ai', 'aG', 'eP', 'rGP', 'i', 'G', 'ra', 'rea', '~a',
                                        '~e', '~i', 'rg', 'rge', ''))
        if self.random.random() < 0.01:
            operation = self.random.choice(('z', 'r1', 'R', '~r', 'r~', 'x-'))
        regex = self.random.choice(('^', '$', '^/', '^/+', '^[a-z]', 'small', '^small$', 's', 'l+', '(s)(m)', '^(.*)$', '(a|e)', '\\.', '[[:digit:]]+',
                                    '^sub/', '^x*', '\\#', 'a\\ b', '\\\\', '^.{3}', '(.)\\1', '\\w+', 'MISSING', '^.*/', '(x)?small'))
        if self.random.random() < 0.01:
            regex = self.random.choice(('(', '[', '*', 'a{2,1}', '\\', '[[:foo:]]', ''))
        if 'g' in operation:  # nothing that would match again in what it has made: the stock does not stop
            regex, replacement = self.random.choice((('s', ''), ('l', 'L'), ('a', '\\#'), ('/', '_'), ('[0-9]', ''), ('\\\\', '/')))
        else:
            replacement = self.random.choice(('', 'small', 'sub/inner', '\\0', '\\1\\2', '/\\0', '\\U\\0', '\\L\\0\\Ex', 'x\\ y', '\\i', '\\x', '\\#1',
                                              'No\\ such\\ \\0', '\\9', '\\\\', 'sub/', '\\U\\1\\E\\0', 'a\\n', '\\Q'))
        if operation.startswith('~') and 'a' in operation:
            replacement = ''  # where the stock reads past its buffer
        gap = self.random.choice((' ', '\t', '  ', ' \t '))
        tail = self.random.choice(('', '', '', ' # comment', ' more words', '\r', '#'))
        return self.random.choice(('', '', '', ' ', '\t')) + operation + gap + regex + gap + replacement + tail

    def map_file(self):
        lines = [self.random.choice(('', '# comment', '   ')) if self.random.random() < 0.1 else self.rule()
                 for _ in range(self.random.randrange(1, 7))]
        return '\n'.join(lines) + self.random.choice(('\n', '\n', ''))


DIRECTORY = 'a directory is refused at once; the stock first looks at options, or sends nothing as text'


def differ_on_purpose(results):
    """Where a rule of a map file has made a directory of a name."""
    return results['ours'][0] == [error(0, b'Is a directory')]


def add_groups(count, seed):
    """Files so many conversations, by twenties with a map file and by hundreds without."""
    speaker = Speaker(seed)
    names = READABLE + ('a b', 'a#b', 'C:\\small', 'sub\\inner', 'boot123', 'MISSING', 'xsmall', '/sub/inner', 'banana')
    made = 0
    while made < count:
        arguments = ('-vvv',) + speaker.random.choice(COMMAND_LINES)
        mapped = speaker.random.random() < 0.7
        if mapped:
            group = Group(*arguments, '-m', '/map', *SECURE, map_text=speaker.map_file())
        else:
            group = Group(*arguments, *SECURE)
        for _ in range(20 if mapped else 100):
            packet, converse = speaker.first_answer(names) if mapped else speaker.conversation()
            group.add('random %d %r' % (made, packet[:120]), converse)
            made += 1
