// One function a message type. Each sees a message that understand() has looked at and decides what to do.
#pragma once

#include "dhcpd/exchange.h"

namespace dhcpd {

void discover(Exchange& exchange);
void request(Exchange& exchange);
void release(Exchange& exchange);
void decline(Exchange& exchange);
void inform(Exchange& exchange);
void lease_query(Exchange& exchange);
void bootp(Exchange& exchange);

}  // namespace dhcpd
