#include "dhcpd/reply.h"

#include <algorithm>

#include "base/log.h"
#include "conf/encapsulate.h"

namespace dhcpd {
namespace {

constexpr std::size_t kEthernetLength = 6;
constexpr std::size_t kUsualRoom = 576;  // bytes of a reply to a client that names no limit
constexpr base::Ipv4 kLoopback{0x7f000001};
constexpr base::Ipv4 kBroadcast{0xffffffff};

// Copies a text into a field, cut where it is longer.
template <std::size_t N>
void set_field(Exchange& exchange, const base::Bytes& text, const char* what,
               std::array<std::uint8_t, N>& field) {
  if (text.size() >= N)
    exchange.info(base::format("%s name longer than packet field truncated - field: %zu name: %zu %.*s", what,
                               N, text.size(), static_cast<int>(text.size()),
                               reinterpret_cast<const char*>(text.data())));
  std::copy_n(text.begin(), std::min(N, text.size()), field.begin());
}

}  // namespace

dhcp::Header reply_header(const dhcp::Message& request) {
  dhcp::Header header;
  const dhcp::Header& from = request.header;
  header.op = dhcp::kBootReply;
  header.htype = from.htype;
  header.hlen = from.hlen;
  header.hops = from.hops;
  header.xid = from.xid;
  header.secs = from.secs;
  header.flags = from.flags;
  header.ciaddr = from.ciaddr;
  header.giaddr = from.giaddr;
  header.chaddr = from.chaddr;
  return header;
}

base::Bytes datagram(Exchange& exchange, dhcp::Header header, const LayoutRules& rules, std::size_t least) {
  base::Bytes out;
  out.reserve(kUsualRoom);
  out.resize(dhcp::kFixedSize);
  lay_out(exchange, rules, header, out);
  dhcp::encode(header, out.data());  // last, since options may stand in its fields
  if (out.size() < least) out.resize(least);
  return out;
}

base::Ipv4 set_server_identifier(const Exchange& exchange, const conf::OptionState& from,
                                 conf::OptionState& to) {
  base::Ipv4 address = exchange.query.arrival.interface_address;
  const base::Bytes* configured = dhcp_option(from, dhcp::kOptServerIdentifier);
  if (configured != nullptr && configured->size() == 4) address = base::Ipv4::from_octets(configured->data());
  set_dhcp_option(to, dhcp::kOptServerIdentifier, address_bytes(address));
  return address;
}

LayoutRules layout_rules(Exchange& exchange, const conf::OptionState& options) {
  LayoutRules rules;
  rules.options = &options;
  rules.requested = dhcp_option(options, dhcp::kOptParameterRequestList);
  if (rules.requested == nullptr) rules.requested = exchange.message.option(dhcp::kOptParameterRequestList);
  const base::Bytes* asked = exchange.message.option(dhcp::kOptMaxMessageSize);
  const base::Bytes* limit = asked != nullptr ? asked : dhcp_option(options, dhcp::kOptMaxMessageSize);
  if (limit != nullptr && limit->size() == 2) rules.max_message_size = base::get_u16(limit->data());
  if (auto merged = conf::merge_agent_options(exchange.agent_options, options, exchange.world.config.options))
    exchange.agent_options = std::move(*merged);
  if (!exchange.agent_options.empty()) rules.agent_options = &exchange.agent_options;
  rules.mirror_nul = exchange.message.had_nul_in_host_name;
  return rules;
}

unsigned set_boot_fields(Exchange& exchange, const conf::OptionState& options, dhcp::Header& header) {
  unsigned used = 0;
  const base::Bytes* file = options.get(dhcp::server_key(dhcp::ServerOption::kFilename));
  if (file != nullptr && !file->empty()) {
    set_field(exchange, *file, "file", header.file);
    used |= dhcp::kOverloadFile;
  }
  const base::Bytes* server = options.get(dhcp::server_key(dhcp::ServerOption::kServerName));
  if (server != nullptr && !server->empty()) {
    set_field(exchange, *server, "server", header.sname);
    used |= dhcp::kOverloadSname;
  }
  const base::Bytes* next = options.get(dhcp::server_key(dhcp::ServerOption::kNextServer));
  if (next != nullptr && next->size() >= 4) header.siaddr = base::Ipv4::from_octets(next->data());
  return used;
}

Destination to_relay(const Exchange& exchange, base::Ipv4 giaddr) {
  Destination to;
  to.way = Destination::Way::kUdp;
  to.address = giaddr;
  to.port = giaddr == kLoopback ? exchange.world.remote_port : exchange.world.local_port;
  const base::Bytes* agent = exchange.message.option(dhcp::kOptRelayAgentInformation);
  // RFC 8357: the relay sends from a port of its own and listens there.
  if (agent != nullptr && agent_suboption(*agent, dhcp::kAgentRelayPort))
    to.port = exchange.query.arrival.source_port;
  return to;
}

Destination to_everyone(const World& world) {
  Destination to;
  to.address = world.broadcast_to.value_or(kBroadcast);
  to.port = world.remote_port;
  return to;
}

Destination to_hardware(const Exchange& exchange, base::Ipv4 address) {
  Destination to;
  to.address = address;
  to.port = exchange.world.remote_port;
  // The stock fills in Ethernet addresses only; others are reached by broadcast on the link.
  if (exchange.hardware.length == kEthernetLength) to.hardware = exchange.hardware;
  return to;
}

Destination to_address(const World& world, base::Ipv4 address) {
  Destination to;
  to.way = Destination::Way::kUdp;
  to.address = address;
  to.port = world.remote_port;
  return to;
}

void refuse(Exchange& exchange, base::Ipv4 address, const conf::Scope* network_scope) {
  exchange.info("DHCPNAK on " + address.text() + " to " + hardware_text(exchange.hardware) + " via " +
                exchange.via);
  if (exchange.network == nullptr)
    exchange.info("DHCPNAK from " + hardware_text(exchange.hardware) + " via " + exchange.via +
                  ": unknown network segment");
  exchange.options.clear();
  exchange.run(network_scope != nullptr ? *network_scope : exchange.world.config.global);

  conf::OptionState options;
  set_dhcp_option(options, dhcp::kOptMessageType, {static_cast<std::uint8_t>(dhcp::MessageType::kNak)});
  const std::string& text = exchange.world.memory.nak_message;
  set_dhcp_option(options, dhcp::kOptMessage, base::Bytes(text.begin(), text.end()));
  const base::Ipv4 source = set_server_identifier(exchange, exchange.options, options);

  LayoutRules rules;
  rules.options = &options;
  if (!exchange.agent_options.empty()) rules.agent_options = &exchange.agent_options;
  if (exchange.uid != nullptr && is_on(exchange.options, dhcp::ServerOption::kEchoClientId, false))
    set_dhcp_option(options, dhcp::kOptClientIdentifier, *exchange.uid);

  dhcp::Header header = reply_header(exchange.message);
  header.ciaddr = {};
  header.flags |= dhcp::kBroadcastFlag;
  Reply reply;
  reply.datagram = datagram(exchange, header, rules);
  reply.source = source;
  reply.destination =
      header.giaddr.is_zero() ? to_everyone(exchange.world) : to_relay(exchange, header.giaddr);
  exchange.decision.reply = std::move(reply);
}

}  // namespace dhcpd
