// Which lease of a client the stock looks at first, of several with the same hardware address or identifier.
#pragma once

#include "lease/lease.h"

namespace lease {

// What a lease is judged by. A lease that is given to a client is filed by what it was before, so that a
// client that changes from one address to another still has the older one in front; nothing else moves a
// lease.
struct Standing {
  BindingState state = BindingState::kFree;
  std::uint32_t ends = 0, cltt = 0;
};

// Active ones first, abandoned ones last.
inline int rank_of(BindingState state) {
  switch (state) {
    case BindingState::kActive:
      return 0;
    case BindingState::kExpired:
    case BindingState::kReleased:
      return 1;
    case BindingState::kAbandoned:
      return 3;
    default:
      return 2;
  }
}

// Whether a lease of that standing is filed in front of another: of active ones the one that ends later, of
// others the one that was heard of later; of equals the newcomer.
inline bool goes_before(const Standing& lease, const Standing& other) {
  const int rank = rank_of(lease.state), others = rank_of(other.state);
  if (rank != others) return rank < others;
  return lease.state == BindingState::kActive ? lease.ends >= other.ends : lease.cltt >= other.cltt;
}

}  // namespace lease
