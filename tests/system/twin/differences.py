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
    Difference('the banner names the program that is running',
               r'^log info (Internet Systems Consortium DHCP Server|Copyright |All rights reserved|For info, please visit)'),
    Difference('what is read but not obeyed is told in one warning each',
               r'^log warning .* is read but not served by this version\.$'),
]
