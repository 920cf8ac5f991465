#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/log.h"
#include "tftpd/host_list.h"
#include "tftpd/xinetd_file.h"

using namespace tftpd;

namespace {

const std::string kStock =
    "service tftp\n{\nsocket_type = dgram\nprotocol = udp\nwait = yes\nuser = root\n"
    "server = /usr/sbin/in.tftpd\nserver_args = -s /tftpboot\n";

XinetdMeaning meaning(const std::string& more) { return interpret(parse_xinetd_file(kStock + more + "}\n")); }

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string read(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

TEST(XinetdFile, TheStocksFile) {
  const auto m = meaning("disable = no\nper_source = 11\ncps = 100 2\nflags = IPv4\n");
  EXPECT_EQ(m.verdict, XinetdMeaning::Verdict::kServe) << m.why;
  EXPECT_EQ(joined(m.arguments), "-s /tftpboot");
  EXPECT_TRUE(m.ipv4_only);
  EXPECT_EQ(m.port, "tftp");
  EXPECT_EQ(m.warnings.size(), 2u) << "per_source and cps are named";
}

TEST(XinetdFile, WhatHasNoEffectIsNamed) {
  for (const std::string name :
       {"instances", "per_source", "cps", "max_load", "log_type", "log_on_success", "log_on_failure", "group",
        "groups", "passenv", "banner", "banner_success", "banner_fail", "redirect", "deny_time", "mdns",
        "rpc_version", "rpc_number", "libwrap"}) {
    const auto m = meaning("disable = no\n" + name + " = 5\n");
    EXPECT_EQ(joined(m.warnings).find(name + " has no effect: "), 0u) << name;
  }
  EXPECT_TRUE(meaning("disable = no\ninstances = UNLIMITED\nper_source = unlimited\n").warnings.empty());
}

TEST(XinetdFile, GrammarAsXinetdHasIt) {
  const auto complaints = [](const std::string& text) { return joined(parse_xinetd_file(text).complaints); };
  EXPECT_NE(complaints("service tftp {\n}\n").find("missing '{'"), std::string::npos);
  EXPECT_NE(complaints(kStock).find("missing '}'"), std::string::npos);
  EXPECT_NE(complaints(kStock + "cps=100 2\n}\n").find("Attribute cps needs a space before operator"),
            std::string::npos);
  EXPECT_TRUE(parse_xinetd_file(kStock + "cps=100 2\n}\n").services.empty())
      << "the whole service is dropped";
  EXPECT_EQ(complaints(kStock + "nice =5\n}\n"), "");
  EXPECT_EQ(complaints("  # service {\n\n" + kStock + "}\n"), "");
  EXPECT_EQ(meaning("disable = yes\ndisable = no\n").verdict, XinetdMeaning::Verdict::kDisabled)
      << "the first one holds";
  EXPECT_EQ(meaning("DISABLE = YES\n").verdict, XinetdMeaning::Verdict::kDisabled);
}

TEST(XinetdFile, DefaultsAndLists) {
  const std::string defaults = "defaults\n{\nonly_from = 10.0.0.0\nnice = 3\n}\n";
  auto m = interpret(parse_xinetd_file(defaults + kStock + "only_from += 192.168.1.1\n}\n"));
  ASSERT_TRUE(m.only_from);
  EXPECT_EQ(joined(*m.only_from), "10.0.0.0 192.168.1.1");
  EXPECT_EQ(m.nice, 3);
  m = interpret(
      parse_xinetd_file(defaults + kStock + "only_from = 192.168.1.1\nonly_from -= 192.168.1.1\n}\n"));
  EXPECT_TRUE(m.only_from && m.only_from->empty()) << "nobody";
  m = interpret(parse_xinetd_file("defaults\n{\ndisabled = tftp\n}\n" + kStock + "}\n"));
  EXPECT_EQ(m.verdict, XinetdMeaning::Verdict::kDisabled);
  m = interpret(parse_xinetd_file("defaults\n{\nenabled = telnet\n}\n" + kStock + "}\n"));
  EXPECT_EQ(m.verdict, XinetdMeaning::Verdict::kDisabled);
}

TEST(XinetdFile, WhatIsWrongIsNamed) {
  EXPECT_EQ(meaning("access_times = 8:00-24:00\n").verdict, XinetdMeaning::Verdict::kWrong);
  EXPECT_EQ(meaning("access_times = 8:00-18:30\n").access_times.front(), std::make_pair(480, 1110));
  EXPECT_NE(joined(meaning("only_form = 1.2.3.4\n").warnings).find("Is only_from meant?"), std::string::npos);
  EXPECT_EQ(meaning("instances = 0\n").verdict, XinetdMeaning::Verdict::kWrong);
  EXPECT_EQ(interpret(parse_xinetd_file("")).verdict, XinetdMeaning::Verdict::kWrong);
}

TEST(XinetdFile, ReadsTheCorpusAsXinetdDoes) {
  const char* shared = std::getenv("SHARED");
  const std::string folder = std::string(shared ? shared : "") + "/corpus/xinetd/";
  std::ifstream manifest(folder + "MANIFEST.tsv");
  if (!manifest) GTEST_SKIP() << "no corpus at " << folder;
  std::string line;
  std::getline(manifest, line);
  int files = 0;
  while (std::getline(manifest, line)) {
    std::vector<std::string> columns;
    std::stringstream row(line);
    for (std::string column; std::getline(row, column, '\t');) columns.push_back(column);
    ASSERT_GE(columns.size(), 10u);
    const std::string& name = columns[0];
    const std::string& verdict = columns[6];
    const std::string& effective = columns[9];
    const auto m = interpret(parse_xinetd_file(read(folder + name)));
    ++files;
    if (verdict == "not-started") {
      EXPECT_NE(m.verdict, XinetdMeaning::Verdict::kServe) << name;
    } else if (verdict == "disabled") {
      EXPECT_EQ(m.verdict, XinetdMeaning::Verdict::kDisabled) << name;
    } else {
      EXPECT_EQ(m.verdict, XinetdMeaning::Verdict::kServe) << name << ": " << m.why;
      EXPECT_NE(effective.find("Server argv = in.tftpd " + joined(m.arguments)), std::string::npos) << name;
      EXPECT_EQ(effective.find("flags = IPv4") != std::string::npos, m.ipv4_only) << name;
      EXPECT_NE(effective.find(m.user == "root" ? "user = 0;" : "user = 65534;"), std::string::npos) << name;
      if (m.nice) {
        EXPECT_NE(effective.find("Nice = " + std::to_string(*m.nice)), std::string::npos) << name;
      }
    }
  }
  EXPECT_GE(files, 15);
}

TEST(HostList, EveryFormOfXinetd) {
  HostList list;
  EXPECT_TRUE(list.add("10.1.2.3"));
  EXPECT_TRUE(list.add("192.168.5.0"));
  EXPECT_TRUE(list.add("172.16.{4,9}"));
  EXPECT_TRUE(list.add("198.51.100.64/26"));
  EXPECT_TRUE(list.add("2001:db8::/32"));
  EXPECT_FALSE(list.add(".example.org"));
  EXPECT_FALSE(list.add("10.0.0.0/99"));
  const auto has = [&](const char* text) {
    if (const auto four = base::Ipv4::parse(text)) return list.contains({*four, 9});
    in6_addr six{};
    inet_pton(AF_INET6, text, &six);
    return list.contains({six, 9});
  };
  for (const char* in : {"10.1.2.3", "192.168.5.77", "172.16.4.200", "172.16.9.1", "198.51.100.127",
                         "2001:db8:1::5", "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(has(in)) << in;
  }
  for (const char* out : {"10.1.2.4", "192.168.6.1", "172.16.5.1", "198.51.100.128", "2001:db9::1", "::1"}) {
    EXPECT_FALSE(has(out)) << out;
  }
  HostList all;
  EXPECT_TRUE(all.add("0.0.0.0"));
  EXPECT_TRUE(all.contains(base::SocketAddress(base::Ipv4{0x01020304}, 1)));
}
