#include "dhcpd/parameters.h"

#include <netdb.h>
#include <syslog.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>

#include "base/log.h"
#include "config.h"
#include "dhcp/server_options.h"

namespace dhcpd {

namespace {

constexpr std::uint16_t kServerPort = 67;
constexpr const char* kUsualConfigFile = SYSCONFDIR "/" DHCPD_CONF_NAME;  // configure --with-dhcpd-conf
constexpr const char* kOtherConfigFile = SYSCONFDIR "/" DHCPD_OTHER_CONF_NAME;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

// /etc/dhcpd.conf (CentOS 5) and /etc/dhcp/dhcpd.conf (6 and later) have both been the standard place. Where
// both exist the one that is usual on this system is read.
std::string standard_config_file(std::vector<std::string>& lines) {
  const bool has_usual = ::access(kUsualConfigFile, F_OK) == 0;
  const bool has_other = ::access(kOtherConfigFile, F_OK) == 0;
  if (has_other && !has_usual) {
    lines.push_back(std::string("reading ") + kOtherConfigFile + ": there is no " + kUsualConfigFile);
    return kOtherConfigFile;
  }
  if (has_other) lines.push_back(std::string("reading ") + kUsualConfigFile + ", not " + kOtherConfigFile);
  return kUsualConfigFile;
}

std::string absolute(const std::string& path) {
  if (path.empty() || path[0] == '/') return path;
  char directory[PATH_MAX];
  return ::getcwd(directory, sizeof directory) ? std::string(directory) + "/" + path : path;
}

std::string choose(const std::optional<std::string>& flag, const char* variable, const char* built_in) {
  if (flag) return *flag;
  const std::string value = environment(variable);
  return value.empty() ? built_in : value;
}

std::uint16_t service_port() {
  const servent* service = ::getservbyname("dhcp", "udp");
  return service ? ntohs(static_cast<std::uint16_t>(service->s_port)) : kServerPort;
}

const base::Bytes* get(const conf::OptionState& state, dhcp::ServerOption option) {
  return state.get(dhcp::server_key(option));
}

void take_text(const conf::OptionState& state, dhcp::ServerOption option, std::string& into) {
  const base::Bytes* value = get(state, option);
  if (value && !value->empty()) into = std::string(base::ByteView(*value).text());
}

void take_port(const conf::OptionState& state, dhcp::ServerOption option, std::uint16_t& into) {
  const base::Bytes* value = get(state, option);
  if (value && value->size() == 2) into = base::get_u16(value->data());
}

std::optional<base::Ipv4> address(const conf::OptionState& state, dhcp::ServerOption option) {
  const base::Bytes* value = get(state, option);
  if (!value || value->size() < 4) return std::nullopt;
  return base::Ipv4::from_octets(value->data());
}

bool flag(const conf::OptionState& state, dhcp::ServerOption option) {
  const base::Bytes* value = get(state, option);
  return value && value->size() == 1 && (*value)[0] == dhcp::kFlagOn;
}

std::string this_host() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "";
}

}  // namespace

Parameters::Parameters() : log_facility(LOG_DAEMON) {}

Parameters initial_parameters(const CommandLine& command_line, std::vector<std::string>& debug_lines,
                              std::string& fatal) {
  Parameters p;
  p.host_name = this_host();
  p.config_file = choose(command_line.config_file, "PATH_DHCPD_CONF", "");
  if (p.config_file.empty()) p.config_file = standard_config_file(debug_lines);
  p.lease_file =
      absolute(choose(command_line.lease_file, "PATH_DHCPD_DB", LOCALSTATEDIR "/lib/dhcpd/dhcpd.leases"));
  p.pid_file = choose(command_line.pid_file, "PATH_DHCPD_PID", LOCALSTATEDIR "/run/dhcpd.pid");
  const std::string port = environment("DHCPD_PORT");
  if (command_line.port) {
    p.local_port = *command_line.port;
    debug_lines.push_back("binding to user-specified port " + std::to_string(p.local_port));
  } else if (!port.empty()) {
    p.local_port = parse_port(port, fatal).value_or(kServerPort);
    debug_lines.push_back("binding to environment-specified port " + std::to_string(p.local_port));
  } else {
    p.local_port = service_port();
  }
  p.remote_port = static_cast<std::uint16_t>(p.local_port + 1);
  if (command_line.broadcast_to) {
    const hostent* host = ::gethostbyname(command_line.broadcast_to->c_str());
    if (!host || host->h_addrtype != AF_INET) {
      fatal = "gethostbyname: no such host: " + *command_line.broadcast_to;
      return p;
    }
    p.broadcast_to = base::Ipv4::from_octets(reinterpret_cast<const std::uint8_t*>(host->h_addr_list[0]));
  }
  return p;
}

void apply_global_scope(const conf::Config& config, conf::Variables& variables, conf::Resolver* resolver,
                        Parameters& parameters, std::vector<conf::Effect>& effects) {
  using dhcp::ServerOption;
  conf::OptionState state;
  conf::Context context;
  context.config = &config;
  context.reply = &state;
  context.global_variables = &variables;
  context.resolver = resolver;
  context.host_name = &parameters.host_name;
  conf::execute(config.global.statements, context);

  take_text(state, ServerOption::kLeaseFileName, parameters.lease_file);
  take_text(state, ServerOption::kPidFileName, parameters.pid_file);
  if (get(state, ServerOption::kLocalPort)) {
    take_port(state, ServerOption::kLocalPort, parameters.local_port);
    parameters.remote_port = static_cast<std::uint16_t>(parameters.local_port + 1);
  }
  take_port(state, ServerOption::kRemotePort, parameters.remote_port);
  if (const auto local = address(state, ServerOption::kLocalAddress)) parameters.local_address = *local;
  if (const auto to = address(state, ServerOption::kLimitedBroadcastAddress)) parameters.broadcast_to = *to;
  const base::Bytes* facility = get(state, ServerOption::kLogFacility);
  if (facility && facility->size() == 1) parameters.log_facility = (*facility)[0];
  if (flag(state, ServerOption::kDontUseFsync)) parameters.fsync = false;
  const base::Bytes* style = get(state, ServerOption::kDdnsUpdateStyle);
  parameters.ad_hoc_updates = style && style->size() == 1 && (*style)[0] == dhcp::kDdnsAdHoc;
  parameters.server_id_check = flag(state, ServerOption::kServerIdCheck);
  const base::Bytes* ack_count = get(state, ServerOption::kDelayedAck);
  if (ack_count && ack_count->size() == 2) parameters.delayed_ack = base::get_u16(ack_count->data());
  const base::Bytes* ack_delay = get(state, ServerOption::kMaxAckDelay);
  if (ack_delay && ack_delay->size() == 4)
    parameters.max_ack_delay = std::chrono::microseconds(base::get_u32(ack_delay->data()));
  effects = std::move(context.effects);  // last: reading a value may add to them
}

void warn_of_not_served(const conf::Config& config) {
  for (const auto& missing : config.not_served) {
    base::log_warning("%s line %d: %s is read but not served by this version.", missing.file.c_str(),
                      missing.line, missing.what.c_str());
  }
}

}  // namespace dhcpd
