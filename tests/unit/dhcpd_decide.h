// A server without sockets: a configuration, leases and a clock that stands still. What it decides is put
// into the table as the daemon does, so that conversations can be played.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "conf/parse.h"
#include "dhcp/option_codes.h"
#include "dhcpd/decide.h"

namespace dhcpd {

inline base::Bytes bytes(std::string_view text) { return base::ByteView(text).copy(); }
inline base::Ipv4 ip(std::string_view text) { return *base::Ipv4::parse(text); }
inline base::Bytes ip_bytes(std::string_view text) {
  const auto octets = ip(text).octets();
  return base::Bytes(octets.begin(), octets.end());
}

class DecideTest : public ::testing::Test {
 protected:
  void load(const std::string& text) {
    conf::ParseResult result =
        conf::parse("test.conf", [&](const std::string&) { return std::optional<std::string>(text); });
    for (const auto& diagnostic : result.diagnostics)
      if (diagnostic.level == conf::Diagnostic::Level::kError) ADD_FAILURE() << diagnostic.message;
    config_ = std::move(result.config);
    ASSERT_TRUE(config_);
    leases_.adopt(*config_);
  }

  // A message of client `number` as its datagram would decode.
  Query message(std::uint8_t number, std::optional<dhcp::MessageType> type,
                std::vector<dhcp::RawOption> options = {}) {
    dhcp::Message m;
    m.header.op = dhcp::kBootRequest;
    m.header.htype = base::kEthernet;
    m.header.hlen = 6;
    m.header.xid = 0x1234;
    m.header.chaddr = {2, 0, 0, 0, 0, number};
    m.has_cookie = true;
    if (type) m.options.push_back({dhcp::kOptMessageType, {static_cast<std::uint8_t>(*type)}});
    for (auto& option : options) m.options.push_back(std::move(option));
    m.raw.resize(dhcp::kMinimumReply);
    Query query;
    query.message = std::move(m);
    query.arrival.interface = "eth0";
    query.arrival.interface_address = ip("192.168.0.1");
    const conf::Subnet* subnet = config_->subnet_of(ip("192.168.0.1"));
    query.arrival.network = subnet != nullptr ? subnet->network : nullptr;
    return query;
  }

  World world() {
    return World{*config_, leases_, memory_, now_, nullptr, nullptr, nullptr, 67, 68, {}, nullptr, policy_};
  }

  Decision play(const Query& query) {
    Decision decision = decide(query, world());
    apply(decision, leases_);
    return decision;
  }

  Decision discover(std::uint8_t number, std::vector<dhcp::RawOption> options = {}) {
    return play(message(number, dhcp::MessageType::kDiscover, std::move(options)));
  }
  Decision request(std::uint8_t number, std::string_view address, std::vector<dhcp::RawOption> options = {}) {
    options.push_back({dhcp::kOptRequestedAddress, ip_bytes(address)});
    return play(message(number, dhcp::MessageType::kRequest, std::move(options)));
  }
  // DISCOVER and REQUEST of what is offered.
  base::Ipv4 bind(std::uint8_t number) {
    const base::Ipv4 address = yiaddr(discover(number));
    request(number, address.text());
    return address;
  }

  static base::Ipv4 yiaddr(const Decision& decision) {
    return decision.reply ? base::Ipv4::from_octets(decision.reply->datagram.data() + 16) : base::Ipv4{};
  }
  static dhcp::Message reply(const Decision& decision) {
    if (!decision.reply) return {};
    auto decoded = dhcp::decode(decision.reply->datagram);
    return std::holds_alternative<dhcp::Message>(decoded) ? std::get<dhcp::Message>(decoded)
                                                          : dhcp::Message();
  }
  static std::optional<dhcp::MessageType> kind(const Decision& decision) { return reply(decision).type(); }
  // Codes of the reply in the order in which they are sent.
  static std::vector<int> codes(const Decision& decision) {
    std::vector<int> list;
    for (const auto& option : reply(decision).options) list.push_back(option.code);
    return list;
  }
  static std::vector<std::string> lines(const Decision& decision) {
    std::vector<std::string> list;
    for (const auto& effect : decision.effects)
      if (const auto* log = std::get_if<conf::LogEffect>(&effect)) list.push_back(log->line);
    if (decision.reply && !decision.reply->log_when_sent.empty())
      list.push_back(decision.reply->log_when_sent);
    return list;
  }

  std::unique_ptr<const conf::Config> config_;
  Policy policy_;
  lease::Table leases_;
  Memory memory_;
  base::UnixTime now_ = 1'800'000'000;
};

}  // namespace dhcpd
