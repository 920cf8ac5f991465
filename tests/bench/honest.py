"""Honest clients beside an attack: they arrive at a steady rate, ask again after a second, and give up after four."""

import select
import socket
import time

from lib import dhcp, server
from trial import SERVER, mac

RATE = 50  # arrivals a second
AGAIN = 1.0
PATIENCE = 4.0


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else float('nan')


class Tally:
    """What became of the clients of one kind."""

    def __init__(self):
        self.asked, self.times = 0, []

    def share(self):
        return 100.0 * len(self.times) / self.asked if self.asked else float('nan')

    def text(self):
        return '%.1f %% of %d, p99 %.0f ms' % (self.share(), self.asked, percentile(self.times, 0.99) * 1000)


class _Conversation:
    def __init__(self, number, tally, address=None):
        self.number, self.tally, self.address = number, tally, address  # with an address: a renewal
        self.began = self.last = time.monotonic()
        self.offer = None
        tally.asked += 1


class DhcpClients:
    """New clients and renewals in turn, on a wire of the sandbox."""

    def __init__(self, wire, holders):
        self.wire, self.holders = wire, holders  # (number, address) of clients that have a lease
        self.new, self.renewed = Tally(), Tally()
        self._open, self._next = {}, 0

    def run(self, seconds, kinds=('new', 'renew')):
        end = time.monotonic() + seconds
        arrival = time.monotonic()
        while time.monotonic() < end or self._open:
            now = time.monotonic()
            while arrival <= now and arrival < end:
                self._arrive(kinds[self._next % len(kinds)])
                arrival += 1.0 / RATE
            self._hear(0.005)
            for conversation in list(self._open.values()):
                if now - conversation.began > PATIENCE:
                    del self._open[conversation.number]
                elif now - conversation.last > AGAIN:
                    self._say(conversation)

    def _arrive(self, kind):
        self._next += 1
        if kind == 'renew':
            number, address = self.holders[self._next // 2 % len(self.holders)]
            if number in self._open:
                return
            conversation = _Conversation(number, self.renewed, address)
        else:
            conversation = _Conversation(0x20000 + self._next, self.new)
        self._open[conversation.number] = conversation
        self._say(conversation)

    def _say(self, conversation):
        conversation.last = time.monotonic()
        fields = dict(chaddr=mac(conversation.number), xid=conversation.number)
        if conversation.address:
            message = dhcp.Message(ciaddr=conversation.address, options=[(53, dhcp.REQUEST)], **fields)
            self.wire.own(conversation.address, mac(conversation.number))
            self.wire.send(message, mac(conversation.number), target_mac=server.SERVER_MAC % 1, source=conversation.address, target=SERVER)
        elif conversation.offer:
            options = [(53, dhcp.REQUEST), (50, conversation.offer.yiaddr), (54, conversation.offer.option(54))]
            self.wire.send(dhcp.Message(options=options, **fields), mac(conversation.number))
        else:
            self.wire.send(dhcp.Message(options=[(53, dhcp.DISCOVER)], **fields), mac(conversation.number))

    def _hear(self, patience):
        select.select([self.wire], [], [], patience)
        self.wire.drain()
        heard, self.wire.inbox = self.wire.inbox, []
        for datagram in heard:
            message = datagram.message()
            conversation = self._open.get(message.xid)
            if datagram.target_port != 68 or message.op != 2 or not conversation:
                continue
            if message.kind() == dhcp.OFFER and not conversation.offer and not conversation.address:
                conversation.offer = message
                self._say(conversation)
            elif message.kind() == dhcp.ACK:
                conversation.tally.times.append(time.monotonic() - conversation.began)
                del self._open[message.xid]
            elif message.kind() == dhcp.NAK:
                conversation.offer = None  # it starts anew; a holder that is refused never succeeds


class TftpClients:
    """Fetches of one block, each from a port of its own; opened in a host."""

    def __init__(self, host, target, address, request, content):
        self.host, self.target, self.address = host, target, address
        self.request, self.content, self.fetched = request, content, Tally()

    def run(self, seconds):
        end = time.monotonic() + seconds
        arrival, open_ = time.monotonic(), {}
        while time.monotonic() < end or open_:
            now = time.monotonic()
            while arrival <= now and arrival < end:
                with self.host.inside():
                    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                    client.bind((self.address, 0))
                client.sendto(self.request, self.target)
                open_[client] = [now, now]
                self.fetched.asked += 1
                arrival += 1.0 / RATE
            for client in select.select(list(open_), [], [], 0.005)[0]:
                packet, peer = client.recvfrom(2000)
                if packet[1] == 6:
                    client.sendto(b'\0\4\0\0', peer)
                elif packet[1] == 3:
                    client.sendto(b'\0\4\0\1', peer)
                    if packet[4:] == self.content:
                        self.fetched.times.append(time.monotonic() - open_[client][0])
                    client.close()
                    del open_[client]
            for client, (began, last) in list(open_.items()):
                if now - began > PATIENCE:
                    client.close()
                    del open_[client]
                elif now - last > AGAIN:
                    client.sendto(self.request, self.target)
                    open_[client][1] = now
