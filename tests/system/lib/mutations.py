"""Mutated copies of real dhcpd.conf files: words changed as a slip of the hand does it, and statements moved, doubled,
left out or brought in from another file, also to where they do not belong."""

import glob
import os
import random
import re

TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|#[^\n]*|\s+|[A-Za-z0-9_-]+|.', re.DOTALL)
PUNCTUATION = ';{}=,.:()"'
LARGEST = 12000  # bytes of a file: what goes wrong does not need more


def files(corpus):
    """The texts of every configuration in the corpus that is not too large."""
    found = []
    for kind in ('dhcpd.conf', 'dhcpd.conf-extracted', 'keama'):
        for path in sorted(glob.glob(os.path.join(corpus, kind, '*'))):
            if os.path.basename(path).startswith('MANIFEST'):
                continue
            with open(path, encoding='latin-1', newline='') as file:
                text = file.read()
            if 0 < len(text) <= LARGEST:
                found.append(text)
    return found


def statements(tokens):
    """(start, end) of every statement at any depth, and the places inside a block where one may stand."""
    spans, places, starts = [], [0], [0]
    for at, token in enumerate(tokens):
        if token == '{':
            starts.append(at + 1)
            places.append(at + 1)
        elif token == '}' and len(starts) > 1:
            starts.pop()
        if token in (';', '}'):
            spans.append((starts[-1], at + 1))
            places.append(at + 1)
            starts[-1] = at + 1
    return spans, places


class Mutator:
    def __init__(self, corpus, seed):
        self.random = random.Random(seed)
        self.texts = files(corpus)
        self.tokens = [TOKENS.findall(text) for text in self.texts]

    def word(self):
        tokens = self.random.choice(self.tokens)
        return self.random.choice([t for t in tokens if not t.isspace() and t[0] != '#'] or [';'])

    def statement(self, tokens):
        spans = statements(tokens)[0]
        if not spans:
            return [';']
        start, end = self.random.choice(spans)
        return tokens[start:end]

    def place(self, tokens):
        return self.random.choice(statements(tokens)[1])

    def change_words(self, tokens):
        words = [at for at, token in enumerate(tokens) if token.strip() and token[0] != '#']
        if not words:
            return
        at = self.random.choice(words)
        kind = self.random.randrange(9)
        if kind == 0:
            del tokens[at]
        elif kind == 1:
            tokens.insert(at, tokens[at] + ' ')
        elif kind == 2:
            other = self.random.choice(words)
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif kind == 3:
            tokens[at] = self.word()
        elif kind == 4:
            tokens.insert(at, ' ' + self.word() + ' ')
        elif kind == 5:
            tokens.insert(at, self.random.choice(PUNCTUATION))
        elif kind == 6:
            cut = self.random.randrange(len(tokens[at]))
            tokens[at] = tokens[at][:cut] + tokens[at][cut + 1:]
        elif kind == 7:
            tokens[at] = self.random.choice(PUNCTUATION)
        else:
            del tokens[at:at + self.random.choice((2, 3, 5, 9))]

    def change_statements(self, tokens):
        spans = statements(tokens)[0]
        if not spans:
            return
        start, end = self.random.choice(spans)
        kind = self.random.randrange(5)
        taken = tokens[start:end]
        if kind == 0:
            del tokens[start:end]
        elif kind == 1:
            tokens[end:end] = taken
        elif kind == 2:
            del tokens[start:end]
            at = self.place(tokens)
            tokens[at:at] = taken
        else:
            taken = self.statement(self.random.choice(self.tokens))
            at = self.place(tokens)
            tokens[at:at] = ['\n'] + taken

    def text(self):
        """One mutated file."""
        tokens = list(self.random.choice(self.tokens))
        change = self.random.choice((self.change_words, self.change_statements))
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            change(tokens)
        return ''.join(tokens)
