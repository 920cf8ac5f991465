#include "base/address.h"

#include <gtest/gtest.h>

using namespace base;

TEST(Ipv4, TextAndBack) {
  const auto address = Ipv4::parse("192.168.0.1");
  ASSERT_TRUE(address);
  EXPECT_EQ(address->value, 0xc0a80001u);
  EXPECT_EQ(address->text(), "192.168.0.1");
  EXPECT_EQ(Ipv4::parse("010.0.0.1")->text(), "10.0.0.1");
}

TEST(Ipv4, RejectsWhatIsNoDottedQuad) {
  for (const char* bad :
       {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", "a.b.c.d", "1.2.3.4 ", "99999999999.1.1.1"}) {
    EXPECT_FALSE(Ipv4::parse(bad)) << bad;
  }
}

TEST(Ipv4, PrefixLengthOfAMask) {
  EXPECT_EQ(prefix_length(*Ipv4::parse("255.255.255.0")), 24);
  EXPECT_EQ(prefix_length(Ipv4{0}), 0);
  EXPECT_EQ(prefix_length(Ipv4{0xffffffff}), 32);
  EXPECT_FALSE(prefix_length(*Ipv4::parse("255.0.255.0")));
}

TEST(HardwareAddress, ComparesTypeAndOctets) {
  const HardwareAddress a(kEthernet, Bytes{2, 0, 0, 0, 0, 1});
  EXPECT_EQ(a.text(), "02:00:00:00:00:01");
  EXPECT_EQ(a, HardwareAddress(kEthernet, Bytes{2, 0, 0, 0, 0, 1}));
  EXPECT_NE(a, HardwareAddress(kTokenRing, Bytes{2, 0, 0, 0, 0, 1}));
  EXPECT_EQ(HardwareAddress(kEthernet, Bytes(30, 7)).length, HardwareAddress::kMaxLength);
  EXPECT_EQ(ByteView(a.type_and_address()), ByteView(Bytes{1, 2, 0, 0, 0, 0, 1}));
}

TEST(SocketAddress, BothFamilies) {
  SocketAddress four(*Ipv4::parse("192.0.2.5"), 69);
  EXPECT_EQ(four.text(), "192.0.2.5");
  EXPECT_EQ(four.port(), 69);
  four.set_port(70);
  EXPECT_EQ(four.port(), 70);
  const SocketAddress six(in6addr_loopback, 69);
  EXPECT_EQ(six.text(), "::1");
  EXPECT_NE(four, six);
  EXPECT_EQ(six, SocketAddress(in6addr_loopback, 69));
  EXPECT_EQ(std::hash<SocketAddress>()(six), std::hash<SocketAddress>()(SocketAddress(in6addr_loopback, 69)));
}
