// The text form of an option's value, as dhcpd.conf and lease files write it: what dhcp-options(5) shows
// behind the option's name. Reading it back gives the same bytes.
#pragma once

#include <string>

#include "base/bytes.h"
#include "dhcp/option.h"

namespace dhcp {

// Fields with blanks between them, records with ", ". A value that does not fit its format, and one of an
// unknown option (`definition` null), is a list of hexadecimal bytes.
std::string option_text(const OptionDefinition* definition, base::ByteView value);

// "a \"b\" \001": in double quotes, what is not printable as three octal digits.
std::string quoted(base::ByteView text);

}  // namespace dhcp
