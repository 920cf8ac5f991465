#include "conf/request_options.h"

#include "dhcp/option_codes.h"
#include "dhcp/suboptions.h"

namespace conf {
namespace {

// `carrier` outlives the result.
std::optional<Data> from_carrier(std::uint8_t code, const base::Bytes& carrier, dhcp::OptionKey key,
                                 const dhcp::OptionSpace& space) {
  if (code == dhcp::kOptFqdn) {
    std::optional<base::Bytes> member = dhcp::fqdn_member(carrier, key.code);
    if (!member) return std::nullopt;
    return Data::owning(std::move(*member));
  }
  const std::optional<base::ByteView> member = dhcp::find_suboption(carrier, key.code, space);
  if (!member) return std::nullopt;
  return Data::viewing(*member);
}

// A text ends before NULs that the client put behind it.
base::ByteView without_nuls(base::ByteView value, const dhcp::OptionDefinition* definition) {
  if (definition == nullptr || definition->format.fields.empty() ||
      definition->format.fields.front().type != dhcp::FieldType::kText)
    return value;
  std::size_t size = value.size();
  while (size > 0 && value[size - 1] == 0) --size;
  return value.subview(0, size);
}

std::optional<Data> top_level(dhcp::OptionKey key, const Context& context) {
  if (key.code > 255) return std::nullopt;
  const base::Bytes* value = context.message->option(static_cast<std::uint8_t>(key.code));
  if (value == nullptr) return std::nullopt;
  if (key.code == dhcp::kOptHostName && value->empty()) return std::nullopt;
  return Data::viewing(without_nuls(*value, context.config->options.find(key)));
}

}  // namespace

std::optional<Data> request_option(dhcp::OptionKey key, const Context& context) {
  if (context.message == nullptr || context.config == nullptr) return std::nullopt;
  if (key.space == dhcp::OptionRegistry::kDhcp) return top_level(key, context);
  const dhcp::OptionRegistry& registry = context.config->options;
  if (key.space >= registry.space_count()) return std::nullopt;
  const dhcp::OptionSpace& space = registry.space(key.space);
  for (const dhcp::RawOption& option : context.message->options) {
    const dhcp::OptionDefinition* definition = registry.find(dhcp::OptionKey{0, option.code});
    const bool carries = definition != nullptr && definition->format.encapsulated == space.name;
    const bool is_vendor = option.code == dhcp::kOptVendorEncapsulated && context.vendor_space == key.space;
    if (carries || is_vendor) return from_carrier(option.code, option.value, key, space);
  }
  if (space.name == "agent" && !context.stashed_agent_options.empty())
    return from_carrier(dhcp::kOptRelayAgentInformation, context.stashed_agent_options, key, space);
  return std::nullopt;
}

}  // namespace conf
