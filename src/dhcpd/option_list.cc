#include "dhcpd/option_list.h"

#include <algorithm>

#include "dhcp/suboptions.h"

namespace dhcpd {
namespace {

constexpr std::size_t kMostCodes = 300;

constexpr std::uint8_t kHead[] = {dhcp::kOptMessageType,      dhcp::kOptServerIdentifier, dhcp::kOptLeaseTime,
                                  dhcp::kOptRenewalTime,      dhcp::kOptRebindingTime,    dhcp::kOptMessage,
                                  dhcp::kOptRequestedAddress, dhcp::kOptAssociatedIp};

constexpr std::uint8_t kHeadWithoutList[] = {dhcp::kOptSubnetMask, dhcp::kOptRouters,
                                             dhcp::kOptDomainNameServers, dhcp::kOptHostName, dhcp::kOptFqdn};

void add_requested(const Exchange& exchange, const LayoutRules& rules, CodeList& codes) {
  if (dhcp_option(*rules.options, dhcp::kOptSubnetSelection) != nullptr) codes.add(dhcp::kOptSubnetSelection);
  if (rules.echo_client_id) codes.add(dhcp::kOptClientIdentifier);
  for (std::uint8_t code : *rules.requested) {
    if (codes.added() >= kMostCodes) break;
    if (code != dhcp::kOptRelayAgentInformation) codes.add(code);
  }
  if (exchange.message.option(dhcp::kOptFqdn) != nullptr) codes.add(dhcp::kOptFqdn);
  const auto type = exchange.message.type();
  if (type == dhcp::MessageType::kDiscover || type == dhcp::MessageType::kRequest)
    codes.add(dhcp::kOptSubnetMask);
}

// Options of one space that are set, in the order of the stock's hash table.
void add_set(const conf::OptionState& options, std::uint16_t space, unsigned first, unsigned last,
             CodeList& codes) {
  std::vector<std::uint32_t> set;
  for (const auto& entry : options.entries())
    if (entry.key.space == space && entry.key.code <= 255) set.push_back(entry.key.code);
  for (std::size_t at : dhcp::stock_order(set)) {
    const std::uint32_t code = set[at];
    if (code >= first && code < last && code != dhcp::kOptRelayAgentInformation)
      codes.add(static_cast<std::uint8_t>(code));
  }
}

// Without a list everything that is set goes out, encapsulated spaces too.
void add_all(const Exchange& exchange, const LayoutRules& rules, const SiteSpace& site, CodeList& codes) {
  for (std::uint8_t code : kHeadWithoutList) codes.add(code);
  if (site.first_code != 0) add_set(*rules.options, dhcp::OptionRegistry::kDhcp, 0, site.first_code, codes);
  add_set(*rules.options, site.space, site.first_code, 256, codes);
  const dhcp::OptionRegistry& registry = exchange.world.config.options;
  std::vector<std::pair<std::uint16_t, std::uint8_t>> carriers;
  for (const auto& [code, definition] : registry.space(dhcp::OptionRegistry::kDhcp).by_code) {
    const std::string& name = definition->format.encapsulated;
    if (name.empty() || code > 255 || code == dhcp::kOptRelayAgentInformation) continue;
    if (const dhcp::OptionSpace* space = registry.space(name))
      carriers.emplace_back(space->index, static_cast<std::uint8_t>(code));
  }
  std::sort(carriers.begin(), carriers.end());
  for (const auto& carrier : carriers) codes.add(carrier.second);
  codes.add(dhcp::kOptVendorEncapsulated);
}

}  // namespace

SiteSpace site_space(const Exchange& exchange, const conf::OptionState& options) {
  const base::Bytes* name = options.get(dhcp::server_key(dhcp::ServerOption::kSiteOptionSpace));
  if (name == nullptr) return {};
  const dhcp::OptionSpace* space = exchange.world.config.options.space(base::ByteView(*name).text());
  if (space == nullptr) return {};
  unsigned first = 224;
  for (const auto& definition : space->by_code) first = std::min<unsigned>(first, definition.first);
  return {space->index, first};
}

CodeList codes_to_send(const Exchange& exchange, const LayoutRules& rules, const SiteSpace& site) {
  CodeList codes;
  for (std::uint8_t code : kHead) codes.add(code);
  if (rules.requested != nullptr && !rules.requested->empty())
    add_requested(exchange, rules, codes);
  else
    add_all(exchange, rules, site, codes);
  // RFC 2132 §3.3: the mask before the routers; they change places.
  const auto routers = std::find(codes.begin(), codes.end(), dhcp::kOptRouters);
  const auto mask = std::find(routers, codes.end(), dhcp::kOptSubnetMask);
  if (routers != codes.end() && mask != codes.end()) std::iter_swap(routers, mask);
  return codes;
}

}  // namespace dhcpd
