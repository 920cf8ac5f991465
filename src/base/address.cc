#include "base/address.h"

#include <arpa/inet.h>
#include <sys/random.h>

#include <algorithm>

namespace base {

// Every log line and every record has an address: digits by hand cost a tenth of snprintf.
std::string Ipv4::text() const {
  char buffer[INET_ADDRSTRLEN];
  char* end = buffer;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const unsigned octet = value >> shift & 255;
    if (octet >= 100) *end++ = static_cast<char>('0' + octet / 100);
    if (octet >= 10) *end++ = static_cast<char>('0' + octet / 10 % 10);
    *end++ = static_cast<char>('0' + octet % 10);
    if (shift > 0) *end++ = '.';
  }
  return std::string(buffer, end);
}

std::array<std::uint8_t, 4> Ipv4::octets() const {
  std::array<std::uint8_t, 4> out{};
  set_u32(out.data(), value);
  return out;
}

in_addr Ipv4::to_in_addr() const {
  in_addr address{};
  address.s_addr = htonl(value);
  return address;
}

Ipv4 Ipv4::from(in_addr address) { return Ipv4{ntohl(address.s_addr)}; }

std::optional<Ipv4> Ipv4::parse(std::string_view text) {
  std::uint32_t value = 0;
  std::size_t at = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return std::nullopt;
    std::uint32_t octet = 0;
    const std::size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9' && octet <= 255) {
      octet = octet * 10 + static_cast<std::uint32_t>(text[at++] - '0');
    }
    if (at == start || octet > 255) return std::nullopt;
    value = value << 8 | octet;
  }
  if (at != text.size()) return std::nullopt;
  return Ipv4{value};
}

std::optional<int> prefix_length(Ipv4 mask) {
  int bits = 0;
  std::uint32_t rest = mask.value;
  while (rest & 0x80000000u) {
    ++bits;
    rest <<= 1;
  }
  if (rest != 0) return std::nullopt;
  return bits;
}

HardwareAddress::HardwareAddress(std::uint8_t hardware_type, ByteView address) : type(hardware_type) {
  length = static_cast<std::uint8_t>(std::min(address.size(), kMaxLength));
  std::copy_n(address.begin(), length, octets.begin());
}

Bytes HardwareAddress::type_and_address() const {
  Bytes out;
  out.reserve(1u + length);
  out.push_back(type);
  put_bytes(out, view());
  return out;
}

bool operator==(const HardwareAddress& a, const HardwareAddress& b) {
  return a.type == b.type && a.view() == b.view();
}

SocketAddress::SocketAddress(Ipv4 address, std::uint16_t port) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr = address.to_in_addr();
  in.sin_port = htons(port);
  std::memcpy(&storage, &in, sizeof in);
  length = sizeof in;
}

SocketAddress::SocketAddress(const in6_addr& address, std::uint16_t port, std::uint32_t scope) {
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_addr = address;
  in.sin6_port = htons(port);
  in.sin6_scope_id = scope;
  std::memcpy(&storage, &in, sizeof in);
  length = sizeof in;
}

std::uint16_t SocketAddress::port() const {
  if (family() == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
  if (family() == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
  return 0;
}

void SocketAddress::set_port(std::uint16_t port) {
  if (family() == AF_INET) reinterpret_cast<sockaddr_in*>(&storage)->sin_port = htons(port);
  if (family() == AF_INET6) reinterpret_cast<sockaddr_in6*>(&storage)->sin6_port = htons(port);
}

std::string SocketAddress::text() const {
  char buffer[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(&storage)->sin_addr, buffer, sizeof buffer);
  } else if (family() == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_addr, buffer, sizeof buffer);
  }
  return buffer;
}

bool operator==(const SocketAddress& a, const SocketAddress& b) {
  if (a.family() != b.family() || a.port() != b.port()) return false;
  if (a.family() == AF_INET) {
    return reinterpret_cast<const sockaddr_in*>(&a.storage)->sin_addr.s_addr ==
           reinterpret_cast<const sockaddr_in*>(&b.storage)->sin_addr.s_addr;
  }
  if (a.family() == AF_INET6) {
    const auto* x = reinterpret_cast<const sockaddr_in6*>(&a.storage);
    const auto* y = reinterpret_cast<const sockaddr_in6*>(&b.storage);
    return std::memcmp(&x->sin6_addr, &y->sin6_addr, sizeof x->sin6_addr) == 0 &&
           x->sin6_scope_id == y->sin6_scope_id;
  }
  return true;
}

namespace {

std::uint64_t process_seed() {
  static const std::uint64_t seed = [] {
    std::uint64_t value = 0x9e3779b97f4a7c15u;
    if (getrandom(&value, sizeof value, GRND_NONBLOCK) < 0) value ^= reinterpret_cast<std::uintptr_t>(&value);
    return value;
  }();
  return seed;
}

}  // namespace

std::size_t hash_bytes(ByteView bytes) {
  // FNV-1a from a secret start, finished by a mixer: short keys, nothing here is cryptographic.
  std::uint64_t h = 0xcbf29ce484222325u ^ process_seed();
  for (std::uint8_t byte : bytes) h = (h ^ byte) * 0x100000001b3u;
  h ^= h >> 33;
  h *= 0xff51afd7ed558ccdu;
  h ^= h >> 33;
  return static_cast<std::size_t>(h);
}

}  // namespace base

std::size_t std::hash<base::SocketAddress>::operator()(const base::SocketAddress& a) const noexcept {
  if (a.family() == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&a.storage);
    return base::hash_bytes({reinterpret_cast<const std::uint8_t*>(&in->sin_port), 6});
  }
  const auto* in = reinterpret_cast<const sockaddr_in6*>(&a.storage);
  return base::hash_bytes({reinterpret_cast<const std::uint8_t*>(&in->sin6_addr), 16}) ^ in->sin6_port;
}
