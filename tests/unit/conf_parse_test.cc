#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <map>

#include "conf/lexer.h"
#include "conf/parse.h"

namespace conf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Files = std::map<std::string, std::string>;

ParseResult parse_files(const Files& files) {
  return parse("dhcpd.conf", [&](const std::string& name) -> std::optional<std::string> {
    const auto found = files.find(name);
    if (found != files.end()) return found->second;
    errno = ENOENT;
    return std::nullopt;
  });
}

ParseResult parse_text(const std::string& text) { return parse_files({{"dhcpd.conf", text}}); }

// "LINE: message" of the first diagnostic; "" where there is none.
std::string first(const std::string& text) {
  const ParseResult result = parse_text(text);
  if (result.diagnostics.empty()) return "";
  return std::to_string(result.diagnostics[0].line) + ": " + result.diagnostics[0].message;
}

std::string hint(const std::string& text) {
  const ParseResult result = parse_text(text);
  return result.diagnostics.empty() ? "" : result.diagnostics[0].hint;
}

// The constant value of the only statement of the global scope.
base::Bytes value(const std::string& text) {
  const ParseResult result = parse_text(text);
  if (!result.config || result.config->global.statements.size() != 1) {
    ADD_FAILURE() << text;
    return {};
  }
  return result.config->global.statements[0]->constant;
}

TEST(Lexer, TellsNumbersWordsAndNamesApart) {
  Diagnostics diagnostics;
  Lexer lexer("f", 0, "ff v host 10 0a 0x1f -1 7up 1-2 \"a\\x41\\101\\n\" ;", diagnostics);
  std::vector<TokenKind> kinds;
  while (!lexer.peek().is_end()) kinds.push_back(lexer.next().kind);
  using K = TokenKind;
  EXPECT_THAT(kinds,
              ElementsAre(K::kNumberOrName, K::kNumberOrName, K::kReserved, K::kNumber, K::kNumberOrName,
                          K::kNumberOrName, K::kNumber, K::kName, K::kName, K::kString, K::kPunctuation));
  EXPECT_EQ(diagnostics.errors(), 0U);
}

TEST(Lexer, RewindsToAMark) {
  Diagnostics diagnostics;
  Lexer lexer("f", 0, "a\nb c", diagnostics);
  lexer.next();
  lexer.peek();
  const Lexer::Mark mark = lexer.mark();
  EXPECT_EQ(lexer.next().text, "b");
  EXPECT_EQ(lexer.line(), 2);
  lexer.rewind(mark);
  EXPECT_EQ(lexer.line(), 1);
  EXPECT_EQ(lexer.next().text, "b");
  EXPECT_EQ(lexer.next().text, "c");
}

TEST(Parse, ShowsErrorsInTheStocksShape) {
  const ParseResult result = parse_text("\tdefault-lease-time foo bar;\n");
  ASSERT_FALSE(result.config);
  const std::vector<std::string> lines = render(result.diagnostics.at(0));
  EXPECT_EQ(lines.at(0), "dhcpd.conf line 1: expecting number.");
  EXPECT_EQ(lines.at(1), "\tdefault-lease-time foo ");
  EXPECT_EQ(lines.at(2), std::string(28, ' ') + "^");
}

TEST(Parse, ReportsWhatWasOnlyLookedAtOnTheLineBefore) {
  EXPECT_EQ(first("ping-check true;\n   }\n"), "1: expecting a parameter or declaration");
  EXPECT_EQ(first("ping-check true\nping-check true;\n"), "2: semicolon expected.");
  EXPECT_EQ(first("\xef\xbb\xbfping-check true;\n"), "0: expecting a parameter or declaration");
}

TEST(Parse, ReportsAllErrorsOfAFile) {
  const ParseResult result =
      parse_text("option nothing 5;\noption routers \"x\";\nhost a { hardware wifi 1; }\n");
  std::vector<int> lines;
  for (const Diagnostic& diagnostic : result.diagnostics) lines.push_back(diagnostic.line);
  EXPECT_THAT(lines, ElementsAre(1, 2, 3));
}

