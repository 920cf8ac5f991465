// The shapes that the table is made of: a vector in blocks, a hash index and a heap over numbered slots.
//
// A slot is the number of a record in a BlockVector. The links of the index and the positions in the heap are
// kept in the records, so that neither allocates anything for an entry. None of them ever stops to copy
// itself: a table of millions grows by one step an insertion.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

namespace lease {

using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = 0xffffffff;

// A vector whose elements never move.
template <typename T>
class BlockVector {
 public:
  static constexpr std::size_t kBlock = 512;
  T& operator[](std::size_t i) { return blocks_[i / kBlock][i % kBlock]; }
  const T& operator[](std::size_t i) const { return blocks_[i / kBlock][i % kBlock]; }
  std::size_t size() const { return size_; }
  T& add() {
    if (size_ == blocks_.size() * kBlock) blocks_.push_back(std::make_unique<T[]>(kBlock));
    return (*this)[size_++];
  }

 private:
  std::vector<std::unique_ptr<T[]>> blocks_;
  std::size_t size_ = 0;
};

// Neighbours in a chain of equal hash; without the way back in an index from which nothing is removed.
struct Link {
  Slot previous = kNoSlot, next = kNoSlot;
};
struct ForwardLink {
  Slot next = kNoSlot;
};
inline void set_previous(Link& link, Slot previous) { link.previous = previous; }
inline void set_previous(ForwardLink&, Slot) {}

// Linear hashing (Litwin 1980): each insertion splits at most one bucket. `Traits` has
// Link& (or ForwardLink&) link(Slot) and std::uint64_t hash(Slot). Slots of equal hash keep the order they
// were inserted in.
template <typename Traits>
class SlotIndex {
 public:
  explicit SlotIndex(Traits traits) : traits_(traits) { buckets_.add() = kNoSlot; }

  // Makes room for about `entries`; does something only while the index is empty.
  void expect(std::size_t entries) {
    if (size_ != 0) return;
    while (round_ < entries) round_ *= 2;
    while (buckets_.size() < round_) buckets_.add() = kNoSlot;
  }

  // The chain in which every slot of that hash is found, with some of other hashes.
  Slot first(std::uint64_t hash) const { return buckets_[bucket(hash)]; }
  Slot next(Slot slot) const { return traits_.link(slot).next; }

  void insert(Slot slot) {
    insert(slot, [](Slot) { return false; });
  }
  // Behind the last of the chain's first kMostSteps slots that `precedes`, in front where none does.
  static constexpr int kMostSteps = 256;
  template <typename Precedes>
  void insert(Slot slot, Precedes precedes) {
    if (++size_ > buckets_.size()) split();
    Slot& head = buckets_[bucket(traits_.hash(slot))];
    Slot behind = kNoSlot;
    int steps = 0;
    for (Slot at = head; at != kNoSlot && steps < kMostSteps; at = next(at), ++steps)
      if (precedes(at)) behind = at;
    Slot& place = behind == kNoSlot ? head : traits_.link(behind).next;
    auto& link = traits_.link(slot);
    link.next = place;
    set_previous(link, behind);
    if (place != kNoSlot) set_previous(traits_.link(place), slot);
    place = slot;
  }
  // To be called while the record still has the key it was inserted with.
  void remove(Slot slot) {
    --size_;
    const Link link = traits_.link(slot);
    if (link.next != kNoSlot) traits_.link(link.next).previous = link.previous;
    if (link.previous != kNoSlot) {
      traits_.link(link.previous).next = link.next;
    } else {
      buckets_[bucket(traits_.hash(slot))] = link.next;
    }
  }

