"""Where our server differs from the stock one on purpose, each with its reason, and where not yet alike."""

import re


class Difference:
    """scenarios: pattern of the names concerned; drop: lines (of either side) that match are not compared."""

    def __init__(self, reason, drop, scenarios=''):
        self.reason, self.drop, self.scenarios = reason, re.compile(drop), re.compile(scenarios)

    def clean(self, name, lines):
        if not self.scenarios.search(name):
            return lines
        return [line for line in lines if not self.drop.search(line)]


class Later(Difference):
    """Lines that may come later: they are put behind the others of the step (of random conversations, left out)."""

    def clean(self, name, lines):
        if name.startswith('random_'):
            return Difference.clean(self, name, lines)
        return [line for line in lines if not self.drop.search(line)] + sorted(line for line in lines if self.drop.search(line))


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


DELIBERATE = [
    Difference('the banner, --version and the words after a fatal error name the program that is running',
               r'^(log (?:facility \d+ )?(?:err|info|stderr) )?(Internet Systems Consortium DHCP Server|Copyright |All rights reserved|'
               r'For info, please visit|isc-dhcpd-|This is bootserver|that the cause is not|whoever packaged it|'
               r'If you think you have received|than a configuration issue|bugs on either our web|before submitting a bug|'
               r'process and the information)'),
    Difference('--help and the words after a wrong flag are our own', r'^log stderr ', 'row4_'),
    FirstMistake('a mistake is told once, without the complaints that the stock then makes of the words behind it', '^row'),
    Difference('a mistake comes with a hint how to mend it, and what is not obeyed or does nothing with a warning',
               r'^log (?:err|warning|stderr) (hint: |Warning: .*: this statement does nothing$|'
               r'.* is read but not served by this version\.$)'),
    Difference('SIGTERM and SIGINT finish the work in hand and it leaves with 0; SIGUSR1 has the counters logged',
               r'^(log info Counters: .*|ended with (0|-15|-2|-10))$'),
    Later('a script runs beside the server: how it ended is told when it has ended',
          r'(Unable to execute |execute: .* exit status )'),
    Difference('ddns-update-style ad-hoc, good on CentOS 5 and 6, is accepted', '', 'row108_ad_hoc'),
    Difference('nobody takes addresses from others: decline_check and reuse_offers of bootserver.cfg(5)', '',
               'row63_an_offered_address_is_kept_for_its_client|row73_decline_of_an_address_never_leased'),
    Difference('what the stock throws away of a lease file is kept: what stands behind a damage, leases of no range', '',
               'row92_damaged_lease_file|row92_leases_of_elsewhere'),
]

# Of how our server was built, not of what it is: the sanitizers need system calls that the filter would stop.
OF_THE_BUILD = [
    Difference('a build with --enable-sanitizers says that it has no filter',
               r'^log (?:facility \d+ )?(?:info|stderr) system call filter \(seccomp\) is not available here \(built with sanitizers'),
]

# Scenarios in which the two are not alike yet: they are played and shown, and do not fail the run. Strike off what is mended.
KNOWN = {
    # carets, and warnings about declarations, one line more or less
    'row106_class_used_before_it_is_declared', 'row17_ranges',
    'row17_declarations_that_collide', 'row2_3_every_mistake_is_told_with_its_place',
    # expressions: a slip of the stock
    'row34_regular_expressions',
    # the lease file: declarations in it, a variable with the name of a keyword
    'row55_odd_hardware', 'row91_92_states_and_members',
    'row94_host_deleted_in_the_lease_file', 'row94_host_in_the_lease_file',
}