TEST(Parse, HintsHowToMend) {
  EXPECT_THAT(hint("authorative;"), HasSubstr("authoritative"));
  EXPECT_THAT(hint("option domain-nmae \"x\";"), HasSubstr("domain-name"));
  EXPECT_THAT(hint("filename http://10.0.0.1/x;"), HasSubstr("double quotes"));
  EXPECT_THAT(hint("option routers \"10.0.0.1\";"), HasSubstr("not quoted"));
  EXPECT_THAT(hint("\xe2\x80\x9cx\xe2\x80\x9d;"), HasSubstr("curly quotes"));
  EXPECT_THAT(hint("ping-check true\nping-check on;"), HasSubstr("end of line 1"));
  EXPECT_THAT(hint("option x code 200 = uint8;"), HasSubstr("unsigned integer 8"));
  EXPECT_THAT(hint("subnet 10.0.0.0/24 { }"), HasSubstr("netmask"));
  EXPECT_THAT(hint("subnet 10.0.0.1 netmask 255.255.255.0 { }"), HasSubstr("10.0.0.0"));
}

TEST(Parse, WarnsOfWhatDoesNothing) {
  const ParseResult result = parse_text("bogus;\n");
  ASSERT_TRUE(result.config);
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(render(result.diagnostics[0])[0], "Warning: dhcpd.conf:1: bogus: this statement does nothing");
}

TEST(Parse, RefusesWhatCrashesTheStock) {
  EXPECT_FALSE(parse_text("key a { }").config);
  EXPECT_FALSE(parse_text("option domain-name ;;").config);
  EXPECT_FALSE(parse_text("key a { secret abc").config);
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += "group { ";
  EXPECT_FALSE(parse_text(deep).config);
  deep.clear();
  for (int i = 0; i < 100000; ++i) deep += "if known { ";
  EXPECT_FALSE(parse_text(deep).config);
  EXPECT_FALSE(parse_files({{"dhcpd.conf", "include \"dhcpd.conf\";"}}).config);
}

TEST(Parse, EncodesOptionValues) {
  const std::string define = "option x code 200 = ";
  EXPECT_EQ(value(define + "array of { ip-address, integer 8 }; option x 1.2.3.4 5, 2.3.4.5 -1;"),
            (base::Bytes{1, 2, 3, 4, 5, 2, 3, 4, 5, 255}));
  EXPECT_EQ(value(define + "{ ip-address, array of integer 16 }; option x 1.2.3.4 5, 0x10, 010;"),
            (base::Bytes{1, 2, 3, 4, 0, 5, 0, 16, 0, 8}));
  EXPECT_EQ(value(define + "domain-list compressed; option x \"a.b.c\", \"B.c\", \"d.b.c\";"),
            (base::Bytes{1, 'a', 1, 'b', 1, 'c', 0, 0xc0, 2, 1, 'd', 0xc0, 2}));
  EXPECT_EQ(value(define + "domain-name; option x a.b.;"), (base::Bytes{1, 'a', 1, 'b', 0}));
  EXPECT_EQ(value(define + "string; option x 1:02:f;"), (base::Bytes{1, 2, 15}));
  EXPECT_EQ(value(define + "boolean; option x ignore;"), (base::Bytes{2}));
  EXPECT_EQ(value(define + "destination-descriptor; option x 24.10.1.2;"), (base::Bytes{24, 10, 1, 2}));
  EXPECT_EQ(value("max-lease-time infinite;"), (base::Bytes{255, 255, 255, 255}));
  EXPECT_EQ(value("deny unknown-clients;"), (base::Bytes{0}));
}

TEST(Parse, KeepsHostNamesForLater) {
  const ParseResult result = parse_text("option routers 10.0.0.1, gw.example;");
  ASSERT_TRUE(result.config);
  const Statement& statement = *result.config->global.statements.at(0);
  EXPECT_FALSE(statement.is_constant);
  ASSERT_TRUE(statement.value);
  EXPECT_EQ(statement.value->op, Operator::kConcat);
}

