// Conversations with decide(), against what dhcpd 4.4.3-P1 does. The twin test has many more.
#include "dhcpd_decide.h"

namespace dhcpd {
namespace {

using dhcp::MessageType;
using lease::BindingState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kPlain[] = R"(
  ping-check off; default-lease-time 600; max-lease-time 7200;
  option domain-name "example.org"; option domain-name-servers 192.168.0.2;
  subnet 192.168.0.0 netmask 255.255.255.0 {
    range 192.168.0.10 192.168.0.12; option routers 192.168.0.1; %s
  }
)";

std::string with(const std::string& more) {
  std::string text = kPlain;
  return text.replace(text.find("%s"), 2, more);
}

TEST_F(DecideTest, OffersThenAcknowledges) {
  load(with(""));
  const Decision offer = discover(1, {{dhcp::kOptParameterRequestList, {3, 1, 15, 6, 51, 54}}});
  EXPECT_EQ(kind(offer), MessageType::kOffer);
  EXPECT_EQ(yiaddr(offer), ip("192.168.0.10"));
  EXPECT_THAT(offer.changes, IsEmpty());
  EXPECT_THAT(codes(offer), ElementsAre(53, 54, 51, 1, 3, 15, 6));
  EXPECT_EQ(offer.reply->datagram.size(), dhcp::kMinimumReply);
  EXPECT_THAT(lines(offer), ElementsAre("DHCPDISCOVER from 02:00:00:00:00:01 via eth0",
                                        "DHCPOFFER on 192.168.0.10 to 02:00:00:00:00:01 via eth0"));

  const Decision ack = request(1, "192.168.0.10");
  EXPECT_EQ(kind(ack), MessageType::kAck);
  ASSERT_EQ(ack.changes.size(), 1u);
  EXPECT_EQ(ack.changes[0].binding, BindingState::kActive);
  EXPECT_EQ(ack.changes[0].ends, now_ + 600);
  EXPECT_EQ(ack.reply->lease, ip("192.168.0.10"));
}

TEST_F(DecideTest, AnOfferedAddressIsKeptForTwoMinutes) {
  policy_.reuse_offers = false;
  load(with(""));
  EXPECT_EQ(yiaddr(discover(1)), ip("192.168.0.10"));
  EXPECT_EQ(yiaddr(discover(2)), ip("192.168.0.11"));
  EXPECT_EQ(yiaddr(discover(1)), ip("192.168.0.10"));
  EXPECT_EQ(yiaddr(discover(3)), ip("192.168.0.12"));
  const Decision none = discover(4);
  EXPECT_FALSE(none.reply);
  EXPECT_THAT(lines(none), ElementsAre("DHCPDISCOVER from 02:00:00:00:00:04 via eth0: network "
                                       "192.168.0.0/24: no free leases"));
  now_ += 121;
  EXPECT_EQ(yiaddr(discover(4)), ip("192.168.0.12"));  // of those that ended together the last one offered
}

TEST_F(DecideTest, APoolWithNothingButOffersGivesOneOfThose) {
  load(with(""));
  bind(1);
  discover(2);
  discover(3);
  const base::Ipv4 offered = yiaddr(discover(4));
  EXPECT_TRUE(offered == ip("192.168.0.11") || offered == ip("192.168.0.12"));
  EXPECT_EQ(kind(request(4, offered.text())), MessageType::kAck);
  EXPECT_EQ(bind(1), ip("192.168.0.10")) << "who holds an address keeps it";
  bind(5);
  EXPECT_FALSE(discover(6).reply) << "every address is held";
}

TEST_F(DecideTest, TheAddressFreeLongestComesFirst) {
  load(with(""));
  for (std::uint8_t client = 1; client <= 3; ++client) bind(client);
  for (const std::uint8_t client : std::initializer_list<std::uint8_t>{2, 3, 1}) {
    now_ += 5;
    Query release = message(client, MessageType::kRelease);
    release.message.header.ciaddr = base::Ipv4{ip("192.168.0.9").value + client};
    EXPECT_THAT(lines(play(release)), Contains(HasSubstr("(found)")));
  }
  EXPECT_EQ(yiaddr(discover(11)), ip("192.168.0.11"));
  EXPECT_EQ(yiaddr(discover(12)), ip("192.168.0.12"));
  EXPECT_EQ(yiaddr(discover(13)), ip("192.168.0.10"));
}

TEST_F(DecideTest, RefusesWhatBelongsToAnother) {
  load(with(""));
  bind(1);
  const Decision nak = request(2, "192.168.0.10");
  EXPECT_EQ(kind(nak), MessageType::kNak);
  EXPECT_THAT(codes(nak), ElementsAre(53, 54, 56));
  EXPECT_EQ(nak.reply->destination.address, ip("255.255.255.255"));
  EXPECT_THAT(lines(nak), ElementsAre("DHCPREQUEST for 192.168.0.10 from 02:00:00:00:00:02 via eth0: lease "
                                      "192.168.0.10 unavailable.",
                                      "DHCPNAK on 192.168.0.10 to 02:00:00:00:00:02 via eth0"));
  EXPECT_THAT(lines(request(2, "192.168.0.99")), Contains(HasSubstr(": unknown lease 192.168.0.99.")));
}

TEST_F(DecideTest, AnotherNetworkIsRefusedWithAuthorityOnly) {
  load(with(""));
  EXPECT_THAT(lines(request(1, "10.0.0.1")), Contains(HasSubstr(": ignored (not authoritative).")));
  load("authoritative; " + with(""));
  EXPECT_EQ(kind(request(1, "10.0.0.1")), MessageType::kNak);
}

TEST_F(DecideTest, AuthorityCountsForWhatFollowsIt) {
  const std::string told = ": ignored (not authoritative).";
  load(with("") + " authoritative;");
  EXPECT_THAT(lines(request(1, "10.0.0.1")), Contains(HasSubstr(told)));
  load("shared-network x { " + with("") + " authoritative; }");
  EXPECT_EQ(kind(request(1, "10.0.0.1")), MessageType::kNak);
  load("authoritative; group { not authoritative; " + with("") + " }");
  EXPECT_THAT(lines(request(1, "10.0.0.1")), Contains(HasSubstr(told)));
  load("group { " + with("") + " } authoritative;");
  EXPECT_THAT(lines(request(1, "10.0.0.1")), Contains(HasSubstr(told)));
}

TEST_F(DecideTest, AYoungLeaseIsLeftAsItIs) {
  load(with(""));
  bind(1);
  now_ += 100;
  const Decision ack = request(1, "192.168.0.10");
  EXPECT_THAT(ack.changes, IsEmpty());
  const base::Bytes* term = reply(ack).option(dhcp::kOptLeaseTime);
  EXPECT_EQ(base::get_u32(reply(ack).option(dhcp::kOptLeaseTime)->data()), 500u) << (term == nullptr);
  now_ += 100;
  EXPECT_EQ(request(1, "192.168.0.10").changes.size(), 1u);
}

TEST_F(DecideTest, AbandonsWhatIsDeclinedAndTakesItBackWhenNothingElseIsFree) {
  load(with(""));
  bind(1);
  Query decline = message(1, MessageType::kDecline, {{dhcp::kOptRequestedAddress, ip_bytes("192.168.0.10")}});
  const Decision declined = play(decline);
  ASSERT_EQ(declined.changes.size(), 1u);
  EXPECT_EQ(declined.changes[0].binding, BindingState::kAbandoned);
  EXPECT_EQ(declined.changes[0].ends, now_ + 86400);
  EXPECT_TRUE(declined.changes[0].hardware.empty());
  EXPECT_EQ(bind(2), ip("192.168.0.11"));
  EXPECT_EQ(bind(3), ip("192.168.0.12"));
  const Decision reclaimed = discover(4);
  EXPECT_THAT(lines(reclaimed), Contains("Reclaiming abandoned lease 192.168.0.10."));
  EXPECT_EQ(kind(request(4, "192.168.0.10")), MessageType::kAck);
}

TEST_F(DecideTest, NobodyDeclinesForAnother) {
  load(with(""));
  bind(1);
  discover(2);
  for (const char* address : {"192.168.0.10", "192.168.0.11", "192.168.0.12"}) {
    Query decline = message(3, MessageType::kDecline, {{dhcp::kOptRequestedAddress, ip_bytes(address)}});
    EXPECT_TRUE(play(decline).changes.empty()) << address;
    decline.message.header.htype = decline.message.header.hlen = 0;  // as nobody
    EXPECT_TRUE(play(decline).changes.empty()) << address;
  }
  policy_.check_declines = false;
  Query decline = message(3, MessageType::kDecline, {{dhcp::kOptRequestedAddress, ip_bytes("192.168.0.10")}});
  EXPECT_EQ(play(decline).changes.size(), 1u);
}

TEST_F(DecideTest, OneClientDeclinesSixAddressesAMinute) {
  load(with(""));
  std::size_t abandoned = 0;
  for (int round = 0; round < 20; ++round) {
    const base::Ipv4 address = bind(1);
    abandoned +=
        play(message(1, MessageType::kDecline, {{dhcp::kOptRequestedAddress, ip_bytes(address.text())}}))
            .changes.size();
  }
  EXPECT_EQ(abandoned, DeclineLimit::kDeclinesAMinute);
  now_ += 60;
  bind(1);
  EXPECT_EQ(
      play(message(1, MessageType::kDecline, {{dhcp::kOptRequestedAddress, ip_bytes("192.168.0.10")}}))
              .changes.size() +
          play(message(1, MessageType::kDecline, {{dhcp::kOptRequestedAddress, ip_bytes("192.168.0.11")}}))
              .changes.size() +
          play(message(1, MessageType::kDecline, {{dhcp::kOptRequestedAddress, ip_bytes("192.168.0.12")}}))
              .changes.size(),
      1u);
}

TEST_F(DecideTest, ReleasesComeFromTheAddressOrByARelay) {
  load(with(""));
  bind(1);
  Query release = message(1, MessageType::kRelease);
  release.message.header.ciaddr = ip("192.168.0.10");
  const auto is_released = [&](std::string_view source, std::string_view giaddr) {
    release.arrival.source = ip(source);
    release.message.header.giaddr = ip(giaddr);
    return decide(release, world()).changes.size() == 1;
  };
  EXPECT_TRUE(is_released("192.168.0.10", "0.0.0.0"));
  EXPECT_TRUE(is_released("0.0.0.0", "0.0.0.0"));
  EXPECT_TRUE(is_released("192.168.0.254", "192.168.0.254"));
  EXPECT_FALSE(is_released("192.168.0.11", "0.0.0.0"));
  EXPECT_FALSE(is_released("10.9.9.9", "0.0.0.0"));
  EXPECT_FALSE(is_released("10.9.9.9", "192.168.0.254"));
  policy_.check_releases = false;
  EXPECT_TRUE(is_released("10.9.9.9", "0.0.0.0"));
}

TEST_F(DecideTest, ExpiresAndKeepsTheClientsAddressForIt) {
  load(with("on expiry { log(info, \"over\"); set x = \"y\"; }"));
  const base::Ipv4 address = bind(1);
  now_ += 600;
  const Decision over = expire(address, world());
  EXPECT_THAT(lines(over), ElementsAre("over"));
  ASSERT_EQ(over.changes.size(), 1u);
  EXPECT_EQ(over.changes[0].binding, BindingState::kFree);
  EXPECT_FALSE(over.changes[0].hardware.empty());
  EXPECT_EQ(over.changes[0].variables.count("x"), 1u);
  leases_.put(over.changes[0]);
  EXPECT_EQ(yiaddr(discover(2)), ip("192.168.0.11"));
  EXPECT_EQ(yiaddr(discover(1)), address);
}

TEST_F(DecideTest, PingsBeforeItOffersToAStranger) {
  load("ping-timeout 3; subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.12; }");
  const Decision offer = discover(1);
  ASSERT_TRUE(offer.ping);
  EXPECT_EQ(offer.ping->address, ip("192.168.0.10"));
  EXPECT_EQ(offer.ping->timeout, std::chrono::seconds(3));
  std::unordered_set<base::Ipv4> pinged{ip("192.168.0.10")};
  World busy = world();
  busy.pinged = &pinged;
  EXPECT_FALSE(decide(message(1, MessageType::kDiscover), busy).reply);
  const Decision abandoned = abandon_pinged(ip("192.168.0.10"), world());
  EXPECT_THAT(lines(abandoned), Contains("Abandoning IP address 192.168.0.10: pinged before offer"));
}

TEST_F(DecideTest, HostsPoolsAndClassesHaveTheirSay) {
  load(R"(
    ping-check off; option domain-name "global";
    class "pxe" { match if substring(option vendor-class-identifier, 0, 9) = "PXEClient"; filename "pxe"; }
    subnet 192.168.0.0 netmask 255.255.255.0 {
      pool { range 192.168.0.10 192.168.0.19; allow members of "pxe"; option domain-name "pool"; }
      pool { range 192.168.0.20 192.168.0.29; deny members of "pxe"; }
    }
    host h { hardware ethernet 02:00:00:00:00:07; fixed-address 192.168.0.7; option domain-name "host"; }
  )");
  const Decision pxe = discover(1, {{dhcp::kOptVendorClassIdentifier, bytes("PXEClient:x")}});
  EXPECT_EQ(yiaddr(pxe), ip("192.168.0.10"));
  EXPECT_EQ(reply(pxe).file(), "pxe");
  EXPECT_EQ(*reply(pxe).option(dhcp::kOptDomainName), bytes("pool"));
  EXPECT_EQ(yiaddr(discover(2)), ip("192.168.0.20"));
  const Decision host = discover(7);
  EXPECT_EQ(yiaddr(host), ip("192.168.0.7"));
  EXPECT_EQ(*reply(host).option(dhcp::kOptDomainName), bytes("host"));
  EXPECT_FALSE(host.offer);
}

TEST_F(DecideTest, ALeaseLimitHoldsForEverySubclass) {
  load(R"(
    ping-check off;
    class "port" { spawn with option agent.circuit-id; lease limit 1; }
    subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.19; }
  )");
  const std::vector<dhcp::RawOption> one{{dhcp::kOptRelayAgentInformation, {1, 1, 'a'}}};
  const std::vector<dhcp::RawOption> two{{dhcp::kOptRelayAgentInformation, {1, 1, 'b'}}};
  const base::Ipv4 address = yiaddr(discover(1, one));
  EXPECT_EQ(kind(request(1, address.text(), one)), MessageType::kAck);
  const Decision refused = discover(2, one);
  EXPECT_FALSE(refused.reply);
  EXPECT_THAT(lines(refused),
              Contains(HasSubstr("lease limit reached in all matching classes (last: 'port')")));
  EXPECT_EQ(kind(discover(2, two)), MessageType::kOffer);
}

