// What the daemon has done since it started; SIGUSR1 writes it to the log.
#pragma once

#include <cstdint>
#include <string>

namespace tftpd {

struct Counters {
  std::uint64_t requests = 0;       // datagrams on the request sockets
  std::uint64_t not_requests = 0;   // of those, neither RRQ nor WRQ
  std::uint64_t refused_hosts = 0;  // by only_from, no_access or access_times of a service file
  std::uint64_t repeated = 0;       // requests that joined a running transfer
  std::uint64_t waited = 0;         // requests whose first answer was put off
  std::uint64_t dropped = 0;        // requests given up while they waited
  std::uint64_t errors = 0;         // ERROR packets sent
  std::uint64_t not_found = 0;      // of those, "File not found"
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t completed = 0;
  std::uint64_t probes = 0;   // transfers that ended at the OACK, as a size probe does
  std::uint64_t aborted = 0;  // by the client
  std::uint64_t timed_out = 0;
  std::uint64_t failed = 0;  // by us: read or write errors
  std::uint64_t blocks = 0;  // sent or received, without repetitions
  std::uint64_t blocks_again = 0;
  std::uint64_t bytes = 0;      // of completed and ended transfers
  std::uint64_t strangers = 0;  // datagrams to a transfer port from nobody it knows

  std::string text() const;
};

}  // namespace tftpd
