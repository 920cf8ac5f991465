"""Where our server differs from the stock one on purpose, each with its reason. Fewer than ten."""

import re


class Difference:
    """scenarios: pattern of the names concerned; drop: lines (of either side) that match are not compared."""

    def __init__(self, reason, drop, scenarios=''):
        self.reason, self.drop, self.scenarios = reason, re.compile(drop), re.compile(scenarios)

    def clean(self, name, lines):
        if not self.scenarios.search(name):
            return lines
        return [line for line in lines if not self.drop.search(line)]


DELIBERATE = [
]
