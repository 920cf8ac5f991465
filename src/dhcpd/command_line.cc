#include "dhcpd/command_line.h"

#include <net/if.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdlib>

#include "config.h"

namespace dhcpd {

namespace options = boost::program_options;

namespace {

using Answer = CommandLineAnswer;

options::options_description flags() {
  options::options_description flags("Options");
  const auto word = [](const char* name) { return options::value<std::string>()->value_name(name); };
  flags.add_options()                                                                             //
      ("cf", word("FILE"), "read this configuration instead of " SYSCONFDIR "/" DHCPD_CONF_NAME)  //
      ("lf", word("FILE"), "keep leases in this file")                                            //
      ("pf", word("FILE"), "write the process number to this file")                               //
      ("no-pid", "neither check nor write a process number file")                                 //
      ("p", word("PORT"), "listen on this UDP port; clients are answered on the next one")        //
      ("f", "stay in the foreground; log to syslog")                                              //
      ("d", "stay in the foreground; log to standard error as well")                              //
      ("q", "say nothing on standard error, and do not name the interfaces")                      //
      ("t", "check the configuration and exit: 0 if it is good")                                  //
      ("T", "check the configuration and the lease file and exit")                                //
      ("4", "serve DHCPv4 (this is what it does)")                                                //
      ("6", "serve DHCPv6 (not done by this server)")                                             //
      ("s", word("ADDRESS"), "send to this address instead of 255.255.255.255; for tests")        //
      ("user", word("NAME"), "become this user once the sockets are open")                        //
      ("group", word("NAME"), "become this group once the sockets are open")                      //
      ("chroot", word("DIR"), "change the root directory before the configuration is read")       //
      ("tf", word("FILE"), "write a trace (not done by this server; a warning)")                  //
      ("play", word("FILE"), "replay a trace (not done by this server)")                          //
      ("version", "print the version and exit")                                                   //
      ("help", "print this and exit")("h", "the same");
  return flags;
}

bool takes_two_dashes(const std::string& name) {
  return name == "no-pid" || name == "version" || name == "help";
}

// Flags are words of their own, spelt out: no guessing, no "-cfFILE", no bundles, and `--cf` is none. What
// only looks like a flag gets a name that is not known.
std::pair<std::string, std::string> read_flag(const std::string& word) {
  if (word.size() < 2 || word[0] != '-') return {};
  const std::string name = word.substr(word[1] == '-' ? 2 : 1);
  const bool fits = takes_two_dashes(name) == (word[1] == '-') && name.find('=') == std::string::npos;
  return {fits && !name.empty() ? name : word, {}};
}

constexpr int kStyle = options::command_line_style::allow_long | options::command_line_style::long_allow_next;

void store(CommandLine& line, const options::option& o) {
  const std::string value = o.value.empty() ? std::string() : o.value.front();
  const std::string& name = o.string_key;
  if (name == "cf") line.config_file = value;
  if (name == "lf") line.lease_file = value;
  if (name == "pf") line.pid_file = value;
  if (name == "no-pid") line.no_pid = true;
  if (name == "f") line.foreground = true;
  if (name == "d") line.foreground = line.log_to_stderr = true;
  if (name == "q") line.quiet = true;
  if (name == "t") line.test_config = true;
  if (name == "T") line.test_config = line.test_leases = true;
  if (name == "4") line.ipv6 = false;
  if (name == "6") line.ipv6 = true;
  if (name == "s") line.broadcast_to = value;
  if (name == "user") line.user = value;
  if (name == "group") line.group = value;
  if (name == "chroot") line.chroot = value;
  if (name == "tf") line.trace_out = value;
  if (name == "play") line.trace_in = value;
}

std::optional<Answer> take(CommandLine& line, const options::option& o) {
  if (o.position_key >= 0) {
    const std::string& interface = o.value.front();
    if (interface.size() >= IF_NAMESIZE) {
      return Answer{Answer::Kind::kFatal,
                    interface + ": interface name too long (is " + std::to_string(interface.size()) + ")"};
    }
    line.interfaces.push_back(interface);
    return std::nullopt;
  }
  if (o.string_key == "version") return Answer{Answer::Kind::kVersion, {}};
  if (o.string_key == "help" || o.string_key == "h") return Answer{Answer::Kind::kHelp, {}};
  if (o.string_key == "p") {
    std::string wrong;
    line.port = parse_port(o.value.front(), wrong);
    if (!line.port) return Answer{Answer::Kind::kFatal, wrong};
  }
  store(line, o);
  return std::nullopt;
}

}  // namespace

std::optional<std::uint16_t> parse_port(const std::string& text, std::string& wrong) {
  char* end = nullptr;
  const long port = std::strtol(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0') {
    wrong = "Invalid port number specification: " + text;
    return std::nullopt;
  }
  if (port < 1 || port > 65535) {
    wrong = "Port number specified is out of range (1-65535).";
    return std::nullopt;
  }
  return static_cast<std::uint16_t>(port);
}

ParsedCommandLine parse_command_line(const std::vector<std::string>& arguments) {
  ParsedCommandLine result;
  const options::options_description known = flags();
  options::positional_options_description interfaces;
  interfaces.add("interface", -1);
  try {
    const auto parsed = options::command_line_parser(arguments)
                            .options(known)
                            .positional(interfaces)
                            .style(kStyle)
                            .extra_parser(read_flag)
                            .run();
    for (const auto& option : parsed.options) {
      result.answer = take(result.command_line, option);
      if (result.answer) break;
    }
  } catch (const options::invalid_command_line_syntax& e) {  // every flag with an argument has one dash
    const std::string name = e.get_option_name();
    const std::string flag = "-" + name.substr(name.find_first_not_of('-'));
    result.answer = Answer{Answer::Kind::kUsageError, "No argument for command: " + flag + " "};
  } catch (const options::error_with_option_name& e) {
    const std::string name = e.get_option_name();
    result.answer =
        Answer{Answer::Kind::kUsageError, "Unknown command " + (name[0] == '-' ? name : "-" + name)};
  }
  return result;
}

std::vector<std::string> usage_lines() {
  return {
      "Usage: dhcpd [-p <UDP port #>] [-f] [-d] [-q] [-t|-T]",
      "             [-4|-6] [-cf config-file] [-lf lease-file]",
      "             [-user user] [-group group] [-chroot dir]",
      "             [-tf trace-output-file]",
      "             [-play trace-input-file]",
      "             [-pf pid-file] [--no-pid] [-s server]",
      "             [if0 [...ifN]]",
      "       dhcpd {--version|--help|-h}",
  };
}

std::vector<std::string> help_lines() {
  std::vector<std::string> lines = usage_lines();
  lines.emplace_back("");
  const options::options_description known = flags();
  for (const auto& flag : known.options()) {
    const std::string& name = flag->long_name();
    std::string line = (takes_two_dashes(name) ? "  --" : "  -") + name;
    if (flag->semantic()->max_tokens() > 0) line += " " + flag->format_parameter();
    line.resize(std::max<std::size_t>(line.size() + 1, 18), ' ');
    lines.push_back(line + flag->description());
  }
  for (const char* line : {
           "  IFACE ...       serve these interfaces only (all that have a subnet)",
           "",
           "Try a configuration:      dhcpd -t -cf FILE",
           "Watch it at work:         dhcpd -d -cf FILE -lf LEASES IFACE",
           "Signals: HUP reads the configuration again (a broken one is refused and the old one kept),",
           "USR1 writes the counters to the log, TERM finishes what is in hand and ends.",
           "Manual pages: dhcpd(8), dhcpd.conf(5), dhcpd.leases(5).",
       }) {
    lines.emplace_back(line);
  }
  return lines;
}

}  // namespace dhcpd
