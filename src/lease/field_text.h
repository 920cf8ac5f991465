// The values of a lease file's statements: text to numbers, times, states, bytes (dhcpd.leases(5)).
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "lease/lease.h"

namespace lease {

std::string lower(std::string_view text);

// Whether `text` is the keyword `word`, which is in lower case and begins with a letter. Keywords are
// case-insensitive, but writers use lower case.
bool same_letters(std::string_view text, std::string_view word);
inline bool same_word(std::string_view text, std::string_view word) {
  return text.size() == word.size() && (text[0] | 0x20) == word[0] &&
         (text == word || same_letters(text, word));
}

// Decimal and nothing else.
template <typename Number>
bool parse_number(std::string_view text, Number& out) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, out);
  return result.ec == std::errc() && result.ptr == end;
}

// "2026/11/22", "10:59:03".
std::optional<base::UnixTime> parse_date(std::string_view date, std::string_view time);

std::optional<BindingState> state_of(std::string_view word);
// The type that a `hardware` statement names.
std::optional<std::uint8_t> hardware_type(std::string_view word);

// "02:0a:ff", one or two digits a byte. False for anything else, and `out` is empty then.
bool parse_hex_list(std::string_view text, base::Bytes& out);

// The text between the braces of an event as it is kept: whole lines, without the blanks around them.
std::string event_text(std::string_view inside);

}  // namespace lease
