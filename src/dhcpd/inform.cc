// DHCPINFORM: options for a client that has its address from elsewhere (RFC 2131 §4.3.5).
#include "dhcpd/find_lease.h"
#include "dhcpd/grant.h"
#include "dhcpd/hosts.h"
#include "dhcpd/messages.h"
#include "dhcpd/reply.h"

namespace dhcpd {
namespace {

constexpr unsigned kAdviceEvery = 101;  // refusals for want of authority from one advice to the next

void advise(Exchange& exchange) {
  unsigned& count = exchange.world.memory.informs_refused;
  if (count == 0) {
    exchange.info("If this DHCP server is authoritative for that subnet,");
    exchange.info("please write an `authoritative;' directive either in the");
    exchange.info("subnet declaration or in some scope that encloses the");
    exchange.info("subnet declaration - for example, write it at the top");
    exchange.info("of the dhcpd.conf file.");
  }
  count = (count + 1) % kAdviceEvery;
}

// Where the client says it is.
struct Place {
  base::Ipv4 client;  // ciaddr, else the source of the packet
  base::Ipv4 link;    // whose subnet counts
  const char* link_is = "client";
  bool has_ciaddr = true;
};

Place place_of(const Exchange& exchange) {
  const dhcp::Header& header = exchange.message.header;
  Place place;
  place.client = header.ciaddr;
  if (header.ciaddr.is_zero()) {
    place.has_ciaddr = false;
    place.client = exchange.query.arrival.source;
    place.link_is = "source";
  }
  place.link = place.client;
  if (!place.has_ciaddr && !header.giaddr.is_zero()) {
    place.link = header.giaddr;
    place.link_is = "relay";
  }
  return place;
}

// Options 82.5 and 118. False: of a wrong size.
bool apply_selection(Exchange& exchange, Place& place) {
  auto selected = link_selection(exchange.message);
  if (!selected)
    if (const base::Bytes* option = exchange.message.option(dhcp::kOptSubnetSelection)) selected = *option;
  if (!selected) return true;
  if (selected->size() != 4) return false;
  place.link = base::Ipv4::from_octets(selected->data());
  const bool relayed = !place.has_ciaddr && !exchange.message.header.giaddr.is_zero();
  place.link_is = relayed ? "relay link select" : "selected";
  set_dhcp_option(exchange.options, dhcp::kOptSubnetSelection, selected->copy());
  return true;
}

const conf::Host* host_at(const Exchange& exchange, base::Ipv4 address) {
  for (const conf::HostRange& hosts :
       {hosts_by_uid(exchange), hosts_by_hardware(exchange), hosts_by_identifier(exchange)})
    for (const conf::Host* host : hosts)
      for (const conf::FixedAddress& fixed : host->fixed_addresses)
        if (!fixed.host_name && fixed.address == address) return host;
  return nullptr;
}

void run_scopes(Exchange& exchange, const conf::Subnet& subnet, const Place& place) {
  exchange.run(subnet.scope);
  if (place.has_ciaddr)
    if (const conf::Pool* pool = exchange.world.leases.pool_of(place.client))
      exchange.run(pool->scope, &pool->network->scope);
  exchange.run_classes(&subnet.scope);
  if (const conf::Host* host = host_at(exchange, place.client)) {
    exchange.context.host = host;
    run_host(exchange, *host, subnet.scope);
    set_host_name(exchange, host);
  }
}

void set_options(Exchange& exchange, const conf::Subnet& subnet) {
  conf::OptionState& options = exchange.options;
  set_dhcp_option(options, dhcp::kOptMessageType, {static_cast<std::uint8_t>(dhcp::MessageType::kAck)});
  if (!options.is_set({dhcp::OptionRegistry::kDhcp, dhcp::kOptSubnetMask}))
    set_dhcp_option(options, dhcp::kOptSubnetMask, address_bytes(subnet.mask));
  // RFC 2131 §3.4: no times.
  for (std::uint8_t code : {dhcp::kOptLeaseTime, dhcp::kOptRenewalTime, dhcp::kOptRebindingTime})
    options.erase(dhcp::OptionKey{dhcp::OptionRegistry::kDhcp, code});
}

void answer(Exchange& exchange, const Place& place) {
  dhcp::Header header = reply_header(exchange.message);
  set_boot_fields(exchange, exchange.options, header);
  Reply reply;
  reply.source = set_server_identifier(exchange, exchange.options, exchange.options);
  LayoutRules rules = layout_rules(exchange, exchange.options);
  rules.max_message_size.reset();
  if (exchange.uid != nullptr && is_on(exchange.options, dhcp::ServerOption::kEchoClientId, false)) {
    set_dhcp_option(exchange.options, dhcp::kOptClientIdentifier, *exchange.uid);
    rules.echo_client_id = true;
  }
  std::string via = exchange.query.arrival.interface;
  if (header.ciaddr.is_zero() && !header.giaddr.is_zero()) {
    header.flags |= dhcp::kBroadcastFlag;
    reply.destination = to_relay(exchange, header.giaddr);
    via = header.giaddr.text();
  } else {
    reply.destination = to_address(exchange.world, place.client);
  }
  reply.datagram = datagram(exchange, header, rules);
  const bool has_hardware = header.htype != 0 && header.hlen != 0;
  exchange.info("DHCPACK to " + place.client.text() + " (" +
                (has_hardware ? hardware_text(exchange.hardware) : "<no client hardware address>") +
                ") via " + via);
  exchange.decision.reply = std::move(reply);
}

}  // namespace

void inform(Exchange& exchange) {
  Place place = place_of(exchange);
  const std::string line = "DHCPINFORM from " + place.client.text() + " via " + exchange.via;
  if (place.client.is_zero()) return exchange.info(line + ": ignored (null source address).");
  if (!apply_selection(exchange, place))
    return exchange.info(line + ": ignored (invalid subnet selection option).");
  const conf::Subnet* subnet = exchange.world.config.subnet_of(place.link);
  if (subnet == nullptr)
    return exchange.info(line + ": unknown subnet for " + place.link_is + " address " + place.link.text());
  if (!is_authoritative(subnet->scope)) {
    exchange.info(line + ": not authoritative for subnet " + subnet->number.text());
    return advise(exchange);
  }
  run_scopes(exchange, *subnet, place);
  set_options(exchange, *subnet);
  exchange.info(line);
  answer(exchange, place);
}

}  // namespace dhcpd
