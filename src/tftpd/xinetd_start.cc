#include "tftpd/xinetd_start.h"

#include <pwd.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "base/log.h"
#include "tftpd/keeper.h"
#include "tftpd/xinetd_file.h"

namespace tftpd {

namespace {

HostList host_list(const std::vector<std::string>& entries, const std::string& attribute, bool refuses) {
  HostList list;
  for (const auto& entry : entries) {
    if (list.add(entry)) continue;
    // What cannot be refused must not be let in by silence.
    const std::string text = attribute + " " + entry + " is no address, network or known host name";
    if (refuses) throw StartError(kExitConfig, text);
    base::log_warning("%s: ignored", text.c_str());
  }
  return list;
}

std::string user_name(const std::string& user) {
  char* end = nullptr;
  const unsigned long number = std::strtoul(user.c_str(), &end, 10);
  if (*end != '\0') return user;
  const passwd* entry = ::getpwuid(static_cast<uid_t>(number));
  return entry ? entry->pw_name : user;
}

std::string listening_address(const XinetdMeaning& meaning) {
  const bool bare_ipv6 = meaning.bind.find(':') != std::string::npos;
  return (bare_ipv6 ? "[" + meaning.bind + "]" : meaning.bind) + ":" + meaning.port;
}

void prepare_process(const XinetdMeaning& meaning) {
  for (const auto& [name, value] : meaning.environment) ::setenv(name.c_str(), value.c_str(), 1);
  if (meaning.nice && ::setpriority(PRIO_PROCESS, 0, *meaning.nice) < 0) {
    base::log_warning("nice %d: %s", *meaning.nice, std::strerror(errno));
  }
  for (const auto& [resource, value] : meaning.limits) {
    const rlimit limit{value, value};
    if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &limit) < 0) {
      base::log_warning("rlimit: %s", std::strerror(errno));
    }
  }
}

}  // namespace

Options start_as_xinetd_service(const Options& command_line, HostRules& hosts) {
  const std::string& path = command_line.xinetd_file;
  std::string text;
  try {
    text = read_whole_file(path);
  } catch (const std::system_error& e) {
    throw StartError(kExitNoInput, path + ": " + e.code().message());
  }
  const XinetdFile file = parse_xinetd_file(text);
  for (const auto& complaint : file.complaints) base::log_warning("%s %s", path.c_str(), complaint.c_str());
  const XinetdMeaning meaning = interpret(file);
  for (const auto& warning : meaning.warnings) base::log_notice("%s: %s", path.c_str(), warning.c_str());
  if (meaning.verdict == XinetdMeaning::Verdict::kDisabled) {
    throw StartError(kExitOk, path + ": the service is switched off: " + meaning.why);
  }
  if (meaning.verdict == XinetdMeaning::Verdict::kWrong)
    throw StartError(kExitConfig, path + ": " + meaning.why);

  Options options = parse_command_line(meaning.arguments);
  if (meaning.user != "root" && user_name(meaning.user) != "root" && options.user == "nobody") {
    options.user = user_name(meaning.user);
  }
  options.standalone = true;
  options.foreground = command_line.foreground;
  options.family = meaning.ipv4_only ? Family::kIpv4 : meaning.ipv6_only ? Family::kIpv6 : Family::kBoth;
  options.address = command_line.address.empty() ? listening_address(meaning) : command_line.address;
  options.pid_file = command_line.pid_file;
  options.settings_file = command_line.settings_file;
  options.verbosity += command_line.verbosity;
  // As under xinetd, the mask counts with -p only.
  if (!options.umask && options.permissive) options.umask = meaning.umask;

  if (meaning.only_from) hosts.only_from = host_list(*meaning.only_from, "only_from", false);
  hosts.no_access = host_list(meaning.no_access, "no_access", true);
  hosts.access_times = meaning.access_times;
  prepare_process(meaning);
  return options;
}

}  // namespace tftpd
