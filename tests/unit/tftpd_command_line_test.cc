#include "tftpd/command_line.h"

#include <gtest/gtest.h>

using namespace tftpd;

namespace {

std::string failure(const std::vector<std::string>& arguments) {
  try {
    parse_command_line(arguments);
  } catch (const StartError& e) {
    return std::to_string(e.status) + " " + e.what();
  }
  return "";
}

}  // namespace

TEST(TftpdCommandLine, BundledAbbreviatedAndMixed) {
  const Options o = parse_command_line(
      {"-cvs", "/srv/tftp", "--time", "3", "-B1380", "-vv", "--retransmit=20000", "-R", "5000:6000"});
  EXPECT_TRUE(o.create && o.secure);
  EXPECT_EQ(o.verbosity, 3);
  EXPECT_EQ(o.idle, std::chrono::seconds(3));
  EXPECT_EQ(o.protocol.max_blksize, 1380u);
  EXPECT_EQ(o.protocol.timeout, std::chrono::microseconds(20000));
  EXPECT_EQ(o.port_range, std::make_pair(std::uint16_t{5000}, std::uint16_t{6000}));
  EXPECT_EQ(o.directories, std::vector<std::string>{"/srv/tftp"});
}

TEST(TftpdCommandLine, OrderCounts) {
  EXPECT_EQ(parse_command_line({"-4", "-6"}).family, Family::kIpv6);
  EXPECT_EQ(parse_command_line({"-6", "-4"}).family, Family::kIpv4);
  EXPECT_EQ(parse_command_line({"-vv", "--verbosity", "7", "-v"}).verbosity, 8);
  EXPECT_EQ(parse_command_line({"/a", "-v", "/b"}).directories.size(), 2u);
  EXPECT_EQ(parse_command_line({"--verbosity", "2", "--", "-v"}).directories.front(), "-v");
}

TEST(TftpdCommandLine, BadValuesAreTheStocks) {
  EXPECT_EQ(failure({"-B", "511"}), "64 Bad maximum blocksize value (range 512-65464): 511");
  EXPECT_EQ(failure({"-B", "65465"}), "64 Bad maximum blocksize value (range 512-65464): 65465");
  EXPECT_EQ(failure({"-T", "9999"}), "64 Bad timeout value: 9999");
  EXPECT_EQ(failure({"-R", "6000:5000"}), "64 Bad port range: 6000:5000");
  EXPECT_EQ(failure({"-R", "1:65535"}), "64 Bad port range: 1:65535");
  EXPECT_EQ(failure({"-R", "0:0"}), "");
  EXPECT_EQ(failure({"-U", "8"}), "64 Invalid umask: 8");
  EXPECT_EQ(failure({"-r", "foo"}), "64 Unknown option: foo");
  EXPECT_EQ(failure({"-r", "tsize", "-r", "TSIZE"}), "64 Unknown option: TSIZE");
  EXPECT_EQ(failure({"-m", "a", "-m", "b"}), "64 Multiple -m options");
  EXPECT_EQ(failure({"-s"}), "64 no -s directory");
  EXPECT_EQ(failure({"-s", "/a", "/b"}), "64 too many -s directories");
  EXPECT_EQ(failure({"-t", "junk"}), "") << "read as 0, as the stock does";
}

TEST(TftpdCommandLine, AnUnknownOptionNamesTheNearest) {
  EXPECT_NE(failure({"--mapfile", "x"}).find("Did you mean --map-file?"), std::string::npos);
  EXPECT_EQ(failure({"-Z"}).substr(0, 25), "64 Unknown option: '-Z'. ");
}
