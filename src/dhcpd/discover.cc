// DHCPDISCOVER: find or allocate an address and offer it (RFC 2131 §4.3.1).
#include "base/log.h"
#include "dhcpd/find_lease.h"
#include "dhcpd/grant.h"
#include "dhcpd/messages.h"

namespace dhcpd {

void discover(Exchange& exchange) {
  Found found = find_lease(exchange, *exchange.network);
  const lease::Lease* known = found.binding ? &found.binding->lease : nullptr;
  std::string line =
      base::concat({"DHCPDISCOVER from ", exchange.client(known), " ",
                    known != nullptr ? hostname_text(known->hostname) : std::string(), "via ", exchange.via});
  if (!found.binding) found.binding = allocate(exchange);
  if (!found.binding)
    return exchange.error(line + ": network " + exchange.network->name + ": no free leases");
  grant(exchange, std::move(*found.binding), Answer::kOffer, std::move(line));
}

}  // namespace dhcpd
