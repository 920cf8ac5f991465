// Addresses: IPv4, the hardware address of a client, and the address of a socket of either family.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace base {

// An IPv4 address; `value` is in host order, so that ranges can be compared and counted.
struct Ipv4 {
  std::uint32_t value = 0;

  constexpr bool is_zero() const { return value == 0; }
  std::string text() const;  // "192.168.0.1"
  std::array<std::uint8_t, 4> octets() const;
  in_addr to_in_addr() const;

  static Ipv4 from(in_addr address);
  static Ipv4 from_octets(const std::uint8_t* octets) { return Ipv4{get_u32(octets)}; }
  // Dotted quad of four decimal parts, leading zeros decimal; nullopt for anything else.
  static std::optional<Ipv4> parse(std::string_view text);
};

constexpr bool operator==(Ipv4 a, Ipv4 b) { return a.value == b.value; }
constexpr bool operator!=(Ipv4 a, Ipv4 b) { return a.value != b.value; }
constexpr bool operator<(Ipv4 a, Ipv4 b) { return a.value < b.value; }
constexpr bool operator<=(Ipv4 a, Ipv4 b) { return a.value <= b.value; }
constexpr Ipv4 operator&(Ipv4 a, Ipv4 mask) { return Ipv4{a.value & mask.value}; }

// Number of leading one bits of a contiguous mask; nullopt for a mask with holes.
std::optional<int> prefix_length(Ipv4 mask);

// ARP hardware types as they stand in htype (RFC 1700, RFC 4391 for InfiniBand).
enum HardwareType : std::uint8_t { kEthernet = 1, kTokenRing = 6, kFddi = 8, kInfiniband = 32 };

// A hardware address of up to 20 octets (an IPoIB address); a packet's chaddr holds at most 16.
struct HardwareAddress {
  static constexpr std::size_t kMaxLength = 20;
  std::uint8_t type = 0;
  std::uint8_t length = 0;
  std::array<std::uint8_t, kMaxLength> octets{};

  HardwareAddress() = default;
  HardwareAddress(std::uint8_t hardware_type, ByteView address);  // cut at kMaxLength
  ByteView view() const { return ByteView(octets.data(), length); }
  bool empty() const { return type == 0 && length == 0; }
  std::string text() const { return hex(view()); }  // "02:00:00:00:00:01"
  Bytes type_and_address() const;                   // what the expression `hardware` yields
};

bool operator==(const HardwareAddress& a, const HardwareAddress& b);
inline bool operator!=(const HardwareAddress& a, const HardwareAddress& b) { return !(a == b); }

// The address of a UDP socket, IPv4 or IPv6.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  SocketAddress() = default;
  SocketAddress(Ipv4 address, std::uint16_t port);
  SocketAddress(const in6_addr& address, std::uint16_t port, std::uint32_t scope = 0);
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  int family() const { return storage.ss_family; }
  std::uint16_t port() const;
  void set_port(std::uint16_t port);
  // Numeric text without the port; an IPv4-mapped IPv6 address keeps its "::ffff:" form.
  std::string text() const;
};

bool operator==(const SocketAddress& a, const SocketAddress& b);
inline bool operator!=(const SocketAddress& a, const SocketAddress& b) { return !(a == b); }

// Hash of bytes, seeded once a process so that strangers cannot aim at one bucket.
std::size_t hash_bytes(ByteView bytes);

}  // namespace base

template <>
struct std::hash<base::Ipv4> {
  std::size_t operator()(base::Ipv4 a) const noexcept { return std::hash<std::uint32_t>()(a.value); }
};
template <>
struct std::hash<base::HardwareAddress> {
  std::size_t operator()(const base::HardwareAddress& a) const noexcept {
    return base::hash_bytes(a.view()) ^ a.type;
  }
};
template <>
struct std::hash<base::SocketAddress> {
  std::size_t operator()(const base::SocketAddress& a) const noexcept;
};
