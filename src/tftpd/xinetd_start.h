// --xinetd FILE: a service file in place of a command line.
#pragma once

#include "tftpd/command_line.h"
#include "tftpd/server.h"

namespace tftpd {

// Reads the file and obeys it: the options it gives, with those of `command_line` that say how this process
// is run; the hosts it lets in; the process's limits, priority and environment. What is not obeyed is logged.
// Throws StartError; a service that is switched off is one with status kExitOk.
Options start_as_xinetd_service(const Options& command_line, HostRules& hosts);

}  // namespace tftpd
