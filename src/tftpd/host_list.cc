#include "tftpd/host_list.h"

#include <arpa/inet.h>
#include <netdb.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace tftpd {

namespace {

constexpr int kMappedBits = 96;  // ::ffff:0:0/96

in6_addr mapped(base::Ipv4 address) {
  in6_addr out{};
  out.s6_addr[10] = out.s6_addr[11] = 0xff;
  base::set_u32(out.s6_addr + 12, address.value);
  return out;
}

bool equal_bits(const in6_addr& a, const in6_addr& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(a.s6_addr, b.s6_addr, whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const int mask = 0xff << (8 - bits % 8);
  return ((a.s6_addr[whole] ^ b.s6_addr[whole]) & mask) == 0;
}

// A number from 0 to `most` and nothing else; -1 otherwise.
int small_number(const std::string& text, int most) {
  if (text.empty() || text.size() > 3) return -1;
  for (char c : text) {
    if (c < '0' || c > '9') return -1;
  }
  const int value = std::atoi(text.c_str());
  return value <= most ? value : -1;
}

std::vector<std::string> split(const std::string& text, char at) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(at, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return parts;
    begin = end + 1;
  }
}

}  // namespace

bool HostList::add_network(const std::string& text, int length) {
  if (const auto ipv4 = base::Ipv4::parse(text)) {
    int bits = length;
    if (bits < 0) {
      // Zeros at the end stand for any octet; 0.0.0.0 is every host.
      bits = 32;
      for (std::uint32_t rest = ipv4->value; bits > 0 && (rest & 0xff) == 0; rest >>= 8) bits -= 8;
    }
    if (bits > 32) return false;
    // Every host of either family, if no bit is fixed.
    networks_.push_back({mapped(*ipv4), bits == 0 ? 0 : kMappedBits + bits});
    return true;
  }
  in6_addr ipv6{};
  if (::inet_pton(AF_INET6, text.c_str(), &ipv6) != 1 || length > 128) return false;
  networks_.push_back({ipv6, length < 0 ? 128 : length});
  return true;
}

// a.b.{1,2,3}: the braces hold values of one octet; octets after it, if missing, are any.
bool HostList::add_factorised(const std::string& entry) {
  const std::size_t open = entry.find('{');
  const std::size_t close = entry.find('}', open);
  if (close == std::string::npos || close + 1 != entry.size() || open == 0 || entry[open - 1] != '.')
    return false;
  std::vector<std::string> fixed = split(entry.substr(0, open - 1), '.');
  if (fixed.size() > 3) return false;
  std::string front;
  for (const auto& octet : fixed) {
    if (small_number(octet, 255) < 0) return false;
    front += octet + ".";
  }
  std::string back;
  for (std::size_t i = fixed.size() + 1; i < 4; ++i) back += ".0";
  for (const auto& value : split(entry.substr(open + 1, close - open - 1), ',')) {
    if (small_number(value, 255) < 0) return false;
    if (!add_network(front + value + back, static_cast<int>(8 * (fixed.size() + 1)))) return false;
  }
  return true;
}

bool HostList::add_host(const std::string& name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(name.c_str(), nullptr, &hints, &list) != 0) return false;
  for (const addrinfo* a = list; a; a = a->ai_next) {
    if (a->ai_family == AF_INET) {
      const auto* in = reinterpret_cast<const sockaddr_in*>(a->ai_addr);
      networks_.push_back({mapped(base::Ipv4::from(in->sin_addr)), 128});
    } else if (a->ai_family == AF_INET6) {
      networks_.push_back({reinterpret_cast<const sockaddr_in6*>(a->ai_addr)->sin6_addr, 128});
    }
  }
  ::freeaddrinfo(list);
  return true;
}

bool HostList::add(const std::string& entry) {
  if (entry.empty() || entry[0] == '.')
    return false;  // a domain: asking the DNS for each request is no way to serve
  if (entry.find('{') != std::string::npos) return add_factorised(entry);
  const std::size_t slash = entry.find('/');
  if (slash != std::string::npos) {
    const int length = small_number(entry.substr(slash + 1), 128);
    return length >= 0 && add_network(entry.substr(0, slash), length);
  }
  return add_network(entry, -1) || add_host(entry);
}

bool HostList::contains(const base::SocketAddress& client) const {
  const in6_addr address =
      client.family() == AF_INET
          ? mapped(base::Ipv4::from(reinterpret_cast<const sockaddr_in*>(&client.storage)->sin_addr))
          : reinterpret_cast<const sockaddr_in6*>(&client.storage)->sin6_addr;
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return equal_bits(network.address, address, network.length);
  });
}

}  // namespace tftpd
