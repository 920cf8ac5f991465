// The IPv4 and UDP headers around a DHCP message on a packet socket (RFC 791, RFC 768).
#pragma once

#include <array>
#include <cstdint>
#include <variant>

#include "base/address.h"
#include "base/bytes.h"

namespace dhcpd {

struct UdpPacket {
  base::Ipv4 source, destination;
  std::uint16_t source_port = 0, destination_port = 0;
  base::ByteView payload;  // views the bytes that were read
};

enum class PacketFault { kTooShort, kNotUdp, kFragment, kHeaderChecksum, kUdpLength, kUdpChecksum };

// `packet` starts at the IP header; bytes after the datagram (Ethernet padding) are cut. A sender on this
// machine may leave the UDP checksum to its network card: the kernel then marks the packet, and
// `checksum_pending` says not to check it. A UDP checksum of zero is none.
std::variant<UdpPacket, PacketFault> read_udp_packet(base::ByteView packet, bool checksum_pending);

inline constexpr std::size_t kIpHeaderSize = 20;
inline constexpr std::size_t kUdpHeaderSize = 8;
using PacketHeaders = std::array<std::uint8_t, kIpHeaderSize + kUdpHeaderSize>;

// The headers to put in front of `packet.payload`; TTL 128 and type of service 0x10 (low delay), as the stock
// server sends.
PacketHeaders packet_headers(const UdpPacket& packet);

// The Internet checksum (RFC 1071) of bytes, added to `sum`; finish with ~fold().
std::uint32_t checksum_add(base::ByteView bytes, std::uint32_t sum = 0);
std::uint16_t checksum_fold(std::uint32_t sum);

}  // namespace dhcpd
