#include "dhcpd/ip_packet.h"

#include <netinet/in.h>

#include <cstring>

namespace dhcpd {

namespace {

constexpr std::uint8_t kVersion4 = 4;
constexpr std::uint8_t kTimeToLive = 128;
constexpr std::uint8_t kLowDelay = 0x10;
constexpr std::uint16_t kMoreFragmentsOrOffset = 0x3fff;

std::uint32_t pseudo_header(base::Ipv4 source, base::Ipv4 destination, std::size_t udp_length) {
  std::uint32_t sum = IPPROTO_UDP + static_cast<std::uint32_t>(udp_length);
  for (const std::uint32_t a : {source.value, destination.value}) sum += (a >> 16) + (a & 0xffff);
  return sum;
}

}  // namespace

std::uint32_t checksum_add(base::ByteView bytes, std::uint32_t sum) {
  // The sum is the same in either byte order but for a swap of its octets (RFC 1071 §2): words are added as
  // they stand in memory, and only what comes out is turned.
  std::uint64_t wide = 0;
  std::size_t i = 0;
  for (; i + 4 <= bytes.size(); i += 4) {
    std::uint32_t word;
    std::memcpy(&word, bytes.data() + i, sizeof word);
    wide += word;
  }
  std::uint32_t rest = 0;
  std::memcpy(&rest, bytes.data() + i, bytes.size() - i);
  wide += rest;
  wide = (wide >> 32) + (wide & 0xffffffff);
  const auto folded = static_cast<std::uint32_t>((wide >> 32) + (wide & 0xffffffff));
  return sum + ntohs(checksum_fold(folded));
}

std::uint16_t checksum_fold(std::uint32_t sum) {
  while (sum >> 16) sum = (sum >> 16) + (sum & 0xffff);
  return static_cast<std::uint16_t>(sum);
}

std::variant<UdpPacket, PacketFault> read_udp_packet(base::ByteView packet, bool checksum_pending) {
  if (packet.size() < kIpHeaderSize) return PacketFault::kTooShort;
  const std::size_t header_size = std::size_t{packet[0]} % 16 * 4;
  const std::size_t total = base::get_u16(packet.data() + 2);
  if (packet[0] / 16 != kVersion4 || header_size < kIpHeaderSize || header_size + kUdpHeaderSize > total ||
      total > packet.size()) {
    return PacketFault::kTooShort;
  }
  if (packet[9] != IPPROTO_UDP) return PacketFault::kNotUdp;
  if (base::get_u16(packet.data() + 6) & kMoreFragmentsOrOffset) return PacketFault::kFragment;
  if (checksum_fold(checksum_add(packet.subview(0, header_size))) != 0xffff)
    return PacketFault::kHeaderChecksum;

  const base::ByteView datagram = packet.subview(header_size, total - header_size);
  const std::size_t udp_length = base::get_u16(datagram.data() + 4);
  if (udp_length < kUdpHeaderSize || udp_length > datagram.size()) return PacketFault::kUdpLength;
  UdpPacket udp;
  udp.source = base::Ipv4::from_octets(packet.data() + 12);
  udp.destination = base::Ipv4::from_octets(packet.data() + 16);
  udp.source_port = base::get_u16(datagram.data());
  udp.destination_port = base::get_u16(datagram.data() + 2);
  udp.payload = datagram.subview(kUdpHeaderSize, udp_length - kUdpHeaderSize);
  const bool has_checksum = base::get_u16(datagram.data() + 6) != 0;
  if (has_checksum && !checksum_pending &&
      checksum_fold(checksum_add(datagram.subview(0, udp_length),
                                 pseudo_header(udp.source, udp.destination, udp_length))) != 0xffff) {
    return PacketFault::kUdpChecksum;
  }
  return udp;
}

PacketHeaders packet_headers(const UdpPacket& packet) {
  PacketHeaders headers{};
  const std::size_t udp_length = kUdpHeaderSize + packet.payload.size();
  std::uint8_t* ip = headers.data();
  ip[0] = kVersion4 << 4 | kIpHeaderSize / 4;
  ip[1] = kLowDelay;
  base::set_u16(ip + 2, static_cast<std::uint16_t>(kIpHeaderSize + udp_length));
  ip[8] = kTimeToLive;
  ip[9] = IPPROTO_UDP;
  base::set_u32(ip + 12, packet.source.value);
  base::set_u32(ip + 16, packet.destination.value);
  const std::uint16_t ip_sum = checksum_fold(checksum_add(base::ByteView(ip, kIpHeaderSize)));
  base::set_u16(ip + 10, static_cast<std::uint16_t>(~ip_sum));

  std::uint8_t* udp = headers.data() + kIpHeaderSize;
  base::set_u16(udp, packet.source_port);
  base::set_u16(udp + 2, packet.destination_port);
  base::set_u16(udp + 4, static_cast<std::uint16_t>(udp_length));
  std::uint32_t sum = pseudo_header(packet.source, packet.destination, udp_length);
  sum = checksum_add(base::ByteView(udp, kUdpHeaderSize), sum);
  const auto checksum = static_cast<std::uint16_t>(~checksum_fold(checksum_add(packet.payload, sum)));
  base::set_u16(udp + 6, checksum == 0 ? 0xffff : checksum);  // 0 would say that there is none
  return headers;
}

}  // namespace dhcpd
