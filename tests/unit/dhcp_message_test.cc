// decode() and encode() of messages: RFC 951, RFC 2131 §2 and §4.1, RFC 3396.
#include <gtest/gtest.h>

#include "dhcp/message.h"
#include "dhcp/option_codes.h"

namespace dhcp {
namespace {

constexpr std::size_t kSnameAt = 44;
constexpr std::size_t kFileAt = 108;

base::Bytes datagram(const base::Bytes& options, bool cookie = true) {
  base::Bytes d(kFixedSize, 0);
  d[0] = 1;
  d[1] = 1;
  d[2] = 6;
  if (cookie) base::put_u32(d, 0x63825363);
  d.insert(d.end(), options.begin(), options.end());
  return d;
}

Message good(const base::Bytes& d) {
  auto result = decode(d);
  const Message* m = std::get_if<Message>(&result);
  EXPECT_NE(m, nullptr);
  return m == nullptr ? Message() : *m;
}

DecodeError bad(const base::Bytes& d) {
  auto result = decode(d);
  const DecodeError* e = std::get_if<DecodeError>(&result);
  EXPECT_NE(e, nullptr);
  return e == nullptr ? DecodeError{} : *e;
}

TEST(Decode, HeaderFieldsAndBack) {
  base::Bytes d(kFixedSize);
  for (std::size_t i = 0; i < d.size(); ++i) d[i] = static_cast<std::uint8_t>(i);
  d[2] = 6;
  const Message m = good(d);
  EXPECT_EQ(m.header.op, 0);
  EXPECT_EQ(m.header.htype, 1);
  EXPECT_EQ(m.header.hops, 3);
  EXPECT_EQ(m.header.xid, 0x04050607U);
  EXPECT_EQ(m.header.secs, 0x0809);
  EXPECT_EQ(m.header.flags, 0x0a0b);
  EXPECT_EQ(m.header.ciaddr.text(), "12.13.14.15");
  EXPECT_EQ(m.header.giaddr.text(), "24.25.26.27");
  EXPECT_EQ(m.header.hardware().text(), "1c:1d:1e:1f:20:21");
  base::Bytes again(kFixedSize);
  encode(m.header, again.data());
  EXPECT_EQ(again, d);
}

TEST(Decode, NoCookieIsBootpWithoutOptions) {
  const Message m = good(datagram({53, 1, 1, 255}, false));
  EXPECT_FALSE(m.has_cookie);
  EXPECT_TRUE(m.options.empty());
  EXPECT_EQ(m.type(), std::nullopt);
  EXPECT_EQ(good(datagram({}, false)).header.op, 1) << "236 bytes are enough";
}

TEST(Decode, TooShort) {
  base::Bytes d = datagram({}, false);
  d.pop_back();
  EXPECT_EQ(bad(d).fault, DecodeFault::kTooShort);
  EXPECT_EQ(bad({}).fault, DecodeFault::kTooShort);
}

TEST(Decode, HardwareLength) {
  base::Bytes d = datagram({255});
  d[2] = 16;
  EXPECT_EQ(good(d).header.hlen, 16);
  d[2] = 17;
  EXPECT_EQ(bad(d).fault, DecodeFault::kHardwareLength);
}

TEST(Decode, OptionsPadEndAndAfterEnd) {
  const Message m = good(datagram({0, 0, 53, 1, 3, 0, 12, 2, 'h', 'i', 255, 61, 200}));
  ASSERT_EQ(m.options.size(), 2U);
  EXPECT_EQ(m.type(), MessageType::kRequest);
  EXPECT_EQ(*m.option(12), (base::Bytes{'h', 'i'}));
  EXPECT_EQ(m.option(61), nullptr);
}

TEST(Decode, EndMayBeMissing) { EXPECT_EQ(good(datagram({53, 1, 1})).type(), MessageType::kDiscover); }

TEST(Decode, PiecesAreJoinedInOrderOfFirstAppearance) {
  const Message m = good(datagram({77, 2, 'a', 'b', 53, 1, 1, 77, 1, 'c', 255}));
  ASSERT_EQ(m.options.size(), 2U);
  EXPECT_EQ(m.options[0].code, 77);
  EXPECT_EQ(m.options[0].value, (base::Bytes{'a', 'b', 'c'}));
}

TEST(Decode, MalformedOptions) {
  DecodeError e = bad(datagram({53, 1, 1, 61}));
  EXPECT_EQ(e.fault, DecodeFault::kMalformedOption);
  EXPECT_EQ(e.code, 61);
  EXPECT_EQ(e.reason, "code tag at end of buffer - missing length field");
  e = bad(datagram({53, 1, 1, 61, 3, 1, 2}));
  EXPECT_EQ(e.code, 61);
  EXPECT_EQ(e.reason, "option length exceeds option buffer length");
}

TEST(Decode, EmptyHostNameIsNone) {
  EXPECT_EQ(good(datagram({12, 0, 255})).option(12), nullptr);
  ASSERT_NE(good(datagram({61, 0, 255})).option(61), nullptr);
}

TEST(Decode, OverloadReadsFileThenSname) {
  base::Bytes d = datagram({53, 1, 1, 52, 1, 3, 255});
  const base::Bytes in_file = {77, 1, 'f', 255};
  const base::Bytes in_sname = {77, 1, 's', 255};
  std::copy(in_file.begin(), in_file.end(), d.begin() + kFileAt);
  std::copy(in_sname.begin(), in_sname.end(), d.begin() + kSnameAt);
  const Message m = good(d);
  ASSERT_NE(m.option(77), nullptr);
  EXPECT_EQ(*m.option(77), (base::Bytes{'f', 's'}));
  EXPECT_EQ(m.file(), "");
  EXPECT_EQ(m.sname(), "");
}

TEST(Decode, OverloadOfOneField) {
  base::Bytes d = datagram({53, 1, 1, 52, 1, 1, 255});
  d[kFileAt] = 60;
  d[kFileAt + 1] = 127;  // one more than the field holds
  EXPECT_EQ(bad(d).code, 60);
  d[kFileAt + 1] = 126;
  d[kSnameAt] = 'x';
  const Message m = good(d);
  EXPECT_EQ(m.option(60)->size(), 126U);
  EXPECT_EQ(m.sname(), "x");
}

TEST(Decode, AHostNameLosesTheNulsAtItsEnd) {
  const Message m = good(datagram({53, 1, 1, 12, 3, 'a', 0, 0, 255}));
  EXPECT_EQ(*m.option(12), (base::Bytes{'a'}));
  EXPECT_TRUE(m.had_nul_in_host_name);
  const Message twice = good(datagram({53, 1, 1, 12, 2, 'a', 0, 12, 2, 'b', 0, 255}));
  EXPECT_EQ(*twice.option(12), (base::Bytes{'a', 'b', 0})) << "those of the first piece";
  EXPECT_FALSE(good(datagram({53, 1, 1, 12, 1, 'a', 255})).had_nul_in_host_name);
}

TEST(Decode, FieldsAsText) {
  base::Bytes d = datagram({255});
  for (std::size_t i = 0; i < kFileSize; ++i) d[kFileAt + i] = 'f';
  const Message m = good(d);
  EXPECT_EQ(m.file(), std::string(kFileSize, 'f')) << "a full field has no NUL";
  EXPECT_EQ(m.sname(), "");
}

TEST(Decode, TypeZeroOrEmptyIsBootp) {
  EXPECT_EQ(good(datagram({53, 1, 0, 255})).type(), std::nullopt);
  EXPECT_EQ(good(datagram({53, 0, 255})).type(), std::nullopt);
}

}  // namespace
}  // namespace dhcp
