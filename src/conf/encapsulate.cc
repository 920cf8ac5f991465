#include "conf/encapsulate.h"

#include <string_view>
#include <vector>

#include "dhcp/option_codes.h"
#include "dhcp/suboptions.h"

namespace conf {
namespace {

// A space may carry itself: how deep that is followed.
constexpr int kMaxEncapsulation = 8;

using Members = std::vector<std::pair<std::uint32_t, base::Bytes>>;

// The stock keeps these spaces in a list: they are written in the order of setting.
bool keeps_order(std::string_view name) { return name == "agent" || name == "nwip" || name == "fqdn"; }

bool flag_of(const Members& members, std::uint32_t code) {
  for (const auto& [c, value] : members)
    if (c == code) return !value.empty() && value[0] != 0;
  return false;
}

std::uint8_t byte_of(const Members& members, std::uint32_t code) {
  for (const auto& [c, value] : members)
    if (c == code && !value.empty()) return value[0];
  return 0;
}

base::Bytes fqdn_bytes(const Members& members) {
  dhcp::Fqdn fqdn;
  fqdn.no_client_update = flag_of(members, dhcp::kFqdnNoClientUpdate);
  fqdn.server_update = flag_of(members, dhcp::kFqdnServerUpdate);
  fqdn.encoded = flag_of(members, dhcp::kFqdnEncoded);
  fqdn.rcode1 = byte_of(members, dhcp::kFqdnRcode1);
  fqdn.rcode2 = byte_of(members, dhcp::kFqdnRcode2);
  for (const auto& [code, value] : members)
    if (code == dhcp::kFqdnFqdn) fqdn.name = value;
  return dhcp::encode_fqdn(fqdn);
}

std::optional<base::Bytes> encapsulate(const OptionState& options, const dhcp::OptionRegistry& registry,
                                       std::uint16_t space, int depth);

// What a member has of its own and what the space it carries adds; false: neither.
bool collect(const OptionState& options, const dhcp::OptionRegistry& registry, dhcp::OptionKey key, int depth,
             Members& members) {
  base::Bytes value;
  bool any = false;
  if (const base::Bytes* own = options.get(key)) {
    value = *own;
    any = true;
  }
  const dhcp::OptionDefinition* definition = registry.find(key);
  if (definition != nullptr && !definition->format.encapsulated.empty() && depth < kMaxEncapsulation) {
    const dhcp::OptionSpace* inner = registry.space(definition->format.encapsulated);
    if (inner != nullptr) {
      if (const auto bytes = encapsulate(options, registry, inner->index, depth + 1)) {
        base::put_bytes(value, *bytes);
        any = true;
      }
    }
  }
  if (any) members.emplace_back(key.code, std::move(value));
  return any;
}

std::optional<base::Bytes> encapsulate(const OptionState& options, const dhcp::OptionRegistry& registry,
                                       std::uint16_t space_index, int depth) {
  const dhcp::OptionSpace& space = registry.space(space_index);
  std::vector<std::uint32_t> codes;
  for (const OptionState::Entry& entry : options.entries())
    if (entry.key.space == space_index) codes.push_back(entry.key.code);
  Members members;
  if (keeps_order(space.name)) {
    for (const std::uint32_t code : codes) collect(options, registry, {space_index, code}, depth, members);
  } else {
    for (const std::size_t i : dhcp::stock_order(codes))
      collect(options, registry, {space_index, codes[i]}, depth, members);
  }
  // Members that are not set but carry a space of which something is.
  for (const auto& [code, definition] : space.by_code) {
    if (definition->format.encapsulated.empty() || options.is_set({space_index, code})) continue;
    collect(options, registry, {space_index, code}, depth, members);
  }
  if (members.empty()) return std::nullopt;
  if (space.name == "fqdn") return fqdn_bytes(members);
  std::vector<dhcp::Suboption> suboptions;
  for (const auto& [code, value] : members) suboptions.push_back({code, value});
  base::Bytes out;
  dhcp::encode_suboptions(space, suboptions, out);
  return out;
}

}  // namespace

std::optional<base::Bytes> encapsulate(const OptionState& options, const dhcp::OptionRegistry& registry,
                                       std::uint16_t space) {
  return encapsulate(options, registry, space, 0);
}

}  // namespace conf
