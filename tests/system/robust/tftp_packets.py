"""TFTP packets and files that have brought servers down, or that a stranger may try (CVE records; RFC 1350, 2347 to 2349, 7440)."""

import os
import socket
import threading
import time

from lib import sandbox
from lib.daemon import await_true
from peer import ACK, DATA, ERROR, OACK, Peer, ack, data, error, rrq, wrq
from trial import case, check, descriptors


def opcode(packet):
    return packet[1] if packet else 0


def words(packet):
    return packet[2:].rstrip(b'\0').lower().split(b'\0')


@case('CT-01', 'dnsmasq 2009-2957, atftpd 2003-0380: names of every length', 'tftpd')
def names_of_every_length(t):
    site = t.tftpd('-m', rules('r ^long(.*) /sub/directory/that/lengthens/\\1\n'))
    for length in (1, 127, 255, 256, 257, 300, 495, 511, 512, 1000, 4095, 4096, 9000, 65000):
        for prefix in ('', 'long', '/', '../'):
            answer = site.first_answer(rrq((prefix + 'n' * length)[:65400]))
            check(opcode(answer) in (0, ERROR), '%d octets: %r' % (length, answer))
            check(answer is None or len(answer) <= 516, 'an answer of %d octets' % len(answer or b''))
        site.first_answer(wrq('n' * length))


def rules(text):
    path = sandbox.SCRATCH + '/rules'
    with open(path, 'w') as file:
        file.write(text)
    return path


@case('CT-02', 'dnsmasq 2009-2958, atftpd 2021-46671: options cut and broken', 'tftpd')
def broken_options(t):
    site = t.tftpd()
    heard = []
    for fill in (b'\xa5', b'\x5a'):
        answers = []
        for tail in (b'blksize', b'blksize\0', b'blksize\0\0', b'blksize\0001', b'blksize\0' + b'9' * 400, b'\0\0\0', b'\0', b'tsize\0',
                     b'blksize\0512\0tsize', b'x\0y\0' * 100, b'timeout\0-\0', b'blksize\0' + b'\xff' * 9 + b'\0'):
            site.first_answer(b'\0\1' + fill * 480)
            answers.append(site.first_answer(rrq('small') + tail))
        heard.append(answers)
    check(heard[0] == heard[1], 'the answers depend on the packet before')
    check(all(opcode(answer) in (DATA, OACK, ERROR) for answer in heard[0]), 'no answer: %r' % heard[0])


@case('CT-03', 'dnsmasq 2.77: an ERROR longer than its text', 'tftpd')
def error_as_long_as_its_text(t):
    site = t.tftpd()
    for name in ('n' * 10, 'n' * 500, 'n' * 4000):
        answer = site.first_answer(rrq(name))
        check(answer is None or (opcode(answer) == ERROR and answer.find(b'\0', 4) == len(answer) - 1), repr(answer))


@case('CT-04', 'a FIFO, a device, a socket, a directory under the root', 'tftpd')
def no_files(t):
    site = t.tftpd('-c')
    os.mkfifo(site.root + '/fifo', 0o666)
    os.mknod(site.root + '/zero', 0o020666, os.makedev(1, 5))
    for name in ('fifo', 'zero'):
        os.chmod(site.root + '/' + name, 0o666)
    socket.socket(socket.AF_UNIX).bind(site.root + '/socket')
    os.chmod(site.root + '/socket', 0o777)
    os.mkdir(site.root + '/directory', 0o777)
    for name in ('fifo', 'zero', 'socket', 'directory', '.', '/'):
        for request in (rrq(name), wrq(name)):
            began = time.monotonic()
            answer = site.first_answer(request)
            check(opcode(answer) == ERROR, '%s: %r' % (name, answer and answer[:20]))
            check(time.monotonic() - began < 0.5, '%s takes %.1f s' % (name, time.monotonic() - began))


