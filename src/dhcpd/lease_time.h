// How long a client may have its address.
#pragma once

#include "dhcpd/exchange.h"

namespace dhcpd {

struct LeaseTime {
  std::int64_t seconds = 0;
  bool reserve = false;  // infinite-is-reserved, and the client asked for an infinite lease
};

// DHCP: what the client asks for (option 51) or default-lease-time, within max- and min-lease-time, the time
// until the pool closes, and adaptive-lease-time-threshold.
LeaseTime dhcp_lease_time(Exchange& exchange, const Binding& binding);

// BOOTP: infinite, or dynamic-bootp-lease-length, or until dynamic-bootp-lease-cutoff.
std::int64_t bootp_lease_time(const Exchange& exchange);

}  // namespace dhcpd
