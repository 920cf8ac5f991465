#include "lease/pool_space.h"

#include <algorithm>

namespace lease {
namespace {

constexpr std::uint32_t kRows = 100003;

std::uint32_t row_of(std::uint32_t address) { return address % kRows; }
std::uint32_t address_at(std::uint64_t place) { return 0xffffffff - static_cast<std::uint32_t>(place); }

}  // namespace

// Within a row the address that was declared last comes first.
std::uint64_t walk_order(std::uint32_t address) {
  return std::uint64_t{row_of(address)} << 32 | (0xffffffff - address);
}

UnusedSpace::UnusedSpace(const std::vector<conf::AddressRange>& ranges) {
  for (const conf::AddressRange& range : ranges) {
    total_ += std::uint64_t{range.high.value} - range.low.value + 1;
    std::uint32_t low = range.low.value;
    for (std::uint32_t rows = kRows - row_of(low); range.high.value - low >= rows; rows = kRows) {
      pieces_.push_back({base::Ipv4{low}, base::Ipv4{low + rows - 1}});
      low += rows;
    }
    pieces_.push_back({base::Ipv4{low}, range.high});
  }
  enter(0);
}

std::vector<std::uint64_t> UnusedSpace::parts() const {
  std::vector<std::uint64_t> places;
  for (const conf::AddressRange& piece : pieces_) places.push_back(walk_order(piece.low.value));
  return places;
}

void UnusedSpace::start(std::vector<std::uint64_t> breaks) {
  breaks_ = std::move(breaks);
  end_ = kBeyond;
  enter(breaks_.empty() ? 0 : breaks_.back());
}

std::uint64_t UnusedSpace::after(std::uint64_t place) const {
  const auto row = static_cast<std::uint32_t>(place >> 32);
  std::uint64_t next = kBeyond;
  for (const conf::AddressRange& piece : pieces_) {
    const std::uint32_t first = row_of(piece.low.value);
    const std::uint32_t last = first + (piece.high.value - piece.low.value);
    for (const std::uint32_t r : {std::max(row, first), std::max(row + 1, first)}) {
      if (r > last) break;
      const std::uint64_t there = walk_order(piece.low.value + (r - first));
      if (there > place) {
        next = std::min(next, there);
        break;
      }
    }
  }
  return next;
}

void UnusedSpace::advance() { enter(walk_order(*next_)); }

// Stands at the first place behind `place`; at the end of a run the one before it is begun.
void UnusedSpace::enter(std::uint64_t place) {
  for (;;) {
    const std::uint64_t next = after(place);
    if (next < end_) {
      next_ = address_at(next);
      return;
    }
    if (breaks_.empty()) {
      next_.reset();
      return;
    }
    end_ = breaks_.back();
    breaks_.pop_back();
    place = breaks_.empty() ? 0 : breaks_.back();
  }
}

}  // namespace lease
