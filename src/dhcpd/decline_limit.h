// How many addresses one client may have abandoned in a minute. A client that keeps to RFC 2131 §3.1 waits
// ten seconds after a DHCPDECLINE, so it never meets the limit; one that declines whatever it is given cannot
// empty a pool.
#pragma once

#include <string>
#include <unordered_map>

#include "base/address.h"
#include "base/clock.h"

namespace dhcpd {

class DeclineLimit {
 public:
  static constexpr unsigned kDeclinesAMinute = 6;
  static constexpr std::size_t kClients = 4096;  // remembered; while there are more, further ones wait

  // Whether the client may have one more address abandoned now; counts it.
  bool allow(const base::HardwareAddress& client, base::UnixTime now);

 private:
  struct Minute {
    base::UnixTime began = 0;
    unsigned declines = 0;
    bool is_over(base::UnixTime now) const;
  };
  std::unordered_map<std::string, Minute> clients_;  // by hardware type and address
};

}  // namespace dhcpd
