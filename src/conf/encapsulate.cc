#include "conf/encapsulate.h"

#include <algorithm>

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "dhcp/option_codes.h"
#include "dhcp/suboptions.h"

namespace conf {
namespace {

// A space may carry itself: how deep that is followed.
constexpr int kMaxEncapsulation = 8;

using Members = std::vector<std::pair<std::uint32_t, base::Bytes>>;

// The stock keeps these spaces in a list: they are written in the order of setting.
bool keeps_order(std::string_view name) { return name == "agent" || name == "fqdn"; }

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

// A member that is set: an empty value is left out, but where the option has no value at all.
void add_own(const OptionState& options, const dhcp::OptionRegistry& registry, dhcp::OptionKey key,
             Members& members) {
  const base::Bytes* value = options.get(key);
  if (value == nullptr) return;
  const dhcp::OptionDefinition* definition = registry.find(key);
  const bool has_no_value = definition != nullptr && !definition->format.fields.empty() &&
                            definition->format.fields.front().type == dhcp::FieldType::kZeroLength;
  if (!value->empty() || has_no_value) members.emplace_back(key.code, *value);
}

// Members that are not set themselves but carry a space of which something is, by their codes.
void add_carriers(const OptionState& options, const dhcp::OptionRegistry& registry,
                  const dhcp::OptionSpace& space, int depth, Members& members) {
  std::map<std::uint32_t, const dhcp::OptionSpace*> carriers;
  for (const auto& [code, definition] : space.by_code) {
    if (definition->format.encapsulated.empty() || options.is_set({space.index, code})) continue;
    const dhcp::OptionSpace* inner = registry.space(definition->format.encapsulated);
    if (inner != nullptr) carriers[code] = inner;
  }
  for (const auto& [code, inner] : carriers)
    if (std::optional<base::Bytes> bytes = encapsulate(options, registry, inner->index, depth + 1))
      members.emplace_back(code, std::move(*bytes));
}

std::optional<base::Bytes> encapsulate(const OptionState& options, const dhcp::OptionRegistry& registry,
                                       std::uint16_t space_index, int depth) {
  const dhcp::OptionSpace& space = registry.space(space_index);
  std::vector<std::uint32_t> codes;
  for (const OptionState::Entry& entry : options.entries())
    if (entry.key.space == space_index) codes.push_back(entry.key.code);
  // Nothing of its own set: the stock does not look for spaces within it. It never writes option 63.
  if (codes.empty() || depth > kMaxEncapsulation || space.name == "nwip") return std::nullopt;
  Members members;
  if (keeps_order(space.name)) {
    for (const std::uint32_t code : codes) add_own(options, registry, {space_index, code}, members);
  } else {
    for (const std::size_t i : dhcp::stock_order(codes))
      add_own(options, registry, {space_index, codes[i]}, members);
  }
  add_carriers(options, registry, space, depth, members);
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

std::optional<base::Bytes> merge_agent_options(base::ByteView request, const OptionState& options,
                                               const dhcp::OptionRegistry& registry) {
  // Most replies have options of the first two spaces only: nothing to look up for them.
  const auto& entries = options.entries();
  const bool has_others = std::any_of(entries.begin(), entries.end(), [](const OptionState::Entry& entry) {
    return entry.key.space != dhcp::OptionRegistry::kDhcp && entry.key.space != dhcp::OptionRegistry::kServer;
  });
  if (!has_others) return std::nullopt;
  const dhcp::OptionSpace* space = registry.space("agent");
  if (space == nullptr) return std::nullopt;
  Members set;
  for (const OptionState::Entry& entry : options.entries())
    if (entry.key.space == space->index) add_own(options, registry, entry.key, set);
  if (set.empty()) return std::nullopt;
  std::vector<dhcp::Suboption> members;
  base::ByteReader in(request);
  while (const auto code = in.u8()) {
    const auto length = in.u8();
    const auto value = in.bytes(length.value_or(0));
    if (!length || !value) break;
    members.push_back({*code, *value});
  }
  for (const auto& [code, value] : set) {
    bool found = false;
    for (dhcp::Suboption& member : members) {
      if (member.code != code) continue;
      member.value = value;
      found = true;
    }
    if (!found) members.push_back({code, value});
  }
  base::Bytes out;
  dhcp::encode_suboptions(*space, members, out);
  return out;
}

}  // namespace conf
