#!/usr/bin/env python3
"""Processor time and memory of reading a configuration: ours beside the stock program, `dhcpd -4 -t` each.

conf_parse.py --ours PROGRAM [--stock PROGRAM] [--rounds N]

Prints one row a file: the best of N rounds of each program, and the ratios. The table ends with the growth of our
time from the file of 10,000 hosts to that of 100,000, which is 10 where the work is linear.
"""

import argparse
import os
import tempfile


def hosts(count):
    yield 'subnet 10.0.0.0 netmask 255.0.0.0 { range 10.250.0.1 10.250.0.200; }\n'
    for i in range(count):
        a, b, c = i >> 16 & 255, i >> 8 & 255, i & 255
        yield (f'host h{i} {{ hardware ethernet 02:00:00:{a:02x}:{b:02x}:{c:02x}; '
               f'fixed-address 10.{a}.{b}.{c}; }}\n')


def classes(count):
    for i in range(count):
        yield (f'class "c{i}" {{ match if substring(option vendor-class-identifier, 0, 9) = "vendor{i:03}"; '
               f'option host-name "name{i}"; }}\n')


def run(program, path):
    """Seconds of processor time and KB of one run."""
    child = os.fork()
    if child == 0:
        null = os.open('/dev/null', os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execv(program, [program, '-4', '-t', '-q', '-cf', path])
    _, status, usage = os.wait4(child, 0)
    if status != 0:
        raise SystemExit(f'{program} refused {path}: status {status}')
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def best(program, path, rounds):
    runs = [run(program, path) for _ in range(rounds)]
    return min(r[0] for r in runs), min(r[1] for r in runs)


def main():
    parser = argparse.ArgumentParser(description='Reading a configuration: ours beside the stock program')
    parser.add_argument('--ours', required=True)
    parser.add_argument('--stock', default='/usr/sbin/dhcpd')
    parser.add_argument('--rounds', type=int, default=5)
    options = parser.parse_args()
    files = [('1,000 hosts', hosts(1000)), ('10,000 hosts', hosts(10000)), ('100,000 hosts', hosts(100000)),
             ('1,000 classes', classes(1000))]
    print(f'{"file":15} {"ours s":>8} {"stock s":>8} {"times":>6}   {"ours MB":>8} {"stock MB":>8} {"part":>6}')
    taken = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, lines in files:
            path = os.path.join(folder, 'dhcpd.conf')
            with open(path, 'w', encoding='ascii') as out:
                out.writelines(lines)
            ours, stock = best(options.ours, path, options.rounds), best(options.stock, path, options.rounds)
            taken[name] = ours[0]
            print(f'{name:15} {ours[0]:8.3f} {stock[0]:8.3f} {stock[0] / ours[0]:6.1f}   '
                  f'{ours[1] / 1024:8.1f} {stock[1] / 1024:8.1f} {ours[1] / stock[1]:6.2f}')
    print(f'growth of our time from 10,000 to 100,000 hosts: {taken["100,000 hosts"] / taken["10,000 hosts"]:.1f}')


if __name__ == '__main__':
    main()
