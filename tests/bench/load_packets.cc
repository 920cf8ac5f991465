#include "load_packets.h"

#include "dhcp/message.h"

namespace bench {
namespace {

constexpr std::uint32_t kCookie = 0x63825363;
constexpr std::size_t kEthernet = 14, kIp = 20, kUdp = 8;

base::Bytes start(std::uint32_t client, const RequestShape& shape, dhcp::MessageType type,
                  base::Ipv4 ciaddr) {
  dhcp::Header header;
  header.op = dhcp::kBootRequest;
  header.htype = base::kEthernet;
  header.hlen = 6;
  header.xid = client;
  header.ciaddr = ciaddr;
  header.giaddr = shape.giaddr;
  header.hops = shape.giaddr.is_zero() ? 0 : 1;
  if (shape.broadcast_flag) header.flags = dhcp::kBroadcastFlag;
  header.chaddr[0] = 2;
  base::set_u32(&header.chaddr[2], client);
  base::Bytes out(dhcp::kFixedSize);
  dhcp::encode(header, out.data());
  base::put_u32(out, kCookie);
  const std::uint8_t type_option[] = {53, 1, static_cast<std::uint8_t>(type)};
  base::put_bytes(out, base::ByteView(type_option, sizeof type_option));
  if (shape.client_id) {
    const std::uint8_t id[] = {61, 7, 1};
    base::put_bytes(out, base::ByteView(id, sizeof id));
    base::put_bytes(out, base::ByteView(header.chaddr.data(), 6));
  }
  return out;
}

void put_address(base::Bytes& out, std::uint8_t code, base::Ipv4 address) {
  base::put_u8(out, code);
  base::put_u8(out, 4);
  base::put_u32(out, address.value);
}

base::Bytes finish(base::Bytes out) {
  const std::uint8_t asked[] = {55, 5, 1, 3, 6, 15, 51, 255};
  base::put_bytes(out, base::ByteView(asked, sizeof asked));
  if (out.size() < dhcp::kMinimumReply) out.resize(dhcp::kMinimumReply);
  return out;
}

std::uint16_t internet_checksum(const std::uint8_t* p, std::size_t size) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i + 1 < size; i += 2) sum += base::get_u16(p + i);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

base::Bytes discover(std::uint32_t client, const RequestShape& shape) {
  return finish(start(client, shape, dhcp::MessageType::kDiscover, {}));
}

base::Bytes request(std::uint32_t client, const RequestShape& shape, base::Ipv4 address, base::Ipv4 server) {
  auto out = start(client, shape, dhcp::MessageType::kRequest, {});
  put_address(out, 50, address);
  put_address(out, 54, server);
  return finish(std::move(out));
}

base::Bytes renew(std::uint32_t client, const RequestShape& shape, base::Ipv4 address) {
  return finish(start(client, shape, dhcp::MessageType::kRequest, address));
}

base::Bytes broadcast_frame(std::uint32_t client, base::ByteView datagram) {
  base::Bytes frame(kEthernet + kIp + kUdp, 0);
  std::fill(frame.begin(), frame.begin() + 6, std::uint8_t{0xff});
  frame[6] = 2;
  base::set_u32(&frame[8], client);
  base::set_u16(&frame[12], 0x0800);
  std::uint8_t* ip = &frame[kEthernet];
  ip[0] = 0x45;
  base::set_u16(ip + 2, static_cast<std::uint16_t>(kIp + kUdp + datagram.size()));
  ip[8] = 64;
  ip[9] = 17;
  base::set_u32(ip + 16, 0xffffffff);
  base::set_u16(ip + 10, internet_checksum(ip, kIp));
  std::uint8_t* udp = ip + kIp;
  base::set_u16(udp, 68);
  base::set_u16(udp + 2, 67);
  base::set_u16(udp + 4, static_cast<std::uint16_t>(kUdp + datagram.size()));  // checksum 0: not computed
  base::put_bytes(frame, datagram);
  return frame;
}

std::optional<base::ByteView> payload_of_frame(base::ByteView frame) {
  if (frame.size() < kEthernet + kIp + kUdp || base::get_u16(frame.data() + 12) != 0x0800)
    return std::nullopt;
  const std::size_t ip_header = std::size_t{frame[kEthernet]} % 16 * 4;
  if (frame[kEthernet + 9] != 17 || frame.size() < kEthernet + ip_header + kUdp) return std::nullopt;
  const std::uint8_t* udp = frame.data() + kEthernet + ip_header;
  if (base::get_u16(udp + 2) != 68) return std::nullopt;
  return frame.subview(kEthernet + ip_header + kUdp, std::size_t{base::get_u16(udp + 4)} - kUdp);
}

std::optional<ReplySeen> read_reply(base::ByteView datagram) {
  if (datagram.size() < dhcp::kFixedSize + dhcp::kCookieSize || datagram[0] != dhcp::kBootReply)
    return std::nullopt;
  ReplySeen seen;
  seen.client = base::get_u32(datagram.data() + 4);
  seen.address = base::Ipv4::from_octets(datagram.data() + 16);
  for (std::size_t i = dhcp::kFixedSize + dhcp::kCookieSize; i + 1 < datagram.size() && datagram[i] != 255;) {
    if (datagram[i] == 0) {
      ++i;
      continue;
    }
    const std::size_t length = datagram[i + 1];
    const base::ByteView value = datagram.subview(i + 2, length);
    if (datagram[i] == 53 && value.size() == 1) seen.type = value[0];
    if (datagram[i] == 54 && value.size() == 4) seen.server = base::Ipv4::from_octets(value.data());
    i += 2 + length;
  }
  return seen;
}

}  // namespace bench
