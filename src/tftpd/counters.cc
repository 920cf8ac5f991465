#include "tftpd/counters.h"

#include "base/log.h"

namespace tftpd {

std::string Counters::text() const {
  const auto n = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  return base::format(
      "counters: requests %llu (not requests %llu, host refused %llu, repeated %llu, waited %llu, dropped "
      "%llu); "
      "errors sent %llu (not found %llu); reads %llu, writes %llu: completed %llu, probes %llu, aborted "
      "%llu, "
      "timed out %llu, failed %llu; blocks %llu, again %llu, bytes %llu; strangers %llu",
      n(requests), n(not_requests), n(refused_hosts), n(repeated), n(waited), n(dropped), n(errors),
      n(not_found), n(reads), n(writes), n(completed), n(probes), n(aborted), n(timed_out), n(failed),
      n(blocks), n(blocks_again), n(bytes), n(strangers));
}

}  // namespace tftpd
