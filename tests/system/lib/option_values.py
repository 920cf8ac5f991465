"""Every option of options_table.cc, and user-defined ones of every type, with values in all their spellings."""

import random
import re

# What a value of a word of the table's formats, or of a type in a definition, may look like.
NUMBERS = {
    'u8': ['0', '1', '10', '255', '010', '0x1f', '-1'], 's8': ['0', '127', '-128', '-1'],
    'u16': ['0', '256', '65535', '017', '0xabcd', '-1'], 's16': ['32767', '-32768', '-2'],
    'u32': ['0', '1', '4294967295', '037777777777', '0xdeadbeef', '-1', '2147483648'],
    's32': ['0', '-18000', '2147483647', '-2147483648', '0x7fffffff'],
    'time': ['0', '600', '4294967295', 'infinite'],
}
TEXTS = ['""', '"a"', '"with \\"quotes\\""', '"tab\\tnl\\n"', '"\\x41\\101"', 'bare', 'bare-word_1', '"back\\\\slash"', '"' + 'x' * 300 + '"',
         '"http://10.0.0.1/a b?c=d&e"']
BYTES = ['01:02:03', 'ff', '0:1:a', 'a', 'de:ad:be:ef:00', '1']
ADDRESSES = ['10.0.0.1', '255.255.255.255', '0.0.0.0', '010.1.02.3', '192.168.0.254']
ADDRESSES6 = ['::', '::1', '2001:db8::1', 'fe80::a:b:c:d', '2001:db8:0:1:2:3:4:5', '::ffff:10.0.0.1']
NAMES = ['example.org', 'a', 'host.sub.example', 'x-y.example', 'example.org.']
DOMAINS = ['"example.org"', '"a.example", "b.example"', '"eng.example.org", "mkt.example.org", "example.org"', '"a"', '"x.y.z."',
           '"a.b, c.d"']
DESTINATIONS = ['24.10.0.0', '0', '32.10.0.0.1', '8.10', '25.10.1.2.128', '16.172.16']
FLAGS = ['on', 'off', 'true', 'false', 'ON', 'True']
WRONG = ['"text"', '300', '70000', '1.2.3', 'yes', '5.6', '01:02', '', '10.0.0.1 10.0.0.2', '"a" "b"', '1, 2, 3', '10.0.0.256', '09', '0x']


class Values:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, word):
        """Text of one field; None for a kind that is not set with a value of its own."""
        choose = self.random.choice
        if word in NUMBERS:
            return choose(NUMBERS[word])
        if word == 'flag':
            return choose(FLAGS)
        if word == 'ip':
            return choose(ADDRESSES)
        if word == 'ip6':
            return choose(ADDRESSES6)
        if word in ('text', 'name'):
            return choose(TEXTS)
        if word == 'string' or word.startswith('encapsulate'):
            return choose([text for text in TEXTS if text[0] == '"'] + BYTES)
        if word == 'domain':
            return choose(NAMES)
        if word.startswith('domains'):
            return choose(DOMAINS)
        if word == 'destination':
            return choose(DESTINATIONS)
        if word == 'zero':
            return ''
        return None

    def value(self, form):
        """Text of a value of a format as options_table.cc writes it."""
        repeats = form.endswith('*')
        form = form.rstrip('*')
        is_record = form.startswith('(')
        words = form.strip('()').split(' ')
        if self.random.randrange(12) == 0:
            return self.random.choice(WRONG)
        count = self.random.randrange(1, 4) if repeats else 1

        def record(fields):
            texts = []
            for field in fields:
                if field.endswith('?') and self.random.randrange(2):
                    break
                texts.append(self.one(field.rstrip('?')))
            return None if None in texts else ' '.join(texts)

        if repeats and not is_record and len(words) > 1:
            tail = [self.one(words[-1]) for _ in range(count)]
            head = record(words[:-1])
            return None if head is None or None in tail else head + ' ' + ', '.join(tail)
        records = [record(words) for _ in range(count)]
        return None if None in records else ', '.join(records)


def standard(table):
    """(space, name, format) of every row of options_table.cc; the space is that of the rows' array."""
    options, space = [], ''
    for line in open(table):
        match = re.match(r'constexpr OptionRow k(\w+)Rows', line)
        if match:
            space = {'Dhcp': 'dhcp', 'Nwip': 'nwip', 'Fqdn': 'fqdn', 'Agent': 'agent', 'Vendor': 'vendor', 'Isc': 'isc',
                     'Dhcp6': 'dhcp6', 'Server': ''}.get(match.group(1), '')
        for name, form in re.findall(r'\{[^{}"]*, "([^"]+)", "([^"]+)"\}', line):
            if space and name not in NOT_OF_4_4:
                options.append((space, name, form))
    return options


# Names of CentOS 5 and of Red Hat.
NOT_OF_4_4 = ('authenticate', 'classless-static-routes')

# Types of a definition and the words of their formats.
SIMPLE = {'boolean': 'flag', 'integer 8': 's8', 'unsigned integer 8': 'u8', 'signed integer 8': 's8', 'integer 16': 's16',
          'unsigned integer 16': 'u16', 'integer 32': 's32', 'unsigned integer 32': 'u32', 'ip-address': 'ip',
          'ip6-address': 'ip6', 'text': 'text', 'string': 'string', 'domain-name': 'domain', 'domain-list': 'domains',
          'domain-list compressed': 'domains-compressed', 'zerolen': 'zero'}
FIXED = [name for name in SIMPLE if SIMPLE[name] not in ('text', 'string', 'domain', 'domains', 'domains-compressed', 'zero')]


def definition(values):
    """(type as text, format) of a user's option: simple, array, record, record with an array at its end, array of records."""
    choose = values.random.choice
    shape = values.random.randrange(6)
    if shape < 2:
        name = choose(sorted(SIMPLE))
        return name, SIMPLE[name]
    if shape == 2:
        name = choose(FIXED)
        return 'array of ' + name, SIMPLE[name] + '*'
    fields = [choose(FIXED) for _ in range(values.random.randrange(1, 4))]
    if shape == 3:
        last = choose(FIXED + ['text', 'string'])
        return '{ %s, %s }' % (', '.join(fields), last), ' '.join(SIMPLE[field] for field in fields + [last])
    if shape == 4:
        last = choose(FIXED)
        return '{ %s, array of %s }' % (', '.join(fields), last), ' '.join(SIMPLE[field] for field in fields + [last]) + '*'
    return 'array of { %s }' % ', '.join(fields), '(%s)*' % ' '.join(SIMPLE[field] for field in fields)


def cases(table, seed, count):
    """Cases: each sets an option and prints its bytes. Every standard option comes up, in turn; then user-defined ones."""
    values = Values(seed)
    options = standard(table)
    print_bytes = 'log(info, concat("%s ", binary-to-ascii(16, 8, ":", config-option %s)));'
    made = []
    for number in range(count):
        if number % 3:
            space, name, form = options[(number - number // 3) % len(options)]
            name = name if space == 'dhcp' and values.random.randrange(3) else '%s.%s' % (space, name)
            before = ''
        else:
            kind, form = definition(values)
            name = 'user-option-%d-x' % number
            before = 'option %s code %d = %s;\n' % (name, 150 + number % 100, kind)
        text = values.value(form)
        if text is None:
            continue
        verb = values.random.choice(['option', 'option', 'option', 'supersede', 'default', 'append', 'prepend', 'send'])
        made.append('%s%s %s%s;\n%s' % (before, verb, name, ' ' + text if text else '', print_bytes % (name, name)))
    return made
