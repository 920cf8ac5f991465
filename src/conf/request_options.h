// Options of the request as expressions see them, the members of encapsulated spaces included.
#pragma once

#include <optional>

#include "conf/operators.h"

namespace conf {

std::optional<Data> request_option(dhcp::OptionKey key, const Context& context);

}  // namespace conf
