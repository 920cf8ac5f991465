// DHCPRELEASE and DHCPDECLINE (RFC 2131 §4.3.3, §4.3.4): no reply.
#include <algorithm>

#include "dhcpd/find_lease.h"
#include "dhcpd/messages.h"
#include "dhcpd/release.h"

namespace dhcpd {

namespace {

bool is_holder(const Exchange& exchange, const lease::Lease& lease) {
  const bool is_blank = lease.uid.empty() && lease.hardware.empty();  // as a client without address is
  return !is_blank && exchange.holds(lease);
}

// A stranger on another network may write any client's name into a DHCPRELEASE, but its packets come from
// where it is. A client that has no address any more, to its mind, sends from 0.0.0.0 on its own link.
bool comes_from_holder(const Exchange& exchange, const Binding& binding) {
  const Arrival& arrival = exchange.query.arrival;
  const dhcp::Header& header = exchange.message.header;
  if (!header.giaddr.is_zero()) return arrival.source == header.giaddr;
  if (arrival.source.is_zero()) return arrival.network == binding.subnet->network;
  return arrival.source == binding.lease.address;
}

}  // namespace

void release(Exchange& exchange) {
  const base::Ipv4 address = exchange.message.header.ciaddr;
  if (exchange.answers_with(dhcp::kOptRequestedAddress))
    exchange.info("DHCPRELEASE from " + hardware_text(exchange.hardware) + " specified requested-address.");
  auto binding = exchange.binding_of(address);
  if (binding && binding->lease.hardware != exchange.hardware) binding.reset();
  const lease::Lease* lease = binding ? &binding->lease : nullptr;
  const std::string line = "DHCPRELEASE of " + address.text() + " from " + exchange.client(lease) + " " +
                           (lease != nullptr ? hostname_text(lease->hostname) : std::string()) + "via " +
                           exchange.via + (lease != nullptr ? " (found)" : " (not found)");
  if (binding && exchange.world.policy.check_releases && !comes_from_holder(exchange, *binding))
    return exchange.info(line + ": ignored, sent from " + exchange.query.arrival.source.text());
  if (binding && binding->lease.ends > exchange.world.now) {
    exchange.speak_of(*binding);
    release_lease(exchange, std::move(binding->lease));
  }
  exchange.info(line);
}

void decline(Exchange& exchange) {
  const auto asked = address_option(exchange.message, dhcp::kOptRequestedAddress);
  if (!asked) return;
  const base::Ipv4 address = *asked;
  auto binding = exchange.binding_of(address);
  const lease::Lease* lease = binding ? &binding->lease : nullptr;
  const std::string line = "DHCPDECLINE of " + address.text() + " from " + exchange.client(lease) + " " +
                           (lease != nullptr ? hostname_text(lease->hostname) : std::string()) + "via " +
                           exchange.via;
  if (binding) exchange.run(binding->subnet->scope);
  exchange.run_classes(binding ? &binding->subnet->scope : nullptr);
  const Flag declines = flag(exchange.options, dhcp::ServerOption::kDeclines);
  if (declines == Flag::kIgnore) return;
  if (declines == Flag::kOff) return exchange.info(line + ": ignored");
  if (!binding) return exchange.info(line + ": not found");
  if (exchange.world.policy.check_declines) {
    if (!is_holder(exchange, binding->lease)) return exchange.info(line + ": ignored, not its address");
    if (!exchange.world.memory.declines.allow(exchange.hardware, exchange.world.now))
      return exchange.info(line + ": ignored, too many in a minute");
  }
  abandon_lease(exchange, std::move(binding->lease), "declined.");
  exchange.info(line + ": abandoned");
}

}  // namespace dhcpd
