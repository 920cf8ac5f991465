// The IP and UDP headers around a message: what is built is read back; each broken field has its own fault.
#include "dhcpd/ip_packet.h"

#include <gtest/gtest.h>

namespace {

using dhcpd::PacketFault;
using dhcpd::UdpPacket;

base::Bytes build(const base::Bytes& payload) {
  UdpPacket packet;
  packet.source = *base::Ipv4::parse("192.168.0.1");
  packet.destination = *base::Ipv4::parse("192.168.0.130");
  packet.source_port = 67;
  packet.destination_port = 68;
  packet.payload = payload;
  const auto headers = dhcpd::packet_headers(packet);
  base::Bytes bytes(headers.begin(), headers.end());
  bytes.insert(bytes.end(), payload.begin(), payload.end());
  return bytes;
}

PacketFault fault_of(const base::Bytes& bytes, bool pending = false) {
  const auto read = dhcpd::read_udp_packet(bytes, pending);
  EXPECT_TRUE(std::holds_alternative<PacketFault>(read));
  return std::holds_alternative<PacketFault>(read) ? std::get<PacketFault>(read) : PacketFault::kTooShort;
}

void mend_header_checksum(base::Bytes& bytes) {
  base::set_u16(bytes.data() + 10, 0);
  const auto sum =
      dhcpd::checksum_fold(dhcpd::checksum_add(base::ByteView(bytes.data(), dhcpd::kIpHeaderSize)));
  base::set_u16(bytes.data() + 10, static_cast<std::uint16_t>(~sum));
}

TEST(IpPacket, ReadsWhatItBuilds) {
  for (std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{300}, std::size_t{1472}}) {
    base::Bytes payload(size);
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<std::uint8_t>(i * 7 + 1);
    const auto bytes = build(payload);
    const auto read = dhcpd::read_udp_packet(bytes, false);
    ASSERT_TRUE(std::holds_alternative<UdpPacket>(read)) << size;
    const auto& packet = std::get<UdpPacket>(read);
    EXPECT_EQ(packet.source.text(), "192.168.0.1");
    EXPECT_EQ(packet.destination.text(), "192.168.0.130");
    EXPECT_EQ(packet.source_port, 67);
    EXPECT_EQ(packet.destination_port, 68);
    EXPECT_TRUE(packet.payload == base::ByteView(payload));
  }
}

TEST(IpPacket, SendsTheStockServersHeader) {
  const auto bytes = build(base::Bytes(300));
  EXPECT_EQ(bytes[1], 0x10);  // type of service
  EXPECT_EQ(bytes[8], 128);   // time to live
}

TEST(IpPacket, CutsEthernetPadding) {
  auto bytes = build({1, 2, 3});
  bytes.resize(46);
  const auto read = dhcpd::read_udp_packet(bytes, false);
  ASSERT_TRUE(std::holds_alternative<UdpPacket>(read));
  EXPECT_EQ(std::get<UdpPacket>(read).payload.size(), 3U);
}

TEST(IpPacket, SkipsIpOptions) {
  auto bytes = build({9, 8, 7});
  bytes.insert(bytes.begin() + dhcpd::kIpHeaderSize, {1, 1, 1, 0});
  bytes[0] = 0x46;
  base::set_u16(bytes.data() + 2, static_cast<std::uint16_t>(bytes.size()));
  base::set_u16(bytes.data() + 10, 0);
  const auto sum = dhcpd::checksum_fold(dhcpd::checksum_add(base::ByteView(bytes.data(), 24)));
  base::set_u16(bytes.data() + 10, static_cast<std::uint16_t>(~sum));
  const auto read = dhcpd::read_udp_packet(bytes, false);
  ASSERT_TRUE(std::holds_alternative<UdpPacket>(read));
  EXPECT_EQ(std::get<UdpPacket>(read).payload[0], 9);
}

TEST(IpPacket, ChecksTheUdpChecksumUnlessItIsPendingOrZero) {
  auto bytes = build({1, 2, 3, 4});
  bytes[30] ^= 0xff;
  EXPECT_EQ(fault_of(bytes), PacketFault::kUdpChecksum);
  EXPECT_TRUE(std::holds_alternative<UdpPacket>(dhcpd::read_udp_packet(bytes, true)));
  base::set_u16(bytes.data() + 26, 0);
  EXPECT_TRUE(std::holds_alternative<UdpPacket>(dhcpd::read_udp_packet(bytes, false)));
}

TEST(IpPacket, EveryCutIsAFault) {
  const auto bytes = build({1, 2, 3, 4});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const base::Bytes cut(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(fault_of(cut), PacketFault::kTooShort) << size;
  }
}

TEST(IpPacket, BrokenFields) {
  const auto good = build({1, 2, 3, 4});
  auto bad = good;
  bad[8] = 1;
  EXPECT_EQ(fault_of(bad), PacketFault::kHeaderChecksum);
  bad = good;
  bad[9] = 6;
  EXPECT_EQ(fault_of(bad), PacketFault::kNotUdp);
  bad = good;
  bad[6] = 0x20;  // more fragments
  EXPECT_EQ(fault_of(bad), PacketFault::kFragment);
  bad = good;
  bad[0] = 0x65;
  EXPECT_EQ(fault_of(bad), PacketFault::kTooShort);
  bad = good;
  bad[0] = 0x44;  // a header shorter than the shortest
  EXPECT_EQ(fault_of(bad), PacketFault::kTooShort);
  for (const int length : {0, 7, 13, 65535}) {
    bad = good;
    base::set_u16(bad.data() + 24, static_cast<std::uint16_t>(length));
    EXPECT_EQ(fault_of(bad), PacketFault::kUdpLength) << length;
  }
  bad = good;
  base::set_u16(bad.data() + 2, 22);  // no room for a UDP header
  mend_header_checksum(bad);
  EXPECT_EQ(fault_of(bad), PacketFault::kTooShort);
}

}  // namespace
