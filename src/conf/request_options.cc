#include "conf/request_options.h"

#include "dhcp/option_codes.h"
#include "dhcp/suboptions.h"

namespace conf {
namespace {

std::optional<Data> from_carrier(std::uint8_t code, const base::Bytes& carrier, dhcp::OptionKey key,
                                 const dhcp::OptionRegistry& registry) {
  const dhcp::OptionSpace& space = registry.space(key.space);
  if (code == dhcp::kOptFqdn) {
    std::optional<base::Bytes> member = dhcp::fqdn_member(carrier, key.code);
    if (!member) return std::nullopt;
    return Data::owning(std::move(*member));
  }
  std::optional<base::Bytes> member = dhcp::find_suboption(carrier, key.code, space);
  if (!member) return std::nullopt;
  return Data::owning(std::move(*member));
}

}  // namespace

std::optional<Data> request_option(dhcp::OptionKey key, const Context& context) {
  if (context.message == nullptr || context.config == nullptr) return std::nullopt;
  if (key.space == dhcp::OptionRegistry::kDhcp) {
    if (key.code > 255) return std::nullopt;
    const base::Bytes* value = context.message->option(static_cast<std::uint8_t>(key.code));
    if (value == nullptr) return std::nullopt;
    return Data::viewing(*value);
  }
  const dhcp::OptionRegistry& registry = context.config->options;
  if (key.space >= registry.space_count()) return std::nullopt;
  const std::string& name = registry.space(key.space).name;
  for (const dhcp::RawOption& option : context.message->options) {
    const dhcp::OptionDefinition* definition = registry.find(dhcp::OptionKey{0, option.code});
    if (definition == nullptr || definition->format.encapsulated != name) continue;
    return from_carrier(option.code, option.value, key, registry);
  }
  if (name == "agent" && !context.stashed_agent_options.empty())
    return from_carrier(dhcp::kOptRelayAgentInformation, context.stashed_agent_options, key, registry);
  return std::nullopt;
}

}  // namespace conf
