#include "dhcpd/hosts.h"

#include "conf/request_options.h"
#include "dhcpd/find_lease.h"

namespace dhcpd {
namespace {

std::optional<base::Ipv4> address_on(base::Ipv4 address, const conf::SharedNetwork& network) {
  for (const conf::Subnet* subnet : network.subnets)
    if (subnet->contains(address)) return address;
  return std::nullopt;
}

}  // namespace

conf::HostRange hosts_by_uid(const Exchange& exchange) {
  if (exchange.uid == nullptr) return {};
  return exchange.world.config.hosts_by_uid(*exchange.uid);
}

conf::HostRange hosts_by_hardware(const Exchange& exchange) {
  return exchange.world.config.hosts_by_hardware(exchange.hardware);
}

conf::HostRange hosts_by_identifier(const Exchange& exchange) {
  const conf::Config& config = exchange.world.config;
  for (dhcp::OptionKey option : config.host_identifier_options()) {
    const auto value = conf::request_option(option, exchange.context);
    if (!value) continue;
    const conf::HostRange hosts = config.hosts_by_identifier(option, value->view());
    if (!hosts.empty()) return hosts;
  }
  return {};
}

const conf::Host* first_without_address(conf::HostRange hosts) {
  for (const conf::Host* host : hosts)
    if (host->fixed_addresses.empty()) return host;
  return nullptr;
}

void run_host(Exchange& exchange, const conf::Host& host, const conf::Scope& limit) {
  if (host.group != nullptr) exchange.run(host.group->scope, &limit);
  exchange.run(host.scope, &limit);
}

const conf::Host* host_without_address(const Exchange& exchange) {
  if (const conf::Host* host = first_without_address(hosts_by_uid(exchange))) return host;
  if (const conf::Host* host = first_without_address(hosts_by_hardware(exchange))) return host;
  return first_without_address(hosts_by_identifier(exchange));
}

std::optional<Binding> fixed_binding(const Exchange& exchange, const conf::Host& host,
                                     const conf::SharedNetwork& network) {
  std::optional<base::Ipv4> address;
  for (const conf::FixedAddress& fixed : host.fixed_addresses) {
    if (!fixed.host_name) {
      address = address_on(fixed.address, network);
    } else if (exchange.world.resolver != nullptr) {
      for (base::Ipv4 resolved : exchange.world.resolver->addresses(*fixed.host_name))
        if (!address) address = address_on(resolved, network);
    }
    if (address) break;
  }
  if (!address) return std::nullopt;
  Binding binding;
  binding.is_static = true;
  binding.host = &host;
  for (const conf::Subnet* subnet : network.subnets)
    if (subnet->contains(*address)) binding.subnet = subnet;
  binding.lease.address = *address;
  if (host.uid) binding.lease.uid = *host.uid;
  if (host.hardware) binding.lease.hardware = *host.hardware;
  return binding;
}

}  // namespace dhcpd
