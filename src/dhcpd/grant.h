// Gives an address to a client: OFFER, ACK, or the reply to a BOOTP client without a declared address.
#pragma once

#include <string>

#include "dhcpd/exchange.h"

namespace dhcpd {

enum class Answer { kOffer, kAck, kBootp };

// Runs the scopes, asks whether the client may be served, decides on the term, and makes the reply and the
// change of the lease. `line` is the log line of the request; it gets a tail where the client is refused.
void grant(Exchange& exchange, Binding binding, Answer answer, std::string line);

// What grant() is made of, in files of their own.

// one-lease-per-client, duplicates: ends the client's other leases.
void end_other_leases(Exchange& exchange, const Binding& binding);

// Bills the lease to the first class of the packet that has a limit and room. False: no room, and the tail
// has been logged.
bool bill(Exchange& exchange, Binding& binding, const std::string& line);

// The client has a lease that is younger than dhcp-cache-threshold per cent of its term: it is left as it is.
bool may_reuse(Exchange& exchange, const lease::Lease& old, const lease::Lease& next);

// Whether the address is to be pinged before it is offered, and for how long.
std::optional<Ping> ping_before(const Exchange& exchange, const Binding& binding, bool same_client);

// use-host-decl-names.
void set_host_name(Exchange& exchange, const conf::Host* host);

// log-threshold-high and -low.
void watch_pool(Exchange& exchange, const Binding& binding);

}  // namespace dhcpd
