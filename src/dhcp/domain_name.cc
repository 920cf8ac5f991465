#include "dhcp/domain_name.h"

namespace dhcp {
namespace {

constexpr std::uint8_t kPointer = 0xc0;  // top bits of a length byte that is a pointer's first
constexpr std::size_t kMaxPointer = 0x3fff;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The byte that a backslash and what follows it stand for; nullopt: the text ends, or the value is too large.
std::optional<std::uint8_t> escaped(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  if (!is_digit(text[0])) {
    const auto byte = static_cast<std::uint8_t>(text[0]);
    text.remove_prefix(1);
    return byte;
  }
  if (text.size() < 3 || !is_digit(text[1]) || !is_digit(text[2])) return std::nullopt;
  const int value = (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  text.remove_prefix(3);
  if (value > 255) return std::nullopt;
  return static_cast<std::uint8_t>(value);
}

std::uint8_t lower(std::uint8_t c) {
  return c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c - 'A' + 'a') : c;
}

// Whether the encoded name that begins at `at` in `list` is `name`, letters of either case the same.
bool same_name(const base::Bytes& list, std::size_t at, base::ByteView name) {
  std::size_t i = 0;
  while (at < list.size() && i < name.size()) {
    if ((list[at] & kPointer) == kPointer) {
      if (at + 1 >= list.size()) return false;
      at = static_cast<std::size_t>((list[at] & 0x3f) << 8 | list[at + 1]);
      continue;
    }
    const std::size_t length = list[at];
    if (length != name[i] || at + length >= list.size()) return false;
    if (length == 0) return true;
    for (std::size_t k = 1; k <= length; ++k)
      if (lower(list[at + k]) != lower(name[i + k])) return false;
    at += length + 1;
    i += length + 1;
  }
  return false;
}

// Where in `list` the encoded `name` stands; nullopt: nowhere that a pointer reaches.
std::optional<std::size_t> find_name(const base::Bytes& list, base::ByteView name) {
  std::size_t at = 0;
  while (at < list.size() && at <= kMaxPointer) {
    if ((list[at] & kPointer) == kPointer) {
      at += 2;
      continue;
    }
    if (list[at] != 0 && same_name(list, at, name)) return at;
    at += list[at] + 1U;
  }
  return std::nullopt;
}

}  // namespace

std::optional<base::Bytes> encode_domain_name(std::string_view text) {
  base::Bytes wire;
  if (text.empty()) return wire;
  if (text == ".") return base::Bytes{0};
  while (!text.empty()) {
    const std::size_t length_at = wire.size();
    wire.push_back(0);
    while (!text.empty() && text[0] != '.') {
      auto byte = static_cast<std::uint8_t>(text[0]);
      text.remove_prefix(1);
      if (byte == '\\') {
        const std::optional<std::uint8_t> meant = escaped(text);
        if (!meant) return std::nullopt;
        byte = *meant;
      }
      wire.push_back(byte);
    }
    const std::size_t length = wire.size() - length_at - 1;
    if (length == 0 || length > kMaxLabel) return std::nullopt;
    wire[length_at] = static_cast<std::uint8_t>(length);
    if (!text.empty()) text.remove_prefix(1);  // the dot
  }
  wire.push_back(0);
  if (wire.size() > kMaxDomainName) return std::nullopt;
  return wire;
}

void append_domain_name(base::Bytes& list, const base::Bytes& name, bool compressed) {
  const base::ByteView view(name);
  std::size_t at = 0;
  while (compressed && at < view.size() && view[at] != 0) {
    const base::ByteView rest = view.subview(at);
    if (const std::optional<std::size_t> earlier = find_name(list, rest)) {
      base::put_bytes(list, view.subview(0, at));
      base::put_u16(list, static_cast<std::uint16_t>(kPointer << 8 | *earlier));
      return;
    }
    at += view[at] + 1U;
  }
  base::put_bytes(list, view);
}

}  // namespace dhcp
