// The stock server's flags: single words, interface names between them, and its words for mistakes.
#include "dhcpd/command_line.h"

#include <gtest/gtest.h>

namespace {

using Kind = dhcpd::CommandLineAnswer::Kind;

TEST(CommandLine, FlagsAndInterfacesInAnyOrder) {
  const auto parsed =
      dhcpd::parse_command_line({"eth0", "-cf", "/c", "-lf", "l", "eth1", "-pf", "/p", "-f", "-user", "dhcpd",
                                 "-group", "g", "--no-pid", "-p", "6767", "-s", "10.0.0.1"});
  ASSERT_FALSE(parsed.answer);
  const auto& line = parsed.command_line;
  EXPECT_EQ(*line.config_file, "/c");
  EXPECT_EQ(*line.lease_file, "l");
  EXPECT_EQ(*line.pid_file, "/p");
  EXPECT_EQ(*line.user, "dhcpd");
  EXPECT_EQ(*line.group, "g");
  EXPECT_EQ(*line.port, 6767);
  EXPECT_EQ(*line.broadcast_to, "10.0.0.1");
  EXPECT_TRUE(line.foreground);
  EXPECT_FALSE(line.log_to_stderr);
  EXPECT_TRUE(line.no_pid);
  EXPECT_EQ(line.interfaces, (std::vector<std::string>{"eth0", "eth1"}));
}

TEST(CommandLine, TheLastOfARepeatedFlagCounts) {
  EXPECT_EQ(*dhcpd::parse_command_line({"-cf", "a", "-cf", "b"}).command_line.config_file, "b");
}

TEST(CommandLine, TestingTheLeaseFileTestsTheConfigurationToo) {
  const auto line = dhcpd::parse_command_line({"-T"}).command_line;
  EXPECT_TRUE(line.test_config);
  EXPECT_TRUE(line.test_leases);
}

TEST(CommandLine, UnknownFlags) {
  for (const std::string word :
       {"-bogus", "--bogus", "-cfFILE", "--cf", "-version", "-no-pid", "-us", "--d", "-4o6"}) {
    const auto parsed = dhcpd::parse_command_line({word, "x"});
    ASSERT_TRUE(parsed.answer) << word;
    EXPECT_EQ(parsed.answer->kind, Kind::kUsageError) << word;
    EXPECT_EQ(parsed.answer->line, "Unknown command " + word);
  }
}

TEST(CommandLine, AMissingArgument) {
  const auto parsed = dhcpd::parse_command_line({"-f", "-cf"});
  ASSERT_TRUE(parsed.answer);
  EXPECT_EQ(parsed.answer->kind, Kind::kUsageError);
  EXPECT_EQ(parsed.answer->line, "No argument for command: -cf ");
}

TEST(CommandLine, Ports) {
  EXPECT_EQ(dhcpd::parse_command_line({"-p", "abc"}).answer->line, "Invalid port number specification: abc");
  EXPECT_EQ(dhcpd::parse_command_line({"-p", "0"}).answer->line,
            "Port number specified is out of range (1-65535).");
  EXPECT_EQ(dhcpd::parse_command_line({"-p", "65536"}).answer->line,
            "Port number specified is out of range (1-65535).");
}

TEST(CommandLine, InterfaceNamesFitTheKernel) {
  EXPECT_EQ(dhcpd::parse_command_line({"averyveryverylonginterfacename"}).answer->line,
            "averyveryverylonginterfacename: interface name too long (is 30)");
}

TEST(CommandLine, HelpNamesEveryFlag) {
  std::string all;
  for (const auto& line : dhcpd::help_lines()) all += line + "\n";
  for (const char* flag : {"-cf", "-lf", "-pf", "--no-pid", "-p ", "-f ", "-d ", "-q ", "-t ", "-T ", "-user",
                           "-group", "-chroot", "-s ", "--version", "--help"}) {
    EXPECT_NE(all.find(std::string("\n  ") + flag), std::string::npos) << flag;
  }
}

}  // namespace
