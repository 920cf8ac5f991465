// From the options and fields of a reply to a datagram and the way it travels.
#pragma once

#include "dhcpd/option_layout.h"

namespace dhcpd {

// A header with what every reply copies from the request; `ciaddr` too.
dhcp::Header reply_header(const dhcp::Message& request);

// The whole datagram, padded to `least` bytes.
base::Bytes datagram(Exchange& exchange, dhcp::Header header, const LayoutRules& rules,
                     std::size_t least = dhcp::kMinimumReply);

// Sets option 54 in `to` from `from`'s, else the interface's address, and returns it.
base::Ipv4 set_server_identifier(const Exchange& exchange, const conf::OptionState& from,
                                 conf::OptionState& to);

// The rules for a reply with these options: parameter request list, size limit, option 82, echoed uid.
LayoutRules layout_rules(Exchange& exchange, const conf::OptionState& options);

// filename, server-name, next-server into the header. Returns the fields that hold options no more
// (OverloadBits); logs texts that are too long.
unsigned set_boot_fields(Exchange& exchange, const conf::OptionState& options, dhcp::Header& header);

// Through the relay that the request came from. Precondition: giaddr is set.
Destination to_relay(const Exchange& exchange, base::Ipv4 giaddr);
Destination to_everyone(const World& world);
// A frame to the client's hardware address, IP destination `address`.
Destination to_hardware(const Exchange& exchange, base::Ipv4 address);
Destination to_address(const World& world, base::Ipv4 address);

// DHCPNAK. `network_scope` may set server-identifier and echo-client-id; nullptr: the global scope.
void refuse(Exchange& exchange, base::Ipv4 address, const conf::Scope* network_scope);

}  // namespace dhcpd
