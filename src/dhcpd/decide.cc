#include "dhcpd/decide.h"

#include "dhcpd/exchange.h"
#include "dhcpd/messages.h"

namespace dhcpd {
namespace {

using dhcp::MessageType;

const char* name_of(MessageType type) {
  switch (type) {
    case MessageType::kDiscover:
      return "DHCPDISCOVER";
    case MessageType::kRelease:
      return "DHCPRELEASE";
    case MessageType::kDecline:
      return "DHCPDECLINE";
    case MessageType::kOffer:
      return "DHCPOFFER";
    case MessageType::kAck:
      return "DHCPACK";
    case MessageType::kNak:
      return "DHCPNAK";
    case MessageType::kLeaseUnassigned:
      return "DHCPLEASEUNASSIGNED";
    case MessageType::kLeaseUnknown:
      return "DHCPLEASEUNKNOWN";
    case MessageType::kLeaseActive:
      return "DHCPLEASEACTIVE";
    default:
      return nullptr;
  }
}

bool needs_network(MessageType type) {
  return type != MessageType::kRequest && type != MessageType::kInform && type != MessageType::kLeaseQuery;
}

void complain(Exchange& exchange, MessageType type, const char* reason) {
  const char* name = name_of(type);
  const std::string what = name != nullptr ? name : "type " + std::to_string(static_cast<int>(type));
  exchange.info(what + " from " + exchange.client(nullptr) + " via " + exchange.via + ": " + reason);
}

void dispatch(Exchange& exchange, MessageType type) {
  switch (type) {
    case MessageType::kDiscover:
      return discover(exchange);
    case MessageType::kRequest:
      return request(exchange);
    case MessageType::kRelease:
      return release(exchange);
    case MessageType::kDecline:
      return decline(exchange);
    case MessageType::kInform:
      return inform(exchange);
    case MessageType::kLeaseQuery:
      return lease_query(exchange);
    case MessageType::kOffer:
    case MessageType::kAck:
    case MessageType::kNak:
    case MessageType::kLeaseUnassigned:
    case MessageType::kLeaseUnknown:
    case MessageType::kLeaseActive:
      return;  // answers of a server, not for us
    default:
      return complain(exchange, type, "unknown packet type");
  }
}

}  // namespace

void apply(const Decision& decision, lease::Table& leases) {
  for (const lease::Lease& change : decision.changes) leases.put(change);
  if (decision.offer) leases.put(*decision.offer);
  if (decision.amended) leases.amend(*decision.amended);
}

Decision decide(const Query& query, const World& world) {
  Exchange exchange(query, world);
  const auto type = query.message.type();
  if (exchange.uid != nullptr && exchange.uid->empty()) {
    exchange.log(base::Severity::kDebug, "Dropped DHCPv4 packet with zero-length client-id");
    return exchange.finish();
  }
  understand(exchange);
  if (!type)
    bootp(exchange);
  else if (exchange.network == nullptr && needs_network(*type))
    complain(exchange, *type, "unknown network segment");
  else
    dispatch(exchange, *type);
  if (exchange.decision.awaits_name) {
    Decision later;
    later.awaits_name = exchange.decision.awaits_name;
    return later;
  }
  return exchange.finish();
}

}  // namespace dhcpd
