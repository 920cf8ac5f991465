#!/usr/bin/env python3
"""Runs the rows of the bench, ours and every peer that is here in turn, and prints one table.

run.py --programs FOLDER --dhcpd PROGRAM --tftpd PROGRAM [--quick] [--rounds N] [--seconds N] [--only WORDS] [--data FOLDER] [--svg F]
"""

import argparse
import os
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, '..', 'system')]
from lib import sandbox
sandbox.enter()
from lib import programs
import dhcp_rows
import dhcp_servers
import table
import tftp_rows
import tftp_servers


def options():
    parser = argparse.ArgumentParser(description='The bench: ours beside every peer that is here')
    parser.add_argument('--programs', required=True, help='folder of dhcp_load, dhcp_limit, log_drain, slow_sync.so, hour_later.so')
    parser.add_argument('--dhcpd', required=True, help='our dhcpd')
    parser.add_argument('--tftpd', default='', help='our in.tftpd')
    parser.add_argument('--atftpd', help='atftpd (its package cannot stand beside tftpd-hpa)')
    parser.add_argument('--isc-el', help="ISC dhcpd built as Enterprise Linux builds it (binary leases)")
    parser.add_argument('--data', default='/var/tmp/bootserver-bench', help='folder on a real disk for lease files')
    parser.add_argument('--quick', action='store_true', help='fewer rows and rounds: under 5 minutes')
    parser.add_argument('--rounds', type=int, help='runs of each server a row (default 3, quick 1)')
    parser.add_argument('--seconds', type=float, help='length of a run (default 4, quick 2)')
    parser.add_argument('--only', default='', help='only rows whose name has these words')
    parser.add_argument('--servers', default='', help='only these servers, comma between')
    parser.add_argument('--svg', help='write a picture of the ratios')
    return parser.parse_args()


def present(given, kinds):
    """Name → server, of the (kind, program) pairs whose program is here."""
    wanted = given.servers.split(',') if given.servers else None
    return {kind.name: kind(program, os.path.join(given.data, kind.__module__, kind.name.replace(' ', '-')))
            for kind, program in kinds if program and os.path.exists(program) and (not wanted or kind.name in wanted)}


def dhcp_kinds(given):
    return [(dhcp_servers.Ours, given.dhcpd), (dhcp_servers.Isc, programs.stock('/usr/sbin/dhcpd')),
            (dhcp_servers.IscEl, given.isc_el), (dhcp_servers.Kea, programs.find('kea-dhcp4')),
            (dhcp_servers.KeaThreads, programs.find('kea-dhcp4')), (dhcp_servers.Dnsmasq, programs.find('dnsmasq')),
            (dhcp_servers.Limit, os.path.join(given.programs, 'dhcp_limit'))]


def tftp_kinds(given):
    return [(tftp_servers.Ours, given.tftpd), (tftp_servers.TftpdHpa, programs.stock('/usr/sbin/in.tftpd')),
            (tftp_servers.Atftpd, given.atftpd), (tftp_servers.Dnsmasq, programs.find('dnsmasq')),
            (tftp_servers.Limit, os.path.join(given.programs, 'tftp_limit'))]


def measure(bench, row, here, rounds, seconds):
    """Interleaved: one run of each server, then the next round."""
    values = {}
    for _ in range(min(rounds, row.rounds or rounds)):
        for name in row.servers:
            if name not in here:
                continue
            try:
                value = row.measure(bench, here[name], seconds)
            except Exception as error:
                print('    %s: not measured: %s' % (name, error), flush=True)
                continue
            values.setdefault(name, []).append(value)
    return {name: table.Cell(found) for name, found in values.items()}


def main():
    given = options()
    rounds = given.rounds or (1 if given.quick else 3)
    seconds = given.seconds or (2 if given.quick else 4)
    os.makedirs(given.data, exist_ok=True)
    bench = dhcp_rows.Bench(given.programs)
    bench.tftp_root = os.path.join(given.data, 'tftpboot')
    tftp_rows.make_files(bench.tftp_root)
    dhcp, tftp = present(given, dhcp_kinds(given)), present(given, tftp_kinds(given))
    print('servers: %s; %s' % (', '.join(dhcp), ', '.join(tftp)), flush=True)
    results, began = [], time.monotonic()
    for row, here in [(row, dhcp) for row in dhcp_rows.ROWS] + [(row, tftp) for row in tftp_rows.ROWS]:
        if given.only not in row.name or (given.quick and not row.quick):
            continue
        cells = measure(bench, row, here, rounds, seconds)
        results.append((row, cells))
        print(table.text([(row, cells)]), end='', flush=True)
    print('\nThe whole table (%d rounds of %g s, %d s in all)\n\n%s'
          % (rounds, seconds, time.monotonic() - began, table.text(results)))
    if given.svg:
        with open(given.svg, 'w') as picture:
            picture.write(table.svg(results))


main()
