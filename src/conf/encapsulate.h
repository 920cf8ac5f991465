// The options of one space that are set in a reply, as the bytes of the option that carries them.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "conf/option_state.h"
#include "dhcp/option.h"

namespace conf {

// nullopt: no member of the space is set. A member that carries a space itself gets that space's members
// behind its own value.
std::optional<base::Bytes> encapsulate(const OptionState& options, const dhcp::OptionRegistry& registry,
                                       std::uint16_t space);

}  // namespace conf
