// Which interfaces are served, and which network each belongs to (dhcpd(8): all broadcast interfaces with a
// subnet, or those named on the command line).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/log.h"
#include "conf/config.h"
#include "dhcpd/route_socket.h"

namespace dhcpd {

struct Attached {
  Interface interface;
  const conf::SharedNetwork* network = nullptr;  // never null in a result
};

struct Attachments {
  std::vector<Attached> served;
  std::vector<std::string> complaints;  // severity err, in order, the stock server's words
  std::string fatal;                    // "" or why the server cannot start
};

// `named`: the interfaces of the command line; empty: all that can be served.
Attachments attach(const std::vector<Interface>& interfaces, const conf::Config& config,
                   const std::vector<std::string>& named);

}  // namespace dhcpd
