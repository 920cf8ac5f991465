"""Random expressions and statements of the dhcpd.conf language, from its grammar, the same for the same seed.

What crashes the stock program is left out: functions that return null, extract-int of nothing, reverse by 0 bytes,
bases below 2, options that read themselves."""

import random

NUMBERS = [0, 1, 2, 3, 4, 7, 8, 10, 16, 31, 32, 100, 255, 256, 1000, 65535, 65536, 4294967295, -1, 2147483647]
TEXTS = ['', 'a', 'b', 'abc', 'PXEClient:Arch:00007', 'foo.example', 'A-Z', '0123456789', 'x y', 'a.b.c', 'ABCabc']
PATTERNS = ['^a', 'b$', 'a|b', '[0-9]+', '^$', 'a.c', 'x?y*z', '(ab)+c', '^PXE', 'class|Client', '[^a-z]', 'a{2}',
            '(', '[', '[[:digit:]]', '^(a|b)(c|d)?$', '.', 'A', 'é']
HEX = ['01:02:03', 'ff', '10', 'a', '1:2:a', 'de:ad:be:ef', '00', '7f:ff:ff:ff', '10', '80:00:00:00', 'ff:ff:ff:ff',
       '01:02:03:04:05:06:07:08', '3b:9a:ca:00', '54:0b:e4:01']
TEXT_OPTIONS = ['host-name', 'domain-name', 'root-path', 'tftp-server-name', 'bootfile-name', 'nis-domain',
                'merit-dump', 'vendor-class-identifier']
