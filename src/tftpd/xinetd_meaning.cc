// What the attributes of a service mean for a server that starts itself.
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <set>

#include "base/log.h"
#include "base/nearest.h"
#include "tftp/packet.h"
#include "tftpd/xinetd_file.h"

namespace tftpd {

namespace {

bool is(const std::string& text, const char* word) { return tftp::equal_ignoring_case(text, word); }

// Obeyed below, or named among kUnobeyed.
const std::vector<std::string> kKnown = {
    "disable",        "socket_type",  "protocol",    "wait",       "user",       "group",
    "groups",         "server",       "server_args", "flags",      "bind",       "interface",
    "port",           "type",         "id",          "only_from",  "no_access",  "access_times",
    "per_source",     "instances",    "cps",         "max_load",   "log_type",   "log_on_success",
    "log_on_failure", "nice",         "umask",       "rlimit_as",  "rlimit_cpu", "rlimit_data",
    "rlimit_rss",     "rlimit_stack", "env",         "passenv",    "banner",     "banner_success",
    "banner_fail",    "redirect",     "rpc_version", "rpc_number", "deny_time",  "mdns",
    "v6only",         "libwrap",      "rlimit_files"};

struct Unobeyed {
  const char* name;
  const char* why;
};
constexpr Unobeyed kUnobeyed[] = {
    {"per_source",
     "it counts servers, and there is one, as under xinetd; settings key \"transfers\" limits transfers"},
    {"instances",
     "it counts servers, and there is one, as under xinetd; settings key \"transfers\" limits transfers"},
    {"cps", "it counts starts of the server, and there is one, as under xinetd"},
    {"log_type", "it is for xinetd's own lines; in.tftpd logs to syslog, facility daemon"},
    {"log_on_success", "it is for xinetd's own lines; in.tftpd -v logs each request"},
    {"log_on_failure", "it is for xinetd's own lines; refused hosts are logged with -v"},
    {"max_load", "a busy server puts off new transfers by itself"},
    {"group", "the group is that of the account that serves"},
    {"groups", "the groups are those of the account that serves"},
    {"passenv", "the whole environment is kept"},
    {"banner", "a datagram service has none"},
    {"banner_success", "a datagram service has none"},
    {"banner_fail", "a datagram service has none"},
    {"redirect", "it is for stream services"},
    {"deny_time", "it is for services with the flag SENSOR"},
    {"mdns", "nothing is announced"},
    {"rpc_version", "it is for RPC services"},
    {"rpc_number", "it is for RPC services"},
    {"libwrap", "there are no TCP wrappers; only_from and no_access are asked for every request"},
};

class Interpreter {
 public:
  explicit Interpreter(const XinetdService& service) : service_(service) {}

  XinetdMeaning run(const XinetdFile& file) {
    warn_of_unknown();
    const std::string id = service_.has("id") ? service_.value("id") : service_.name;
    const auto listed = [&](const std::vector<std::string>& ids) {
      return std::find(ids.begin(), ids.end(), id) != ids.end();
    };
    if (is(service_.value("disable"), "yes")) return stop(XinetdMeaning::Verdict::kDisabled, "disable = yes");
    if (listed(file.disabled) || (file.enabled && !listed(*file.enabled))) {
      return stop(XinetdMeaning::Verdict::kDisabled, "the defaults switch service " + id + " off");
    }
    if (const std::string why = what_kind_is_wrong(); !why.empty()) {
      return stop(XinetdMeaning::Verdict::kWrong, why);
    }
    take_address();
    take_server();
    take_access();
    take_process();
    for (const auto& [name, why] : kUnobeyed) {
      if (service_.has(name) && !is(service_.value(name), "UNLIMITED")) {
        warn(std::string(name) + " has no effect: " + why);
      }
    }
    if (!wrong_.empty()) return stop(XinetdMeaning::Verdict::kWrong, wrong_);
    return std::move(meaning_);
  }

 private:
  void warn(const std::string& text) { meaning_.warnings.push_back(text); }
  void wrong(const std::string& text) {
    if (wrong_.empty()) wrong_ = text;
  }
  XinetdMeaning stop(XinetdMeaning::Verdict verdict, const std::string& why) {
    meaning_.verdict = verdict;
    meaning_.why = why;
    return std::move(meaning_);
  }

  void warn_of_unknown() {
    for (const auto& [name, values] : service_.attributes) {
      if (std::find(kKnown.begin(), kKnown.end(), name) != kKnown.end()) continue;
      const std::string near = base::nearest(name, kKnown);
      warn("unknown attribute " + name + " is ignored" + (near.empty() ? "" : ". Is " + near + " meant?"));
    }
  }

  std::string what_kind_is_wrong() const {
    const std::string kind = service_.value("socket_type");
    if (!kind.empty() && !is(kind, "dgram")) return "socket_type is " + kind + "; TFTP wants dgram";
    const std::string protocol = service_.value("protocol");
    if (!protocol.empty() && !is(protocol, "udp")) return "protocol is " + protocol + "; TFTP wants udp";
    if (kind.empty() && protocol.empty()) return "neither socket_type = dgram nor protocol = udp is given";
    const std::string wait = service_.value("wait");
    if (wait.empty()) return "wait is not given; TFTP wants wait = yes";
    if (!is(wait, "yes")) return "wait is " + wait + "; TFTP wants wait = yes";
    if (service_.value("user").empty()) return "user is not given";
    const std::string server = service_.value("server");
    const std::string program = server.substr(server.rfind('/') + 1);
    if (server.empty()) return "server is not given";
    if (program != "in.tftpd") return "server is " + server + ", which is another program";
    if (is(service_.value("instances"), "0")) return "instances = 0 lets nobody in";
    return "";
  }