TEST(Parse, GivesASubnetByItselfANetworkAndSplitsPools) {
  const ParseResult result = parse_text(
      "subnet 10.0.0.0 netmask 255.255.255.0 { option routers 10.0.0.1;\n"
      " range 10.0.0.20 10.0.0.10; range 10.0.0.30; range dynamic-bootp 10.0.0.40;\n"
      " pool { range 10.0.0.50; allow unknown clients; } pool { range 10.0.0.60; allow unknown-clients; } "
      "}\n");
  ASSERT_TRUE(result.config);
  const Config& config = *result.config;
  ASSERT_EQ(config.networks.size(), 1U);
  EXPECT_EQ(config.networks[0]->name, "10.0.0.0/24");
  EXPECT_EQ(config.networks[0]->scope.statements.size(), 1U);
  ASSERT_EQ(config.pools.size(), 3U);  // plain, dynamic-bootp, and the two equal ones in one
  EXPECT_EQ(config.pools[0]->ranges.size(), 2U);
  EXPECT_EQ(config.pools[0]->ranges[0].low.text(), "10.0.0.10");
  EXPECT_EQ(config.pools[0]->deny.size(), 1U);
  EXPECT_TRUE(config.pools[1]->deny.empty());
  EXPECT_EQ(config.pools[2]->ranges.size(), 2U);
  EXPECT_EQ(config.subnet_of(*base::Ipv4::parse("10.0.0.77")), config.subnets[0].get());
  EXPECT_EQ(config.subnet_of(*base::Ipv4::parse("10.0.1.77")), nullptr);
}

TEST(Parse, ChecksRanges) {
  EXPECT_EQ(first("subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.5 10.0.1.9; }"),
            "0: bad range, address 10.0.1.9 not in subnet 10.0.0.0 netmask 255.255.255.0");
  EXPECT_EQ(first("subnet 10.0.0.0 netmask 255.255.255.0 {\n range 10.0.0.5 10.0.0.9;\n range 10.0.0.7; }"),
            "3: lease 10.0.0.7 is declared twice!");
}

TEST(Parse, FindsHostsByWhatTheyAreKnownBy) {
  const ParseResult result = parse_text(
      "host a { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.0.1; }\n"
      "host b { hardware ethernet 2:0:0:0:0:2; }\n"
      "host c { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.0.2, c.example; }\n"
      "host d { option dhcp-client-identifier \"me\"; }\n"
      "host e { host-identifier option agent.circuit-id 1:2; }\n");
  ASSERT_TRUE(result.config);
  const Config& config = *result.config;
  const std::uint8_t octets[] = {2, 0, 0, 0, 0, 1};
  const HostRange range = config.hosts_by_hardware(base::HardwareAddress(1, base::ByteView(octets, 6)));
  ASSERT_EQ(range.size(), 2U);
  EXPECT_EQ(range.begin()[0]->name, "a");
  EXPECT_EQ(range.begin()[1]->name, "c");
  ASSERT_EQ(range.begin()[1]->fixed_addresses.size(), 2U);
  EXPECT_EQ(*range.begin()[1]->fixed_addresses.begin()[1].host_name, "c.example");
  ASSERT_EQ(config.hosts_by_uid(base::ByteView("me")).size(), 1U);
  ASSERT_EQ(config.host_identifier_options().size(), 1U);
  const base::Bytes circuit{1, 2};
  EXPECT_EQ(config.hosts_by_identifier(config.host_identifier_options()[0], circuit).size(), 1U);
  EXPECT_TRUE(config.hosts_by_identifier(config.host_identifier_options()[0], {}).empty());
}

TEST(Parse, RefusesASecondHostOfAName) {
  EXPECT_EQ(first("host a { }\nhost a {\n}\n"), "3: host a: already exists");
}

TEST(Parse, ReadsIncludedFilesInPlace) {
  const ParseResult result =
      parse_files({{"dhcpd.conf", "group {\ninclude \"hosts\";\n}\n"}, {"hosts", "host a { }\n"}});
  ASSERT_TRUE(result.config);
  EXPECT_EQ(result.config->hosts.at(0)->scope.parent, &result.config->groups.at(0)->scope);
  const ParseResult broken = parse_files({{"dhcpd.conf", "include \"hosts\";\n"}, {"hosts", "\nhost 5 x\n"}});
  ASSERT_EQ(broken.diagnostics.size(), 2U);
  EXPECT_EQ(broken.diagnostics[0].file, "hosts");
  EXPECT_EQ(broken.diagnostics[1].message, "hosts: bad parse.");
}

