// ICMP echo before an address is offered (ping-check of dhcpd.conf(5)): is somebody there already?
//
// Each ping has a random identifier, sequence and payload, and only a reply that carries all three from the
// address that was asked counts: nobody who did not see the request can answer it. Pings wait side by side;
// nothing else waits for them.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <random>
#include <unordered_map>

#include "base/address.h"
#include "base/clock.h"
#include "base/fd.h"
#include "base/log_limit.h"
#include "base/loop.h"

namespace dhcpd {

class Pinger {
 public:
  enum class Result { kSilence, kAnswered };
  using Done = std::function<void(base::Ipv4, Result)>;

  // Opens the raw socket; needs CAP_NET_RAW. Where that fails pings are not made (usable() is false).
  // `done` is called from the loop, once for each ping that was started.
  Pinger(base::Loop& loop, std::size_t most, Done done);

  bool usable() const { return static_cast<bool>(socket_); }
  bool pinging(base::Ipv4 address) const { return by_address_.count(address) != 0; }
  bool full() const { return by_address_.size() >= most_; }
  std::size_t count() const { return by_address_.size(); }
  // False where the request cannot be sent (no route, no socket, too many): go on without.
  bool start(base::Ipv4 address, base::Duration timeout);
  // Replies that belonged to no ping.
  unsigned long strays() const { return strays_; }

 private:
  static constexpr std::size_t kPayload = 16;
  struct Ping {
    std::uint16_t identifier, sequence;
    std::array<std::uint8_t, kPayload> payload;
    std::multimap<base::MonotonicTime, base::Ipv4>::iterator due;
  };
  void read_replies();
  void take_reply(base::ByteView packet);
  void end_due();
  void arm();

  base::UniqueFd socket_;
  std::size_t most_;
  Done done_;
  std::random_device random_;
  std::unordered_map<base::Ipv4, Ping> by_address_;
  std::multimap<base::MonotonicTime, base::Ipv4> by_time_;
  unsigned long strays_ = 0;
  base::LogLimit stray_lines_{"echo replies that belong to no ping", 10};
  base::Timer timer_;
  std::unique_ptr<base::FdWatch> watch_;
};

}  // namespace dhcpd
