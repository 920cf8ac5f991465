// The addresses of a pool that were never used, in the order in which the stock gives them, without an object
// an address.
//
// The stock has all addresses in a hash table of kRows rows and, at its start, queues the free ones row by
// row: an address after the one queued before it, but in front of all others where a lease of the file lies
// between. So a pool begins with the addresses behind the last lease of the file, and a pool of a small range
// and no lease ascends.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "conf/config.h"

namespace lease {

// The place of an address in the stock's table: compares as the table is walked at the start.
std::uint64_t walk_order(std::uint32_t address);

class UnusedSpace {
 public:
  static constexpr std::uint64_t kBeyond = ~std::uint64_t{0};
  explicit UnusedSpace(const std::vector<conf::AddressRange>& ranges);
  std::uint64_t total() const { return total_; }  // addresses of the pool, used or not
  // The pool's next place behind this one, used or not; kBeyond: none.
  std::uint64_t after(std::uint64_t place) const;
  // The place of each part of the ranges whose addresses are queued one behind the other.
  std::vector<std::uint64_t> parts() const;
  // Begins with the last run. `breaks`: places at which a run ends, ascending: those of the leases and those
  // in front of which another pool has addresses.
  void start(std::vector<std::uint64_t> breaks);
  std::optional<std::uint32_t> first() const { return next_; }
  // Goes on to the first address of which `used` is false; to be called when one more is used.
  template <typename Used>
  void pass(Used used) {
    while (next_ && used(*next_)) advance();
  }

 private:
  void advance();
  void enter(std::uint64_t place);

  std::vector<conf::AddressRange> pieces_;  // of the ranges: each lies in rows that ascend with its addresses
  std::vector<std::uint64_t> breaks_;       // places that end a run, ascending; the last run is in use
  std::uint64_t end_ = kBeyond;             // of the run in use
  std::optional<std::uint32_t> next_;
  std::uint64_t total_ = 0;
};

}  // namespace lease
