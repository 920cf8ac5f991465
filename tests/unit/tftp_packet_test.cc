#include "tftp/packet.h"

#include <gtest/gtest.h>

#include "tftp/options.h"

using namespace tftp;
using base::ByteView;

namespace {

std::string rrq(const std::string& rest) { return std::string("\0\1", 2) + rest; }
std::string z(const char* text) { return std::string(text) + '\0'; }

const char* complaint(const std::string& datagram) {
  static ParsedRequest parsed;
  parsed = parse_request(ByteView(datagram));
  if (std::holds_alternative<NotARequest>(parsed)) return "not a request";
  if (const auto* bad = std::get_if<BadRequest>(&parsed)) return bad->text;
  return "";
}

std::string oack(const std::string& options, std::uint64_t size, const OptionPolicy& policy = {},
                 const char* mode = "octet") {
  const std::string datagram = rrq(z("f") + z(mode) + options);
  const auto parsed = parse_request(ByteView(datagram));
  const auto result = negotiate(std::get<Request>(parsed), policy, size);
  if (const auto* refusal = std::get_if<Refusal>(&result)) return refusal->text;
  const base::Bytes& packet = std::get<Agreement>(result).oack;
  std::string text(packet.begin(), packet.end());
  if (text.empty()) return "none";
  for (char& c : text) {
    if (c == '\0') c = ' ';
  }
  return text.substr(2);
}

}  // namespace

TEST(TftpPacket, OnlyRequestsAreAnswered) {
  for (int opcode : {0, 3, 4, 5, 6, 7, 255}) {
    const std::string datagram = std::string(1, '\0') + static_cast<char>(opcode) + z("f") + z("octet");
    EXPECT_STREQ(complaint(datagram), "not a request") << opcode;
  }
  EXPECT_STREQ(complaint(""), "not a request");
  EXPECT_STREQ(complaint(std::string(1, '\0')), "not a request");
  EXPECT_STREQ(complaint(std::string("\1\1x\0octet\0", 10)), "not a request");
}

TEST(TftpPacket, FormErrorsHaveTheStocksTexts) {
  EXPECT_STREQ(complaint(rrq("")), "Missing mode");
  EXPECT_STREQ(complaint(rrq(z("hello"))), "Missing mode");
  EXPECT_STREQ(complaint(rrq(z("hello") + z(""))), "Missing mode");
  EXPECT_STREQ(complaint(rrq(z("") + z("octet"))), "Missing mode");
  EXPECT_STREQ(complaint(rrq("hello")), "Request not null-terminated");
  EXPECT_STREQ(complaint(rrq(z("hello") + "octet")), "Request not null-terminated");
  EXPECT_STREQ(complaint(rrq(z("hello") + z("mail"))), "Unknown mode");
  EXPECT_STREQ(complaint(rrq(z("hello") + z("OcTeT"))), "");
  EXPECT_STREQ(complaint(rrq(z("hello") + z("NETASCII"))), "");
}

TEST(TftpPacket, OptionsEndAtTheFirstThatIsNotWhole) {
  const std::string datagram =
      rrq(z("f") + z("octet") + z("tsize") + z("0") + z("blksize") + z("") + z("timeout") + z("1"));
  const auto parsed = parse_request(ByteView(datagram));
  const auto& request = std::get<Request>(parsed);
  ASSERT_EQ(request.options.size(), 1u);
  EXPECT_EQ(request.options[0].first, "tsize");
}

TEST(TftpPacket, ErrorIsOneTextAndOneNul) {
  const base::Bytes packet = encode_error(ErrorCode::kNotFound, "File not found");
  EXPECT_EQ(packet.size(), 19u);
  EXPECT_EQ(base::hex(packet).substr(0, 11), "00:05:00:01");
  EXPECT_EQ(packet.back(), 0);
  EXPECT_EQ(encode_error(ErrorCode::kUndefined, std::string(4000, 'x')).size(), 512u);
  EXPECT_EQ(encode_error(ErrorCode::kUndefined, std::string("a\0b", 3)).size(), 6u);
}

