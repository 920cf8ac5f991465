// The order in which the stock gives addresses to new clients.
#include "dhcpd/find_lease.h"

namespace dhcpd {
namespace {

struct Candidate {
  base::Ipv4 address;
  bool abandoned = false;
  bool never_used = false;
  base::UnixTime ended = 0;
};

// The free address of a pool that was free longest, or the one that was abandoned longest ago.
std::optional<Candidate> candidate_of(const Exchange& exchange, const conf::Pool& pool) {
  const lease::Table& leases = exchange.world.leases;
  std::optional<Candidate> found;
  if (const auto free = leases.candidate(pool)) {
    found = Candidate{free->address, false, free->never_used, free->ended};
  } else if (const auto abandoned = leases.oldest_abandoned(pool)) {
    const auto lease = exchange.find(*abandoned);
    found = Candidate{*abandoned, true, false, lease ? lease->ends : 0};
  }
  // The free address whose turn it is may be offered to somebody: then the pool has none.
  if (found && !found->abandoned && found->ended > exchange.world.now) return std::nullopt;
  return found;
}

// Free before abandoned, never used before used, ended longest ago first; the earlier pool of two equals.
bool is_better(const Candidate& a, const Candidate& b) {
  if (a.abandoned != b.abandoned) return !a.abandoned;
  if (!a.abandoned && a.never_used != b.never_used) return a.never_used;
  return a.ended < b.ended;
}

// Of a network that has nothing left but offers one of those, chosen by the client: RFC 2131 §3.1 has an
// offer reserve nothing, and clients that ask for ever new ones must not keep the rest from being served. By
// the client, so that two honest clients seldom get the same one.
std::optional<Binding> allocate_offered(Exchange& exchange) {
  const base::ByteView client =
      exchange.uid != nullptr ? base::ByteView(*exchange.uid) : exchange.hardware.view();
  for (const conf::Pool* pool : exchange.network->pools) {
    if (!is_permitted(exchange, *pool)) continue;
    const auto address = exchange.world.leases.any_free(*pool, base::hash_bytes(client));
    if (address) return exchange.binding_of(*address);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Binding> allocate(Exchange& exchange) {
  std::optional<Candidate> best;
  for (const conf::Pool* pool : exchange.network->pools) {
    if (!is_permitted(exchange, *pool)) continue;
    const auto candidate = candidate_of(exchange, *pool);
    if (candidate && (!best || is_better(*candidate, *best))) best = candidate;
  }
  if (!best) return exchange.world.policy.reuse_offers ? allocate_offered(exchange) : std::nullopt;
  if (best->abandoned) exchange.error("Reclaiming abandoned lease " + best->address.text() + ".");
  return exchange.binding_of(best->address);
}

}  // namespace dhcpd
