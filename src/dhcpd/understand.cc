// From a decoded message to what the server knows of it: network, classes, the option 82 of an earlier
// message.
#include <algorithm>

#include "base/log.h"
#include "dhcp/suboptions.h"
#include "dhcpd/exchange.h"

namespace dhcpd {
namespace {

// RFC 3527 link-selection goes before RFC 3011 subnet-selection, then giaddr, then the interface.
const conf::SharedNetwork* locate_network(const Exchange& exchange) {
  const dhcp::Message& message = exchange.message;
  auto selected = link_selection(message);
  const base::Bytes* subnet_selection = message.option(dhcp::kOptSubnetSelection);
  base::ByteView address;
  if (selected) {
    address = *selected;
  } else if (subnet_selection != nullptr) {
    address = *subnet_selection;
  } else if (!message.header.giaddr.is_zero()) {
    const conf::Subnet* subnet = exchange.world.config.subnet_of(message.header.giaddr);
    return subnet != nullptr ? subnet->network : nullptr;
  } else {
    return exchange.query.arrival.network;
  }
  if (address.size() != 4) return nullptr;
  const conf::Subnet* subnet = exchange.world.config.subnet_of(base::Ipv4::from_octets(address.data()));
  return subnet != nullptr ? subnet->network : nullptr;
}

// A client that renews by unicast has no relay to add option 82: what came with its lease stands for it.
void recall_agent_options(Exchange& exchange) {
  const dhcp::Message& message = exchange.message;
  if (message.type() != dhcp::MessageType::kRequest || message.header.ciaddr.is_zero() ||
      !message.header.giaddr.is_zero() || message.option(dhcp::kOptRelayAgentInformation) != nullptr)
    return;
  const auto lease = exchange.world.leases.find(message.header.ciaddr);
  if (!lease || lease->agent_options.empty() || lease->ends < exchange.world.now) return;
  const bool same = lease->uid.empty() ? lease->hardware == exchange.hardware
                                       : exchange.uid != nullptr && *exchange.uid == lease->uid;
  if (same) exchange.context.stashed_agent_options = lease->agent_options;
}

void join(Exchange& exchange, Exchange::Membership membership) {
  if (exchange.context.classes.size() >= kMaxClasses) {
    exchange.error("too many classes match " + hardware_text(exchange.hardware));
    return;
  }
  exchange.context.classes.push_back(membership.of);
  exchange.memberships.push_back(std::move(membership));
}

void classify(Exchange& exchange) {
  for (const auto& of : exchange.world.config.classes) {
    if (of->match_if && !conf::evaluate_boolean(*of->match_if, exchange.context).value_or(false)) continue;
    if (!of->submatch) {
      if (of->match_if) join(exchange, {of.get(), nullptr, {}, false});
      continue;
    }
    auto key = conf::evaluate_data(*of->submatch, exchange.context);
    if (!key || key->empty()) continue;
    const auto found = of->subclasses.find(std::string(base::ByteView(*key).text()));
    if (found != of->subclasses.end())
      join(exchange, {of.get(), found->second, std::move(*key), true});
    else if (of->spawning)
      join(exchange, {of.get(), nullptr, std::move(*key), true});
  }
}

void complain_of(Exchange& exchange, const char* space, const dhcp::MalformedSuboption& bad) {
  exchange.error(base::format("parse_option_buffer: malformed option %s.<unknown> (code %u): %s.", space,
                              static_cast<unsigned>(bad.code), bad.reason));
}

// Takes the sub-options that have a value, the first of each code. A malformed option 82 counts as none.
void read_agent_options(Exchange& exchange) {
  const base::Bytes* option = exchange.message.option(dhcp::kOptRelayAgentInformation);
  if (option == nullptr) return;
  if (const auto bad = dhcp::find_malformed(*option, 1, 1)) return complain_of(exchange, "agent", *bad);
  base::ByteReader reader(*option);
  while (const auto code = reader.u8()) {
    if (*code == 0) break;
    const std::uint8_t length = *reader.u8();
    const base::ByteView value = *reader.bytes(length);
    if (value.empty() || agent_suboption(exchange.agent_options, *code)) continue;
    base::put_u8(exchange.agent_options, *code);
    base::put_u8(exchange.agent_options, length);
    base::put_bytes(exchange.agent_options, value);
  }
}

// Spaces that the stock reads as soon as a message comes. Their members count up to the malformed one.
void complain_of_suboptions(Exchange& exchange, const dhcp::RawOption& option) {
  const auto complain = [&](const char* space, unsigned code_width) {
    if (const auto bad = dhcp::find_malformed(option.value, code_width, 1))
      complain_of(exchange, space, *bad);
  };
  if (option.code == dhcp::kOptNwipSuboptions) complain("nwip", 1);
  if (option.code == dhcp::kOptVivco) complain("vendor-class", 4);
  if (option.code == dhcp::kOptVivso) complain("vendor", 4);
}

// What is wrong with the message but no reason to drop it.
void complain_of_oddities(Exchange& exchange) {
  const auto debug = [&](const char* line) { exchange.log(base::Severity::kDebug, line); };
  for (const dhcp::RawOption& option : exchange.message.options) complain_of_suboptions(exchange, option);
  if (exchange.message.had_empty_host_name) debug("Ignoring empty DHO_HOST_NAME option");
  if (exchange.uid != nullptr && exchange.uid->size() == 1)
    debug(
        "Accepted DHCPv4 packet with one-character client-id - a future version of ISC DHCP will reject "
        "this");
  if (exchange.uid == nullptr && exchange.message.header.hlen == 0)
    debug("Received DHCPv4 packet without client-id option and empty hlen field.");
}

}  // namespace

std::optional<base::ByteView> agent_suboption(base::ByteView agent_options, std::uint8_t code) {
  base::ByteReader reader(agent_options);
  while (reader.remaining() >= 2) {
    const std::uint8_t at = *reader.u8();
    const std::uint8_t length = *reader.u8();
    const auto value = reader.bytes(length);
    if (!value) return std::nullopt;
    if (at == code) return value;
  }
  return std::nullopt;
}

std::optional<base::ByteView> link_selection(const dhcp::Message& message) {
  const base::Bytes* agent = message.option(dhcp::kOptRelayAgentInformation);
  return agent != nullptr ? agent_suboption(*agent, dhcp::kAgentLinkSelection) : std::nullopt;
}

void understand(Exchange& exchange) {
  read_agent_options(exchange);
  complain_of_oddities(exchange);
  exchange.network = locate_network(exchange);
  if (!exchange.message.type()) return;  // BOOTP is never classified
  const bool is_refused =
      exchange.network == nullptr && (exchange.message.type() == dhcp::MessageType::kDiscover ||
                                      exchange.message.type() == dhcp::MessageType::kRelease ||
                                      exchange.message.type() == dhcp::MessageType::kDecline);
  if (is_refused) return;
  recall_agent_options(exchange);
  classify(exchange);
}

}  // namespace dhcpd
