#include "dhcpd/settings.h"

namespace dhcpd {

const std::vector<base::SettingSpec>& setting_specs() {
  static const std::vector<base::SettingSpec> kSpecs = {
      {"replies_waiting", std::int64_t{16384}, 1, 1 << 20,
       "replies that may wait for the disk; beyond it only DHCPDISCOVER is answered"},
      {"pings_in_flight", std::int64_t{4096}, 1, 65536,
       "addresses that are pinged at once; beyond it addresses are offered without a ping"},
      {"scripts_at_once", std::int64_t{16}, 1, 1024, "programs of execute() that run at once"},
      {"scripts_queued", std::int64_t{1024}, 1, 65536, "programs of execute() that wait for their turn"},
      {"script_seconds", std::int64_t{600}, 0, 86400,
       "a program of execute() is ended after this time; 0: never"},
      {"expired_at_once", std::int64_t{100}, 1, 100000,
       "leases that expire before packets have their turn again"},
      {"decline_check", true, 0, 0,
       "an address is declined only by the client that it was given or offered to"},
      {"release_check", true, 0, 0, "a release comes from the address released, or by a relay"},
      {"reuse_offers", true, 0, 0,
       "a pool that is dry of all but offers gives one of those to the next client"},
      {"drop_capabilities", true, 0, 0, "give up every capability once the sockets are open"},
      {"system_call_filter", true, 0, 0, "allow only the system calls that serving needs (seccomp)"},
      {"file_restriction", true, 0, 0, "reach only the lease directory and the configuration (Landlock)"},
  };
  return kSpecs;
}

}  // namespace dhcpd
