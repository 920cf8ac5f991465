#include "lease/field_text.h"

#include <algorithm>
#include <cctype>

namespace lease {

namespace {

char lower_letter(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// Two digits; above 99 if they are none.
unsigned two_digits(const char* at) {
  const unsigned tens = static_cast<unsigned char>(at[0]) - unsigned{'0'};
  const unsigned ones = static_cast<unsigned char>(at[1]) - unsigned{'0'};
  return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

// Three numbers with a separator: 2026/11/22, 10:59:03.
bool parse_three(std::string_view text, char separator, int (&out)[3]) {
  const std::size_t first = text.find(separator);
  if (first == std::string_view::npos) return false;
  const std::size_t second = text.find(separator, first + 1);
  if (second == std::string_view::npos) return false;
  return parse_number(text.substr(0, first), out[0]) &&
         parse_number(text.substr(first + 1, second - first - 1), out[1]) &&
         parse_number(text.substr(second + 1), out[2]);
}

// The width that every writer keeps; a file has millions of them.
bool parse_usual_width(std::string_view text, char separator, int (&out)[3]) {
  const bool has_century = text.size() == 10;
  if ((!has_century && text.size() != 8) || text[text.size() - 3] != separator ||
      text[text.size() - 6] != separator) {
    return false;
  }
  const char* at = text.data() + text.size();
  const unsigned century = has_century ? two_digits(text.data()) : 0;
  const unsigned a = two_digits(at - 8), b = two_digits(at - 5), c = two_digits(at - 2);
  if (century > 99 || a > 99 || b > 99 || c > 99) return false;
  out[0] = static_cast<int>(century * 100 + a);
  out[1] = static_cast<int>(b);
  out[2] = static_cast<int>(c);
  return true;
}

bool parse_parts(std::string_view text, char separator, int (&out)[3]) {
  return parse_usual_width(text, separator, out) || parse_three(text, separator, out);
}

// Days from 1970-01-01 to a date of the Gregorian calendar.
std::int64_t days_from_date(std::int64_t year, int month, int day) {
  if (month <= 2) --year;
  const std::int64_t era = year / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

// 16 and more: no digit.
unsigned hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  const char letter = static_cast<char>(c | 0x20);
  if (letter >= 'a' && letter <= 'f') return static_cast<unsigned>(letter - 'a') + 10;
  return 16;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower_letter);
  return out;
}

bool same_letters(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char a, char b) { return lower_letter(a) == b; });
}

std::optional<base::UnixTime> parse_date(std::string_view date, std::string_view time) {
  int d[3], t[3];
  if (!parse_parts(date, '/', d) || !parse_parts(time, ':', t)) return std::nullopt;
  if (d[0] < 0 || d[0] > 9999 || d[1] < 1 || d[1] > 12 || d[2] < 1 || d[2] > 31) return std::nullopt;
  if (t[0] < 0 || t[0] > 23 || t[1] < 0 || t[1] > 59 || t[2] < 0 || t[2] > 60) return std::nullopt;
  const int year = d[0] <= 1900 ? d[0] + 1900 : d[0];
  return days_from_date(year, d[1], d[2]) * 86400 + t[0] * 3600 + t[1] * 60 + t[2];
}

std::optional<BindingState> state_of(std::string_view word) {
  if (same_word(word, "active")) return BindingState::kActive;
  if (same_word(word, "free")) return BindingState::kFree;
  if (same_word(word, "expired")) return BindingState::kExpired;
  if (same_word(word, "released")) return BindingState::kReleased;
  if (same_word(word, "abandoned")) return BindingState::kAbandoned;
  if (same_word(word, "reset")) return BindingState::kReset;
  if (same_word(word, "backup")) return BindingState::kBackup;
  return std::nullopt;
}

std::optional<std::uint8_t> hardware_type(std::string_view word) {
  if (same_word(word, "ethernet")) return base::kEthernet;
  if (same_word(word, "token-ring")) return base::kTokenRing;
  if (same_word(word, "fddi")) return base::kFddi;
  if (same_word(word, "infiniband")) return base::kInfiniband;
  std::uint8_t number = 0;
  if (word.size() > 8 && same_word(word.substr(0, 8), "unknown-") && parse_number(word.substr(8), number)) {
    return number;
  }
  return std::nullopt;
}

bool parse_hex_list(std::string_view text, base::Bytes& out) {
  out.clear();
  for (std::size_t at = 0; at < text.size();) {
    unsigned value = hex_digit(text[at++]);
    if (at < text.size() && text[at] != ':') {
      const unsigned low = hex_digit(text[at++]);
      value = low < 16 ? value << 4 | low : 0x100;
    } else if (value >= 16) {
      value = 0x100;
    }
    const bool ends = at == text.size();
    if (value > 0xff || (!ends && (text[at++] != ':' || at == text.size()))) {
      out.clear();
      return false;
    }
    out.push_back(static_cast<std::uint8_t>(value));
  }
  return !out.empty();
}

std::string event_text(std::string_view inside) {
  const std::size_t first = inside.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  const std::size_t last = inside.find_last_not_of(" \t\r\n");
  const std::size_t line = inside.rfind('\n', first);
  const std::size_t start = line == std::string_view::npos ? first : line + 1;
  return std::string(inside.substr(start, last + 1 - start)) + "\n";
}

}  // namespace lease
