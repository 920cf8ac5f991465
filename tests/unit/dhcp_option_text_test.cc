#include "dhcp/option_text.h"

#include <gtest/gtest.h>

#include "dhcp/suboptions.h"

namespace dhcp {
namespace {

std::string text(const char* name, const base::Bytes& value) {
  return option_text(OptionRegistry::standard().find("dhcp", name), value);
}

TEST(OptionText, OneOfEachType) {
  EXPECT_EQ(text("subnet-mask", {255, 255, 255, 0}), "255.255.255.0");
  EXPECT_EQ(text("routers", {10, 0, 0, 1, 10, 0, 0, 2}), "10.0.0.1, 10.0.0.2");
  EXPECT_EQ(text("static-routes", {10, 1, 0, 0, 10, 0, 0, 1, 10, 2, 0, 0, 10, 0, 0, 2}),
            "10.1.0.0 10.0.0.1, 10.2.0.0 10.0.0.2");
  EXPECT_EQ(text("time-offset", {0xff, 0xff, 0xb9, 0xb0}), "-18000");
  EXPECT_EQ(text("interface-mtu", {0x05, 0xdc}), "1500");
  EXPECT_EQ(text("ip-forwarding", {1}), "true");
  EXPECT_EQ(text("host-name", {'a', '"', 7}), "\"a\\\"\\007\"");
  EXPECT_EQ(text("dhcp-client-identifier", {1, 2, 0xab}), "01:02:ab");
  EXPECT_EQ(text("vendor-class-identifier", {'P', 'X', 'E'}), "\"PXE\"");
  EXPECT_EQ(text("classless-static-routes", {24, 10, 0, 0, 10, 0, 0, 1, 0, 10, 0, 0, 1}),
            "24.10.0.0 10.0.0.1, 0 10.0.0.1");
  EXPECT_EQ(text("v4-access-domain", {1, 'a', 2, 'b', 'c', 0}), "a.bc.");
  EXPECT_EQ(text("domain-search", {1, 'a', 2, 'b', 'c', 0, 1, 'd', 0xc0, 2}), "\"a.bc.\", \"d.bc.\"");
  EXPECT_EQ(text("slp-directory-agent", {1, 10, 0, 0, 1, 10, 0, 0, 2}), "true 10.0.0.1, 10.0.0.2");
  EXPECT_EQ(text("slp-service-scope", {0}), "false");
  EXPECT_EQ(text("option-6rd", {8, 32, 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1}),
            "8 32 2001:db8:: 10.0.0.1");
}

TEST(OptionText, WhatDoesNotFitIsHexadecimal) {
  EXPECT_EQ(text("subnet-mask", {255, 255}), "ff:ff");
  EXPECT_EQ(text("subnet-mask", {255, 255, 255, 0, 1}), "ff:ff:ff:00:01");
  EXPECT_EQ(text("v4-access-domain", {0xc0, 0}), "c0:00");
  EXPECT_EQ(option_text(nullptr, base::Bytes{1, 2}), "01:02");
}

OptionSpace space(unsigned code_width, unsigned length_width) {
  OptionSpace made;
  made.code_width = code_width;
  made.length_width = length_width;
  return made;
}

TEST(Suboptions, WidthsOfCodesAndLengths) {
  const base::Bytes value = {'x', 'y'};
  base::Bytes out;
  encode_suboptions(space(1, 1), {{0, value}, {255, value}}, out);
  EXPECT_EQ(out, (base::Bytes{0, 2, 'x', 'y', 255, 2, 'x', 'y'}));
  out.clear();
  encode_suboptions(space(2, 2), {{300, value}}, out);
  EXPECT_EQ(out, (base::Bytes{1, 44, 0, 2, 'x', 'y'}));
  EXPECT_EQ(find_suboption(out, 300, space(2, 2)), base::ByteView(value));
  out.clear();
  encode_suboptions(space(4, 1), {{1, value}, {2, value}}, out);
  EXPECT_EQ(out, (base::Bytes{0, 0, 0, 1, 2, 'x', 'y', 0, 0, 0, 2, 2, 'x', 'y'}));
  EXPECT_EQ(find_suboption(out, 2, space(4, 1)), base::ByteView(value));
}

TEST(Suboptions, LongValueGoesInPieces) {
  const base::Bytes value(300, 'x');
  base::Bytes out;
  encode_suboptions(space(1, 1), {{7, value}}, out);
  ASSERT_EQ(out.size(), 304U);
  EXPECT_EQ(out[1], 255);
  EXPECT_EQ(out[257], 7);
  EXPECT_EQ(out[258], 45);
}

TEST(Suboptions, ReadingEndsAtDamage) {
  EXPECT_FALSE(find_suboption(base::Bytes{1, 4, 'a'}, 1, space(1, 1)));
  EXPECT_TRUE(find_suboption(base::Bytes{1, 1, 'a', 3, 4, 'c'}, 1, space(1, 1)));
  EXPECT_FALSE(find_suboption(base::Bytes{1, 1, 'a', 3, 4, 'c'}, 3, space(1, 1)));
  EXPECT_FALSE(find_suboption(base::Bytes{0, 0, 3, 1, 'c'}, 3, space(1, 1)));
}

// Seen on the wire of dhcpd 4.4.3-P1.
TEST(Suboptions, OrderOfTheStock) {
  EXPECT_EQ(stock_order({2, 1, 20, 17}), (std::vector<std::size_t>{3, 1, 0, 2}));
  EXPECT_EQ(stock_order({1, 18, 35}), (std::vector<std::size_t>{1, 0, 2}));
}

std::string member(const base::Bytes& option81, std::uint32_t code) {
  const auto value = fqdn_member(option81, code);
  return value ? std::string(value->begin(), value->end()) : "(null)";
}

TEST(Fqdn, NameAsTextAndAsLabels) {
  const base::Bytes text = {0, 1, 2, 'h', '.', 'e', 'x'};
  EXPECT_EQ(member(text, 6), "h");
  EXPECT_EQ(member(text, 7), "ex");
  EXPECT_EQ(member(text, 8), "h.ex");
  EXPECT_EQ(member(text, 4), std::string(1, 1));
  const base::Bytes labels = {5, 0, 0, 1, 'h', 2, 'e', 'x', 0};
  EXPECT_EQ(member(labels, 6), "h");
  EXPECT_EQ(member(labels, 7), ".ex");
  EXPECT_EQ(member(labels, 8), "h.ex");
  EXPECT_EQ(member(labels, 2), std::string(1, 1));
  EXPECT_EQ(member({4, 0, 0, 9, 'h'}, 8), "(null)");
  EXPECT_EQ(member({4, 0}, 8), "(null)");
}

TEST(Fqdn, Encode) {
  Fqdn fqdn;
  fqdn.encoded = fqdn.server_update = true;
  const base::Bytes name = {'h', '.', 'e', 'x', '.'};
  fqdn.name = name;
  fqdn.rcode1 = 255;
  EXPECT_EQ(encode_fqdn(fqdn), (base::Bytes{5, 255, 0, 1, 'h', 2, 'e', 'x', 0}));
}

}  // namespace
}  // namespace dhcp
