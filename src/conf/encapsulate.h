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

}  // namespace conf
