// Ends of leases: released by the client or by the server, expired, abandoned.
#pragma once

#include "dhcpd/exchange.h"

namespace dhcpd {

// The lease becomes free; `on release` runs; the client's identity stays with the address. The change is
// added to the decision. An address that was only offered loses its handlers.
void release_lease(Exchange& exchange, lease::Lease lease);

// Keeps the address out of use for abandon-lease-time and logs "Abandoning IP address A: REASON".
void abandon_lease(Exchange& exchange, lease::Lease lease, const std::string& reason);

}  // namespace dhcpd