@case('CT-05', '2024-2169: what is no request is answered with nothing', 'tftpd')
def silence_to_what_is_no_request(t):
    site = t.tftpd()
    loud = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    loud.bind(('127.0.0.1', 0))
    packets = [code.to_bytes(2, 'big') + body for code in [0, 3, 4, 5, 6] + list(range(7, 256)) + [256, 65535]
               for body in (b'', b'\0', b'\0\0', b'\0\0x\0')] + [b'', b'\0', b'\1', b'\2']
    for packet in packets:
        loud.sendto(packet, site.address)
    loud.settimeout(0.5)
    try:
        check(False, 'an answer: %r' % loud.recv(600)[:40])
    except socket.timeout:
        pass
    finally:
        loud.close()


@case('CT-06', 'tftp-hpa 2011-2199: values of up to 500 digits, options 60 times', 'tftpd')
def many_digits(t):
    site = t.tftpd()
    for name in ('blksize', 'blksize2', 'timeout', 'utimeout', 'tsize', 'windowsize', 'rollover'):
        for digits in (1, 5, 9, 10, 19, 20, 21, 100, 400):
            for digit in '019':
                answer = site.first_answer(rrq('small', name, digit * digits))
                check(answer is not None and len(answer) <= 516, '%s of %d digits: %r' % (name, digits, answer))
        answer = site.first_answer(rrq('small', *[name, '512'] * 30))
        check(answer is None or len(answer) <= 516, 'an OACK of %d octets' % len(answer or b''))


@case('CT-07', 'tftp-hpa 5.4: a request without its NUL reads the one before', 'tftpd')
def nothing_of_the_request_before(t):
    site = t.tftpd()
    long = rrq('file', 'blksize', '1024', 'tsize', '0', 'timeout', '5')
    whole = rrq('small', 'blksize', '16')
    for cut in range(2, len(whole)):
        site.first_answer(long)
        first = site.first_answer(whole[:cut])
        site.first_answer(rrq('x' * 400))
        second = site.first_answer(whole[:cut])
        check(first == second, '%r: %r and %r' % (whole[:cut], first, second))


@case('CT-08', 'tftp-hpa: the client\'s address in the names of the map file', 'tftpd')
def addresses_in_names(t):
    site = t.tftpd('-m', rules('r ^by-address$ host-\\i\nr ^by-hex$ host-\\x\n'))
    site.put('host-127.0.0.1', b'dotted')
    site.put('host-7F000001', b'hexadecimal')
    for _ in range(3):
        check(site.fetch('by-address') == b'dotted', '\\i')
        check(site.fetch('by-hex') == b'hexadecimal', '\\x')


@case('CT-09', "RFC 1123: the Sorcerer's Apprentice", 'tftpd')
def each_block_once(t):
    site = t.tftpd()
    peer = site.peer()
    peer.ask(rrq('file', 'blksize', '512'))
    sent, last = 0, b''
    answer = peer.receive(2)
    check(opcode(answer) == OACK, repr(answer))
    reply, blocks = ack(0), set()
    while True:
        peer.send(reply)
        peer.send(reply)
        answer = peer.receive(0.5)
        if answer is None:
            break
        while answer is not None and opcode(answer) == DATA:
            sent += 1
            number = int.from_bytes(answer[2:4], 'big')
            blocks.add(number)
            last, reply = answer, ack(number)
            answer = peer.receive(0.005)
        if len(last) < 516:
            break
    check(sent <= len(blocks) + 10, '%d blocks, %d packets' % (len(blocks), sent))
    check(len(blocks) == 201, '%d blocks arrived' % len(blocks))
    peer.close()


@case('CT-10', 'atftpd 2019-11365, SP 2008-2161, tftpy: packets cut to 0 to 4 octets in a transfer', 'tftpd')
def cut_packets(t):
    site = t.tftpd()
    for whole in (ack(1), data(1, b''), error(0, b'x' * 65000), b'\0\6x\0', b'\0\1', b'\xff\xff\0\0', b'\0\2'):
        for cut in list(range(5)) + [65000]:
            peer = site.peer()
            peer.ask(rrq('file'))
            check(opcode(peer.receive(2)) == DATA, 'no transfer begins')
            peer.send(whole[:cut])
            peer.send(error(0))
            peer.send(whole[:cut])
            peer.close()
    site.first_answer(b'x')


