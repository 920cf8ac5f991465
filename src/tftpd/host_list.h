// Lists of hosts as only_from and no_access of a service file name them (xinetd.conf(5)).
#pragma once

#include <netinet/in.h>

#include <optional>
#include <string>
#include <vector>

#include "base/address.h"

namespace tftpd {

class HostList {
 public:
  // An address, a.b.c.0 (zeros at the end stand for any octet), a.b.{1,2}, address/length, IPv6 likewise, or
  // a host name, which is looked up now. False where the entry is none of these, or the name is unknown.
  bool add(const std::string& entry);
  bool contains(const base::SocketAddress& client) const;
  bool empty() const { return networks_.empty(); }

 private:
  struct Network {
    in6_addr address;  // IPv4 as IPv4-mapped
    int length;        // bits
  };
  bool add_network(const std::string& text, int length);
  bool add_factorised(const std::string& entry);
  bool add_host(const std::string& name);

  std::vector<Network> networks_;
};

}  // namespace tftpd
