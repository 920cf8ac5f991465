// What the global scope says about the server process itself (dhcpd.conf(5), "The server process"), and where
// its files are.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "conf/config.h"
#include "conf/evaluate.h"
#include "dhcpd/command_line.h"

namespace dhcpd {

struct Parameters {
  std::string config_file, lease_file, pid_file;
  std::uint16_t local_port = 67, remote_port = 68;
  base::Ipv4 local_address;
  std::optional<base::Ipv4> broadcast_to;
  int log_facility;  // LOG_xxx
  bool fsync = true;
  bool ad_hoc_updates = false;  // ddns-update-style ad-hoc
  bool server_id_check = false;
  unsigned delayed_ack = 0;  // commits that wait for one sync; 0: as many as come while the last sync runs
  std::chrono::microseconds max_ack_delay{250000};
  std::string host_name;  // of this machine: gethostname() in expressions
  Parameters();
};

// Paths, ports and lines for the log, before the configuration is read: the command line, then the
// environment, then what is built in. `fatal` is the reason why the server cannot start.
Parameters initial_parameters(const CommandLine& command_line, std::vector<std::string>& debug_lines,
                              std::string& fatal);

// Runs the statements of the global scope: parameters override the command line, effects are handed back.
void apply_global_scope(const conf::Config& config, conf::Variables& variables, conf::Resolver* resolver,
                        Parameters& parameters, std::vector<conf::Effect>& effects);

// A line for each statement that is read and not obeyed.
void warn_of_not_served(const conf::Config& config);

}  // namespace dhcpd
