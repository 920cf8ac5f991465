// What no client may do to the addresses of others. Each rule departs from the stock only where somebody
// does it harm, and each is a setting of /etc/bootserver.cfg.
#pragma once

namespace dhcpd {

struct Policy {
  bool check_declines = true;  // an address is declined only by the client that it was given or offered to
  bool check_releases = true;  // a release comes from the address released, or by a relay
  bool reuse_offers = true;    // a pool that is dry of all but offers gives one of those to the next client
};

}  // namespace dhcpd
