// DHCPLEASEQUERY: a relay asks what is known of an address or a client (RFC 4388).
#include <algorithm>

#include "base/log.h"
#include "dhcpd/messages.h"
#include "dhcpd/reply.h"

namespace dhcpd {
namespace {

using dhcp::MessageType;
using lease::BindingState;

struct Answer {
  std::string about;  // "IP 10.0.0.1", for the log
  std::optional<lease::Lease> lease;
  lease::Table::Addresses associated;  // the client's other addresses
};

// Of all leases of a client the one it spoke of last; the others that are active are "associated".
void take_newest(const Exchange& exchange, const lease::Table::Addresses& addresses, Answer& answer) {
  for (base::Ipv4 address : addresses) {
    auto lease = exchange.find(address);
    if (lease && (!answer.lease || lease->cltt > answer.lease->cltt)) answer.lease = std::move(lease);
  }
  for (base::Ipv4 address : addresses) {
    const auto lease = exchange.find(address);
    if (lease && lease->binding == BindingState::kActive && address != answer.lease->address)
      answer.associated.push_back(address);
  }
}

Answer look_up(const Exchange& exchange) {
  const lease::Table& leases = exchange.world.leases;
  Answer answer;
  const base::Ipv4 address = exchange.message.header.ciaddr;
  if (!address.is_zero()) {
    answer.about = "IP " + address.text();
    if (auto binding = exchange.binding_of(address)) answer.lease = std::move(binding->lease);
  } else if (exchange.uid != nullptr) {
    answer.about = "client-id " + identifier_text(*exchange.uid);
    take_newest(exchange, leases.by_uid(*exchange.uid), answer);
  } else {
    answer.about = "MAC address " + hardware_text(exchange.hardware);
    take_newest(exchange, leases.by_hardware(exchange.hardware), answer);
  }
  return answer;
}

void set_seconds(conf::OptionState& options, std::uint8_t code, base::UnixTime seconds) {
  if (seconds <= 0) return;
  base::Bytes value;
  base::put_u32(value, static_cast<std::uint32_t>(seconds));
  set_dhcp_option(options, code, std::move(value));
}

// What is told of an active lease; nothing of the relay's own scope goes along.
void tell(const Exchange& exchange, const Answer& answer, conf::OptionState& options) {
  const lease::Lease& lease = *answer.lease;
  const base::UnixTime now = exchange.world.now, term = lease.ends - lease.starts;
  options.clear();
  if (!lease.uid.empty()) set_dhcp_option(options, dhcp::kOptClientIdentifier, lease.uid);
  set_seconds(options, dhcp::kOptRenewalTime, lease.starts + term / 2 - now);
  set_seconds(options, dhcp::kOptRebindingTime, lease.starts + term / 2 + term / 4 + term / 8 - now);
  set_seconds(options, dhcp::kOptLeaseTime, lease.ends - now);
  const auto vendor = lease.variables.find("vendor-class-identifier");
  if (vendor != lease.variables.end())
    if (const auto* value = std::get_if<base::Bytes>(&vendor->second))
      set_dhcp_option(options, dhcp::kOptVendorClassIdentifier, *value);
  if (lease.cltt != 0) {
    base::Bytes value;
    base::put_u32(value, static_cast<std::uint32_t>(std::max<base::UnixTime>(0, now - lease.cltt)));
    set_dhcp_option(options, dhcp::kOptClientLastTransactionTime, std::move(value));
  }
  if (answer.associated.empty()) return;
  base::Bytes addresses;
  for (base::Ipv4 address : answer.associated) base::put_u32(addresses, address.value);
  set_dhcp_option(options, dhcp::kOptAssociatedIp, std::move(addresses));
}

bool is_allowed(Exchange& exchange) {
  const conf::Subnet* subnet = exchange.world.config.subnet_of(exchange.message.header.giaddr);
  const conf::Scope& scope = subnet != nullptr ? subnet->scope : exchange.world.config.global;
  exchange.run(scope);
  exchange.run_classes(&scope);
  return is_on(exchange.options, dhcp::ServerOption::kLeasequery, false);
}

}  // namespace

void lease_query(Exchange& exchange) {
  dhcp::Header header = exchange.message.header;
  const std::string relay = header.giaddr.text();
  const std::string line = "DHCPLEASEQUERY from " + relay;
  if (header.giaddr.is_zero())
    return exchange.info(line + ": missing giaddr, ciaddr is " + header.ciaddr.text() + ", no reply sent");
  if (!is_allowed(exchange)) return exchange.info(line + ": LEASEQUERY not allowed, query ignored");

  const Answer answer = look_up(exchange);
  const bool active = answer.lease && answer.lease->binding == BindingState::kActive;
  const MessageType type = !answer.lease ? MessageType::kLeaseUnknown
                           : active      ? MessageType::kLeaseActive
                                         : MessageType::kLeaseUnassigned;
  if (answer.lease) header.ciaddr = answer.lease->address;
  LayoutRules rules;  // without the relay's parameter request list: everything is told
  rules.options = &exchange.options;
  if (active) {
    tell(exchange, answer, exchange.options);
    const base::HardwareAddress& hardware = answer.lease->hardware;
    header.htype = hardware.type;
    header.hlen = std::min<std::uint8_t>(hardware.length, dhcp::kChaddrSize);
    header.chaddr.fill(0);
    std::copy_n(hardware.octets.begin(), header.hlen, header.chaddr.begin());
    if (!answer.lease->agent_options.empty()) rules.agent_options = &answer.lease->agent_options;
  }
  header.op = dhcp::kBootReply;
  set_dhcp_option(exchange.options, dhcp::kOptMessageType, {static_cast<std::uint8_t>(type)});
  exchange.info(line + " for " + answer.about);

  Reply reply;
  reply.source = set_server_identifier(exchange, exchange.options, exchange.options);
  reply.datagram = datagram(exchange, header, rules, 0);
  reply.destination = to_relay(exchange, header.giaddr);
  const char* name = !answer.lease ? "DHCPLEASEUNKNOWN" : active ? "DHCPLEASEACTIVE" : "DHCPLEASEUNASSIGNED";
  exchange.info(std::string(name) + " to " + relay + " for " + answer.about +
                base::format(" (%zu associated IPs)", answer.associated.size()));
  exchange.decision.reply = std::move(reply);
}

}  // namespace dhcpd