 private:
  std::size_t bucket(std::uint64_t hash) const {
    const std::uint64_t low = hash & (round_ - 1);
    return static_cast<std::size_t>(low < split_ ? hash & (2 * round_ - 1) : low);
  }
  void split() {
    const std::size_t from = static_cast<std::size_t>(split_);
    Slot slot = buckets_[from];
    Slot last_kept = kNoSlot, last_moved = kNoSlot;
    Slot moved_head = kNoSlot, kept_head = kNoSlot;
    while (slot != kNoSlot) {
      auto& link = traits_.link(slot);
      const Slot following = link.next;
      const bool moves = (traits_.hash(slot) & round_) != 0;
      Slot& last = moves ? last_moved : last_kept;
      link.next = kNoSlot;
      set_previous(link, last);
      if (last != kNoSlot) {
        traits_.link(last).next = slot;
      } else {
        (moves ? moved_head : kept_head) = slot;
      }
      last = slot;
      slot = following;
    }
    buckets_[from] = kept_head;
    buckets_.add() = moved_head;
    if (++split_ == round_) {
      round_ *= 2;
      split_ = 0;
    }
  }

  Traits traits_;
  BlockVector<Slot> buckets_;
  std::size_t size_ = 0;
  std::uint64_t round_ = 1;  // a power of two: buckets at the start of this round
  std::uint64_t split_ = 0;  // the next bucket to split
};

// A heap by (key, Traits::sequence(Slot)), smallest first; Traits has std::uint32_t& position(Slot). Slots
// can be removed from the middle.
template <typename Traits>
class SlotHeap {
 public:
  explicit SlotHeap(Traits traits) : traits_(traits) {}
  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  Slot top() const { return entries_.front().slot; }
  Slot at(std::size_t place) const { return entries_[place].slot; }  // in no order
  std::uint32_t top_key() const { return entries_.front().key; }

  void insert(Slot slot, std::uint32_t key) {
    entries_.push_back({key, slot});
    up(entries_.size() - 1);
  }
  void remove(Slot slot) {
    const std::size_t at = traits_.position(slot);
    const Entry last = entries_.back();
    entries_.pop_back();
    if (at == entries_.size()) return;
    entries_[at] = last;
    traits_.position(last.slot) = static_cast<std::uint32_t>(at);
    up(at);
    down(traits_.position(last.slot));
  }
  // Visits (slot, key) in order while `visit` returns true; costs the logarithm of what is visited.
  template <typename Visit>
  void in_order(Visit visit) const {
    const auto later = [this](std::size_t a, std::size_t b) { return before(entries_[b], entries_[a]); };
    std::vector<std::size_t> frontier;
    if (!entries_.empty()) frontier.push_back(0);
    while (!frontier.empty()) {
      std::pop_heap(frontier.begin(), frontier.end(), later);
      const std::size_t at = frontier.back();
      frontier.pop_back();
      if (!visit(entries_[at].slot, entries_[at].key)) return;
      for (std::size_t child = at * kArity + 1; child <= at * kArity + kArity; ++child) {
        if (child >= entries_.size()) break;
        frontier.push_back(child);
        std::push_heap(frontier.begin(), frontier.end(), later);
      }
    }
  }

 private:
  static constexpr std::size_t kArity = 4;
  struct Entry {
    std::uint32_t key;
    Slot slot;
  };
  bool before(const Entry& a, const Entry& b) const {
    return a.key != b.key ? a.key < b.key : traits_.sequence(a.slot) < traits_.sequence(b.slot);
  }
  void place(std::size_t at, const Entry& entry) {
    entries_[at] = entry;
    traits_.position(entry.slot) = static_cast<std::uint32_t>(at);
  }
  void up(std::size_t at) {
    const Entry entry = entries_[at];
    while (at > 0 && before(entry, entries_[(at - 1) / kArity])) {
      place(at, entries_[(at - 1) / kArity]);
      at = (at - 1) / kArity;
    }
    place(at, entry);
  }
  void down(std::size_t at) {
    const Entry entry = entries_[at];
    for (;;) {
      std::size_t least = at * kArity + 1;
      if (least >= entries_.size()) break;
      const std::size_t end = std::min(least + kArity, entries_.size());
      for (std::size_t child = least + 1; child < end; ++child) {
        if (before(entries_[child], entries_[least])) least = child;
      }
      if (!before(entries_[least], entry)) break;
      place(at, entries_[least]);
      at = least;
    }
    place(at, entry);
  }

  Traits traits_;
  std::vector<Entry> entries_;
};

}  // namespace lease
