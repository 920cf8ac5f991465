#include "tftpd/command_line.h"

#include <boost/program_options.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "base/log.h"
#include "base/nearest.h"
#include "base/settings.h"
#include "config.h"

namespace tftpd {

namespace po = boost::program_options;

namespace {

// Flags take no value, so that `-cvs /dir` is three flags and a directory.
po::options_description describe() {
  const auto flag = [] { return new po::untyped_value(true); };
  const auto value = [](const char* name) {
    auto* v = po::value<std::string>();
    v->value_name(name);
    return v;
  };
  po::options_description known("Options");
  auto add = known.add_options();
  add("listen,l", flag(),
      "Serve on its own, in the background. Without -l, -L or --xinetd descriptor 0 is the "
      "socket, as xinetd (wait = yes), inetd and systemd hand it over.");
  add("foreground,L", flag(), "Serve on its own, in the foreground.");
  add("address,a", value("[ADDR][:PORT]"), "Listen there (with -l, -L). An IPv6 address stands in [].");
  add("ipv4,4", flag(), "IPv4 only.");
  add("ipv6,6", flag(), "IPv6 only.");
  add("secure,s", flag(), "Make the one directory named the root of everything (chroot).");
  add("create,c", flag(), "Let clients create files; without it they may only write to existing ones.");
  add("permissive,p", flag(),
      "Do not ask for the world-readable or world-writable bit of a file; the account "
      "of -u must still be let in by the system.");
  add("user,u", value("NAME"), "Serve as this account (nobody).");
  add("umask,U", value("OCTAL"), "File mode creation mask of uploads (000; with -p the inherited one).");
  add("pidfile,P", value("FILE"), "Write the process number there (with -l, -L).");
  add("timeout,t", value("SECONDS"), "On descriptor 0: leave after that long without a request (900).");
  add("retransmit,T", value("MICROSECONDS"), "Wait before the first retransmission (1000000).");
  add("map-file,m", value("FILE"), "Rewrite file names by the rules in FILE. SIGHUP reads it again.");
  add("verbose,v", flag(),
      "Log more: -v requests, -vv errors sent and a summary line a transfer, -vvv the map "
      "at work.");
  add("verbosity", value("N"), "Set the level that -v counts.");
  add("refuse,r", value("OPTION"),
      "Never negotiate this TFTP option: blksize, blksize2, tsize, timeout, "
      "utimeout, rollover or windowsize. May be given for several.");
  add("blocksize,B", value("OCTETS"), "Largest block size to agree on (65464).");
  add("port-range,R", value("FROM:TO"), "Transfer from these UDP ports only.");
  add("xinetd", value("FILE"),
      "Serve on its own as this xinetd service file says, e.g. /etc/xinetd.d/tftp, "
      "where xinetd is no more. With -L in the foreground.");
  add("settings", value("FILE"), "Read settings from FILE (" SYSCONFDIR "/bootserver.cfg).");
  add("version,V", flag(), "Print the version.");
  add("help,h", flag(), "Print this.");
  return known;
}

[[noreturn]] void usage(const std::string& text) { throw StartError(kExitUsage, text); }

// As strtoul reads it: leading blanks, a sign, then digits of `base`; nullopt where anything follows.
std::optional<unsigned long> whole_number(const std::string& text, int base) {
  char* end = nullptr;
  errno = 0;
  const unsigned long value = std::strtoul(text.c_str(), &end, base);
  if (text.empty() || *end != '\0' || errno == ERANGE) return std::nullopt;
  return value;
}

unsigned long number_in(const std::string& text, unsigned long least, unsigned long most,
                        const char* complaint) {
  const auto value = whole_number(text, 10);
  if (!value || *value < least || *value > most) usage(base::format("%s: %s", complaint, text.c_str()));
  return *value;
}

std::pair<std::uint16_t, std::uint16_t> port_range(const std::string& text) {
  unsigned from = 0;
  unsigned to = 0;
  if (std::sscanf(text.c_str(), "%u:%u", &from, &to) != 2 || from > to || to >= 65535) {
    usage("Bad port range: " + text);
  }
  return {static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(to)};
}

void take_option(Options& o, const std::string& name, const std::string& value) {
  if (name == "listen") {
    o.standalone = true;
  } else if (name == "foreground") {
    o.standalone = o.foreground = true;
  } else if (name == "address") {
    o.address = value;
  } else if (name == "ipv4") {
    o.family = Family::kIpv4;
  } else if (name == "ipv6") {
    o.family = Family::kIpv6;
  } else if (name == "secure") {
    o.secure = true;
  } else if (name == "create") {
    o.create = true;
  } else if (name == "permissive") {
    o.permissive = true;
  } else if (name == "user") {
    o.user = value;
  } else if (name == "umask") {
    const auto mask = whole_number(value, 8);
    if (!mask || *mask > 0777) usage("Invalid umask: " + value);
    o.umask = static_cast<mode_t>(*mask);
  } else if (name == "pidfile") {
    o.pid_file = value;
  } else if (name == "timeout") {
    o.idle = std::chrono::seconds(std::strtoul(value.c_str(), nullptr, 10));
  } else if (name == "retransmit") {
    o.protocol.timeout = std::chrono::microseconds(number_in(value, 10000, 255000000, "Bad timeout value"));
  } else if (name == "map-file") {
    if (!o.map_file.empty()) usage("Multiple -m options");
    o.map_file = value;
  } else if (name == "verbose") {
    ++o.verbosity;
  } else if (name == "verbosity") {
    o.verbosity = std::atoi(value.c_str());
  } else if (name == "refuse") {
    const auto bit = tftp::option_named(value);
    if (!bit || (o.protocol.refused & *bit)) usage("Unknown option: " + value);
    o.protocol.refused |= *bit;
  } else if (name == "blocksize") {
    o.protocol.max_blksize = static_cast<std::uint32_t>(
        number_in(value, 512, tftp::kMaxBlock, "Bad maximum blocksize value (range 512-65464)"));
  } else if (name == "port-range") {
    o.port_range = port_range(value);
  } else if (name == "xinetd") {
    o.xinetd_file = value;
  } else if (name == "settings") {
    o.settings_file = value;
  } else if (name == "version") {
    o.show_version = true;
  } else if (name == "help") {
    o.show_help = true;
  }
}

// "Unknown option: 'Z'", with the known one that may have been meant.
std::string unknown_option(const std::string& given, const po::options_description& known) {
  std::string word = given;
  word.erase(0, word.find_first_not_of('-'));
  std::vector<std::string> names;
  for (const auto& option : known.options()) names.push_back(option->long_name());
  const std::string near = base::nearest(word, names);
  std::string text = "Unknown option: '" + given + "'.";
  if (!near.empty()) text += " Did you mean --" + near + "?";
  return text + " in.tftpd --help lists the options.";
}

}  // namespace

Options parse_command_line(const std::vector<std::string>& arguments) {
  const po::options_description known = describe();
  po::options_description all;
  all.add(known).add_options()("directory", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("directory", -1);

  Options options;
  options.settings_file = base::kSettingsFile;
  try {
    const po::parsed_options parsed = po::command_line_parser(arguments)
                                          .options(all)
                                          .positional(positional)
                                          .style(po::command_line_style::unix_style)
                                          .run();
    // One by one and in order: the last of -4 and -6 holds, -v counts on from --verbosity.
    for (const auto& option : parsed.options) {
      if (option.string_key == "directory") {
        options.directories.insert(options.directories.end(), option.value.begin(), option.value.end());
      } else {
        take_option(options, option.string_key, option.value.empty() ? "" : option.value.front());
      }
    }
  } catch (const po::unknown_option& e) {
    usage(unknown_option(e.get_option_name(), known));
  } catch (const po::error& e) {
    usage(std::string("Bad command line: ") + e.what() + ". in.tftpd --help lists the options.");
  }
  if (options.show_help || options.show_version) return options;
  if (options.secure && options.directories.empty() && options.xinetd_file.empty()) usage("no -s directory");
  if (options.secure && options.directories.size() > 1) usage("too many -s directories");
  return options;
}

std::string help_text() {
  std::ostringstream out;
  out << "Usage: in.tftpd [options] [directory...]\n\n"
         "A TFTP server that takes the place of tftp-hpa's.\n"
         "With -s the one directory is the root of all names. Without it clients ask by absolute name, and\n"
         "the directories named are all that they may reach.\n\n"
      << describe()
      << "\nSignals: HUP reads the map file again, USR1 writes the counters to the log,\n"
         "TERM leaves and lets running transfers end.\n\n"
         "Examples:\n"
         "  in.tftpd -l -s /var/lib/tftpboot      serve /var/lib/tftpboot, in the background\n"
         "  in.tftpd -L -v -a :6969 -s /srv/tftp  try it out, another port, in the foreground\n"
         "  in.tftpd --xinetd /etc/xinetd.d/tftp  serve what that file says, without xinetd\n";
  return out.str();
}

std::string version_text() {
  return "tftp-hpa 5.2 compatible in.tftpd of " PACKAGE_STRING ", with remap, without tcpwrappers\n";
}

}  // namespace tftpd
