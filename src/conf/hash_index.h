// A compact hash table of positions in some list: eight bytes an entry and half as much of air. The caller
// has the keys, computes their hash and compares them; only entries whose hash agrees are compared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace conf {

class HashIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  // First position with this hash for which `same(position)` holds; kNone: there is none.
  template <typename Same>
  std::uint32_t find(std::size_t hash, Same same) const {
    if (slots_.empty()) return kNone;
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t at = tag & mask(); slots_[at].position != kNone; at = (at + 1) & mask())
      if (slots_[at].tag == tag && same(slots_[at].position)) return slots_[at].position;
    return kNone;
  }

  void insert(std::size_t hash, std::uint32_t position) {
    if ((count_ + 1) * 3 > slots_.size() * 2) grow();
    put(Slot{tag_of(hash), position});
    ++count_;
  }

 private:
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t position = kNone;
  };

  static std::uint32_t tag_of(std::size_t hash) {
    return static_cast<std::uint32_t>(hash ^ static_cast<std::uint64_t>(hash) >> 32);
  }
  std::size_t mask() const { return slots_.size() - 1; }
  void put(Slot slot) {
    std::size_t at = slot.tag & mask();
    while (slots_[at].position != kNone) at = (at + 1) & mask();
    slots_[at] = slot;
  }
  void grow() {
    std::vector<Slot> old = std::move(slots_);
    slots_.assign(old.empty() ? 16 : old.size() * 2, Slot{});
    for (const Slot& slot : old)
      if (slot.position != kNone) put(slot);
  }

  std::vector<Slot> slots_;
  std::size_t count_ = 0;
};

}  // namespace conf
