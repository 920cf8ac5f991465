"""Every row of the reference on attacks and faults: the case or other test that covers it, or why it is not run."""

import os

from trial import CASES

# Numbers of the rows by their letters.
NUMBERS = {'C4': 18, 'C6': 15, 'CC': 6, 'CF': 2, 'CL': 4, 'CO': 4, 'CT': 14, 'D': 16, 'H': 11, 'N': 14, 'A': 15, 'T': 24, 'P': 2}

DHCPV6 = 'DHCPv6 is not served: -6 is refused at the start'
NO_PORT = 'not served; no port is open: case A-10'

# Tests elsewhere: file and the name in it.
ELSEWHERE = {
    'CL-03': ('tests/unit/lease_file_test.cc', 'WhatAClientChoseStaysAValue'),
    'D-01': ('tests/unit/lease_store_test.cc', 'KilledAtEveryCallLosesNoPromise'),
    'D-02': ('tests/unit/lease_store_test.cc', 'RewritesBesideTheServing'),
    'D-03': ('tests/system/lease_crash.py', 'power'),
    'D-04': ('tests/unit/lease_file_test.cc', 'ATornRecordLeavesTheEarlierOneInForce'),
    'D-05': ('tests/unit/lease_file_test.cc', 'DamageCostsOnlyWhatIsDamaged'),
    'D-09': ('tests/unit/lease_store_test.cc', 'AFailedCallIsNeverTakenForSuccess'),
    'D-10': ('tests/unit/lease_store_test.cc', 'AFailedCallIsNeverTakenForSuccess'),
    'D-13': ('tests/system/dhcpd_life.py', 'a_second_server_and_a_stale_number'),
    'D-16': ('tests/unit/lease_file_test.cc', 'WhatAClientChoseStaysAValue'),
    'H-02': ('tests/system/dhcpd_life.py', 'reload_keeps_offers_and_refuses_mistakes'),
    'H-06': ('tests/system/dhcpd_life.py', 'scripts_hold_up_nobody'),
    'N-03': ('tests/unit/lease_file_test.cc', 'TimesAreExactFrom1970To2106'),
    'N-06': ('tests/system/dhcpd_life.py', 'an_interface_that_comes_back_is_served'),
    'N-08': ('tests/system/dhcpd_life.py', 'a_second_interface_that_appears_is_served'),
    'N-12': ('tests/system/dhcpd_life.py', 'pings_delay_only_their_own_offer'),
    'A-04': ('tests/system/dhcpd_life.py', 'forged_echo_replies_count_for_nothing'),
    'T-01': ('tests/system/tftp_hostile.py', 'names_that_lead_out'),
    'T-02': ('tests/system/tftp_hostile.py', 'names_that_lead_out'),
    'T-03': ('tests/unit/tftpd_files_test.cc', 'DirectoryListKeepsToWholeComponents'),
    'T-04': ('tests/unit/tftpd_files_test.cc', 'NoRaceLeadsOut'),
    'T-05': ('tests/system/tftp_hostile.py', 'names_that_lead_out'),
    'T-07': ('tests/unit/tftp_receiver_test.cc', 'ConvertsAtEveryOffsetOfABlocksEdge'),
    'T-08': ('tests/system/tftp_hostile.py', 'guessed_transfer_ports'),
    'T-11': ('tests/unit/tftp_sender_test.cc', 'WindowsCrossTheRollover'),
    'T-16': ('tests/system/tftp_hostile.py', 'odd_packets'),
    'T-20': ('tests/system/tftp_hostile.py', 'flood'),
}

NOT_RUN = {
    'C4-13': 'the daemon reads no DNS messages and makes no updates; addresses of names come from the system\'s resolver',
    'N-11': 'as the stock, see row71_request_for_another_server of the twin test',
    'A-09': 'no DNS updates are made',
    'A-11': NO_PORT,
    'A-12': NO_PORT,
    'A-14': DHCPV6,
}
NOT_RUN.update({'C6-%02d' % n: DHCPV6 for n in range(1, 16)})
NOT_RUN.update({'CO-%02d' % n: NO_PORT for n in range(1, 5)})
NOT_RUN.update({'CF-%02d' % n: NO_PORT for n in range(1, 3)})


def everyone():
    return ['%s-%02d' % (letters, n + 1) for letters, last in NUMBERS.items() for n in range(last)]


def missing():
    """Rows that nothing covers, and tests that are named here but are not where they are said to be."""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../..')
    gone = []
    for row, (path, name) in ELSEWHERE.items():
        with open(os.path.join(source, path)) as file:
            if name not in file.read():
                gone.append('%s (%s in %s)' % (row, name, path))
    with open(os.path.join(source, 'tests/README')) as file:
        if table() not in file.read():
            gone.append('(tests/README has another table: print it anew with --rows)')
    return gone + [row for row in everyone() if row not in CASES and row not in ELSEWHERE and row not in NOT_RUN]


def table():
    lines = []
    for row in everyone():
        cases = [case for name, case in CASES.items() if name.split('/')[0] == row]
        for case in cases:
            lines.append('%-7s %s: %s' % (row, case.function.__module__ + '.' + case.function.__name__, case.title))
        if row in ELSEWHERE:
            lines.append('%-7s %s %s' % ((row,) + ELSEWHERE[row]))
        if row in NOT_RUN:
            lines.append('%-7s not run: %s' % (row, NOT_RUN[row]))
    return '\n'.join(lines)
