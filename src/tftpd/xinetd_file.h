// A service file of xinetd (xinetd.conf(5)), as far as a TFTP service goes: the grammar, and what it says.
#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tftpd {

// One `service` of a file, with what `defaults` adds to it. Values are as written.
struct XinetdService {
  std::string name;
  int line = 0;                                                // of the word `service`
  std::map<std::string, std::vector<std::string>> attributes;  // names in lower case

  // The first value of an attribute, or "".
  std::string value(const std::string& attribute) const;
  bool has(const std::string& attribute) const { return attributes.count(attribute) != 0; }
};

struct XinetdFile {
  std::vector<XinetdService> services;  // whole ones only
  std::vector<std::string> disabled;    // `disabled` of `defaults`, by id
  std::optional<std::vector<std::string>> enabled;
  // "line N: …": what xinetd would complain of and pass over.
  std::vector<std::string> complaints;
};

XinetdFile parse_xinetd_file(std::string_view text);

// What a service means for a server that starts itself.
struct XinetdMeaning {
  enum class Verdict { kServe, kDisabled, kWrong };
  Verdict verdict = Verdict::kServe;
  std::string why;  // not kServe
  bool ipv4_only = false;
  bool ipv6_only = false;
  std::string bind;
  std::string port = "tftp";
  std::string user;
  std::vector<std::string> arguments;  // server_args
  std::optional<mode_t> umask;
  std::optional<int> nice;
  std::vector<std::pair<int, rlim_t>> limits;  // resource of setrlimit(2), value
  std::vector<std::pair<std::string, std::string>> environment;
  std::optional<std::vector<std::string>> only_from;  // absent: everyone
  std::vector<std::string> no_access;
  std::vector<std::pair<int, int>> access_times;  // minutes of the day, from and to; empty: always
  std::vector<std::string> warnings;              // what is not obeyed, and why
};

XinetdMeaning interpret(const XinetdFile& file);

}  // namespace tftpd
