// Domain names in their text and wire forms (RFC 1035 §3.1, §4.1.4; RFC 1123; RFC 3397 for lists).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace dhcp {

inline constexpr std::size_t kMaxLabel = 63;
inline constexpr std::size_t kMaxDomainName = 255;  // on the wire, with the root's length byte

// "www.example.com" as length-prefixed labels ended by the root; a last dot makes no difference, "" is no
// bytes at all. In the text \. is a dot inside a label and \DDD the byte of that decimal value. nullopt: a
// label is empty or longer than kMaxLabel, or the name longer than kMaxDomainName.
std::optional<base::Bytes> encode_domain_name(std::string_view text);

// Appends the encoded `name` to `list`; with `compressed`, what an earlier name already ends with becomes a
// pointer to it. Pointers count from the start of `list`.
void append_domain_name(base::Bytes& list, const base::Bytes& name, bool compressed);

}  // namespace dhcp
