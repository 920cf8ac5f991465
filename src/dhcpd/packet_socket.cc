#include "dhcpd/packet_socket.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace dhcpd {

namespace {

constexpr int kReceiveBuffer = 8 << 20;  // bytes: a second of flood
constexpr int kSendBuffer = 4 << 20;
constexpr std::uint16_t kVlanIdMask = 0x0fff;  // the rest of the tag is a priority

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

// IPv4, UDP, not a later fragment, to `port`. Offsets count from the IP header.
void attach_filter(int socket, std::uint16_t port) {
  sock_filter program[] = {
      BPF_STMT(BPF_LD + BPF_B + BPF_ABS, 9),
      BPF_JUMP(BPF_JMP + BPF_JEQ + BPF_K, IPPROTO_UDP, 0, 6),
      BPF_STMT(BPF_LD + BPF_H + BPF_ABS, 6),
      BPF_JUMP(BPF_JMP + BPF_JSET + BPF_K, 0x1fff, 4, 0),
      BPF_STMT(BPF_LDX + BPF_B + BPF_MSH, 0),
      BPF_STMT(BPF_LD + BPF_H + BPF_IND, 2),
      BPF_JUMP(BPF_JMP + BPF_JEQ + BPF_K, port, 0, 1),
      BPF_STMT(BPF_RET + BPF_K, 0x40000),
      BPF_STMT(BPF_RET + BPF_K, 0),
  };
  const sock_fprog filter{sizeof program / sizeof program[0], program};
  if (::setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0) fail("packet filter");
}

void enlarge(int socket, int forced, int plain, int bytes) {
  if (::setsockopt(socket, SOL_SOCKET, forced, &bytes, sizeof bytes) < 0)
    ::setsockopt(socket, SOL_SOCKET, plain, &bytes, sizeof bytes);
}

}  // namespace

base::UniqueFd open_packet_socket(int interface_index, std::uint16_t port) {
  // Protocol 0 hears nothing: packets come only once the filter is in place and bind() names the protocol.
  base::UniqueFd socket(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) fail("packet socket");
  attach_filter(socket.get(), port);
  const int on = 1;
  if (::setsockopt(socket.get(), SOL_PACKET, PACKET_AUXDATA, &on, sizeof on) < 0) fail("PACKET_AUXDATA");
  enlarge(socket.get(), SO_RCVBUFFORCE, SO_RCVBUF, kReceiveBuffer);
  enlarge(socket.get(), SO_SNDBUFFORCE, SO_SNDBUF, kSendBuffer);
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_IP);
  address.sll_ifindex = interface_index;
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) fail("bind");
  return socket;
}

struct ReceiveBatch::Buffers {
  std::array<std::array<std::uint8_t, kPacketSize>, kMost> bytes;
  std::array<sockaddr_ll, kMost> from;
  std::array<iovec, kMost> parts;
  std::array<mmsghdr, kMost> messages;
  struct Control {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(tpacket_auxdata))> space;
  };
  std::array<Control, kMost> control;
};

void ReceiveBatch::BuffersDeleter::operator()(Buffers* b) const { std::default_delete<Buffers>()(b); }

ReceiveBatch::ReceiveBatch() {
  buffers_.reset(std::make_unique<Buffers>().release());
  Buffers& b = *buffers_;
  for (std::size_t i = 0; i < kMost; ++i) {
    b.parts[i] = {b.bytes[i].data(), kPacketSize};
    msghdr& header = b.messages[i].msg_hdr;
    header = {};
    header.msg_iov = &b.parts[i];
    header.msg_iovlen = 1;
    header.msg_name = &b.from[i];
    header.msg_control = b.control[i].space.data();
  }
}

int ReceiveBatch::receive(int socket) {
  for (auto& message : buffers_->messages) {
    message.msg_hdr.msg_namelen = sizeof(sockaddr_ll);
    message.msg_hdr.msg_controllen = sizeof(Buffers::Control::space);
  }
  const int count = ::recvmmsg(socket, buffers_->messages.data(), kMost, MSG_DONTWAIT, nullptr);
  return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : count;
}

