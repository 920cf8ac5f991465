// What scopes do for a packet. The same statements were run by dhcpd 4.4.3-P1; the comments say where its
// answer is a surprise. Expressions without a packet are compared by the thousand in
// tests/system/differential.py.
#include "conf/evaluate.h"

#include <gtest/gtest.h>

#include <string>

#include "conf/encapsulate.h"
#include "conf/parse.h"
#include "conf/regex.h"
#include "dhcp/option_codes.h"
#include "dhcp/server_options.h"

namespace conf {
namespace {

base::Bytes bytes(std::string_view text) { return base::ByteView(text).copy(); }

// A configuration, a packet and what evaluation needs beside them.
class Evaluation : public ::testing::Test, public Resolver {
 protected:
  std::vector<base::Ipv4> addresses(const std::string& name) override {
    if (name == "two.example") return {*base::Ipv4::parse("10.0.0.1"), *base::Ipv4::parse("10.0.0.2")};
    return {};
  }

  void load(const std::string& text) {
    ParseResult result =
        parse("test.conf", [&](const std::string&) { return std::optional<std::string>(text); });
    for (const Diagnostic& diagnostic : result.diagnostics)
      if (diagnostic.level == Diagnostic::Level::kError) ADD_FAILURE() << diagnostic.message;
    config_ = std::move(result.config);
    ASSERT_TRUE(config_);
    context_.config = config_.get();
    context_.reply = &options_;
    context_.packet_variables = &packet_variables_;
    context_.global_variables = &global_variables_;
    context_.resolver = this;
  }

  void receive(std::vector<dhcp::RawOption> options) {
    message_.options = std::move(options);
    message_.header.htype = 1;
    message_.header.hlen = 6;
    message_.header.chaddr = {2, 0xaa, 0, 0, 0, 1};
    message_.raw = {1, 1, 6, 0, 9, 9};
    context_.message = &message_;
  }

  // Executes the global scope; the lines it logs.
  std::vector<std::string> run() {
    if (!config_) return {};
    context_.effects.clear();
    execute(config_->global.statements, context_);
    std::vector<std::string> lines;
    for (const Effect& effect : context_.effects)
      if (const auto* log = std::get_if<LogEffect>(&effect)) lines.push_back(log->line);
    return lines;
  }
  std::vector<std::string> run(const std::string& text) {
    load(text);
    return run();
  }

  std::string option(const char* name) {
    const dhcp::OptionDefinition* definition = config_->options.find("dhcp", name);
    const base::Bytes* value = options_.get({0, definition->code});
    return value == nullptr ? "(null)" : std::string(value->begin(), value->end());
  }

