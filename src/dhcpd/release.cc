#include "dhcpd/release.h"

#include "dhcpd/events.h"

namespace dhcpd {
namespace {

constexpr std::uint32_t kAbandonTime = 86400;

// Counts in the global scope only.
std::uint32_t abandon_time(Exchange& exchange) {
  conf::OptionState options;
  conf::OptionState* const reply = exchange.context.reply;
  exchange.context.reply = &options;
  exchange.run(exchange.world.config.global);
  exchange.context.reply = reply;
  return number(options, dhcp::ServerOption::kAbandonLeaseTime).value_or(kAbandonTime);
}

}  // namespace

void release_lease(Exchange& exchange, lease::Lease lease) {
  using lease::BindingState;
  const bool has_handlers = !lease.on_release.empty() || !lease.on_expiry.empty();
  run_event(exchange, lease, conf::kEventRelease);
  lease.on_release.clear();
  lease.on_expiry.clear();
  if (lease.binding != BindingState::kActive && lease.binding != BindingState::kAbandoned) {
    if (has_handlers) exchange.decision.amended = std::move(lease);
    return;
  }
  lease.ends = lease.tstp = exchange.world.now;
  lease.variables.clear();
  leave_client(exchange, lease);
  lease.binding = lease.next = BindingState::kFree;
  exchange.decision.changes.push_back(std::move(lease));
}

void abandon_lease(Exchange& exchange, lease::Lease lease, const std::string& reason) {
  using lease::BindingState;
  exchange.error("Abandoning IP address " + lease.address.text() + ": " + reason);
  lease.ends = exchange.world.now + abandon_time(exchange);
  lease.hardware = {};
  lease.uid.clear();
  lease.variables.clear();
  lease.agent_options.clear();
  leave_client(exchange, lease);
  lease.binding = BindingState::kAbandoned;
  lease.next = BindingState::kFree;
  exchange.decision.changes.push_back(std::move(lease));
}

}  // namespace dhcpd