// Knows the name of no address until it is told that the look-up is over.
class SlowResolver : public conf::Resolver {
 public:
  std::vector<base::Ipv4> addresses(const std::string&) override { return {}; }
  std::optional<std::string> name(base::Ipv4) override { return name_; }
  std::optional<std::string> name_;
};

TEST_F(DecideTest, NothingIsDecidedBeforeTheNameOfTheAddressIsKnown) {
  load(R"(
    ping-check off; get-lease-hostnames on;
    subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.19; }
    host h { hardware ethernet 02:00:00:00:00:07; option host-name "own"; }
  )");
  SlowResolver resolver;
  World slow = world();
  slow.resolver = &resolver;
  const Query query = message(1, MessageType::kDiscover);
  const Decision waits = decide(query, slow);
  EXPECT_EQ(waits.awaits_name, ip("192.168.0.10"));
  EXPECT_FALSE(waits.reply || waits.offer || waits.amended || waits.ping);
  EXPECT_TRUE(waits.effects.empty() && waits.changes.empty());
  EXPECT_EQ(kind(decide(message(7, MessageType::kDiscover), slow)), MessageType::kOffer);  // has one

  resolver.name_ = "pc10.example.org";
  EXPECT_EQ(*reply(decide(query, slow)).option(dhcp::kOptHostName), bytes("pc10.example.org"));
  resolver.name_ = "";
  const Decision nameless = decide(query, slow);
  EXPECT_EQ(reply(nameless).option(dhcp::kOptHostName), nullptr);
  EXPECT_THAT(lines(nameless), Contains("No hostname for 192.168.0.10"));
}

}  // namespace
}  // namespace dhcpd