TEST(Parse, NamesOptionsByCode) {
  const ParseResult result = parse_text("option unknown-12 \"x\"; option unknown-200 1:2;");
  ASSERT_TRUE(result.config);
  EXPECT_EQ(result.config->global.statements.at(0)->option.code, 12U);
  EXPECT_EQ(result.config->global.statements.at(1)->option.code, 200U);
  EXPECT_EQ(first("option unknown-0 5;"), "1: Option codes 0 and 255 are illegal in the dhcp space.");
}

TEST(Parse, KeepsWhatIsNotServedWithItsLine) {
  const ParseResult result =
      parse_text("\nddns-update-style interim;\nkey k { algorithm hmac-md5; secret abcd; }\n");
  ASSERT_TRUE(result.config);
  ASSERT_EQ(result.config->not_served.size(), 2U);
  EXPECT_EQ(result.config->not_served[0].line, 3);
  EXPECT_EQ(result.config->not_served[1].line, 2);
}

TEST(Parse, ADirectoryIsNoFile) {
  const ParseResult result = parse("/");
  EXPECT_FALSE(result.config);
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].message, "Can't read in /: Is a directory");
}

TEST(Class, OpenedAgainTheLastBlockCounts) {
  EXPECT_EQ(first("class \"a\" { match option host-name;\nmatch option host-name; }"),
            "2: can't override existing submatch/spawn.");
  EXPECT_EQ(first("class \"a\" { match if true;\nmatch if false; }"),
            "2: A class may only have one 'match if' clause.");
  const ParseResult result = parse_text(
      "class \"a\" { match if known; match option host-name; }\n"
      "class \"a\" { match if static; match option domain-name; }\n");
  ASSERT_TRUE(result.config);
  ASSERT_EQ(result.config->classes.size(), 1U);
  EXPECT_EQ(result.config->classes[0]->match_if->op, Operator::kStatic);
}

TEST(Host, TheFirstClientIdentifierCounts) {
  const char* text =
      "host a {\n  if true { option dhcp-client-identifier \"c\"; }\n"
      "  option dhcp-client-identifier \"x\";\n  option dhcp-client-identifier \"y\";\n}\n";
  const ParseResult result = parse_text(text);
  ASSERT_TRUE(result.config);
  ASSERT_EQ(result.diagnostics.size(), 2U);
  EXPECT_EQ(result.diagnostics[0].message, "dhcp client identifier may not be specified conditionally.");
  EXPECT_EQ(result.diagnostics[1].message, "only one dhcp client identifier may be specified");
  EXPECT_EQ(*result.config->hosts[0]->uid, base::Bytes{'x'});
}

TEST(Key, AnAlgorithmThatNothingSignsWithIsTold) {
  EXPECT_EQ(first("key a { algorithm HMAC-MD5.SIG-ALG.REG.INT; secret abcd; }"), "");
  EXPECT_EQ(first("key a { algorithm hmac-md6; secret abcd; }"), "0: Unable to create tsec structure for a");
  EXPECT_EQ(first("key a { algorithm hmac-md5; secret abcd; }\nzone x. { key a; key a; }"),
            "0: Multiple key definitions for zone x..");
}

TEST(Diagnostics, AfterADeclarationOnlyADeclarationIsExpected) {
  EXPECT_EQ(first("set a = \"b\";\n5;"), "1: expecting a parameter or declaration");
  EXPECT_EQ(first("group { }\nset a = \"b\";\n5;"), "2: expecting a declaration");
  EXPECT_EQ(first("group { }\nauthoritative;\n5;"), "2: expecting a parameter or declaration");
  EXPECT_EQ(first("shared-network a { subnet 10.0.0.0 netmask 255.0.0.0 { }\n5; }"),
            "1: expecting a parameter or declaration");
}

TEST(Log, WithNothingToLogDoesNothing) {
  const ParseResult result = parse_text("group { if true { log(info, ); } }\nlog(info, );\n");
  EXPECT_TRUE(result.config);
  ASSERT_EQ(result.diagnostics.size(), 2U);
  EXPECT_EQ(result.diagnostics[0].level, Diagnostic::Level::kWarning);
}

}  // namespace
}  // namespace conf
