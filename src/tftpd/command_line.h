// The command line of the stock in.tftpd, 0.49 and 5.2, with ours added.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tftp/options.h"

namespace tftpd {

// Exit statuses of sysexits.h, as the stock uses them.
enum ExitStatus {
  kExitOk = 0,
  kExitUsage = 64,
  kExitNoInput = 66,
  kExitNoUser = 67,
  kExitOsError = 71,
  kExitIoError = 74,
  kExitProtocol = 76,
  kExitConfig = 78
};

// An end of the program before it serves. The text goes to the log.
class StartError : public std::runtime_error {
 public:
  StartError(int exit_status, const std::string& text) : std::runtime_error(text), status(exit_status) {}
  int status;
};

enum class Family { kBoth, kIpv4, kIpv6 };

struct Options {
  Family family = Family::kBoth;
  bool standalone = false;
  bool foreground = false;  // -L; only read when standalone
  std::string address;      // [address][:port] to listen on; empty: all addresses, port tftp
  bool create = false;
  bool secure = false;
  bool permissive = false;
  std::string user = "nobody";
  std::optional<mode_t> umask;
  std::string pid_file;
  std::chrono::seconds idle{900};  // as a server of inetd: leave after that long without a request
  std::string map_file;
  int verbosity = 0;
  std::pair<std::uint16_t, std::uint16_t> port_range{0, 0};  // 0:0: any port
  tftp::OptionPolicy protocol;
  std::vector<std::string> directories;

  std::string xinetd_file;    // --xinetd: the service file that says how to serve
  std::string settings_file;  // --settings
  bool show_version = false;
  bool show_help = false;
};

// `arguments` without the program's name. Throws StartError.
Options parse_command_line(const std::vector<std::string>& arguments);

std::string help_text();
std::string version_text();

}  // namespace tftpd
