// Where replies go and what fits into them.
#include "dhcpd_decide.h"

namespace dhcpd {
namespace {

using dhcp::MessageType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kNet[] =
    "ping-check off; subnet 192.168.0.0 netmask 255.255.255.0 { range dynamic-bootp 192.168.0.10 "
    "192.168.0.20; } ";

TEST_F(DecideTest, RepliesTravelAsTheFieldsSay) {
  load(kNet);
  EXPECT_EQ(discover(1).reply->destination.hardware.text(), "02:00:00:00:00:01");
  Query broadcast = message(1, MessageType::kDiscover);
  broadcast.message.header.flags = dhcp::kBroadcastFlag;
  const Destination everyone = play(broadcast).reply->destination;
  EXPECT_TRUE(everyone.hardware.empty());
  EXPECT_EQ(everyone.address, ip("255.255.255.255"));
  Query relayed = message(1, MessageType::kDiscover);
  relayed.message.header.giaddr = ip("192.168.0.2");
  const Destination relay = play(relayed).reply->destination;
  EXPECT_EQ(relay.way, Destination::Way::kUdp);
  EXPECT_EQ(relay.address, ip("192.168.0.2"));
  EXPECT_EQ(relay.port, 67);
  request(1, "192.168.0.10");
  Query renewal = message(1, MessageType::kRequest);
  renewal.message.header.ciaddr = ip("192.168.0.10");
  const Destination renewing = play(renewal).reply->destination;
  EXPECT_EQ(renewing.way, Destination::Way::kUdp);
  EXPECT_EQ(renewing.port, 68);
}

TEST_F(DecideTest, OptionsFollowTheClientsList) {
  load(std::string("option routers 1.2.3.4; option time-offset 5; option host-name \"h\"; ") + kNet);
  EXPECT_THAT(codes(discover(1, {{dhcp::kOptParameterRequestList, {3, 1, 12}}})),
              ElementsAre(53, 54, 51, 1, 3, 12));
  EXPECT_THAT(codes(discover(1, {{dhcp::kOptParameterRequestList, {6}}})), ElementsAre(53, 54, 51, 1));
  EXPECT_THAT(codes(discover(1)), ElementsAre(53, 54, 51, 1, 3, 12, 2));
}

TEST_F(DecideTest, WhatDoesNotFitGoesIntoFileAndSnameOrNowhere) {
  load("option domain-name \"" + std::string(200, 'x') + "\"; option root-path \"" + std::string(150, 'y') +
       "\"; option nis-domain \"small\"; " + kNet);
  const std::vector<dhcp::RawOption> list{{dhcp::kOptParameterRequestList, {15, 17, 40}}};
  const Decision overloaded = discover(1, list);
  EXPECT_EQ(*reply(overloaded).option(dhcp::kOptOverload), base::Bytes{dhcp::kOverloadFile});
  EXPECT_EQ(reply(overloaded).option(17)->size(), 150u);
  load("filename \"f\"; server-name \"s\"; option domain-name \"" + std::string(200, 'x') +
       "\"; option root-path \"" + std::string(150, 'y') + "\"; option nis-domain \"small\"; " + kNet);
  const Decision full = discover(1, list);
  EXPECT_THAT(codes(full), ElementsAre(53, 54, 51, 15, 40, 1));
  EXPECT_EQ(reply(full).sname(), "s");
  const Decision large =
      discover(1, {{dhcp::kOptParameterRequestList, {15, 17, 40}}, {dhcp::kOptMaxMessageSize, {0x05, 0xdc}}});
  EXPECT_EQ(reply(large).option(17)->size(), 150u);
}

TEST_F(DecideTest, TextsEndAsTheClientsOwnDo) {
  load(std::string("option domain-name \"d\"; ") + kNet);
  Query query = message(1, dhcp::MessageType::kDiscover, {{dhcp::kOptHostName, {'a'}}});
  query.message.had_nul_in_host_name = true;
  const Decision offer = play(query);
  EXPECT_EQ(*reply(offer).option(dhcp::kOptDomainName), (base::Bytes{'d', 0}));
}

TEST_F(DecideTest, Option82ComesBackLast) {
  load(kNet);
  const base::Bytes agent{1, 2, 'p', '1'};
  const Decision offer = discover(1, {{dhcp::kOptRelayAgentInformation, agent}});
  EXPECT_EQ(codes(offer).back(), 82);
  EXPECT_EQ(*reply(offer).option(dhcp::kOptRelayAgentInformation), agent);
}

TEST_F(DecideTest, BootpIsServedWithinItsArea) {
  load(std::string(kNet) + "host h { hardware ethernet 02:00:00:00:00:09; fixed-address 192.168.0.9; }");
  const Decision dynamic = play(message(1, std::nullopt));
  ASSERT_EQ(dynamic.changes.size(), 1u);
  EXPECT_TRUE(dynamic.changes[0].dynamic_bootp);
  EXPECT_EQ(dynamic.changes[0].ends, lease::kNever);
  EXPECT_THAT(lines(dynamic), ElementsAre("BOOTREQUEST from 02:00:00:00:00:01 via eth0",
                                          "BOOTREPLY on 192.168.0.10 to 02:00:00:00:00:01 via eth0"));
  const Decision declared = play(message(9, std::nullopt));
  EXPECT_EQ(reply(declared).header.siaddr, ip("192.168.0.1"));
  EXPECT_THAT(declared.changes, IsEmpty());
}

TEST_F(DecideTest, InformNeedsAuthorityAndGetsNoTimes) {
  load(kNet);
  Query inform = message(1, MessageType::kInform);
  inform.message.header.ciaddr = ip("192.168.0.77");
  const auto advice = lines(play(inform));
  EXPECT_EQ(advice.size(), 6u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(lines(play(inform)).size(), 1u);
  EXPECT_EQ(lines(play(inform)).size(), 6u);
  load(std::string("authoritative; ") + kNet);
  EXPECT_THAT(codes(play(inform)), ElementsAre(53, 54, 1));
}

}  // namespace
}  // namespace dhcpd
