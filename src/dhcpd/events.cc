#include "dhcpd/events.h"

#include "dhcpd/release.h"

namespace dhcpd {

void forget_client_details(lease::Lease& lease) {
  lease.hostname.clear();
  lease.agent_options.clear();
  lease.on_expiry.clear();
  lease.on_release.clear();
  lease.billing_class.clear();
  lease.billing_subclass.reset();
  lease.dynamic_bootp = false;
}

void run_event(Exchange&, lease::Lease&, unsigned) {}

Decision abandon_pinged(base::Ipv4 address, const World& world) {
  const Query none;
  Exchange exchange(none, world);
  exchange.context.message = nullptr;
  auto lease = world.leases.find(address);
  if (!lease) {
    lease.emplace();
    lease->address = address;
  }
  abandon_lease(exchange, std::move(*lease), "pinged before offer");
  return exchange.finish();
}

Decision expire(base::Ipv4 address, const World& world) {
  using lease::BindingState;
  const Query none;
  Exchange exchange(none, world);
  exchange.context.message = nullptr;
  auto lease = world.leases.find(address);
  if (!lease || lease->ends > world.now || lease->next == lease->binding) return exchange.finish();
  if (lease->binding == BindingState::kActive) run_event(exchange, *lease, conf::kEventExpiry);
  lease->tstp = lease->ends;
  lease->binding = lease->next = lease->rewind = BindingState::kFree;
  forget_client_details(*lease);
  exchange.decision.changes.push_back(std::move(*lease));
  return exchange.finish();
}

}  // namespace dhcpd