  void take_address() {
    const auto found = service_.attributes.find("flags");
    if (found != service_.attributes.end()) {
      for (const auto& flag : found->second) {
        if (is(flag, "IPv4")) meaning_.ipv4_only = true;
        if (is(flag, "IPv6")) meaning_.ipv6_only = true;
      }
    }
    // Without a flag the service has a socket for both, as the builds of EL and Debian give it.
    if (meaning_.ipv6_only) meaning_.ipv4_only = false;
    if (meaning_.ipv6_only && !is(service_.value("v6only"), "yes")) meaning_.ipv6_only = false;
    meaning_.bind = service_.has("bind") ? service_.value("bind") : service_.value("interface");
    if (service_.has("port")) {
      meaning_.port = service_.value("port");
    } else if (!service_.name.empty()) {
      meaning_.port = service_.name;
    }
  }

  void take_server() {
    const auto found = service_.attributes.find("server_args");
    if (found != service_.attributes.end()) meaning_.arguments = found->second;
    const auto flags = service_.attributes.find("flags");
    if (flags != service_.attributes.end() && !meaning_.arguments.empty()) {
      for (const auto& flag : flags->second) {
        // With NAMEINARGS the first word is the program's name.
        if (is(flag, "NAMEINARGS")) {
          meaning_.arguments.erase(meaning_.arguments.begin());
          break;
        }
      }
    }
    meaning_.user = service_.value("user");
  }

  void take_access() {
    const auto only = service_.attributes.find("only_from");
    if (only != service_.attributes.end()) meaning_.only_from = only->second;
    const auto never = service_.attributes.find("no_access");
    if (never != service_.attributes.end()) meaning_.no_access = never->second;
    const auto times = service_.attributes.find("access_times");
    if (times == service_.attributes.end()) return;
    for (const auto& span : times->second) {
      int h1 = 0, m1 = 0, h2 = 0, m2 = 0;
      char rest = 0;
      const bool read = std::sscanf(span.c_str(), "%d:%d-%d:%d%c", &h1, &m1, &h2, &m2, &rest) == 4;
      const bool sound =
          h1 >= 0 && h1 <= 23 && h2 >= 0 && h2 <= 23 && m1 >= 0 && m1 <= 59 && m2 >= 0 && m2 <= 59;
      if (!read || !sound || h1 * 60 + m1 >= h2 * 60 + m2) {
        wrong("access_times " + span +
              ": it is written h:mm-h:mm, hours 0 to 23, the first before the second");
      } else {
        meaning_.access_times.emplace_back(h1 * 60 + m1, h2 * 60 + m2);
      }
    }
  }

  std::optional<unsigned long> number(const std::string& name, int base) {
    const std::string text = service_.value(name);
    char* end = nullptr;
    const unsigned long value = std::strtoul(text.c_str(), &end, base);
    if (text.empty() || *end != '\0') {
      wrong(name + " " + text + " is no number");
      return std::nullopt;
    }
    return value;
  }

  void take_process() {
    if (service_.has("umask")) {
      if (const auto mask = number("umask", 8)) meaning_.umask = static_cast<mode_t>(*mask & 0777);
    }
    if (service_.has("nice")) meaning_.nice = std::atoi(service_.value("nice").c_str());
    constexpr struct {
      const char* name;
      int resource;
    } kLimits[] = {{"rlimit_as", RLIMIT_AS},       {"rlimit_cpu", RLIMIT_CPU},
                   {"rlimit_data", RLIMIT_DATA},   {"rlimit_rss", RLIMIT_RSS},
                   {"rlimit_stack", RLIMIT_STACK}, {"rlimit_files", RLIMIT_NOFILE}};
    for (const auto& [name, resource] : kLimits) {
      if (service_.has(name)) take_limit(name, resource);
    }
    const auto env = service_.attributes.find("env");
    if (env == service_.attributes.end()) return;
    for (const auto& pair : env->second) {
      const std::size_t equals = pair.find('=');
      if (equals == std::string::npos) {
        warn("env " + pair + " is ignored: it is written NAME=VALUE");
      } else {
        meaning_.environment.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
      }
    }
  }

  void take_limit(const char* name, int resource) {
    const std::string text = service_.value(name);
    if (is(text, "UNLIMITED")) {
      meaning_.limits.emplace_back(resource, RLIM_INFINITY);
      return;
    }
    char* end = nullptr;
    rlim_t value = std::strtoul(text.c_str(), &end, 10);
    if (*end == 'K' || *end == 'k') value <<= 10;
    if (*end == 'M' || *end == 'm') value <<= 20;
    if (end == text.c_str()) {
      wrong(std::string(name) + " " + text + " is no number");
    } else {
      meaning_.limits.emplace_back(resource, value);
    }
  }

  const XinetdService& service_;
  XinetdMeaning meaning_;
  std::string wrong_;
};

}  // namespace

XinetdMeaning interpret(const XinetdFile& file) {
  // The first service that is switched on; otherwise the first.
  std::optional<XinetdMeaning> first;
  for (const auto& service : file.services) {
    XinetdMeaning meaning = Interpreter(service).run(file);
    if (meaning.verdict == XinetdMeaning::Verdict::kServe) return meaning;
    if (!first) first = std::move(meaning);
  }
  if (first) return std::move(*first);
  XinetdMeaning none;
  none.verdict = XinetdMeaning::Verdict::kWrong;
  none.why = "there is no whole service in it";
  return none;
}

}  // namespace tftpd
