// The addresses of one pool: which were never used, and the queues of those that were.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "conf/config.h"
#include "lease/slot_index.h"
#include "lease/table.h"

namespace lease {

// Addresses never used, ascending over all ranges, without an object an address: the place up to which they
// have been given, and those below it that came back (an offer nobody took).
class UnusedSpace {
 public:
  explicit UnusedSpace(std::vector<conf::AddressRange> ranges);
  std::uint64_t total() const { return total_; }
  std::optional<std::uint32_t> first() const;
  // `address` is taken; `taken` tells of any address whether it is.
  template <typename Taken>
  void take(std::uint32_t address, Taken taken) {
    returned_.erase(address);
    while (range_ < ranges_.size() && taken(next_)) advance();
  }
  void give_back(std::uint32_t address);

 private:
  void advance();
  std::vector<conf::AddressRange> ranges_;  // ascending
  std::size_t range_ = 0;                   // where next_ lies; past the end: all given
  std::uint32_t next_ = 0;
  std::set<std::uint32_t> returned_;
  std::uint64_t total_ = 0;
};

}  // namespace lease