TEST(TftpOptions, AnswerInTheClientsSpellingAndOrder) {
  EXPECT_EQ(oack(z("BLKSIZE") + z("1024"), 0), "BLKSIZE 1024 ");
  EXPECT_EQ(
      oack(z("tsize") + z("0") + z("blksize") + z("1428") + z("timeout") + z("3") + z("windowsize") + z("4"),
           1500),
      "tsize 1500 blksize 1428 timeout 3 windowsize 4 ");
  EXPECT_EQ(oack(z("foo") + z("1") + z("tsize") + z("0"), 7), "tsize 7 ");
  EXPECT_EQ(oack(z("tsize"), 7), "none");
  EXPECT_EQ(oack(z("multicast") + z("1"), 7), "none");
}

TEST(TftpOptions, ValuesAtAndAroundTheirLimits) {
  const char* no = "Unsupported option(s) requested";
  const auto one = [](const char* name, const char* value) { return oack(z(name) + z(value), 5); };
  EXPECT_EQ(one("blksize", "7"), no);
  EXPECT_EQ(one("blksize", "8"), "blksize 8 ");
  EXPECT_EQ(one("blksize", "65464"), "blksize 65464 ");
  EXPECT_EQ(one("blksize", "70000"), "blksize 65464 ");
  EXPECT_EQ(one("blksize", "1400x"), "none");
  EXPECT_EQ(one("blksize", "-1"), "blksize 65464 ");
  EXPECT_EQ(one("blksize", "18446744073709551616"), "none");
  EXPECT_EQ(one("blksize", "18446744073709551615"), "blksize 65464 ");
  EXPECT_EQ(one("blksize", " +0512"), "blksize 512 ");
  EXPECT_EQ(one("blksize2", "7"), no);
  EXPECT_EQ(one("blksize2", "1400"), "blksize2 1024 ");
  EXPECT_EQ(one("blksize2", "99999"), "blksize2 65464 ");
  EXPECT_EQ(one("timeout", "0"), no);
  EXPECT_EQ(one("timeout", "255"), "timeout 255 ");
  EXPECT_EQ(one("timeout", "256"), no);
  EXPECT_EQ(one("utimeout", "9999"), no);
  EXPECT_EQ(one("utimeout", "10000"), "utimeout 10000 ");
  EXPECT_EQ(one("utimeout", "255000001"), no);
  EXPECT_EQ(one("rollover", "65535"), "rollover 65535 ");
  EXPECT_EQ(one("rollover", "65536"), no);
  EXPECT_EQ(one("windowsize", "0"), "none");
  EXPECT_EQ(one("windowsize", "64"), "windowsize 64 ");
  EXPECT_EQ(one("windowsize", "65535"), "windowsize 64 ");
  EXPECT_EQ(one("tsize", "77"), "tsize 5 ");
  EXPECT_EQ(oack(z("tsize") + z("0"), 5, {}, "netascii"), no);
}

TEST(TftpOptions, AWindowHoldsAMegabyteAtMost) {
  EXPECT_EQ(oack(z("windowsize") + z("64") + z("blksize") + z("65464"), 0), "windowsize 16 blksize 65464 ");
}

TEST(TftpOptions, PolicyRefusesAndClamps) {
  OptionPolicy policy;
  policy.refused = kBlksize | kTsize;
  policy.max_blksize = 1380;
  EXPECT_EQ(oack(z("blksize") + z("7") + z("tsize") + z("0") + z("blksize2") + z("4096"), 5, policy),
            "blksize2 1380 ");
}

TEST(TftpOptions, AnOackStaysWithin512Octets) {
  std::string many;
  for (int i = 0; i < 60; ++i) many += z("tsize") + z("0");
  EXPECT_EQ(oack(many, 123456), "Insufficient space for options");
}
