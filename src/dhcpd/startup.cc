#include "dhcpd/startup.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/capability.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/daemon.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/sandbox.h"
#include "conf/parse.h"
#include "config.h"
#include "dhcpd/fatal.h"
#include "dhcpd/server.h"
#include "dhcpd/settings.h"
#include "dhcpd/test_leases.h"

namespace dhcpd {

namespace {

// Rights that the helper keeps: to open sockets on interfaces that come back, and the configuration again.
const std::vector<int> kHelperCapabilities = {CAP_NET_RAW, CAP_NET_BIND_SERVICE, CAP_DAC_READ_SEARCH};

struct LogSinks {
  base::SyslogSink* syslog = nullptr;
  base::LogSink* standard_error = nullptr;
};

LogSinks open_log(bool quiet) {
  LogSinks sinks;
  auto& log = base::Log::process();
  sinks.syslog =
      static_cast<base::SyslogSink*>(log.add(std::make_unique<base::SyslogSink>("dhcpd", LOG_DAEMON)));
  if (!quiet) sinks.standard_error = log.add(std::make_unique<base::StderrSink>());
  return sinks;
}

void log_banner() {
  base::log_info("Internet Systems Consortium DHCP Server %s compatible: bootserver %s", kCompatibleVersion,
                 PACKAGE_VERSION);
  base::log_info("Copyright 2026 the bootserver authors.");
  base::log_info("All rights reserved.");
  base::log_info("For info, please visit the manual pages dhcpd(8) and dhcpd.conf(5)");
}

struct Identity {
  base::Account account;
  std::string user;  // "": only the group changes, or nothing
  bool change = false;
};

Identity find_identity(const CommandLine& line) {
  Identity identity;
  identity.account = {::getuid(), ::getgid()};
  if (line.user) {
    const auto account = base::find_user(*line.user);
    if (!account) throw Fatal("no such user: " + *line.user);
    identity.account = *account;
    identity.user = *line.user;
    identity.change = true;
  }
  if (line.group) {
    const auto group = base::find_group(*line.group);
    if (!group) throw Fatal("no such group: " + *line.group);
    identity.account.gid = *group;
    identity.change = true;
  }
  return identity;
}

std::unique_ptr<const conf::Config> read_config(const std::string& path) {
  auto result = conf::parse(path);
  // Warnings as well: the stock logs both with the severity of errors.
  for (const auto& diagnostic : result.diagnostics)
    for (const auto& line : conf::render(diagnostic)) base::log_error("%s", line.c_str());
  if (!result.config) {
    const bool unreadable = !result.diagnostics.empty() && result.diagnostics.back().file.empty();
    throw Fatal(unreadable ? "" : "Configuration file errors encountered -- exiting");
  }
  return std::move(result.config);
}

using Programs = std::vector<std::vector<std::string>>;

// Statements of the global scope run once at start: their lines are logged, their programs handed back.
Programs run_effects(const std::vector<conf::Effect>& effects) {
  Programs programs;
  for (const auto& effect : effects) {
    if (const auto* program = std::get_if<conf::ExecuteEffect>(&effect)) {
      if (!program->argv.empty()) programs.push_back(program->argv);
      continue;
    }
    const auto& line = std::get<conf::LogEffect>(effect);
    if (line.fatal) throw Fatal(line.line);
    base::Log::process().write(line.severity, line.line);
  }
  return programs;
}

void execute(const Programs& programs, Helper& helper) {
  for (const auto& argv : programs) {
    if (!helper.execute(argv))
      base::log_error("execute: %s is not run: too many scripts wait already", argv[0].c_str());
  }
}

void log_parameters(const Parameters& parameters, bool quiet) {
  if (!quiet) {
    base::log_info("Config file: %s", parameters.config_file.c_str());
    base::log_info("Database file: %s", parameters.lease_file.c_str());
    base::log_info("PID file: %s", parameters.pid_file.c_str());
  }
  if (!parameters.fsync) base::log_error("Not using fsync() to flush lease writes");
  if (parameters.server_id_check) base::log_info("Setting server-id-check true");
}

void check_pid_file(const std::string& path) {
  const auto other = base::live_pid_in(path);
  if (other && base::same_program(*other)) throw Fatal("There's already a DHCP server running.");
}

HelperLimits helper_limits(const base::Settings& settings) {
  HelperLimits limits;
  limits.scripts_at_once = static_cast<std::size_t>(settings.number("scripts_at_once"));
  limits.scripts_queued = static_cast<std::size_t>(settings.number("scripts_queued"));
  limits.script_seconds = static_cast<unsigned>(settings.number("script_seconds"));
  return limits;
}

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::vector<std::string> directories_of(const conf::Config& config) {
  std::vector<std::string> directories;
  for (const auto& file : config.files) directories.push_back(directory_of(file));
  return directories;
}

std::unique_ptr<Helper> start_helper(const base::Settings& settings, const conf::Config& config,
                                     const Identity& identity, bool detached) {
  HelperLimits limits = helper_limits(settings);
  limits.readable = directories_of(config);
  return std::make_unique<Helper>(limits, [&] {
    if (detached) base::close_standard_streams();
    if (identity.change) base::become(identity.account, identity.user, kHelperCapabilities);
    if (settings.flag("drop_capabilities")) base::keep_capabilities(kHelperCapabilities);
  });
}

// Each layer where the kernel has it; where one is missing we say so once and go on.
void give_up_rights(const Server& server, const base::Settings& settings, const Identity& identity) {
  const std::string lease_directory = directory_of(server.parameters().lease_file);
  if (settings.flag("drop_capabilities")) base::empty_bounding_set();
  if (identity.change) base::become(identity.account, identity.user, {});
  if (identity.change && ::access(lease_directory.c_str(), W_OK | X_OK) < 0) {
    base::log_error("%s is not writable for the run-time user: the lease file cannot be written anew.",
                    lease_directory.c_str());
  }
  if (settings.flag("file_restriction")) {
    base::FileReach reach;
    reach.writable = {lease_directory};
    reach.readable = directories_of(server.config());
    base::report_layer("file restriction (Landlock)", base::restrict_files(reach));
  }
  if (settings.flag("drop_capabilities")) {
    // Root without capabilities owns root's files only.
    const bool foreign = !base::writable_without_capabilities(lease_directory);
    if (!base::keep_capabilities(foreign ? std::vector<int>{CAP_DAC_OVERRIDE} : std::vector<int>{}))
      base::log_info("Capabilities cannot be given up here (%s); going on with them.", std::strerror(errno));
  }
}

// The stock runs it once more when its sockets are open: lines are told and programs run twice.
void run_global_scope_again(const Server& server, Helper& helper) {
  Parameters known = server.parameters();
  conf::Variables variables;
  std::vector<conf::Effect> effects;
  apply_global_scope(server.config(), variables, nullptr, known, effects);
  execute(run_effects(effects), helper);
}

void serve(const CommandLine& line, Server::Setup setup, const Programs& programs, const LogSinks& sinks,
           const Identity& identity) {
  const Parameters parameters = setup.parameters;
  const base::Settings& settings = setup.settings;
  base::Supervisor& supervisor = setup.supervisor;
  if (!line.no_pid) check_pid_file(parameters.pid_file);
  std::optional<base::Detach> detach;
  if (!line.foreground) detach.emplace();
  auto helper = start_helper(settings, *setup.config, identity, !line.foreground);
  execute(programs, *helper);
  Server server(std::move(setup), *helper);
  if (identity.change &&
      ::chown(parameters.lease_file.c_str(), identity.account.uid, identity.account.gid) < 0)
    base::log_error("Can't give %s to the run-time user: %s", parameters.lease_file.c_str(),
                    std::strerror(errno));
  server.open_sockets();
  if (!line.no_pid && !base::write_pid_file(parameters.pid_file))
    base::log_error("Can't create PID file %s: %s.", parameters.pid_file.c_str(), std::strerror(errno));
  give_up_rights(server, settings, identity);
  server.prepare();
  if (settings.flag("system_call_filter"))
    base::report_layer("system call filter (seccomp)", base::filter_system_calls());
  run_global_scope_again(server, *helper);
  if (!line.log_to_stderr && sinks.standard_error) base::Log::process().remove(sinks.standard_error);
  if (detach) detach->serving();
  base::log_info("Server starting service.");
  supervisor.tell("READY=1\nSTATUS=Dispatching packets...\nMAINPID=" + std::to_string(::getpid()));
  const int status = server.run();
  if (status != 0) throw Fatal("");
}

}  // namespace

void open_log_for_refusal(bool with_banner) {
  open_log(false);
  if (with_banner) log_banner();
}

int start(const CommandLine& line) {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // a lease file at the limit is a write that fails
  const LogSinks sinks = open_log(line.quiet);
  if (!line.quiet) log_banner();
  if (line.ipv6) throw Fatal("DHCPv6 is not served by this program: run it without -6.");
  if (line.trace_in) throw Fatal("-play: this program replays no packet traces.");
  if (line.trace_out)
    base::log_warning("-tf %s: this program writes no packet traces.", line.trace_out->c_str());

  std::vector<std::string> debug_lines;
  std::string fatal;
  const Identity identity = find_identity(line);
  Parameters parameters = initial_parameters(line, debug_lines, fatal);
  for (const auto& text : debug_lines) base::log_debug("%s", text.c_str());
  if (!fatal.empty()) throw Fatal(fatal);
  const base::Settings settings = base::Settings::load(base::kSettingsFile, "dhcpd", setting_specs());
  base::Supervisor supervisor;
  base::null_device();
  if (line.chroot) base::change_root(*line.chroot);

  auto config = read_config(parameters.config_file);
  if (config->hex_lease_ids)
    base::log_debug("lease_id_format is: %s", *config->hex_lease_ids ? "hex" : "octal");
  conf::Variables variables;
  std::vector<conf::Effect> effects;
  apply_global_scope(*config, variables, nullptr, parameters, effects);
  const Programs programs = run_effects(effects);
  if (parameters.ad_hoc_updates) throw Fatal("ddns-update-style ad_hoc no longer supported");
  log_parameters(parameters, line.quiet);
  if (parameters.log_facility != LOG_DAEMON) {
    sinks.syslog->set_facility(parameters.log_facility);
    if (!line.quiet) log_banner();
  }
  warn_of_not_served(*config);
  if ((line.test_config || line.test_leases) && !programs.empty()) {
    const auto helper = start_helper(settings, *config, identity, false);
    execute(programs, *helper);
    helper->finish_scripts();
  }
  if (line.test_config && !line.test_leases) return 0;
  if (line.test_leases) {
    test_lease_file(parameters.lease_file, *config);
    return 0;
  }
  base::give_back_memory();  // what reading took beyond the configuration, before the helper shares it
  Server::Setup setup{line,         parameters, settings, std::move(config), std::move(variables),
                      sinks.syslog, supervisor};
  serve(line, std::move(setup), programs, sinks, identity);
  return 0;
}

}  // namespace dhcpd
