// allow and deny of pools.
#include <algorithm>

#include "dhcpd/find_lease.h"

namespace dhcpd {
namespace {

bool matches(const Exchange& exchange, const conf::Permit& permit) {
  switch (permit.kind) {
    case conf::PermitKind::kKnownClients:
      return exchange.context.known;
    case conf::PermitKind::kUnknownClients:
      return !exchange.context.known;
    case conf::PermitKind::kAllClients:
    case conf::PermitKind::kUnauthenticated:  // nobody is authenticated: RFC 3118 is not spoken
      return true;
    case conf::PermitKind::kAuthenticated:
      return false;
    case conf::PermitKind::kDynamicBootp:
      return !exchange.message.type();
    case conf::PermitKind::kMembersOf: {
      const auto& classes = exchange.context.classes;
      return std::find(classes.begin(), classes.end(), permit.members_of) != classes.end();
    }
    case conf::PermitKind::kAfter:
      return exchange.world.now > permit.after;
  }
  return false;
}

bool any_matches(const Exchange& exchange, const std::vector<conf::Permit>& permits) {
  return std::any_of(permits.begin(), permits.end(),
                     [&](const conf::Permit& permit) { return matches(exchange, permit); });
}

}  // namespace

bool is_permitted(const Exchange& exchange, const conf::Pool& pool) {
  if (!pool.deny.empty() && any_matches(exchange, pool.deny)) return false;
  return pool.allow.empty() || any_matches(exchange, pool.allow);
}

}  // namespace dhcpd
