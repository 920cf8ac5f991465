#include "lease/pool_space.h"

#include <algorithm>

namespace lease {

UnusedSpace::UnusedSpace(std::vector<conf::AddressRange> ranges) : ranges_(std::move(ranges)) {
  std::sort(ranges_.begin(), ranges_.end(),
            [](const conf::AddressRange& a, const conf::AddressRange& b) { return a.low < b.low; });
  for (const conf::AddressRange& range : ranges_) {
    total_ += std::uint64_t{range.high.value} - range.low.value + 1;
  }
  if (!ranges_.empty()) next_ = ranges_.front().low.value;
}

std::optional<std::uint32_t> UnusedSpace::first() const {
  if (range_ < ranges_.size()) return next_;
  return std::nullopt;
}

void UnusedSpace::advance() {
  if (next_ != ranges_[range_].high.value) {
    ++next_;
  } else if (++range_ < ranges_.size()) {
    next_ = ranges_[range_].low.value;
  }
}

}  // namespace lease
