#include "dhcp/suboptions.h"

#include <algorithm>
#include <numeric>

#include "dhcp/message.h"
#include "dhcp/option_codes.h"

namespace dhcp {
namespace {

// Bits of option 81 as the stock program names them: what RFC 4702 calls S, O and E.
constexpr unsigned kFqdnFlagServerUpdate = 1;
constexpr unsigned kFqdnFlagNoClientUpdate = 2;
constexpr unsigned kFqdnFlagEncoded = 4;

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

struct DottedName {
  base::Bytes text;
  std::size_t first_label = 0;  // its length
  bool ended = false;           // by the root label
};

// nullopt where a label is no plain one.
std::optional<DottedName> dotted(base::ByteView labels) {
  DottedName name;
  for (std::size_t at = 0; at < labels.size();) {
    const std::size_t length = labels[at++];
    name.ended = length == 0;
    if (name.ended) break;
    if (length > 63 || at + length > labels.size()) return std::nullopt;
    if (name.text.empty()) {
      name.first_label = length;
    } else {
      name.text.push_back('.');
    }
    base::put_bytes(name.text, labels.subview(at, length));
    at += length;
  }
  return name;
}

std::optional<base::Bytes> part(const base::Bytes& text, std::size_t from, std::size_t to) {
  if (from >= to) return std::nullopt;
  return base::Bytes(text.begin() + static_cast<std::ptrdiff_t>(from),
                     text.begin() + static_cast<std::ptrdiff_t>(to));
}

// The stock's way of taking a name in labels apart: without the root label all of it is the host's name, with
// it the domain begins with its dot.
std::optional<base::Bytes> encoded_member(base::ByteView labels, std::uint32_t code) {
  const std::optional<DottedName> name = dotted(labels);
  if (!name) return std::nullopt;
  const std::size_t size = name->text.size();
  const std::size_t host = name->ended ? name->first_label : size;
  if (code == kFqdnFqdn) return part(name->text, 0, size);
  if (code == kFqdnHostname) return part(name->text, 0, host);
  return part(name->text, host, size);
}

std::optional<base::Bytes> text_member(base::ByteView name, std::uint32_t code) {
  const auto dot =
      static_cast<std::size_t>(std::find(name.begin(), name.end(), std::uint8_t{'.'}) - name.begin());
  if (code == kFqdnFqdn) return part(name.copy(), 0, name.size());
  if (code == kFqdnHostname) return part(name.copy(), 0, dot);
  return part(name.copy(), dot + 1, name.size());
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

std::optional<MalformedSuboption> find_malformed(base::ByteView carrier, unsigned code_width,
                                                 unsigned length_width) {
  base::ByteReader in(carrier);
  while (const auto code = read_number(in, code_width)) {
    if (*code == 0) break;
    const auto length = read_number(in, length_width);
    if (!length) return MalformedSuboption{*code, kNoLength};
    if (!in.bytes(*length)) return MalformedSuboption{*code, kTooLong};
  }
  return std::nullopt;
}

std::optional<base::ByteView> find_suboption(base::ByteView carrier, std::uint32_t code,
                                             const OptionSpace& space) {
  base::ByteReader in(carrier);
  while (!in.at_end()) {
    const std::optional<std::uint32_t> at = read_number(in, space.code_width);
    if (!at || *at == kOptPad) break;
    std::optional<std::uint32_t> length = read_number(in, space.length_width);
    if (!length) break;
    if (space.length_width == 0) length = static_cast<std::uint32_t>(in.remaining());
    const std::optional<base::ByteView> value = in.bytes(*length);
    if (!value || *at == code) return value;
  }
  return std::nullopt;
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
  const auto flag = [&](unsigned bit) { return base::Bytes{static_cast<std::uint8_t>((flags & bit) != 0)}; };
  switch (code) {
    case kFqdnNoClientUpdate:
      return flag(kFqdnFlagNoClientUpdate);
    case kFqdnServerUpdate:
      return flag(kFqdnFlagServerUpdate);
    case kFqdnEncoded:
      return flag(kFqdnFlagEncoded);
    case kFqdnRcode1:
      return base::Bytes{option81[1]};
    case kFqdnRcode2:
      return base::Bytes{option81[2]};
    case kFqdnHostname:
    case kFqdnDomainname:
    case kFqdnFqdn:
      break;
    default:
      return std::nullopt;
  }
  const base::ByteView name = option81.subview(3);
  return (flags & kFqdnFlagEncoded) != 0 ? encoded_member(name, code) : text_member(name, code);
}

base::Bytes encode_fqdn(const Fqdn& fqdn) {
  base::Bytes out;
  const unsigned flags = (fqdn.no_client_update ? kFqdnFlagNoClientUpdate : 0U) |
                         (fqdn.encoded ? kFqdnFlagEncoded : 0U) |
                         (fqdn.server_update ? kFqdnFlagServerUpdate : 0U);
  out.push_back(static_cast<std::uint8_t>(flags));
  out.push_back(fqdn.rcode1);
  out.push_back(fqdn.rcode2);
  if (fqdn.name.empty()) return out;
  if (fqdn.encoded) {
    put_labels(out, fqdn.name);
  } else {
    base::put_bytes(out, fqdn.name);
  }
  return out;
}

}  // namespace dhcp
