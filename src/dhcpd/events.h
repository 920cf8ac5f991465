// What happens to leases without a message of their client: expiry, and the handlers kept with a lease.
#pragma once

#include "dhcpd/exchange.h"

namespace dhcpd {

// Runs the handler that is kept with the lease for an event (one Event bit), if there is one.
void run_event(Exchange& exchange, lease::Lease& lease, unsigned event);

// Keeps the `on expiry` and `on release` that the scopes have set. The lease is still as it was before; a
// grant drops those of one that had ended.
void keep_handlers(const Exchange& exchange, lease::Lease& lease, bool is_grant);

// An active lease is about to be another state than released: `on expiry` runs, and what is kept of a client
// only while it holds a lease is forgotten: host name, option 82, handlers, billing.
void leave_client(Exchange& exchange, lease::Lease& lease);

}  // namespace dhcpd
