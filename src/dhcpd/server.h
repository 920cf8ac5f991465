// The running server: everything that start-up has opened, put together and kept in step by the event loop.
#pragma once

#include <memory>
#include <string>

#include "base/daemon.h"
#include "base/loop.h"
#include "base/settings.h"
#include "dhcpd/links.h"
#include "dhcpd/parameters.h"
#include "dhcpd/pinger.h"
#include "dhcpd/pipeline.h"
#include "dhcpd/resolver.h"
#include "dhcpd/sender.h"
#include "lease/file_store.h"

namespace dhcpd {

class Server {
 public:
  // What start-up hands over.
  struct Setup {
    const CommandLine& command_line;
    Parameters parameters;
    const base::Settings& settings;
    std::unique_ptr<const conf::Config> config;
    conf::Variables global_variables;
    base::SyslogSink* syslog;  // may be null
    base::Supervisor& supervisor;
  };
  Server(Setup setup, Helper& helper);  // reads the lease file. Throws Fatal.
  ~Server();

  void open_sockets();  // throws Fatal; needs rights
  // Starts the writer thread and watches descriptors and signals: after forks, and once rights are given up.
  void prepare();
  int run();  // until SIGTERM or SIGINT; the exit status
  const Parameters& parameters() const { return setup_.parameters; }
  const conf::Config& config() const { return *setup_.config; }

 private:
  void batch_done();
  void tick();
  void reload();
  std::optional<std::string> read_config(const std::string& path);
  void stop();
  void log_counters();
  void warm_names();
  void open_store();
  void warn_of_restart(const Parameters& wanted);
  void watch_events();
  void watch_signals();

  Setup setup_;
  Helper& helper_;
  base::Loop loop_;
  Counters counters_;
  CachingResolver resolver_;
  lease::Table leases_;
  lease::Declarations declarations_;
  dhcp::OptionRegistry file_options_;  // names in the lease file: those of the first configuration
  base::UniqueFd wake_;                // eventfd: the store has answers
  std::unique_ptr<lease::FileStore> store_;
  std::unique_ptr<Links> links_;
  std::unique_ptr<Pinger> pinger_;
  base::UniqueFd udp_;
  std::unique_ptr<Sender> sender_;
  std::unique_ptr<Pipeline> pipeline_;
  base::Timer tick_;
  base::Timer log_again_;
  std::vector<std::unique_ptr<base::FdWatch>> watches_;
  std::vector<std::unique_ptr<base::SignalWatch>> signals_;
  int exit_status_ = 0;
};

}  // namespace dhcpd
