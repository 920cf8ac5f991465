// BOOTP (RFC 951, RFC 1542): clients with a declared address, others from pools that let them in.
#include <algorithm>

#include "dhcpd/find_lease.h"
#include "dhcpd/grant.h"
#include "dhcpd/hosts.h"
#include "dhcpd/messages.h"
#include "dhcpd/reply.h"

namespace dhcpd {
namespace {

using dhcp::ServerOption;

bool passes(Exchange& exchange, ServerOption option, const std::string& refusal) {
  const Flag value = flag(exchange.options, option);
  if (value == Flag::kUnset || value == Flag::kOn) return true;
  if (value != Flag::kIgnore) exchange.info(refusal);
  return false;
}

// A client that sends no magic cookie gets its vendor area back as it came.
base::Bytes echo(const dhcp::Message& request, const dhcp::Header& header) {
  base::Bytes out = request.raw;
  dhcp::encode(header, out.data());
  if (out.size() < dhcp::kMinimumReply) out.resize(dhcp::kMinimumReply);
  return out;
}

void run_commit_handler(Exchange& exchange) {
  const conf::Statement* handler = conf::handler_of(exchange.context, conf::kEventCommit);
  if (handler == nullptr || handler->detail == nullptr) return;
  exchange.context.event = conf::kEventCommit;
  conf::execute(handler->detail->body, exchange.context);
  exchange.context.event = 0;
}

Destination destination(const Exchange& exchange, const dhcp::Header& header) {
  if (!header.giaddr.is_zero()) {
    Destination to = to_address(exchange.world, header.giaddr);
    to.port = exchange.world.local_port;
    return to;
  }
  if ((header.flags & dhcp::kBroadcastFlag) == 0) return to_hardware(exchange, header.yiaddr);
  Destination to = to_everyone(exchange.world);
  to.address = base::Ipv4{0xffffffff};
  to.hardware = exchange.hardware;
  return to;
}

void answer_declared(Exchange& exchange, Binding binding, const std::string& line) {
  conf::OptionState& options = exchange.options;
  exchange.speak_of(binding);
  exchange.run(binding.subnet->scope);
  run_host(exchange, *binding.host, binding.subnet->scope);
  if (!passes(exchange, ServerOption::kAllowBootp, line + ": bootp disallowed")) return;
  if (!passes(exchange, ServerOption::kAllowBooting, line + ": booting disallowed")) return;

  dhcp::Header header = reply_header(exchange.message);
  header.yiaddr = binding.lease.address;
  header.siaddr = exchange.query.arrival.interface_address;
  if (is_on(options, ServerOption::kAlwaysBroadcast, false)) header.flags |= dhcp::kBroadcastFlag;
  const unsigned used = set_boot_fields(exchange, options, header);
  if ((used & dhcp::kOverloadFile) == 0) header.file = exchange.message.header.file;

  Reply reply;
  if (!exchange.message.has_cookie && !is_on(options, ServerOption::kAlwaysReplyRfc1048, false)) {
    reply.datagram = echo(exchange.message, header);
  } else {
    if (!options.is_set({dhcp::OptionRegistry::kDhcp, dhcp::kOptSubnetMask}))
      set_dhcp_option(options, dhcp::kOptSubnetMask, address_bytes(binding.subnet->mask));
    set_host_name(exchange, binding.host);
    LayoutRules rules;
    rules.options = &options;
    rules.is_bootp = true;
    reply.datagram = datagram(exchange, header, rules);
  }
  run_commit_handler(exchange);
  const Arrival& arrival = exchange.query.arrival;
  if (arrival.interface_address.is_zero())
    return exchange.info(line + ": Interface " + arrival.interface +
                         " appears to have no IPv4 addresses, and so dhcpd cannot select a source address.");
  reply.source = arrival.interface_address;
  exchange.info(line);
  exchange.info("BOOTREPLY for " + binding.lease.address.text() + " to " + binding.host->name + " (" +
                hardware_text(exchange.hardware) + ") via " + exchange.via);
  reply.destination = destination(exchange, header);
  exchange.decision.reply = std::move(reply);
}

}  // namespace

void bootp(Exchange& exchange) {
  if (exchange.message.header.op != dhcp::kBootRequest) return;
  const std::string line = "BOOTREQUEST from " + hardware_text(exchange.hardware) + " via " + exchange.via;
  if (exchange.network == nullptr) return exchange.info(line + ": network unknown");
  Found found = find_lease(exchange, *exchange.network);
  if (found.binding && found.binding->is_static)
    return answer_declared(exchange, std::move(*found.binding), line);
  if (!found.binding) found.binding = allocate(exchange);
  if (!found.binding) return exchange.info(line + ": BOOTP from dynamic client and no dynamic leases");
  grant(exchange, std::move(*found.binding), Answer::kBootp, line);
}

}  // namespace dhcpd
