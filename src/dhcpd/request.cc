// DHCPREQUEST in its four states (RFC 2131 §4.3.2): after an offer, after a reboot, renewing, rebinding.
#include "base/log.h"
#include "dhcpd/find_lease.h"
#include "dhcpd/grant.h"
#include "dhcpd/messages.h"
#include "dhcpd/reply.h"

namespace dhcpd {
namespace {

// A client that asks for an address of another network than it is on. It is known to be on `exchange.network`
// only if it broadcast or a relay spoke for it; who renews by unicast through a router looks like the first.
// True: answered or ignored.
bool is_on_wrong_network(Exchange& exchange, base::Ipv4 address, bool asked, const conf::Subnet* subnet,
                         const std::string& line) {
  const dhcp::Header& header = exchange.message.header;
  if (exchange.network == nullptr) {
    if (subnet != nullptr && is_authoritative(subnet->scope)) {
      exchange.info(line + ": wrong network.");
      refuse(exchange, address, nullptr);
    } else {
      exchange.info(line + ": ignored (" + (subnet != nullptr ? "not authoritative" : "unknown subnet") +
                    ").");
    }
    return true;
  }
  const bool place_is_known =
      (!header.ciaddr.is_zero() && !header.giaddr.is_zero()) || (asked && header.ciaddr.is_zero());
  if (!place_is_known || (subnet != nullptr && subnet->network == exchange.network)) return false;
  const conf::SharedNetwork& network = *exchange.network;
  if (is_authoritative(network.implicit ? network.subnets.front()->scope : network.scope)) {
    exchange.info(line + ": wrong network.");
    refuse(exchange, address, nullptr);
  } else {
    exchange.info(line + ": ignored (not authoritative).");
  }
  return true;
}

}  // namespace

void request(Exchange& exchange) {
  const auto asked = address_option(exchange.message, dhcp::kOptRequestedAddress);
  const base::Ipv4 address = asked.value_or(exchange.message.header.ciaddr);
  const conf::Subnet* subnet = exchange.world.config.subnet_of(address);
  Found found;
  if (subnet != nullptr) found = find_lease(exchange, *subnet->network);

  const lease::Lease* known = found.binding ? &found.binding->lease : nullptr;
  const auto server = address_option(exchange.message, dhcp::kOptServerIdentifier);
  std::string line = base::concat(
      {"DHCPREQUEST for ", address.text(), server ? " (" : "", server ? server->text() : std::string(),
       server ? ")" : "", " from ", exchange.client(known), " ",
       known != nullptr ? hostname_text(known->hostname) : std::string(), "via ", exchange.via});

  if (is_on_wrong_network(exchange, address, asked.has_value(), subnet, line)) return;
  if (!found.binding && found.ours) {
    exchange.info(line + ": lease " + address.text() + " unavailable.");
    return refuse(exchange, address, subnet != nullptr ? &subnet->scope : nullptr);
  }
  if (!found.binding) return exchange.info(line + ": unknown lease " + address.text() + ".");
  grant(exchange, std::move(*found.binding), Answer::kAck, std::move(line));
}

}  // namespace dhcpd
