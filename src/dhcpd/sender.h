// Replies on their way out: gathered while a batch is decided, sent together.
#pragma once

#include <map>
#include <vector>

#include "base/log_limit.h"
#include "dhcpd/counters.h"
#include "dhcpd/decide.h"
#include "dhcpd/links.h"

namespace dhcpd {

class Sender {
 public:
  // `udp`: the ordinary socket, owned by the caller.
  Sender(Counters& counters, int udp, std::uint16_t local_port)
      : counters_(counters), udp_(udp), local_port_(local_port) {}

  // Logs that the reply is sent. `interface_index`: the link that the query came from.
  void add(Reply reply, int interface_index);
  // Sends everything that was added.
  void flush(const Links& links);

 private:
  void send_raw(const Link& link, const std::vector<Reply>& replies);
  void send_udp();
  void complain(int error);

  Counters& counters_;
  int udp_;
  std::uint16_t local_port_;
  std::map<int, std::vector<Reply>> raw_;  // by interface
  std::vector<Reply> routed_;
  base::LogLimit complaints_{"replies that could not be sent", 10};
  std::vector<OutgoingPacket> packets_;  // kept for its room
};

}  // namespace dhcpd
