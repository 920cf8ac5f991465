// From the command line to a serving process, in the stock server's order and words.
#pragma once

#include "dhcpd/command_line.h"

namespace dhcpd {

// The version that tools compare; the lease file names the same one.
inline constexpr const char* kCompatibleVersion = "4.4.3";

// The log for a command line that is refused.
void open_log_for_refusal(bool with_banner);

// Serves until told to stop; returns the exit status. Throws Fatal and what the standard library throws.
int start(const CommandLine& command_line);

}  // namespace dhcpd