@case('CT-11', 'atftpd 2019-11366: 16 senders at once', 'tftpd')
def many_senders(t):
    site = t.tftpd()
    each, wrong = t.many(60, 6000), []

    def sender():
        for _ in range(each):
            if site.fetch('small') != b'small':
                wrong.append(1)

    threads = [threading.Thread(target=sender) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(not wrong, '%d of %d fetches failed' % (len(wrong), each * 16))
    t.memory_may_grow = 8192


@case('CT-12', 'atftpd 2020-6097: the multicast option', 'tftpd')
def multicast(t):
    site = t.tftpd()
    for options in (('multicast', ''), ('multicast', '', 'blksize', '512'), ('blksize', '512', 'multicast', '1.2.3.4,5,1'),
                    ('multicast', '', 'multicast', '', 'tsize', '0'), ('multicast', ',' * 300)):
        for _ in range(3):
            answer = site.first_answer(rrq('small', *options))
            check(opcode(answer) in (DATA, OACK, ERROR) and b'multicast' not in answer, repr(answer))


@case('CT-13', 'atftpd 2021-41054: an OACK larger than the block', 'tftpd')
def small_blocks(t):
    site = t.tftpd()
    for size in (8, 9, 16, 32, 64):
        for more in ((), ('tsize', '0'), ('timeout', '5', 'tsize', '0', 'utimeout', '1000000', 'blksize2', '64')):
            check(site.fetch('small', 'blksize', size, *more) == b'small', 'blksize %d %s' % (size, more))


@case('CT-14', 'pin/tftp 99: an ACK of an ERROR, then a new request from the same port', 'tftpd')
def acknowledged_error(t):
    site = t.tftpd()
    peer = site.peer()
    for _ in range(3):
        peer.ask(rrq('missing'))
        check(opcode(peer.receive(1)) == ERROR, 'no ERROR')
        peer.send(ack(0))
        peer.send(ack(1))
        peer.receive(0.1)
        check(peer.fetch(rrq('small')) == b'small', 'the next request is not answered')
    peer.close()


@case('T-06', 'names with control characters; modes that are none', 'tftpd')
def odd_names_and_modes(t):
    site = t.tftpd('-v')
    for name in ('', '\x1b[31m', 'a\nb', '%s%n', 'x' * 255, '\xff\xfe'):
        check(opcode(site.first_answer(rrq(name))) == ERROR, 'no ERROR for %r' % name)
    for mode in ('mail', '', 'OCTETT', 'x' * 300):
        check(opcode(site.first_answer(rrq('small', mode=mode))) == ERROR, 'no ERROR for mode %r' % mode[:10])
    for mode in ('OcTeT', 'NETASCII'):
        check(opcode(site.first_answer(rrq('small', mode=mode))) == DATA, 'mode %s' % mode)
    site.daemon.log.drain()
    for text in site.daemon.log.texts():
        check(all(ord(c) >= 32 for c in text), 'control characters in the log: %r' % text)


@case('T-10', 'a thousand stale and future acknowledgements', 'tftpd')
def stale_acknowledgements(t):
    site = t.tftpd()
    peer = site.peer()
    peer.ask(rrq('file'))
    check(opcode(peer.receive(2)) == DATA, 'no first block')
    peer.send(ack(1))
    check(opcode(peer.receive(2)) == DATA, 'no second block')
    for number in range(1000):
        peer.send(ack(1 if number % 2 else 30000 + number))
    heard = 0
    while peer.receive(0.3) is not None:
        heard += 1
    check(heard <= 2, '%d answers' % heard)
    peer.close()


@case('T-12', 'blksize at and beyond its limits', 'tftpd')
def block_sizes(t):
    site = t.tftpd()
    for value, wanted in (('8', b'8'), ('1428', b'1428'), ('65464', b'65464'), ('65465', b'65464'), ('65535', b'65464')):
        answer = site.first_answer(rrq('small', 'blksize', value))
        check(opcode(answer) == OACK and words(answer) == [b'blksize', wanted], '%s: %r' % (value, answer))
    for value in ('18446744073709551616', '512abc', '', '0x200'):
        check(opcode(site.first_answer(rrq('small', 'blksize', value))) in (DATA, OACK, ERROR), 'no answer to %r' % value)
    # As the stock has it: a negative number is a large one, and bounded like any other.
    answer = site.first_answer(rrq('small', 'blksize', '-1'))
    check(words(answer) == [b'blksize', b'65464'], '-1: %r' % answer)


@case('T-13', 'windows: in flight is a megabyte at most', 'tftpd')
def windows(t):
    site = t.tftpd()
    site.put('large', b'z' * (4 << 20))
    for size, window in (('65464', '65535'), ('8', '65535'), ('1428', '64'), ('512', '0'), ('512', '65536')):
        peer = site.peer()
        peer.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        peer.ask(rrq('large', 'blksize', size, 'windowsize', window))
        answer = peer.receive(2)
        if opcode(answer) == OACK:
            peer.send(ack(0))
            octets, answer = 0, peer.receive(1)
            while answer is not None:
                octets += len(answer) - 4
                answer = peer.receive(0.1)
            check(octets <= 2 << 20, 'blksize %s windowsize %s: %d octets without an ACK' % (size, window, octets))
        peer.send(error(0))
        peer.close()


@case('T-14', 'timeouts at and beyond their limits', 'tftpd')
def timeouts(t):
    site = t.tftpd()
    for value in ('0', '256'):
        check(opcode(site.first_answer(rrq('small', 'timeout', value))) == ERROR, 'timeout %s' % value)
    for value in ('1', '255'):
        check(opcode(site.first_answer(rrq('small', 'timeout', value))) == OACK, 'timeout %s' % value)
    peer = site.peer()
    peer.ask(rrq('small', 'utimeout', '1'))
    heard = 0
    while peer.receive(0.3) is not None and heard < 100:
        heard += 1
    check(heard < 20, '%d answers within a moment' % heard)
    peer.send(error(0))
    peer.close()


@case('T-15', 'a hundred unknown options; one option sixty times', 'tftpd')
def option_bombs(t):
    site = t.tftpd()
    answer = site.first_answer(rrq('small', *['unknown%d' % n if n % 2 == 0 else '1' for n in range(60)]))
    check(opcode(answer) in (DATA, ERROR), 'unknown options: %r' % answer)
    answer = site.first_answer(rrq('small', *['tsize', '0'] * 30))
    check(answer is not None and len(answer) <= 516, 'an OACK of %d octets' % len(answer or b''))


@case('T-17', 'a request again from the same port while its transfer lives', 'tftpd')
def repeated_request(t):
    site = t.tftpd()
    peer = site.peer()
    for _ in range(5):
        peer.socket.sendto(rrq('file'), site.address)
    ports = set()
    peer.socket.settimeout(0.4)
    try:
        while True:
            packet, address = peer.socket.recvfrom(600)
            ports.add(address)
    except socket.timeout:
        pass
    for address in ports:
        peer.socket.sendto(error(0), address)
    check(len(ports) == 1, '%d transfers for one client port' % len(ports))
    peer.close()


@case('T-18', 'uploads: one packet does not empty a file, a full disk is told', 'tftpd')
def uploads(t):
    folder = sandbox.SCRATCH + '/root/little'
    os.makedirs(folder)
    sandbox.mount('none', folder, 'tmpfs', 0, 'size=64k,mode=777')
    site = t.tftpd('-c')
    old = site.put('old', b'old content', 0o666)
    peer = site.peer()
    peer.ask(wrq('old'))
    check(opcode(peer.receive(2)) == ACK, 'no ACK of a WRQ')
    with open(old, 'rb') as file:
        check(file.read() == b'old content', 'one packet empties a file')
    peer.send(error(0))
    peer.close()
    site.put('little/big', b'', 0o666)
    peer = site.peer()
    peer.ask(wrq('little/big'))
    answer, number = peer.receive(2), 0
    while opcode(answer) == ACK and number < 200:
        number += 1
        peer.send(data(number, b'x' * 512))
        answer = peer.receive(2)
    check(opcode(answer) == ERROR and answer[3] == 3, 'a full disk: %r' % answer)
    peer.close()


@case('T-19', 'the file is replaced, cut short, unlinked during a transfer', 'tftpd')
def files_that_change(t):
    site = t.tftpd()
    whole = bytes(range(256)) * 2000

    def begin(name):
        path = site.put(name, whole)
        peer = site.peer()
        peer.ask(rrq(name))
        check(opcode(peer.receive(2)) == DATA, 'no first block')
        return path, peer

    def rest(peer):
        number, got = 1, b''
        while True:
            peer.send(ack(number))
            answer = peer.receive(3)
            if opcode(answer) != DATA:
                return answer, got
            if int.from_bytes(answer[2:4], 'big') == number:
                continue
            number += 1
            got += answer[4:]
            if len(answer) < 516:
                return None, got

    path, peer = begin('replaced')
    with open(path + '.new', 'wb') as file:
        file.write(b'other' * 50000)
    os.rename(path + '.new', path)
    refusal, got = rest(peer)
    check(refusal is None and got == whole[512:], 'a replaced file is mixed with the old one')
    path, peer = begin('unlinked')
    os.unlink(path)
    refusal, got = rest(peer)
    check(refusal is None and got == whole[512:], 'an unlinked file does not come to its end')
    path, peer = begin('cut')
    os.truncate(path, 1000)
    refusal, got = rest(peer)
    check(refusal is not None and opcode(refusal) == ERROR, 'a file that was cut short ends as if it were whole (%d octets)' % len(got))


@case('T-21', 'clients that never acknowledge: freed in 10 s', 'tftpd')
def half_open(t):
    site = t.tftpd()
    t.memory_may_grow = 4096
    before = descriptors(site.daemon.pid)
    peers = [site.peer() for _ in range(100)]
    for peer in peers:
        peer.ask(rrq('file'))
        peer.close()
    await_true(lambda: descriptors(site.daemon.pid) <= before + 32 and processes_of(site) <= 1, 'they are freed', 12, 0.2)


def processes_of(site):
    """The server's process and those it forked."""
    with open('/proc/%d/task/%d/children' % (site.daemon.pid, site.daemon.pid)) as children:
        return 1 + len(children.read().split())


@case('T-22', 'descriptors run out', 'tftpd')
def descriptors_run_out(t):
    site = t.tftpd(prefix=('prlimit', '--nofile=64:64'))
    peers = [site.peer() for _ in range(200)]
    for peer in peers:
        peer.ask(rrq('file'))
    time.sleep(0.2)
    for peer in peers:
        peer.receive(0.01)
        peer.send(error(0))
        peer.close()
    await_true(lambda: site.fetch('small') == b'small', 'served again', 20, 0.2)


@case('T-23', 'map files: endless rules, patterns of megabytes, a bad one at a reload', 'tftpd')
def map_files(t):
    path = rules('r ^endless endlessendless\nr ^(a|b)*c$ y\n')
    site = t.tftpd('-m', path)
    began = time.monotonic()
    site.first_answer(rrq('endless' * 20))
    check(time.monotonic() - began < 0.5, 'an endless rule takes %.1f s' % (time.monotonic() - began))


@case('H-10', 'ten thousand bad requests, and the service never ends', 'tftpd')
def bad_requests(t):
    site = t.tftpd()
    t.memory_may_grow = 4096
    loud = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    loud.bind(('127.0.0.1', 0))
    before = descriptors(site.daemon.pid)
    for number in range(t.many(10000, 100000)):
        loud.sendto(b'\0' + bytes([1 + number % 2]) + b'no such file %d\0octet' % number + b'\0' * (number % 3), site.address)
        if number % 50 == 0:
            time.sleep(0.005)
    loud.close()
    await_true(lambda: descriptors(site.daemon.pid) <= before + 32, 'descriptors come back', 20, 0.2)
