// The machine's network interfaces, asked from the kernel and watched for changes (rtnetlink(7)).
//
// Both sockets are opened once and kept, so that a process that may open no more sockets can go on asking.
#pragma once

#include <string>
#include <vector>

#include "base/address.h"
#include "base/fd.h"

namespace dhcpd {

struct Interface {
  std::string name;
  int index = 0;
  unsigned flags = 0;                 // IFF_xxx
  unsigned link_type = 0;             // ARPHRD_xxx
  base::HardwareAddress hardware;     // type: the hardware type of DHCP, 0 where it has none
  base::HardwareAddress broadcast;    // link broadcast address
  std::vector<base::Ipv4> addresses;  // in the kernel's order: the first is the primary one
};

class RouteSocket {
 public:
  RouteSocket();  // throws std::system_error
  // Every interface, by index. Throws std::system_error.
  std::vector<Interface> interfaces();
  // Readable when links or addresses have changed; heard() empties it.
  int changes() const { return changes_.get(); }
  void heard();

 private:
  template <typename Handle>
  void dump(int type, Handle handle);
  base::UniqueFd questions_;
  base::UniqueFd changes_;
  unsigned sequence_ = 0;
};

}  // namespace dhcpd
