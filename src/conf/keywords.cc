#include "conf/keywords.h"

#include <array>
#include <cstddef>

namespace conf {
namespace {

struct Row {
  Keyword keyword;
  std::string_view word;
};

constexpr Row kRows[] = {
#define CONF_KEYWORD_ROW(constant, word) {Keyword::constant, word},
    CONF_KEYWORDS(CONF_KEYWORD_ROW)
#undef CONF_KEYWORD_ROW
};

constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr std::uint32_t hash(std::string_view word) {
  std::uint32_t h = 2166136261U;  // FNV-1a
  for (const char c : word) h = (h ^ static_cast<unsigned char>(lower(c))) * 16777619U;
  return h;
}

bool same(std::string_view word, std::string_view known) {
  if (word.size() != known.size()) return false;
  for (std::size_t i = 0; i < word.size(); ++i)
    if (lower(word[i]) != known[i]) return false;
  return true;
}

// Open addressing, a quarter full: every word of a configuration is looked up here.
constexpr std::size_t kSlots = 2048;
constexpr std::size_t kLongest = 32;
static_assert(sizeof kRows / sizeof kRows[0] < kSlots / 4);

using Slots = std::array<std::uint16_t, kSlots>;  // index into kRows, plus one; 0: free

Slots build_slots() {
  Slots slots{};
  std::uint16_t number = 0;
  for (const Row& row : kRows) {
    std::size_t at = hash(row.word) % kSlots;
    while (slots[at] != 0) at = (at + 1) % kSlots;
    slots[at] = ++number;
  }
  return slots;
}

}  // namespace

Keyword keyword_of(std::string_view word) {
  static const Slots slots = build_slots();
  if (word.size() > kLongest) return Keyword::kNone;
  for (std::size_t at = hash(word) % kSlots; slots[at] != 0; at = (at + 1) % kSlots) {
    const Row& row = kRows[slots[at] - 1U];
    if (same(word, row.word)) return row.keyword;
  }
  return Keyword::kNone;
}

}  // namespace conf
