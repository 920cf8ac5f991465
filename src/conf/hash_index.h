// A compact hash table of positions in some list: four bytes an entry and half as much of air. The caller has
// the keys, computes their hash and compares them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace conf {

class HashIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  // First position with this hash for which `same(position)` holds; kNone: there is none.
  template <typename Same>
  std::uint32_t find(std::size_t hash, Same same) const {
    if (slots_.empty()) return kNone;
    for (std::size_t at = place(hash); slots_[at] != kNone; at = (at + 1) & mask())
      if (same(slots_[at])) return slots_[at];
    return kNone;
  }

  // Adds a position; `hash_of(position)` yields the hash of any that was added before.
  template <typename HashOf>
  void insert(std::size_t hash, std::uint32_t position, HashOf hash_of) {
    if ((count_ + 1) * 3 > slots_.size() * 2) grow(hash_of);
    put(hash, position);
    ++count_;
  }

 private:
  std::size_t mask() const { return slots_.size() - 1; }
  std::size_t place(std::size_t hash) const { return (hash ^ (hash >> 32)) & mask(); }
  void put(std::size_t hash, std::uint32_t position) {
    std::size_t at = place(hash);
    while (slots_[at] != kNone) at = (at + 1) & mask();
    slots_[at] = position;
  }
  template <typename HashOf>
  void grow(HashOf hash_of) {
    std::vector<std::uint32_t> old = std::move(slots_);
    slots_.assign(old.empty() ? 16 : old.size() * 2, kNone);
    for (const std::uint32_t position : old)
      if (position != kNone) put(hash_of(position), position);
  }

  std::vector<std::uint32_t> slots_;
  std::size_t count_ = 0;
};

}  // namespace conf
