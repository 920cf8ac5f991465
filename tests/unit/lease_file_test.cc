#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "lease/record.h"
#include "lease_text.h"

namespace {

using lease::BindingState;
using lease::Lease;
using lease_test::read_text;
using lease_test::Remember;
using testing::ElementsAre;
using testing::HasSubstr;

std::string written(const Lease& lease, const lease::FileFormat& format = {}) {
  std::string out;
  lease::write_lease(out, lease, format);
  return out;
}

// Written by the stock server (4.4.3-P1), statement for statement what a lease can hold.
const char kStock[] =
    "lease 10.77.0.100 {\n"
    "  starts 0 2026/11/22 10:59:03;\n"
    "  ends 0 2026/11/22 11:09:03;\n"
    "  tstp 0 2026/11/22 11:09:03;\n"
    "  cltt 0 2026/11/22 10:59:03;\n"
    "  binding state active;\n"
    "  next binding state free;\n"
    "  rewind binding state free;\n"
    "  reserved;\n"
    "  dynamic-bootp;\n"
    "  billing subclass \"perCircuit\" \"eth0/1\";\n"
    "  hardware ethernet 02:00:00:00:00:01;\n"
    "  uid \"\\000a\\\"\\\\\\177\\377\\012\";\n"
    "  set clip = \"10.77.0.100\";\n"
    "  set flagb = true;\n"
    "  set mycount = %5;\n"
    "  set raw = \"\\001\\003\\006\\014\\01736Q\";\n"
    "  set vendor-class-identifier = \"MSFT 5.0\";\n"
    "  option agent.circuit-id \"eth0/1\";\n"
    "  option agent.remote-id 0:6:2:0:0:0:0:1;\n"
    "  option agent.link-selection 10.0.0.0;\n"
    "  option agent.unknown-9 \"abc\";\n"
    "  client-hostname \"a\";\n"
    "  on expiry {\n"
    "    log (info, \"v6 \\\"exp\\\"\");\n"
    "  }\n"
    "  on release {\n"
    "    if option host-name = \"a\" {\n"
    "      set q = \"1\" ;\n"
    "    }\n"
    "  }\n"
    "}\n";

TEST(LeaseFile, WhatTheStockWroteIsWrittenAgain) {
  Remember read;
  const lease::ReadReport report = read_text(kStock, read);
  EXPECT_EQ(report.damaged, 0u);
  EXPECT_TRUE(report.messages.empty());
  ASSERT_EQ(read.all.size(), 1u);
  EXPECT_EQ(written(read.all[0]), kStock);
  EXPECT_EQ(read.all[0].uid, (base::Bytes{0, 'a', '"', '\\', 0177, 0377, '\n'}));
  EXPECT_EQ(std::get<std::int64_t>(read.all[0].variables["mycount"]), 5);
}

TEST(LeaseFile, PiecesMayEndAnywhere) {
  const std::string text = "# a comment\n" + std::string(kStock) + "# another {\n\n" + kStock + "# the last";
  for (std::size_t piece = 1; piece < 40; ++piece) {
    Remember read;
    const auto report = read_text(text, read, piece);
    ASSERT_TRUE(report.messages.empty()) << piece;
    ASSERT_EQ(read.all.size(), 2u);
    ASSERT_EQ(written(read.all[1]), kStock);
  }
}

TEST(LeaseFile, AByteOrderMarkMayComeInPieces) {
  Remember read;
  const auto report = read_text("\xef\xbb\xbflease 10.0.0.1 {\n  binding state active;\n}\n", read, 1);
  EXPECT_EQ(report.damaged, 0u);
  EXPECT_EQ(read.last.count("10.0.0.1"), 1u);
}

TEST(LeaseFile, TimesBeyond2106AreNever) {
  for (const char* time : {"epoch 4294967296", "5 2131/11/09 04:05:14"}) {
    Remember read;
    read_text(std::string("lease 10.0.0.1 {\n  ends ") + time + ";\n}\n", read);
    ASSERT_EQ(read.all.size(), 1u);
    EXPECT_EQ(read.all[0].ends, lease::kNever) << time;
  }
}

TEST(LeaseFile, LocalTimeAndHexadecimalIds) {
  setenv("TZ", "UTC", 1);
  Lease lease;
  lease.address = base::Ipv4{0x0a4d0001};
  lease.starts = 1795345384;
  lease.ends = lease::kNever;
  lease.uid = {3, 0xee, 0xbb};
  lease::FileFormat format;
  format.local_time = format.hex_ids = true;
  const std::string text = written(lease, format);
  EXPECT_THAT(text, HasSubstr("  starts epoch 1795345384; # Sun Nov 22 11:03:04 2026\n  ends never;\n"));
  EXPECT_THAT(text, HasSubstr("  uid 03:ee:bb;\n"));
  Remember read;
  EXPECT_EQ(read_text(text, read).damaged, 0u);
  EXPECT_EQ(read.all[0].starts, 1795345384);
  EXPECT_EQ(read.all[0].uid, lease.uid);
}

TEST(LeaseFile, TimesAreExactFrom1970To2106) {
  std::mt19937 random(5);
  for (int i = 0; i < 2000; ++i) {
    Lease lease;
    lease.starts = i < 5 ? 0xffffffffu - static_cast<unsigned>(i) : random() | 1;
    Remember read;
    read_text(written(lease), read);
    ASSERT_EQ(read.all.at(0).starts, lease.starts) << written(lease);
  }
}

TEST(LeaseFile, FormsOfOlderReleases) {
  Remember read;
  const lease::ReadReport report = read_text(
      "lease 10.0.0.1 { starts 1 2006/01/02 03:04:05 3600; ends 1 106/01/02 03:04:05; abandoned; }\n"
      "lease 10.0.0.2 {\r\n  ends never;\r\n  hardware ethernet 0:1:2:3:4:5;\r\n  uid 1:0:1:2:3:4:5;\r\n}\r\n"
      "lease 10.0.0.3 { ends 1 2006/01/02 03:04:05; timestamp 1 2006/01/02 03:04:05; class \"x\";\n"
      "  client-hostname bare; ddns-fwd-name \"a.b\"; binding state bootp; }\n"
      "LEASE 10.0.0.4 { BINDING STATE active; Hardware Token-Ring 1:2:3:4:5:6; }\n",
      read);
  EXPECT_EQ(report.damaged, 0u) << testing::PrintToString(report.messages);
  EXPECT_EQ(read.last["10.0.0.1"].starts, 1136171045 + 3600);
  EXPECT_EQ(read.last["10.0.0.1"].ends, 1136171045);
  EXPECT_EQ(read.last["10.0.0.1"].binding, BindingState::kAbandoned);
  EXPECT_EQ(read.last["10.0.0.2"].binding, BindingState::kActive);
  EXPECT_EQ(read.last["10.0.0.2"].next, BindingState::kFree);
  EXPECT_EQ(read.last["10.0.0.4"].next, BindingState::kActive)
      << "the stock has it stay what it is said to be";
  EXPECT_EQ(read.last["10.0.0.2"].uid.size(), 7u);
  EXPECT_TRUE(read.last["10.0.0.3"].dynamic_bootp);
  EXPECT_EQ(read.last["10.0.0.3"].hostname, "bare");
  EXPECT_EQ(read.last["10.0.0.4"].hardware.type, base::kTokenRing);
}

TEST(LeaseFile, AFileFromTheFutureIsRead) {
  Remember read;
  const auto report =
      read_text("lease 10.0.0.1 {\n  binding state active;\n  colour \"blue\" 5;\n  uid \"a\";\n}\n", read);
  EXPECT_EQ(report.damaged, 0u);
  EXPECT_THAT(report.messages, ElementsAre("dhcpd.leases line 3: unknown statement 'colour' ignored"));
  EXPECT_EQ(read.all.at(0).uid, base::Bytes{'a'});
}

TEST(LeaseFile, OtherRecordsAreKeptAsTheyAre) {
  const std::string host =
      "host printer1 {\n  dynamic;\n  hardware ethernet 02:aa:bb:cc:dd:01;\n  fixed-address 10.77.0.61;\n"
      "        supersede host-name = \"printer1 }\";\n}";
  const std::string failover =
      "failover peer \"foo\" state {\n  my state normal at 0 2026/11/22 11:13:27;\n  mclt 60;\n}";
  Remember read;
  const auto report =
      read_text("server-duid \"\\000\\001\";\n\nhost printer1 { dynamic; deleted; }\n" + host +
                    "\ngroup g1 {\n  dynamic;\n}\nhost gone {\n  dynamic;\n  deleted;\n}\n"
                    "host fixed {\n  deleted;\n}\n\n" +
                    failover + "\nsubclass \"lim\" 01:02 {\n  dynamic;\n}\n",
                read);
  EXPECT_EQ(report.damaged, 0u) << testing::PrintToString(report.messages);
  EXPECT_EQ(report.others, 8u);
  std::string out;
  read.declarations.write(out, {});
  EXPECT_EQ(
      out,
      "server-duid \"\\000\\001\";\n\nsubclass \"lim\" 01:02 {\n  dynamic;\n}\ngroup g1 {\n  dynamic;\n}\n" +
          host + "\nhost fixed {\n  deleted;\n}\n\n" + failover + "\n");
}

// Three records; the middle one is harmed in one of many ways.
std::string three(const std::string& middle) {
  return "lease 10.0.0.1 {\n  binding state active;\n}\n" + middle +
         "lease 10.0.0.3 {\n  binding state active;\n}\n";
}

TEST(LeaseFile, DamageCostsOnlyWhatIsDamaged) {
  const std::string kinds[] = {
      "garbage\n",
      "garbage;\n",
      std::string(5000, '\0'),
      std::string(5000, '\0') + "\n",
      std::string(3000000, '\0'),
      "\xff\xfe\n",
      "}\n}\n",
      "lease 10.0.0.2 {\n  binding state acXive;\n}\n",
      "lease 10.0.0.2 {\n  starts 1 20x6/01/02 03:04:05;\n}\n",
      "lease 10.0.0.2 {\n  starts 1 2006/01/",
      "lease 10.0.0.2 {\n  starts 1 2006/01/\n",
      "lease 10.0.0.2 {\n  uid \"\\001\\002",
      "lease 10.0.0.2 {\n  uid \"\\001\\002\n",
      "lease 10.0.0.2 {\n  uid \"" + std::string(100000, 'x') + "\n",
      "lease 10.0.0.2 {\n  on expiry {\n    log (info, \"say \"hi\"\");\n",
      "lease 10.0.0.2 {\n",
      "lease 10.0.0.2 ",
      "lease 10.0.0.2 {\n" + std::string(200000, '{') + "\n",
      "host x\n",
      "server-duid\n",
      "host x {\n  hardware ethernet 1:2:3:4:5:6;\n",
  };
  for (const std::string& kind : kinds) {
    for (std::size_t piece : {1u << 20, 7u}) {
      if (piece == 7 && kind.size() > 10000) continue;
      Remember read;
      const auto report = read_text(three(kind), read, piece);
      SCOPED_TRACE(testing::PrintToString(kind.substr(0, 60)) + testing::PrintToString(report.messages));
      EXPECT_GE(report.damaged, 1u);
      EXPECT_LE(report.damaged, 2u);
      EXPECT_EQ(read.last.count("10.0.0.1"), 1u);
      EXPECT_EQ(read.last.count("10.0.0.2"), 0u);
      EXPECT_EQ(read.last.count("10.0.0.3"), 1u);
    }
  }
}

TEST(LeaseFile, DamageIsNamedWithItsLine) {
  Remember read;
  const auto report = read_text(three("lease 10.0.0.2 {\n  binding state acXive;\n}\n\ngarbage\n\n"), read);
  EXPECT_THAT(
      report.messages,
      ElementsAre(HasSubstr("dhcpd.leases line 5: Corrupt lease file - lease 10.0.0.2 (from line 4)")));
}

TEST(LeaseFile, ATornRecordLeavesTheEarlierOneInForce) {
  const std::string good = "lease 10.77.0.100 {\n  binding state free;\n  uid \"old\";\n}\n";
  for (std::size_t length = 1; length + 2 < sizeof kStock; ++length) {
    Remember read;
    const auto report = read_text(good + std::string(kStock, length), read);
    ASSERT_EQ(report.damaged, 1u) << length;
    ASSERT_EQ(read.all.size(), 1u) << length;
    ASSERT_EQ(read.last["10.77.0.100"].uid, (base::Bytes{'o', 'l', 'd'}));
  }
}

TEST(LeaseFile, WhatAClientChoseStaysAValue) {
  const std::string evil = "\"; } lease 10.0.0.9 {\n  binding state active; }\\\n\xc3\xa9\x01";
  Lease lease;
  lease.address = base::Ipv4{0x0a000001};
  lease.uid = base::ByteView(evil).copy();
  lease.variables["vendor-class-identifier"] = lease.uid;
  lease.agent_options = {1, static_cast<std::uint8_t>(evil.size())};
  base::put_bytes(lease.agent_options, lease.uid);
  lease.hostname = "} lease 10.0.0.9 { on expiry";
  lease.billing_class = "c";
  lease.billing_subclass = lease.uid;
  Remember read;
  const auto report = read_text(written(lease), read, 3);
  EXPECT_TRUE(report.messages.empty());
  ASSERT_EQ(read.all.size(), 1u);
  EXPECT_EQ(read.all[0].uid, lease.uid);
  EXPECT_EQ(read.all[0].agent_options, lease.agent_options);
  EXPECT_EQ(*read.all[0].billing_subclass, lease.uid);
  EXPECT_EQ(read.all[0].hostname, lease.hostname);
  EXPECT_EQ(std::get<base::Bytes>(read.all[0].variables["vendor-class-identifier"]), lease.uid);
  // The same with the record torn behind the name: what follows is still no record.
  const std::string text = written(lease);
  Remember torn;
  read_text(text.substr(0, text.size() - 3), torn);
  EXPECT_TRUE(torn.all.empty());
}

TEST(LeaseFile, CorpusOfRealFiles) {
  const char* shared = std::getenv("SHARED");
  const std::string folder = std::string(shared ? shared : "") + "/corpus/leases/";
  std::ifstream manifest(folder + "MANIFEST.tsv");
  if (!manifest) GTEST_SKIP() << "no corpus at " << folder;
  std::string line;
  std::getline(manifest, line);
  int files = 0;
  while (std::getline(manifest, line)) {
    std::vector<std::string> columns;
    std::stringstream split(line);
    for (std::string column; std::getline(split, column, '\t');) columns.push_back(column);
    std::ifstream file(folder + columns.at(0));
    std::stringstream text;
    text << file.rdbuf();
    Remember read;
    read_text(text.str(), read);
    unsigned stock = 0, blocks = 0, addresses = 0;  // read by the stock / blocks / distinct addresses
    ASSERT_EQ(std::sscanf(columns.at(9).c_str(), "%u/%u/%u", &stock, &blocks, &addresses), 3);
    // The stock drops leases that end free and unknown; everything else has to be there.
    EXPECT_GE(read.last.size(), stock) << columns[0];
    EXPECT_LE(read.last.size(), addresses) << columns[0];
    EXPECT_LE(read.all.size(), blocks) << columns[0];
    ++files;
  }
  EXPECT_EQ(files, 23);
}

}  // namespace