ReceiveBatch::Packet ReceiveBatch::packet(int i) const {
  const auto at = static_cast<std::size_t>(i);
  const mmsghdr& message = buffers_->messages[at];
  Packet packet;
  packet.bytes =
      base::ByteView(buffers_->bytes[at].data(), std::min<std::size_t>(message.msg_len, kPacketSize));
  packet.truncated = (message.msg_hdr.msg_flags & MSG_TRUNC) != 0;
  const unsigned char kind = buffers_->from[at].sll_pkttype;
  packet.for_us = kind != PACKET_OTHERHOST && kind != PACKET_OUTGOING;
  auto* header = const_cast<msghdr*>(&message.msg_hdr);
  for (cmsghdr* c = CMSG_FIRSTHDR(header); c; c = CMSG_NXTHDR(header, c)) {
    if (c->cmsg_level != SOL_PACKET || c->cmsg_type != PACKET_AUXDATA) continue;
    tpacket_auxdata data{};
    std::memcpy(&data, CMSG_DATA(c), sizeof data);
    packet.checksum_pending = (data.tp_status & TP_STATUS_CSUMNOTREADY) != 0;
    packet.foreign_vlan =
        (data.tp_status & TP_STATUS_VLAN_VALID) != 0 && (data.tp_vlan_tci & kVlanIdMask) != 0;
  }
  return packet;
}

namespace {

// A link address may be longer than sockaddr_ll has room for (InfiniBand: 20 octets); the kernel takes what
// the length of the socket address covers.
struct LinkAddress {
  sockaddr_ll head;
  std::array<std::uint8_t, base::HardwareAddress::kMaxLength - sizeof(sockaddr_ll::sll_addr)> tail;
};

socklen_t fill(LinkAddress& to, int interface_index, const base::HardwareAddress& hardware) {
  to = {};
  to.head.sll_family = AF_PACKET;
  to.head.sll_protocol = htons(ETH_P_IP);
  to.head.sll_ifindex = interface_index;
  to.head.sll_halen = hardware.length;
  auto* start = reinterpret_cast<std::uint8_t*>(&to) + offsetof(sockaddr_ll, sll_addr);
  std::copy(hardware.octets.begin(), hardware.octets.begin() + hardware.length, start);
  return static_cast<socklen_t>(
      std::max(sizeof(sockaddr_ll), offsetof(sockaddr_ll, sll_addr) + std::size_t{hardware.length}));
}

}  // namespace

std::size_t send_packets(int socket, int interface_index, const base::HardwareAddress& broadcast,
                         const std::vector<OutgoingPacket>& packets, int& error) {
  constexpr std::size_t kBatch = 64;
  std::size_t sent = 0;
  for (std::size_t first = 0; first < packets.size(); first += kBatch) {
    LinkAddress to[kBatch];
    iovec parts[kBatch][2];
    mmsghdr messages[kBatch] = {};
    const std::size_t count = std::min(kBatch, packets.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      const OutgoingPacket& packet = packets[first + i];
      parts[i][0] = {const_cast<std::uint8_t*>(packet.headers.data()), packet.headers.size()};
      parts[i][1] = {const_cast<std::uint8_t*>(packet.payload.data()), packet.payload.size()};
      msghdr& header = messages[i].msg_hdr;
      header.msg_namelen = fill(to[i], interface_index, packet.to.length == 0 ? broadcast : packet.to);
      header.msg_name = &to[i];
      header.msg_iov = parts[i];
      header.msg_iovlen = 2;
    }
    for (std::size_t i = 0; i < count;) {
      const int done = ::sendmmsg(socket, messages + i, static_cast<unsigned>(count - i), MSG_DONTWAIT);
      if (done > 0) {
        i += static_cast<std::size_t>(done);
        sent += static_cast<std::size_t>(done);
      } else if (done == 0 || errno != EINTR) {
        if (error == 0) error = errno;
        ++i;  // this one is lost; the client asks again
      }
    }
  }
  return sent;
}

}  // namespace dhcpd
