// Which host declaration a client is.
#pragma once

#include "dhcpd/exchange.h"

namespace dhcpd {

// Hosts that are this client, in the stock's order: by client identifier, else by hardware address, else by a
// host-identifier option. The groups are asked one after the other.
conf::HostRange hosts_by_uid(const Exchange& exchange);
conf::HostRange hosts_by_hardware(const Exchange& exchange);
conf::HostRange hosts_by_identifier(const Exchange& exchange);

// The declaration of a client that gives it options and no address; nullptr: it has none.
const conf::Host* first_without_address(conf::HostRange hosts);

// Runs the host's scope and the named group that it refers to.
void run_host(Exchange& exchange, const conf::Host& host, const conf::Scope& limit);

// The declaration whose options a client with a dynamic address gets: the first without a fixed address.
const conf::Host* host_without_address(const Exchange& exchange);

}  // namespace dhcpd
