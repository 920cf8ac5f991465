// Which address a client is to have: the one it holds, asks for or is declared to have, or a new one.
#pragma once

#include "dhcpd/exchange.h"

namespace dhcpd {

// What the search for the client's own lease found.
struct Found {
  std::optional<Binding> binding;
  bool ours = false;  // the address that the client wants is one that this server gives out
};

// Looks for a declared address, the address asked for, a lease of this client identifier, a lease of this
// hardware address, in this order of preference; all on `network`. Sets context.known and context.host. May
// release leases that the client may no longer have, or has twice.
Found find_lease(Exchange& exchange, const conf::SharedNetwork& network);

// A new address for the client from the pools of its network.
std::optional<Binding> allocate(Exchange& exchange);

// Whether the pool's allow and deny lists let this client in.
bool is_permitted(const Exchange& exchange, const conf::Pool& pool);

// The first of the host's addresses that lies on the network, as a binding.
std::optional<Binding> fixed_binding(const Exchange& exchange, const conf::Host& host,
                                     const conf::SharedNetwork& network);

}  // namespace dhcpd
