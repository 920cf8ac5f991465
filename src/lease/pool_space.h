// The addresses of a pool that were never used: ascending over all its ranges, without an object an address.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "conf/config.h"

namespace lease {

class UnusedSpace {
 public:
  explicit UnusedSpace(std::vector<conf::AddressRange> ranges);
  std::uint64_t total() const { return total_; }  // addresses of the pool, used or not
  std::optional<std::uint32_t> first() const;
  // Goes on to the first address of which `used` is false; to be called when one more is used.
  template <typename Used>
  void pass(Used used) {
    while (range_ < ranges_.size() && used(next_)) advance();
  }

 private:
  void advance();
  std::vector<conf::AddressRange> ranges_;  // ascending
  std::size_t range_ = 0;                   // where next_ lies; past the end: all were used
  std::uint32_t next_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace lease
