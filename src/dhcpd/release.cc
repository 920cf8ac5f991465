#include "dhcpd/release.h"

#include "dhcpd/events.h"

namespace dhcpd {
namespace {

constexpr std::uint32_t kAbandonTime = 86400;

std::uint32_t abandon_time(Exchange& exchange, base::Ipv4 address) {
  const conf::Pool* pool = exchange.world.leases.pool_of(address);
  const conf::Subnet* subnet = exchange.world.config.subnet_of(address);
  if (subnet == nullptr) return kAbandonTime;
  conf::OptionState options;
  conf::OptionState* const reply = exchange.context.reply;
  exchange.context.reply = &options;
  exchange.run(subnet->scope);
  if (pool != nullptr) exchange.run(pool->scope, &subnet->network->scope);
  exchange.context.reply = reply;
  return number(options, dhcp::ServerOption::kAbandonLeaseTime).value_or(kAbandonTime);
}

}  // namespace

void release_lease(Exchange& exchange, lease::Lease lease) {
  using lease::BindingState;
  const bool has_handlers = !lease.on_release.empty() || !lease.on_expiry.empty();
  run_event(exchange, lease, conf::kEventRelease);
  if (lease.binding != BindingState::kActive) {
    if (!has_handlers) return;
    lease.on_release.clear();
    lease.on_expiry.clear();
    exchange.decision.offer = std::move(lease);
    return;
  }
  lease.binding = lease.next = lease.rewind = BindingState::kFree;
  lease.ends = lease.tstp = exchange.world.now;
  lease.variables.clear();
  forget_client_details(lease);
  exchange.decision.changes.push_back(std::move(lease));
}

void abandon_lease(Exchange& exchange, lease::Lease lease, const std::string& reason) {
  using lease::BindingState;
  const bool was_active = lease.binding == BindingState::kActive;
  lease.binding = BindingState::kAbandoned;
  lease.next = lease.rewind = BindingState::kFree;
  lease.ends = exchange.world.now + abandon_time(exchange, lease.address);
  if (was_active) lease.tstp = lease.ends;
  lease.hardware = {};
  lease.uid.clear();
  lease.variables.clear();
  forget_client_details(lease);
  exchange.error("Abandoning IP address " + lease.address.text() + ": " + reason);
  exchange.decision.changes.push_back(std::move(lease));
}

}  // namespace dhcpd
