// Which options a reply carries, in which order, and how they fit: parameter request list, message size
// limit, overload into file and sname (RFC 2131 §4.1, RFC 2132 §9.3), long values in pieces (RFC 3396).
#pragma once

#include "dhcpd/exchange.h"

namespace dhcpd {

struct LayoutRules {
  const conf::OptionState* options = nullptr;     // what may be sent
  const base::Bytes* requested = nullptr;         // parameter request list; nullptr or empty: none
  const base::Bytes* agent_options = nullptr;     // option 82 to echo; nullptr: none
  std::optional<std::uint16_t> max_message_size;  // of the configuration or the request; the smaller counts
  bool is_bootp = false;
  bool mirror_nul = false;      // texts end with NUL, as the client's own do
  bool echo_client_id = false;  // option 61 comes after the fixed head
  unsigned overload = 0;        // bits of OverloadBits: fields that may hold options
};

// Appends cookie and options with their END to `out`; may fill header.file and header.sname.
void lay_out(Exchange& exchange, const LayoutRules& rules, dhcp::Header& header, base::Bytes& out);

}  // namespace dhcpd
