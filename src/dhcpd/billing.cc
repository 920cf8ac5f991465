// `lease limit`: leases are billed to a class of their client.
#include <algorithm>

#include "dhcpd/grant.h"

namespace dhcpd {
namespace {

std::optional<std::uint32_t> limit_of(const Exchange::Membership& membership) {
  if (membership.sub != nullptr && membership.sub->lease_limit) return membership.sub->lease_limit;
  return membership.of->lease_limit;
}

bool is_billed_to(const lease::Lease& lease, const Exchange::Membership& membership) {
  if (lease.billing_class != membership.of->name) return false;
  return membership.keyed ? lease.billing_subclass == membership.key : !lease.billing_subclass;
}

}  // namespace

bool bill(Exchange& exchange, Binding& binding, const std::string& line) {
  lease::Lease& lease = binding.lease;
  const auto& memberships = exchange.memberships;
  if (!lease.billing_class.empty()) {
    const bool still = std::any_of(memberships.begin(), memberships.end(),
                                   [&](const auto& m) { return is_billed_to(lease, m); });
    if (still) return true;
    lease.billing_class.clear();
    lease.billing_subclass.reset();
  }
  const Exchange::Membership* last = nullptr;
  for (const auto& membership : memberships) {
    const auto limit = limit_of(membership);
    if (!limit || *limit == 0) continue;
    last = &membership;
    std::optional<base::Bytes> key;
    if (membership.keyed) key = membership.key;
    if (exchange.world.leases.billed(membership.of->name, key) >= *limit) continue;
    lease.billing_class = membership.of->name;
    lease.billing_subclass = std::move(key);
    return true;
  }
  if (last == nullptr) return true;
  exchange.info(line + ": no available billing: lease limit reached in all matching classes (last: '" +
                last->of->name + "')");
  return false;
}

}  // namespace dhcpd
