"""Where our server differs from the stock one on purpose, each with its reason (fewer than ten), and where not yet alike."""

import re


class Difference:
    """scenarios: pattern of the names concerned; drop: lines (of either side) that match are not compared."""

    def __init__(self, reason, drop, scenarios=''):
        self.reason, self.drop, self.scenarios = reason, re.compile(drop), re.compile(scenarios)

    def clean(self, name, lines):
        if not self.scenarios.search(name):
            return lines
        return [line for line in lines if not self.drop.search(line)]


class FirstMistake(Difference):
    """Of the complaints about a configuration only the first is compared: file, line, words, text and caret."""

    def __init__(self, reason, scenarios=''):
        Difference.__init__(self, reason, '$never', scenarios)

    def clean(self, name, lines):
        if not self.scenarios.search(name) or not any('Configuration file errors encountered' in line for line in lines):
            return lines
        for prefix in ('log err ', 'log stderr '):
            complaints = [index for index, line in enumerate(lines) if line.startswith(prefix)]
            first = next((i for i in complaints if re.search(r' line \d+: ', lines[i])), None)
            if first is None:
                continue
            last = max(i for i in complaints if 'Configuration file errors' in lines[i])
            kept = [i for i in complaints if first <= i < last][:3]
            lines = [line for index, line in enumerate(lines) if index in kept or not (index in complaints and first <= index < last)]
        return lines


_LINE = r'^log (?:facility \d+ )?(?:err|info|stderr) '

DELIBERATE = [
    Difference('the banner and --version name the program that is running',
               _LINE + r'(Internet Systems Consortium DHCP Server|Copyright |All rights reserved|For info, please visit|isc-dhcpd-)'),
    Difference('what is read but not obeyed is told in one warning each',
               r'^log (warning|stderr) .* is read but not served by this version\.$'),
    Difference('the words after a fatal error do not send our users to ISC',
               _LINE + r'(This is bootserver|that the cause is not|whoever packaged it|If you think you have received|than a configuration '
               r'issue|bugs on either our web|before submitting a bug|process and the information)'),
    FirstMistake('a mistake is told once, without the complaints that the stock then makes of the words behind it', '^row'),
    Difference('a mistake comes with a hint how to mend it', _LINE + r'hint: '),
    Difference('SIGUSR1 has the counters logged', r'^(log info Counters: .*|ended with -10)$', 'row8_'),
    Difference('SIGTERM and SIGINT finish the work in hand, and it leaves with 0', r'^ended with (0|-15|-2)$'),
]

# Scenarios in which the two are not alike yet: they are played and shown, and do not fail the run. Strike off what is mended.
KNOWN = {
}