OTHER_OPTIONS = ['routers', 'time-offset', 'dhcp-client-identifier', 'agent.circuit-id', 'fqdn.hostname', 'dhcp-message-type']
RESULTS = ['noerror', 'formerr', 'servfail', 'nxdomain', 'notimp', 'refused', 'yxdomain', 'yxrrset', 'nxrrset', 'notauth',
           'notzone']


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.names = 0
        self.inside = False  # a function

    def pick(self, *choices):
        return self.random.choice(choices)

    def chance(self, percent):
        return self.random.randrange(100) < percent

    # Names that do not read as hexadecimal numbers.
    def variable(self):
        return self.pick('vone', 'vtwo', 'vthree', 'Vone', 'nosuch')

    def literal(self):
        if self.chance(60):
            return '"%s"' % self.random.choice(TEXTS)
        return self.random.choice(HEX)

    def number_literal(self):
        return str(self.random.choice(NUMBERS))

    def data(self, depth):
        if depth <= 0:
            return self.pick(self.literal, self.literal, self.literal, self.data_leaf)()
        return self.random.choice(self.DATA)(self, depth - 1)

    def data_leaf(self):
        return self.pick('hardware', 'null', 'filename', 'server-name', 'leased-address', 'host-decl-name', self.variable(),
                         'option ' + self.random.choice(TEXT_OPTIONS + OTHER_OPTIONS),
                         'config-option ' + self.random.choice(TEXT_OPTIONS + OTHER_OPTIONS),
                         'config-option ' + self.random.choice(TEXT_OPTIONS), 'null')

    def present(self, depth):
        """Data that is not empty and not null, where the stock would crash on others."""
        return 'concat(%s,"x")' % '"y"' if depth <= 0 else self.pick('"abcd"', '"ef"', '01:02:03:04', 'suffix("abcdef",4)')

    DATA = [
        lambda s, d: s.literal(),
        lambda s, d: s.data_leaf(),
        lambda s, d: 'substring(%s, %s, %s)' % (s.data(d), s.number(d), s.number(d)),
        lambda s, d: 'suffix(%s, %s)' % (s.data(d), s.number(d)),
        lambda s, d: 'lcase(%s)' % s.data(d),
        lambda s, d: 'ucase(%s)' % s.data(d),
        lambda s, d: 'concat(%s)' % ', '.join(s.data(d) for _ in range(s.random.randrange(2, 5))),
        lambda s, d: 'reverse(%s, %s)' % (s.pick('1', '2', '3', '4', '-1'), s.data(d)),
        lambda s, d: 'binary-to-ascii(%s, %s, %s, %s)' % (s.pick('2', '8', '10', '16', '10', '16', '3', '17'),
                                                          s.pick('8', '16', '32', '8', '8', '24'), s.literal(), s.data(d)),
        lambda s, d: 'encode-int(%s, %s)' % (s.number(d), s.pick('8', '16', '32')),
        lambda s, d: 'pick(%s)' % ', '.join(s.data(d) for _ in range(s.random.randrange(1, 4))),
        lambda s, d: 'pick-first-value(%s, %s)' % (s.data(d), s.data(d)),
        lambda s, d: 'packet(%s, %s)' % (s.number(d), s.number(d)),
        lambda s, d: '(%s)' % s.data(d),
        lambda s, d: 'v6relay(1, option dhcp6.client-id)',
    ]

    def number(self, depth):
        if depth <= 0:
            return self.number_literal()
        return self.random.choice(self.NUMBER)(self, depth - 1)

    NUMBER = [
        lambda s, d: s.number_literal(),
        lambda s, d: s.number_literal(),
        lambda s, d: 'extract-int(%s, %s)' % (s.present(d), s.pick('8', '16', '32')),
        lambda s, d: 'extract-int(%s, %s)' % (s.data(d), s.pick('16', '32')),
        lambda s, d: '(%s)' % s.arithmetic(d),
        lambda s, d: s.arithmetic(d),
        lambda s, d: 'lease-time',
        lambda s, d: s.random.choice(RESULTS),
        lambda s, d: s.variable(),
    ]

    def arithmetic(self, depth):
        parts = [self.term(depth - 1)]
        for _ in range(self.random.randrange(1, 4)):
            parts += [self.pick('+', '*', '/', '%', '&', '|', '^', '+', '*'), self.term(depth - 1)]
        return ' '.join(parts)

    def term(self, depth):
        """A number that is none of the variables: what follows one is read as data."""
        while True:
            text = self.number(depth)
            if text[0] not in 'vVn' or text in RESULTS:
                return text

    def calculation(self, depth):
        """Arithmetic whose start cannot be read as data."""
        start = self.pick('extract-int(%s, %s)' % (self.present(depth), self.pick('8', '16', '32')), 'lease-time')
        return '%s %s %s' % (start, self.pick('+', '*', '/', '%', '&', '|', '^'), self.arithmetic(depth))

    def boolean(self, depth):
        if depth <= 0:
            return self.random.choice(self.BOOLEAN[:8])(self, 0)
        return self.random.choice(self.BOOLEAN)(self, depth - 1)

    def relation(self, depth):
        if self.chance(30):
            side = self.pick('(%s)' % self.calculation(depth), 'extract-int("ab", 16)', 'lease-time')
            # In parentheses: behind `and` the number would be read as data.
            return '(%s %s %s)' % (side, self.pick('=', '!='), self.pick(self.number_literal(), '(%s)' % self.arithmetic(depth)))
        return '%s %s %s' % (self.data(depth), self.pick('=', '!='), self.data(depth))

    BOOLEAN = [
        lambda s, d: s.relation(d),
        lambda s, d: s.relation(d),
        lambda s, d: 'exists ' + s.random.choice(TEXT_OPTIONS + OTHER_OPTIONS),
        lambda s, d: s.pick('known', 'static'),
        lambda s, d: 'defined(%s)' % s.variable(),
        lambda s, d: s.variable(),
        lambda s, d: 'check "default"',
        lambda s, d: '"%s" %s "%s"' % (s.random.choice(TEXTS[1:]), s.pick('~=', '~~'), s.random.choice(PATTERNS)),
        lambda s, d: '%s %s %s' % (s.boolean(d), s.pick('and', 'or'), s.boolean(d)),
        lambda s, d: '%s %s %s' % (s.boolean(d), s.pick('and', 'or'), s.boolean(d)),
        lambda s, d: '(%s)' % s.boolean(d),
        lambda s, d: 'not (%s)' % s.condition(d),
        lambda s, d: 'not %s' % s.pick('known', 'static', '(%s)' % s.condition(d), 'exists host-name'),
        lambda s, d: '%s %s "%s"' % (s.present(d), s.pick('~=', '~~'), s.random.choice(PATTERNS)),
    ]

    def statements(self, depth):
        return ' '.join(self.statement(depth) for _ in range(self.random.randrange(1, 4)))

    def statement(self, depth):
        if depth <= 0:
            return self.random.choice(self.STATEMENTS[:8])(self, 0)
        return self.random.choice(self.STATEMENTS)(self, depth - 1)

    def option_statement(self, depth):
        verb = self.pick('option', 'supersede', 'default', 'append', 'prepend', 'send', 'supersede')
        option = self.random.randrange(len(TEXT_OPTIONS))
        if self.chance(40):
            return '%s %s "%s";' % (verb, TEXT_OPTIONS[option], self.random.choice(TEXTS))
        # Only options further down the list are read: none comes to read itself.
        value = self.data(depth)
        for name in TEXT_OPTIONS[:option + 1]:
            value = value.replace('config-option ' + name, 'option ' + name)
        return '%s %s = %s;' % (verb, TEXT_OPTIONS[option], value)

    def conditional(self, depth):
        text = 'if %s { %s }' % (self.condition(depth), self.statements(depth))
        while self.chance(30):
            text += ' %s %s { %s }' % (self.pick('elsif', 'else if'), self.condition(depth), self.statements(depth))
        if self.chance(60):
            text += ' else { %s }' % self.statements(depth)
        return text

    def condition(self, depth):
        # A parenthesis at the start is taken to hold the whole condition.
        text = self.boolean(depth)
        while text.strip('()').lower() in ('vone', 'vtwo', 'vthree', 'nosuch'):
            text = self.boolean(depth)
        return '(%s)' % text if text.startswith('(') or self.chance(20) else text

    def switch(self, depth):
        numeric = self.chance(40)
        head = self.arithmetic(depth) if numeric else self.data(depth)
        while not numeric and head.lstrip('(')[0].isdigit():
            head = self.data(depth)
        body = ''
        for _ in range(self.random.randrange(1, 5)):
            if self.chance(15):
                body += ' default:'
            else:
                body += ' case %s:' % (self.number_literal() if numeric else '"%s"' % self.random.choice(TEXTS))
            body += ' ' + self.statements(depth) + (' break;' if self.chance(50) else '')
        return 'switch (%s) {%s }' % (head, body)

    def function(self, depth):
        # Functions in functions, and one that sets the variable which takes its result, break the stock's bookkeeping.
        self.names += 1
        name = 'func%sx' % self.names
        self.inside, outside = True, self.inside
        body = self.statements(depth) if depth > 0 else ''
        self.inside = outside
        use = self.pick('if %s(%s) = %s { log(info, "equal"); }', 'set vfun = %s(%s); log(info, concat("f", vfun, %s));')
        return 'define %s (parm) { %s return concat("<", parm, %s, ">"); } ' % (name, body, self.literal()) + \
            use % (name, self.literal(), self.literal())

    STATEMENTS = [
        lambda s, d: 'log(%s, %s);' % (s.pick('info', 'error', 'debug'), s.data(d + 1)),
        lambda s, d: 'log(info, %s);' % s.data(d + 2),
        lambda s, d: 'log(info, binary-to-ascii(16, 8, ":", %s));' % s.data(d + 1),
        lambda s, d: 'log(info, binary-to-ascii(10, 32, ":", encode-int(%s, 32)));' % s.number(d + 2),
        lambda s, d: 'set %s = %s;' % (s.variable(), s.pick(s.data, s.boolean, s.calculation)(d + 1)),
        lambda s, d: s.option_statement(d),
        lambda s, d: s.option_statement(d + 1),
        lambda s, d: 'unset %s;' % s.variable(),
        lambda s, d: 'eval %s;' % s.pick(s.data, s.boolean)(d),
        lambda s, d: s.conditional(d),
        lambda s, d: s.conditional(d),
        lambda s, d: s.switch(d),
        lambda s, d: s.function(d) if not s.inside else 'log(info, parm);',
        lambda s, d: 'break;' if s.chance(20) else 'log(info, "on");',
        lambda s, d: 'if defined(%s) { log(info, %s); }' % ('vone', s.data(d)),
        lambda s, d: 'on %s { %s }' % (s.pick('commit', 'release', 'expiry', 'commit or expiry'), s.statements(d)),
    ]

    def case(self):
        return self.statement(self.random.randrange(1, 4)).replace('; ', ';\n').replace('{ ', '{\n')

    def broken(self):
        """A case with one token taken out, doubled or replaced."""
        words = self.case().replace('(', ' ( ').replace(')', ' ) ').replace(',', ' , ').replace(';', ' ; ').split(' ')
        words = [word for word in words if word]
        at = self.random.randrange(len(words))
        how = self.random.randrange(3)
        if how == 0:
            del words[at]
        elif how == 1:
            words.insert(at, words[at])
        else:
            words[at] = self.random.choice(words + ['and', '=', '(', '"x"', '5', 'option', 'not', '+'])
        return ' '.join(words)