  std::unique_ptr<const Config> config_;
  dhcp::Message message_;
  OptionState options_;
  Variables packet_variables_, global_variables_;
  Context context_;
};

using Lines = std::vector<std::string>;

TEST_F(Evaluation, ReadsThePacket) {
  receive({{dhcp::kOptHostName, bytes("pc\0\0")},
           {dhcp::kOptVendorClassIdentifier, bytes("PXEClient:Arch:00007")},
           {dhcp::kOptRelayAgentInformation, {1, 2, 'c', '1', 2, 1, 'r'}},
           {dhcp::kOptFqdn, {1, 0, 0, 'h', '.', 'd'}}});
  EXPECT_EQ(run(R"(
    log(info, option host-name);
    log(info, substring(option vendor-class-identifier, 0, 9));
    log(info, concat(option agent.circuit-id, option agent.remote-id));
    log(info, concat(option fqdn.hostname, "/", option fqdn.domainname));
    log(info, binary-to-ascii(16, 8, ":", hardware));
    log(info, binary-to-ascii(16, 8, ":", packet(4, 9)));
    log(info, option domain-name);
    if exists agent.circuit-id and not exists domain-name { log(info, "exists"); }
    if option vendor-class-identifier ~= "^pxe" { log(info, "no"); }
    elsif option vendor-class-identifier ~~ "^pxe.*:(00007|00009)$" { log(info, "uefi"); }
  )"),
            (Lines{"pc", "PXEClient", "c1r", "h/d", "1:2:aa:0:0:0:1", "9:9", "exists", "uefi"}));
}

TEST_F(Evaluation, ReadsMembersOfSpacesOfUsers) {
  receive({{200, {1, 2, 'a', 'b', 7, 1, 'c'}}, {43, {3, 1, 'v'}}});
  EXPECT_EQ(run(R"(
    option space site; option site.one code 1 = text; option site.seven code 7 = string;
    option carrier code 200 = encapsulate site;
    option space acme; option acme.three code 3 = text;
    vendor-option-space acme;
    log(info, option site.one); log(info, option site.seven);
    log(info, concat("before ", option acme.three));
    parse-vendor-option;
    log(info, concat("after ", option acme.three));
  )"),
            (Lines{"ab", "c", "after v"}));
}

TEST_F(Evaluation, OptionIsEvaluatedWhenItIsRead) {
  run(R"(
    set where = "a";
    option root-path = where;
    option nis-domain = concat(config-option domain-name, "/x");
    set where = "b";
    option domain-name "later";
  )");
  EXPECT_EQ(option("root-path"), "b");
  EXPECT_EQ(option("nis-domain"), "later/x");
}

TEST_F(Evaluation, NullHidesAnOuterValue) {
  run(R"(
    option root-path "outer"; option root-path = null; default root-path "default";
    option domain-name = null; append domain-name "x";
  )");
  EXPECT_EQ(option("root-path"), "(null)");
  EXPECT_EQ(option("domain-name"), "(null)");
}

TEST_F(Evaluation, AppendAndPrepend) {
  run(R"(
    option domain-name "b"; append domain-name "c"; prepend domain-name = concat("a", later-on);
    set later-on = "-";
    append root-path "alone";
    option routers 10.0.0.1; append routers 10.0.0.2, 10.0.0.3;
  )");
  EXPECT_EQ(option("domain-name"), "a-bc");
  EXPECT_EQ(option("root-path"), "alone");
  EXPECT_EQ(options_.get({0, dhcp::kOptRouters})->size(), 12U);
}

TEST_F(Evaluation, HostNamesWhereAddressesStand) {
  run("option routers two.example; option swap-server two.example; option log-servers nowhere.example;");
  EXPECT_EQ(options_.get({0, dhcp::kOptRouters})->size(), 8U);
  EXPECT_EQ(options_.get({0, 16})->size(), 4U);
  EXPECT_EQ(option("log-servers"), "(null)");
  ASSERT_FALSE(context_.effects.empty());
  EXPECT_EQ(std::get<LogEffect>(context_.effects[0]).line, "nowhere.example: host unknown.");
}

// In the stock the process ends with its stack.
TEST_F(Evaluation, OptionThatReadsItselfIsNull) {
  run(R"(option domain-name = concat(config-option domain-name, "x");)");
  EXPECT_EQ(option("domain-name"), "(null)");
  EXPECT_EQ(context_.depth, 0);
}

TEST_F(Evaluation, FunctionThatCallsItselfEnds) {
  const Lines lines = run(R"(
    define forever (arg) { if forever(arg) = forever(arg) { log(info, "never"); } return "x"; }
    if forever("a") = "x" { log(info, "ended"); }
  )");
  EXPECT_EQ(lines.front(), "evaluation stopped: expressions nest too deep or take too long");
  EXPECT_LE(lines.size(), kMaxEffects);
}

TEST_F(Evaluation, FunctionsAndScopesOfVariables) {
  EXPECT_EQ(run(R"(
    define greet (name) { set inner = name; set name = "changed"; return concat(inner, "-", name); }
    define count (name) { if name = "a" { return "first"; } return "rest"; }
    if greet("you") = "you-changed" { log(info, "greeted"); }
    if defined(inner) { log(info, "leaked"); }
    if count("a") = "first" and count("b") = "rest" { log(info, "counted"); }
    if greet("a", "b") = null { log(info, "null"); }
  )"),
            (Lines{"greeted", "counted", "greet: too many arguments.", "null"}));
}

// A function where data is wanted is null: 4.4.3 evaluates it and then does not know its operator.
TEST_F(Evaluation, FunctionAsDataIsNull) {
  EXPECT_EQ(run(R"(define give (arg) { return "a"; } log(info, give("b"));)"),
            (Lines{"Bogus opcode in evaluate_data_expression: 45"}));
}

TEST_F(Evaluation, VariablesOfTheLeaseAreSetInEvents) {
  Variables lease;
  load("set global-one = \"g\"; on commit { set kept = \"k\"; set global-one = \"h\"; }");
  context_.lease_variables = &lease;
  context_.packet_variables = nullptr;
  global_variables_["global-one"] = bytes("old");
  run();
  EXPECT_TRUE(lease.empty());
  const Statement* handler = handler_of(context_, kEventCommit);
  ASSERT_NE(handler, nullptr);
  context_.event = kEventCommit;
  execute(handler->detail->body, context_);
  EXPECT_EQ(lease.size(), 1U);
  EXPECT_EQ(std::get<base::Bytes>(lease["KEPT"]), bytes("k"));
  EXPECT_EQ(std::get<base::Bytes>(global_variables_["global-one"]), bytes("h"));
}

TEST_F(Evaluation, LaterHandlerReplaces) {
  run("on commit { log(info, \"1\"); } on commit or expiry { log(info, \"2\"); } on expiry;");
  ASSERT_NE(handler_of(context_, kEventCommit), nullptr);
  EXPECT_EQ(handler_of(context_, kEventCommit)->line, 1);
  EXPECT_EQ(handler_of(context_, kEventRelease), nullptr);
  const Statement* expiry = handler_of(context_, kEventExpiry);
  EXPECT_TRUE(expiry == nullptr || expiry->detail->body.empty());
}

TEST_F(Evaluation, ProgramsToRun) {
  const Lines lines = run(R"(execute("/bin/x", "a", binary-to-ascii(10, 8, ".", 0a:01));
                            execute("/bin/y", null);)");
  EXPECT_EQ(lines, (Lines{"execute_statement argv[0] = /bin/x", "execute_statement argv[1] = a",
                          "execute_statement argv[2] = 10.1", "execute_statement argv[0] = /bin/y",
                          "execute: bad arg 1"}));
  int programs = 0;
  for (const Effect& effect : context_.effects)
    if (const auto* program = std::get_if<ExecuteEffect>(&effect)) {
      ++programs;
      EXPECT_EQ(program->argv, (Lines{"/bin/x", "a", "10.1"}));
    }
  EXPECT_EQ(programs, 1);
}

TEST_F(Evaluation, ScopesFromTheOutside) {
  load(R"(
    option domain-name "global"; option root-path "global";
    group { option domain-name "group"; host h { hardware ethernet 02:00:00:00:00:01; option root-path "host"; } }
  )");
  const Scope& host = (*config_->hosts_by_hardware({1, base::Bytes{2, 0, 0, 0, 0, 1}}).begin())->scope;
  execute_scope(host, context_);
  EXPECT_EQ(option("domain-name"), "group");
  EXPECT_EQ(option("root-path"), "host");
  options_.clear();
  execute_scope(host, context_, &config_->global);
  EXPECT_EQ(option("domain-name"), "group");
  options_.set({0, dhcp::kOptDomainName}, bytes("kept"));
  execute_scope(config_->global, context_, &host);
  EXPECT_EQ(option("domain-name"), "kept");
}

TEST_F(Evaluation, ComputedPatternsAreBounded) {
  receive(
      {{dhcp::kOptHostName, bytes("(a*)*\\1{9999}")}, {dhcp::kOptDomainName, bytes("((a{99}){99}){99}")}});
  EXPECT_EQ(run(R"(
    if "aaaa" ~= option host-name { log(info, "1"); } else { log(info, "no 1"); }
    if "aaaa" ~= option domain-name { log(info, "2"); } else { log(info, "no 2"); }
    if "aa" ~= "^(a)\\1$" { log(info, "3"); }
  )"),
            (Lines{"no 1", "no 2", "3"}));
}

TEST(RegexTest, CountsBehindCountsMultiply) {
  for (const char* pattern : {"a{1000}{1000}", "(a{100}){100}", "a{5000}"})
    EXPECT_FALSE(Regex(bytes(pattern), false, Regex::Origin::kConfigured).fault().empty()) << pattern;
  const Regex fits(bytes("^a{2}{3}$"), false, Regex::Origin::kConfigured);
  EXPECT_TRUE(fits.matches(bytes("aaaaaa")));
  EXPECT_FALSE(fits.matches(bytes("aaaaa")));
}

TEST_F(Evaluation, ValuesDoNotGrowWithoutBound) {
  run(R"(
    set size1 = "0123456789abcdef"; set size2 = concat(size1, size1, size1, size1, size1, size1, size1, size1);
    set size3 = concat(size2, size2, size2, size2, size2, size2, size2, size2); set size4 = concat(size3, size3, size3, size3, size3, size3, size3, size3);
    set size5 = concat(size4, size4, size4, size4, size4, size4, size4, size4, size4, size4, size4, size4);
  )");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(packet_variables_["size5"]));
}

TEST_F(Evaluation, EncapsulatesSpaces) {
  run(R"(
    option space acme; option acme.one code 1 = text; option acme.two code 2 = ip-address;
    option acme.zero code 0 = text; option acme.flag code 9 = zerolen; option acme.empty code 8 = text;
    option space inner; option inner.x code 5 = text; option acme.nest code 4 = encapsulate inner;
    option acme.two 10.0.0.1; option acme.one "A"; option acme.zero "Z"; option acme.flag; option acme.empty "";
    option inner.x "n";
  )");
  const auto encoded = encapsulate(options_, config_->options, config_->options.space("acme")->index);
  ASSERT_TRUE(encoded);
  EXPECT_EQ(base::hex(*encoded), "00:01:5a:01:01:41:02:04:0a:00:00:01:09:00:04:03:05:01:6e");
  EXPECT_FALSE(encapsulate(options_, config_->options, config_->options.space("nwip")->index));
}

TEST_F(Evaluation, FqdnSpaceIsOption81) {
  run(R"(option fqdn.fqdn "h.ex"; option fqdn.no-client-update on; option fqdn.rcode1 255;)");
  const auto encoded = encapsulate(options_, config_->options, config_->options.space("fqdn")->index);
  ASSERT_TRUE(encoded);
  EXPECT_EQ(base::hex(*encoded), "02:ff:00:68:2e:65:78");
}

// Constant parts are worked out when the file is read; what logs is not.
TEST_F(Evaluation, FoldsConstants) {
  load(R"(option root-path = concat("a", lcase("B"), binary-to-ascii(10, 8, ".", 01:02));
          option domain-name = concat("a", option host-name);)");
  const Statements& statements = config_->global.statements;
  EXPECT_TRUE(statements[0]->is_constant || statements[0]->value->op == Operator::kConstData);
  EXPECT_FALSE(statements[1]->is_constant);
}

TEST(OptionState, KeepsOrderAndForgets) {
  OptionState state;
  state.set({0, 12}, bytes("a"));
  state.set({5, 300}, bytes("b"));
  state.set({1, 3}, bytes("c"));
  state.set({0, 12}, bytes("d"));
  ASSERT_EQ(state.entries().size(), 3U);
  EXPECT_EQ(*state.get({0, 12}), bytes("d"));
  state.erase({0, 12});
  EXPECT_EQ(state.get({0, 12}), nullptr);
  EXPECT_EQ(*state.get({1, 3}), bytes("c"));
  EXPECT_EQ(*state.get({5, 300}), bytes("b"));
  state.set({0, 12}, bytes("e"));
  EXPECT_EQ(state.entries().back().key.code, 12U);
}

}  // namespace
}  // namespace conf
