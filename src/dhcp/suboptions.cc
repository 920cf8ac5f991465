#include "dhcp/suboptions.h"

#include <algorithm>
#include <numeric>

#include "dhcp/option_codes.h"

namespace dhcp {
namespace {

std::optional<std::uint32_t> read_number(base::ByteReader& in, unsigned width) {
  const std::optional<base::ByteView> bytes = in.bytes(width);
  if (!bytes) return std::nullopt;
  std::uint32_t value = 0;
  for (const std::uint8_t b : *bytes) value = value << 8 | b;
  return value;
}

void put_number(base::Bytes& out, std::uint32_t value, unsigned width) {
  for (unsigned i = width; i-- > 0;) out.push_back(static_cast<std::uint8_t>(value >> 8 * i));
}

// Dotted text of DNS labels; nullopt where a label is no plain one.
std::optional<base::Bytes> dotted(base::ByteView labels) {
  base::Bytes text;
  std::size_t at = 0;
  while (at < labels.size() && labels[at] != 0) {
    const std::size_t length = labels[at];
    if (length > 63 || at + 1 + length > labels.size()) return std::nullopt;
    if (!text.empty()) text.push_back('.');
    base::put_bytes(text, labels.subview(at + 1, length));
    at += 1 + length;
  }
  return text;
}

void put_labels(base::Bytes& out, base::ByteView name) {
  const std::uint8_t* start = name.begin();
  while (start != name.end()) {
    const std::uint8_t* dot = std::find(start, name.end(), std::uint8_t{'.'});
    const auto length = static_cast<std::size_t>(dot - start);
    if (length > 0 && length <= 63) {
      out.push_back(static_cast<std::uint8_t>(length));
      out.insert(out.end(), start, dot);
    }
    start = dot == name.end() ? dot : dot + 1;
  }
  out.push_back(0);
}

}  // namespace

std::optional<base::Bytes> find_suboption(base::ByteView carrier, std::uint32_t code,
                                          const OptionSpace& space) {
  std::optional<base::Bytes> found;
  base::ByteReader in(carrier);
  while (!in.at_end()) {
    const std::optional<std::uint32_t> at = read_number(in, space.code_width);
    if (!at) break;
    if (space.code_width == 1 && *at == kOptPad && code != kOptPad) continue;
    if (space.code_width == 1 && *at == kOptEnd) break;
    std::optional<std::uint32_t> length = read_number(in, space.length_width);
    if (!length) break;
    if (space.length_width == 0) length = static_cast<std::uint32_t>(in.remaining());
    const std::optional<base::ByteView> value = in.bytes(*length);
    if (!value) break;
    if (*at != code) continue;
    if (!found) found.emplace();
    base::put_bytes(*found, *value);
  }
  return found;
}

void encode_suboptions(const OptionSpace& space, const std::vector<Suboption>& members, base::Bytes& out) {
  const std::size_t longest = space.length_width == 1 ? 255 : 65535;
  for (const Suboption& member : members) {
    std::size_t at = 0;
    do {
      const base::ByteView piece = member.value.subview(at, longest);
      put_number(out, member.code, space.code_width);
      put_number(out, static_cast<std::uint32_t>(piece.size()), space.length_width);
      base::put_bytes(out, piece);
      at += piece.size();
    } while (at < member.value.size());
  }
}

// Buckets in order, and within a bucket what was set last comes first.
std::vector<std::size_t> stock_order(const std::vector<std::uint32_t>& codes) {
  const auto bucket = [&](std::size_t i) { return ((codes[i] & 31) + ((codes[i] >> 5) & 31)) % 17; };
  std::vector<std::size_t> order(codes.size());
  std::iota(order.rbegin(), order.rend(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return bucket(a) < bucket(b); });
  return order;
}

std::optional<base::Bytes> fqdn_member(base::ByteView option81, std::uint32_t code) {
  if (option81.size() < 3) return std::nullopt;
  const std::uint8_t flags = option81[0];
  switch (code) {
    case kFqdnNoClientUpdate:
      return base::Bytes{static_cast<std::uint8_t>((flags & 8) != 0)};
    case kFqdnServerUpdate:
      return base::Bytes{static_cast<std::uint8_t>(flags & 1)};
    case kFqdnEncoded:
      return base::Bytes{static_cast<std::uint8_t>((flags & 4) != 0)};
    case kFqdnRcode1:
      return base::Bytes{option81[1]};
    case kFqdnRcode2:
      return base::Bytes{option81[2]};
    default:
      break;
  }
  const base::ByteView rest = option81.subview(3);
  const std::optional<base::Bytes> name = (flags & 4) != 0 ? dotted(rest) : std::optional(rest.copy());
  if (!name || name->empty()) return std::nullopt;
  const auto dot = std::find(name->begin(), name->end(), std::uint8_t{'.'});
  if (code == kFqdnFqdn) return name;
  if (code == kFqdnHostname) return base::Bytes(name->begin(), dot);
  if (code == kFqdnDomainname && dot != name->end()) return base::Bytes(dot + 1, name->end());
  return std::nullopt;
}

base::Bytes encode_fqdn(const Fqdn& fqdn) {
  base::Bytes out;
  const unsigned flags =
      (fqdn.no_client_update ? 8U : 0U) | (fqdn.encoded ? 4U : 0U) | (fqdn.server_update ? 1U : 0U);
  out.push_back(static_cast<std::uint8_t>(flags));
  out.push_back(fqdn.rcode1);
  out.push_back(fqdn.rcode2);
  if (fqdn.encoded) {
    put_labels(out, fqdn.name);
  } else {
    base::put_bytes(out, fqdn.name);
  }
  return out;
}

}  // namespace dhcp
