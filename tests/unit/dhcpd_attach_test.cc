// Which interfaces are served: those with a subnet, or those named; the stock server's complaints for the
// rest.
#include "dhcpd/attach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>

#include "conf/parse.h"

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::unique_ptr<const conf::Config> config(const std::string& text) {
  auto result =
      conf::parse("dhcpd.conf", [&](const std::string&) { return std::optional<std::string>(text); });
  EXPECT_TRUE(result.config) << text;
  return std::move(result.config);
}

dhcpd::Interface interface(const std::string& name, int index, const std::vector<std::string>& addresses) {
  dhcpd::Interface i;
  i.name = name;
  i.index = index;
  i.flags = IFF_UP | IFF_BROADCAST;
  i.link_type = 1;
  const std::uint8_t octets[] = {2, 0, 0, 0, 0, static_cast<std::uint8_t>(index)};
  i.hardware = base::HardwareAddress(base::kEthernet, base::ByteView(octets, sizeof octets));
  for (const auto& address : addresses) i.addresses.push_back(*base::Ipv4::parse(address));
  return i;
}

std::vector<std::string> served(const dhcpd::Attachments& attachments) {
  std::vector<std::string> names;
  for (const auto& attached : attachments.served)
    names.push_back(attached.interface.name + " " + attached.network->name);
  return names;
}

constexpr const char* kTwoNets =
    "subnet 10.0.0.0 netmask 255.255.255.0 { }\n"
    "shared-network hall { subnet 10.1.0.0 netmask 255.255.0.0 { } subnet 10.2.0.0 netmask 255.255.0.0 { } "
    "}\n";

TEST(Attach, EveryInterfaceWithASubnetIsServed) {
  const auto c = config(kTwoNets);
  auto loopback = interface("lo", 1, {"127.0.0.1"});
  loopback.flags |= IFF_LOOPBACK;
  auto down = interface("eth9", 9, {"10.0.0.9"});
  down.flags &= ~static_cast<unsigned>(IFF_UP);
  const auto found = dhcpd::attach(
      {loopback, interface("eth0", 2, {"10.0.0.1"}), interface("eth1", 3, {"10.2.0.1"}), down}, *c, {});
  EXPECT_THAT(served(found), ElementsAre("eth0 10.0.0.0/24", "eth1 hall"));
  EXPECT_THAT(found.complaints, IsEmpty());
  EXPECT_EQ(found.fatal, "");
}

TEST(Attach, OneWithoutASubnetIsNamedInTheStockServersWords) {
  const auto c = config(kTwoNets);
  const auto found = dhcpd::attach({interface("eth0", 2, {"192.168.1.1"}), interface("eth1", 3, {})}, *c, {});
  EXPECT_THAT(served(found), IsEmpty());
  ASSERT_EQ(found.complaints.size(), 14U);
  EXPECT_EQ(found.complaints[1], "No subnet declaration for eth0 (192.168.1.1).");
  EXPECT_EQ(found.complaints[2], "** Ignoring requests on eth0.  If this is not what");
  EXPECT_EQ(found.complaints[8], "No subnet declaration for eth1 (no IPv4 addresses).");
}

TEST(Attach, NamedInterfacesOnly) {
  const auto c = config(kTwoNets);
  const auto found = dhcpd::attach({interface("eth0", 2, {"10.0.0.1"}), interface("eth1", 3, {"10.1.0.1"})},
                                   *c, {"eth1", "gone"});
  EXPECT_THAT(served(found), ElementsAre("eth1 hall"));
  EXPECT_EQ(found.complaints[1], "No subnet declaration for gone (no IPv4 addresses).");
}

TEST(Attach, SeveralInterfacesOfOneNetworkAreServedWithAWord) {
  const auto c = config(kTwoNets);
  const auto found = dhcpd::attach({interface("eth0", 2, {"10.1.0.1"}), interface("eth1", 3, {"10.1.0.2"}),
                                    interface("eth2", 4, {"10.2.0.1"})},
                                   *c, {});
  EXPECT_THAT(served(found), ElementsAre("eth0 hall", "eth1 hall", "eth2 hall"));
  EXPECT_THAT(found.complaints, ElementsAre("Multiple interfaces match the same subnet: eth0 eth1",
                                            "Multiple interfaces match the same shared network: eth0 eth1",
                                            "Multiple interfaces match the same shared network: eth0 eth2"));
}

TEST(Attach, OneInterfaceOfSeveralNetworksIsFatal) {
  const auto c = config(kTwoNets);
  const auto found = dhcpd::attach({interface("eth0", 2, {"10.0.0.1", "10.1.0.1"})}, *c, {});
  EXPECT_EQ(found.fatal, "Interface eth0 matches multiple shared networks");
}

TEST(Attach, AnInterfaceWithoutADhcpHardwareTypeIsFatal) {
  const auto c = config(kTwoNets);
  auto strange = interface("wpan0", 2, {"10.0.0.1"});
  strange.link_type = 804;
  strange.hardware.type = 0;
  EXPECT_EQ(dhcpd::attach({strange}, *c, {}).fatal, "Unsupported device type 804 for \"wpan0\"");
}

}  // namespace
