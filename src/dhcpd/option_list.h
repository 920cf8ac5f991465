// The codes of the options to send, in order.
#pragma once

#include "dhcpd/option_layout.h"

namespace dhcpd {

// The site-option-space and the first code that is looked up there (RFC 3942).
struct SiteSpace {
  std::uint16_t space = dhcp::OptionRegistry::kDhcp;
  unsigned first_code = 0;
};
SiteSpace site_space(const Exchange& exchange, const conf::OptionState& options);

// No code twice; the subnet mask goes before the routers.
std::vector<std::uint8_t> codes_to_send(const Exchange& exchange, const LayoutRules& rules,
                                        const SiteSpace& site);

}  // namespace dhcpd
