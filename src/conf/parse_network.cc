// Shared networks, subnets, pools and the ranges of addresses in them.
#include <algorithm>
#include <utility>

#include "conf/parse_value.h"

namespace conf {
namespace {

bool in_subnet(const Subnet& subnet, base::Ipv4 address) { return subnet.contains(address); }

// The subnet of the block's network that holds `address`; nullptr: none.
const Subnet* subnet_with(const SharedNetwork& network, base::Ipv4 address) {
  for (const Subnet* subnet : network.subnets)
    if (in_subnet(*subnet, address)) return subnet;
  return nullptr;
}

std::string with_length(const Subnet& subnet) {
  int length = 0;
  for (std::uint32_t mask = subnet.mask.value; mask != 0; mask <<= 1) ++length;
  return subnet.number.text() + "/" + std::to_string(length);
}

// `interface "eth0";` behind its word; the stock takes any token for the name.
void parse_interface(Parser& parser, SharedNetwork& network) {
  const Token name = parser.next();
  if (!network.interface.empty())
    parser.error("A subnet or shared network can't be connected to two interfaces.");
  network.interface = std::string(name.text);
  parse_semicolon(parser);
}

// The statements of a shared-network's or subnet's block.
void parse_network_block(Parser& parser, Block& inner) {
  while (block_goes_on(parser)) {
    if (parser.peek().is(Keyword::kInterface)) {
      parser.next();
      parse_interface(parser, *inner.network);
      continue;
    }
    parse_declaration(parser, inner);
  }
}

SharedNetwork& add_network(Parser& parser, const Block& block) {
  parser.config.networks.push_back(std::make_unique<SharedNetwork>());
  SharedNetwork& network = *parser.config.networks.back();
  nest(network.scope, block.scope);
  return network;
}

bool overlap(const Subnet& a, const Subnet& b) {
  return (a.number & b.mask) == b.number || (b.number & a.mask) == a.number;
}

// Warns of a subnet that lies in another one, or around it. The stock knows the one before it alone: of
// others it says nothing, and our warning has a place.
void warn_of_overlap(Parser& parser, const Subnet& subnet) {
  const Subnet* const before = std::exchange(parser.last_subnet, &subnet);
  const auto message = [&](const Subnet& other) {
    return "subnet " + with_length(subnet) + " overlaps subnet " + with_length(other);
  };
  const bool told = before != nullptr && overlap(subnet, *before);
  if (told) parser.diagnostics.add_warning("Warning: " + message(*before));
  const std::uint32_t low = subnet.number.value, high = low | ~subnet.mask.value;
  // Intervals in parser.subnets do not overlap one another, so the neighbour below is the only one that can
  // reach up to `low`.
  auto next = parser.subnets.upper_bound(high);
  if (next != parser.subnets.begin() && std::prev(next)->second.first >= low) {
    if (!told)
      parser.warning(message(*std::prev(next)->second.second),
                     "only the smaller one counts for its addresses");
    return;
  }
  parser.subnets[low] = {high, &subnet};
}

// Number and mask behind `subnet`; nullptr after an error.
std::unique_ptr<Subnet> parse_subnet_head(Parser& parser) {
  auto subnet = std::make_unique<Subnet>();
  const std::optional<base::Ipv4> number = parse_ip_address(parser);
  if (!number) return nullptr;
  const bool slash = parser.peek().is('/');
  if (!parser.next().is(Keyword::kNetmask)) {
    parser.error("Expecting netmask",
                 slash ? "write `subnet 10.0.0.0 netmask 255.255.255.0`, not 10.0.0.0/24" : "");
    skip_to_semicolon(parser);
    return nullptr;
  }
  const std::optional<base::Ipv4> mask = parse_ip_address(parser);
  if (!mask) return nullptr;
  subnet->number = *number;
  subnet->mask = *mask;
  if ((*number & *mask) == *number) return subnet;
  parser.error(
      "subnet " + number->text() + " netmask " + mask->text() + ": bad subnet number/mask combination.",
      "the subnet's number is " + (*number & *mask).text());
  skip_to_semicolon(parser);
  return nullptr;
}

// The range behind `range`, up to its semicolon.
std::optional<AddressRange> parse_range_head(Parser& parser) {
  AddressRange range;
  if (parser.peek().is(Keyword::kDynamicBootp)) {
    parser.next();
    range.dynamic_bootp = true;
  }
  const std::optional<base::Ipv4> low = parse_ip_address(parser);
  if (!low) return std::nullopt;
  range.low = range.high = *low;
  if (!parser.peek().is(';')) {
    const std::optional<base::Ipv4> high = parse_ip_address(parser);
    if (!high) return std::nullopt;
    range.high = *high;
  }
  if (!parse_semicolon(parser)) return std::nullopt;
  return range;
}

bool denies_only_dynamic_bootp(const Pool& pool) {
  return pool.deny.size() == 1 && pool.deny[0].kind == PermitKind::kDynamicBootp;
}

// The pool of the network that takes a range which stands outside `pool`: one that is open to all for
// `dynamic-bootp`, one that only denies BOOTP clients for others.
Pool& implicit_pool(Parser& parser, SharedNetwork& network, bool dynamic_bootp) {
  for (const Pool* pool : network.pools) {
    const bool fits = dynamic_bootp ? pool->deny.empty() : denies_only_dynamic_bootp(*pool);
    if (pool->allow.empty() && fits) return *parser.config.pools[pool->index];
  }
  Pool& pool = add_pool(parser, network);
  pool.implicit = true;
  if (!dynamic_bootp) pool.deny.push_back(Permit{PermitKind::kDynamicBootp});
  return pool;
}

// Exits the parse where the range reaches out of its subnet.
void check_inside(Parser& parser, const AddressRange& range, const Subnet& subnet) {
  for (const base::Ipv4 address : {range.low, range.high}) {
    if (in_subnet(subnet, address)) continue;
    parser.fatal("bad range, address " + address.text() + " not in subnet " + subnet.number.text() +
                     " netmask " + subnet.mask.text(),
                 "the range on line " + std::to_string(parser.lexer->line()) + " of " + parser.lexer->file());
  }
}

// Reports an address that stands in an earlier range too.
void check_unique(Parser& parser, const AddressRange& range) {
  auto& ranges = parser.dynamic_addresses;
  auto next = ranges.upper_bound(range.high.value);
  if (next != ranges.begin() && std::prev(next)->second >= range.low.value) {
    auto first = ranges.upper_bound(range.low.value);
    if (first != ranges.begin() && std::prev(first)->second >= range.low.value) --first;
    const base::Ipv4 twice{std::max(first->first, range.low.value)};
    parser.error("lease " + twice.text() + " is declared twice!",
                 "the range " + base::Ipv4{first->first}.text() + " " + base::Ipv4{first->second}.text() +
                     " holds it already");
  }
  std::uint32_t& high = ranges[range.low.value];
  high = std::max(high, range.high.value);
}

}  // namespace

void nest(Scope& inner, const Scope& outer) {
  inner.parent = &outer;
  for (const Scope* scope = &outer; scope != nullptr && !inner.authoritative; scope = scope->parent)
    inner.authoritative = scope->authoritative;
  if (!inner.authoritative) inner.authoritative = false;
}

Pool& add_pool(Parser& parser, SharedNetwork& network) {
  parser.config.pools.push_back(std::make_unique<Pool>());
  Pool& pool = *parser.config.pools.back();
  pool.index = parser.config.pools.size() - 1;
  pool.network = &network;
  pool.scope.parent = &network.scope;
  network.pools.push_back(&pool);
  return pool;
}

void parse_shared_network(Parser& parser, Block& block) {
  const NestingLevel level(parser);
  if (!level) return skip_to_semicolon(parser);
  std::string name;
  if (parser.peek().kind == TokenKind::kString) {
    name = std::string(parser.next().text);
    if (name.empty()) {
      parser.error("zero-length shared network name");
      name = "<no-name-given>";
    }
  } else {
    name = parse_host_name(parser);
    if (name.empty()) {
      parser.error("expecting a name for shared-network");
      return skip_to_semicolon(parser);
    }
  }
  if (!parse_left_brace(parser)) return;
  SharedNetwork& network = add_network(parser, block);
  network.name = std::move(name);
  Block inner{BlockKind::kSharedNetwork, network.scope, &network};
  parse_network_block(parser, inner);
  if (network.subnets.empty() && parser.lexer->current().is('}'))
    parser.error("empty shared-network decl", "a shared-network needs a subnet");
}

void parse_subnet(Parser& parser, Block& block) {
  const NestingLevel level(parser);
  if (!level) return skip_to_semicolon(parser);
  std::unique_ptr<Subnet> owned = parse_subnet_head(parser);
  if (!owned) return;
  Subnet& subnet = *owned;
  parser.config.subnets.push_back(std::move(owned));
  warn_of_overlap(parser, subnet);
  SharedNetwork* network = block.kind == BlockKind::kSharedNetwork ? block.network : nullptr;
  if (network == nullptr) {
    // A subnet by itself is a network by itself, even in a group within a shared-network; both share one
    // scope, which is the network's.
    network = &add_network(parser, block);
    network->implicit = true;
    network->name = with_length(subnet);
  }
  subnet.network = network;
  network->subnets.push_back(&subnet);
  if (network->implicit)
    subnet.scope.parent = &network->scope;
  else
    nest(subnet.scope, block.scope);
  if (!parse_left_brace(parser)) return;
  Block inner{BlockKind::kSubnet, network->implicit ? network->scope : subnet.scope, network, &subnet};
  parse_network_block(parser, inner);
}

void parse_subnet6(Parser& parser, Block&) {
  parser.error("subnet6 statement is only supported in DHCPv6 mode.");
  skip_to_semicolon(parser);
}

void parse_range(Parser& parser, Block& block, Pool* pool) {
  std::optional<AddressRange> range = parse_range_head(parser);
  if (!range) return;
  SharedNetwork& network = *block.network;
  const Subnet* subnet = block.subnet != nullptr ? block.subnet : subnet_with(network, range->low);
  if (subnet == nullptr) {
    parser.error("address range not on network " + network.name,
                 "place the pool behind the subnet that holds its range");
    return;
  }
  check_inside(parser, *range, *subnet);
  if (range->high < range->low) std::swap(range->low, range->high);
  check_unique(parser, *range);
  if (pool == nullptr) pool = &implicit_pool(parser, network, range->dynamic_bootp);
  pool->ranges.push_back(*range);
}

}  // namespace conf
