// dhcpd: the DHCP server. Everything is done elsewhere; here start-up's errors are printed, in one place.
#include <cstdio>
#include <exception>
#include <sstream>
#include <string>

#include "base/log.h"
#include "config.h"
#include "dhcpd/fatal.h"
#include "dhcpd/startup.h"

namespace {

int answer(const dhcpd::CommandLineAnswer& answer) {
  using Kind = dhcpd::CommandLineAnswer::Kind;
  if (answer.kind == Kind::kVersion) {
    std::fprintf(stderr, "isc-dhcpd-%s (bootserver %s)\n", dhcpd::kCompatibleVersion, PACKAGE_VERSION);
    return 0;
  }
  if (answer.kind == Kind::kHelp) {
    for (const auto& line : dhcpd::help_lines()) std::fprintf(stderr, "%s\n", line.c_str());
    return 0;
  }
  dhcpd::open_log_for_refusal(answer.kind == Kind::kUsageError);
  base::log_error("%s", answer.line.c_str());
  if (answer.kind == Kind::kUsageError) {
    std::string usage;  // one message, as the stock server logs it
    for (const auto& line : dhcpd::usage_lines()) usage += (usage.empty() ? "" : "\n") + line;
    base::log_error("%s", usage.c_str());
  }
  dhcpd::log_fatal_end();
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = dhcpd::parse_command_line({argv + 1, argv + argc});
  if (parsed.answer) return answer(*parsed.answer);
  try {
    return dhcpd::start(parsed.command_line);
  } catch (const std::exception& e) {
    std::istringstream lines(e.what());
    for (std::string line; std::getline(lines, line);) base::log_error("%s", line.c_str());
    dhcpd::log_fatal_end();
    base::Log::process().hold(false);
    base::Log::process().flush();
    return 1;
  }
}
