"""What strangers send: short, long, wrong."""

from lib import dhcp
from scenarios.basics import BASIC
from twin import twin


def raw(t, data, title, **more):
    t.send(dhcp.Message(raw=data), '02:c0:00:00:00:01', title=title, **more)


@twin(BASIC)
def row51_truncated_packets(t):
    whole = dhcp.Message(chaddr='02:c0:00:00:00:01', xid=5, options=[(53, 1), (55, b'\1\3')]).encode()
    for length in (0, 1, 28, 44, 108, 235, 236, 237, 239, 240, 241, 242, 243, 250):
        raw(t, whole[:length], 'the first %d bytes of a DISCOVER' % length)


@twin(BASIC)
def row51_bogus_hlen(t):
    t.client(1, hlen=17).discover()
    t.client(1, hlen=255).discover()
    t.client(1, hlen=7).discover()


@twin(BASIC)
def row51_malformed_options(t):
    t.client(1, prl=()).send([(53, 1), b'\x0c\xf0abc'], end=False, size=0)
    t.client(1, prl=()).send([(53, 1), b'\x0c'], end=False, size=0)
    t.client(1, prl=()).send([(53, 1), b'\x37\x05\1'], end=False, size=0)
    t.client(1, prl=()).send([b'\x35\x01'], end=False, size=0)
    t.client(1, prl=()).send([(53, 1), (12, b'no end')], end=False, size=0)
    t.client(1, prl=()).send([(53, 1), (50, b'\1\2\3')])
    t.client(1, prl=()).send([(53, 1), (50, b'\1\2\3\4\5')])
    t.client(1, prl=()).send([(53, 1), (57, b'\1')])
    t.client(1, prl=()).send([(53, 1), (52, b'')])
    t.client(1, prl=()).send([(53, 1), (54, b'\1')])


@twin(BASIC)
def row51_message_types(t):
    for kind in (0, 2, 5, 6, 9, 11, 12, 13, 14, 99, 255):
        t.client(1).send([(53, kind)])
    t.client(1).send([(53, b'')])
    t.client(1).send([(53, b'\1\1')])
    t.client(1).send([(53, 1), (53, 3)])


@twin(BASIC)
def row88_client_identifier_of_odd_length(t):
    t.client(1, uid=b'').discover()
    t.client(2, uid=b'x').bind()
    t.client(3, uid=b'\0' * 255).bind()
    t.client(4, uid=bytes(range(200))).bind()


@twin(BASIC)
def row20_pxe_client_identifier(t):
    t.client(1).bind((97, b'\0' + bytes(range(16))))
    t.client(1).bind((97, b'\0short'))


@twin(BASIC)
def row51_checksums(t):
    message = dhcp.Message(chaddr='02:c0:00:00:00:01', xid=5, options=[(53, 1)])
    t.send(message, bad_checksum=True, title='wrong UDP checksum')
    t.send(message, no_checksum=True, title='no UDP checksum')


@twin(BASIC)
def row55_other_source_ports_and_addresses(t):
    message = dhcp.Message(chaddr='02:c0:00:00:00:01', xid=5, options=[(53, 1)])
    t.send(message, source_port=1068, title='from port 1068')
    t.send(message, source='10.1.1.1', title='from 10.1.1.1')
    t.send(message, target_port=68, title='to port 68')


@twin(BASIC)
def row51_vlan_tagged_frames_are_not_ours(t):
    message = dhcp.Message(chaddr='02:c0:00:00:00:01', xid=5, options=[(53, 1)])
    t.send(message, tag=5, title='VLAN 5')
    t.send(message, tag=0, title='priority tag')


@twin(BASIC)
def row51_big_packet(t):
    t.client(1).discover((12, b'h' * 60), size=1400)
    t.client(2).discover(*[(224, b'z' * 250) for _ in range(4)], size=1472)


@twin(BASIC)
def row51_pad_and_trailing_bytes(t):
    t.client(1, prl=()).send([b'\0\0\0', (53, 1), b'\0', (55, b'\1'), b'\xff', (55, b'\3\6')])
    t.client(2, prl=()).send([(12, b'x'), (53, 1)])


@twin(BASIC)
def row70_requests_of_nothing(t):
    t.client(1).send([(53, dhcp.REQUEST)])
    t.client(1).send([(53, dhcp.REQUEST), (50, b'\0\0\0\0')])
    t.client(1).send([(53, dhcp.REQUEST), (50, b'\xff\xff\xff\xff')])
    t.client(1).send([(53, dhcp.REQUEST), (50, dhcp.ip('192.168.0.255'))])
    t.client(1).send([(53, dhcp.REQUEST), (50, dhcp.ip('192.168.0.0'))])
    t.client(1).send([(53, dhcp.REQUEST), (50, dhcp.ip('127.0.0.1'))])
