// dhcpd's command line: the stock server's flags, single words with a single dash, mixed with interface
// names.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/address.h"

namespace dhcpd {

struct CommandLine {
  std::optional<std::string> config_file, lease_file, pid_file;
  std::optional<std::string> user, group, chroot;
  std::optional<std::string> broadcast_to;  // -s: name or address
  std::optional<std::uint16_t> port;
  bool foreground = false;     // -f, -d
  bool log_to_stderr = false;  // -d: all lines, for the whole run
  bool quiet = false;
  bool test_config = false;  // -t
  bool test_leases = false;  // -T
  bool no_pid = false;
  bool ipv6 = false;
  std::optional<std::string> trace_out, trace_in;  // -tf, -play
  std::vector<std::string> interfaces;
};

// What to print instead of serving.
struct CommandLineAnswer {
  enum class Kind { kVersion, kHelp, kUsageError, kFatal };
  Kind kind;
  std::string line;  // kUsageError, kFatal: what is wrong
};

struct ParsedCommandLine {
  CommandLine command_line;
  std::optional<CommandLineAnswer> answer;
};

ParsedCommandLine parse_command_line(const std::vector<std::string>& arguments);

std::vector<std::string> usage_lines();  // the stock server's
std::vector<std::string> help_lines();   // what each flag means

// A port number; otherwise the line that says what is wrong.
std::optional<std::uint16_t> parse_port(const std::string& text, std::string& wrong);

}  // namespace dhcpd
