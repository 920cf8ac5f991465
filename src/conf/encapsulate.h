// The options of one space that are set in a reply, as the bytes of the option that carries them.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "conf/option_state.h"
#include "dhcp/option.h"

namespace conf {

// nullopt: no member of the space is set. Members that carry a space themselves follow the others; one that
// is set has that value and not what its space would give.
std::optional<base::Bytes> encapsulate(const OptionState& options, const dhcp::OptionRegistry& registry,
                                       std::uint16_t space);

// Option 82 of a reply to a message that had `request` in its own: the relay's members, each with the value
// that scopes have set for it, and behind them the members that only scopes have set. nullopt: none are set,
// the relay's bytes go back as they came (RFC 3046 §2.2).
std::optional<base::Bytes> merge_agent_options(base::ByteView request, const OptionState& options,
                                               const dhcp::OptionRegistry& registry);

}  // namespace conf
