#include "tftpd/map_file.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace tftpd;

namespace {

const base::SocketAddress kClient(base::Ipv4{0x7f000001}, 1234);

std::string mapped(const std::string& rules, const std::string& name, bool write = false,
                   const base::SocketAddress& client = kClient) {
  auto parsed = MapFile::parse(rules);
  if (const auto* errors = std::get_if<std::vector<std::string>>(&parsed)) return "! " + errors->front();
  const auto result = std::get<MapFile>(parsed).apply({name, write, client});
  if (const auto* renamed = std::get_if<std::string>(&result)) return *renamed;
  if (const auto* refused = std::get_if<MapFile::Refused>(&result)) return "refused: " + refused->text;
  return "loop";
}

}  // namespace

// The worked examples of the manual, as observed with the stock program.
TEST(MapFile, WorkedExamples) {
  const std::string windows = "rg \\\\ /\nri ^/*boot/ Boot/\nri ^Boot/bcd$ Boot/BCD\n";
  EXPECT_EQ(mapped(windows, "\\Boot\\BCD"), "Boot/BCD");
  EXPECT_EQ(mapped(windows, "\\boot\\bcd"), "Boot/BCD");
  EXPECT_EQ(mapped(windows, "boot\\x64\\wdsnbp.com"), "Boot/x64/wdsnbp.com");
  EXPECT_EQ(mapped("r ^.*$ \\L\\0\n", "PXELinux.0"), "pxelinux.0");
  EXPECT_EQ(mapped("r ^/+\nr ^ images/\n", "//a/b"), "images/a/b");
  EXPECT_EQ(mapped("re ^pxelinux\\.cfg/default$ hosts/\\x\n", "pxelinux.cfg/default"), "hosts/7F000001");
  EXPECT_EQ(mapped("r ^cfg/(.*) cfg/\\i/\\1\n", "cfg/a"), "cfg/127.0.0.1/a");
  const std::string white = "e ^pxelinux\\.(0|cfg/)\ne ^images/[^/]+$\na .\n";
  EXPECT_EQ(mapped(white, "images/a/b"), "refused: Access denied");
  EXPECT_EQ(mapped(white, "images/a"), "images/a");
  EXPECT_EQ(mapped("a ^.*\\.key$ No\\ keys\\ for\\ \\i\n", "a.key"), "refused: No keys for 127.0.0.1");
  EXPECT_EQ(mapped("rP ^.*/\nrP ^ incoming/\n", "a/b/c.txt", true), "incoming/c.txt");
  EXPECT_EQ(mapped("rP ^.*/\nrP ^ incoming/\n", "a/b/c.txt"), "a/b/c.txt");
  EXPECT_EQ(mapped("rg /\\.\\./ /\nrg ^\\.\\./\n", "a/../../b"), "a/b");
  EXPECT_EQ(mapped("r (.*)\\.(.*) \\U\\2\\E.\\1\n", "foo.bar"), "BAR.foo");
  EXPECT_EQ(mapped("r a b\n", "banana"), "bbnana");
  EXPECT_EQ(mapped("rg a b\n", "banana"), "bbnbnb");
  EXPECT_EQ(mapped("rg ab b\n", "aaab"), "b");
  EXPECT_EQ(mapped("~a ^pub/\n", "x"), "refused: Access denied");
  EXPECT_EQ(mapped("~a ^pub/ Not\\ public:\\ \\0\\i\n", "x"), "refused: Not public: 127.0.0.1");
}

TEST(MapFile, LexicalRules) {
  EXPECT_EQ(mapped("# comment\n\n  \t r a b # more\r\n", "a"), "b");
  EXPECT_EQ(mapped("r a b c d\n", "a"), "b");
  EXPECT_EQ(mapped("r a\\ b x\n", "a b"), "x");
  EXPECT_EQ(mapped("r \\# hash\n", "#"), "hash");
  EXPECT_EQ(mapped("r a b#c\n", "a"), "b");
  EXPECT_EQ(mapped("r a b\\", "a"), "b\\");
  EXPECT_EQ(mapped("r a b\\\n", "a"), "b\n");
  EXPECT_EQ(mapped("r (a)|b [\\1\\2]\n", "b"), "[]");
}

TEST(MapFile, OrderOfActions) {
  EXPECT_EQ(mapped("ra a b\n", "xa"), "refused: xb");
  EXPECT_EQ(mapped("re a b\nr b c\n", "a"), "b");
  EXPECT_EQ(mapped("r a b\nse b\nr b c\n", "a"), "b");
  EXPECT_EQ(mapped("GPr a b\n", "a"), "a") << "the last of G and P holds";
  EXPECT_EQ(mapped("PGr a b\n", "a"), "b");
  EXPECT_EQ(mapped("i a\n", "a"), "a");
}

TEST(MapFile, RestartBeginsAtTheFirstRule) { EXPECT_EQ(mapped("r ^b$ c\nrs ^a$ b\n", "a"), "c"); }

TEST(MapFile, FamilyLetters) {
  const base::SocketAddress six(in6addr_loopback, 1);
  EXPECT_EQ(mapped("r4 a four\nr6 a six\n", "a"), "four");
  EXPECT_EQ(mapped("r4 a four\nr6 a six\n", "a", false, six), "six");
  EXPECT_EQ(mapped("r a \\x\n", "a", false, six), "00000000000000000000000000000001");
}

TEST(MapFile, EndlessRulesEnd) {
  EXPECT_EQ(mapped("rs a a\n", "a"), "loop");
  EXPECT_EQ(mapped("rg a aa\n", "a"), "loop");
  EXPECT_EQ(mapped("rg ^ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n", "a"), "loop");
  std::string many;
  for (int i = 0; i < 1024; ++i) many += "r zzz y\n";
  EXPECT_EQ(mapped(many, "a"), "a");
  EXPECT_EQ(mapped(many + "r zzz y\n", "a"), "loop");
  EXPECT_EQ(mapped(many + "rP zzz y\n", "a"), "a") << "rules for the other direction are free";
}

TEST(MapFile, MessagesOfTheStock) {
  EXPECT_EQ(mapped("\nzz a b\n", ""), "! Remap command \"zz\" on line 2 contains invalid char \"z\"");
  EXPECT_EQ(mapped("r\n", ""), "! No regex on remap line 1: ");
  EXPECT_EQ(mapped("r ( b\n", "").substr(0, 26), "! Bad regex in remap line ");
  EXPECT_EQ(mapped("r~ a b\n", "").substr(0, 37), "! r rules cannot be inverted, line 1:");
  const auto parsed = MapFile::parse("zz\nr\n");
  EXPECT_EQ(std::get<std::vector<std::string>>(parsed).size(), 2u) << "all lines are looked at";
}

TEST(MapFile, ReadsTheCorpus) {
  const char* shared = std::getenv("SHARED");
  const std::string folder = std::string(shared ? shared : "") + "/corpus/tftp-map/";
  std::ifstream manifest(folder + "MANIFEST.tsv");
  if (!manifest) GTEST_SKIP() << "no corpus at " << folder;
  std::string line;
  std::getline(manifest, line);
  int files = 0;
  while (std::getline(manifest, line)) {
    const std::string name = line.substr(0, line.find('\t'));
    std::ifstream file(folder + name);
    std::stringstream text;
    text << file.rdbuf();
    const auto parsed = MapFile::parse(text.str());
    EXPECT_TRUE(std::holds_alternative<MapFile>(parsed)) << name;
    ++files;
  }
  EXPECT_GE(files, 10);
}
