#include "base/nearest.h"

#include <algorithm>
#include <bitset>
#include <cstdint>

namespace base {
namespace {

// A bit for each letter that a word has; others share bits, which only makes words look more alike.
std::uint32_t letters_of(std::string_view word) {
  std::uint32_t letters = 0;
  for (const char c : word) letters |= 1U << (static_cast<unsigned char>(c) % 32);
  return letters;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        now[j] = std::min(now[j], before[j - 2] + 1);
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  // Longer words are never near: the table above stays small whatever a stranger writes.
  constexpr std::size_t kLongestWord = 64, kMostSlips = 4;
  if (word.size() > kLongestWord) return {};
  std::string best;
  std::size_t best_distance = std::clamp<std::size_t>(word.size() / 3, 1, kMostSlips) + 1;
  const std::uint32_t letters = letters_of(word);
  for (const auto& candidate : known) {
    // The distance is at least the difference of the lengths, and at least the number of letters that only
    // one of both has: most candidates cost no table.
    const std::size_t shorter = std::min(word.size(), candidate.size());
    if (std::max(word.size(), candidate.size()) - shorter >= best_distance) continue;
    const std::uint32_t others = letters_of(candidate);
    const std::size_t missing =
        std::max(std::bitset<32>(letters & ~others).count(), std::bitset<32>(others & ~letters).count());
    if (missing >= best_distance) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace base
