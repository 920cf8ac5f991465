// The interfaces that are served: a packet socket each, opened at start and again whenever an interface comes
// back. An interface is known by its index, so that a new name changes nothing but the log.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.h"
#include "dhcpd/attach.h"
#include "dhcpd/counters.h"
#include "dhcpd/decide.h"
#include "dhcpd/helper.h"
#include "dhcpd/packet_socket.h"

namespace dhcpd {

struct Link {
  Interface interface;
  Arrival arrival;  // what every packet of this link has in common
  base::UniqueFd socket;
  std::unique_ptr<base::FdWatch> watch;  // after `socket`, so that it ends first
};

class Links {
 public:
  struct Events {
    std::function<void(const Link&, const UdpPacket&)> received;
    std::function<void()> batch_done;  // after the packets that one call received
  };
  Links(base::Loop& loop, Counters& counters, std::uint16_t port, bool quiet, Events events);

  // Opens every interface that `config` and the command line ask for; logs the stock server's lines. Returns
  // the reason why the server cannot start, "" if it can. Needs CAP_NET_RAW.
  std::string open(const conf::Config& config, const std::vector<std::string>& named);
  // From now on packets are read and interfaces that come and go are followed; `helper` opens the sockets.
  void serve(Helper& helper);
  // A new configuration: networks are matched anew.
  void adopt(const conf::Config& config);
  const Link* find(int interface_index) const;
  std::size_t size() const { return links_.size(); }

 private:
  void read(Link& link);
  void handle(const Link& link, const ReceiveBatch::Packet& packet);
  void look_again();
  void add(const Attached& attached, base::UniqueFd socket);
  void refresh(Link& link, const Attached& attached);
  void reopen(const Attached& attached);
  void opened(int index, base::UniqueFd socket);
  void watch(Link& link);
  void announce(const Link& link) const;

  base::Loop& loop_;
  Counters& counters_;
  std::uint16_t port_;
  bool quiet_;
  Events events_;
  const conf::Config* config_ = nullptr;
  std::vector<std::string> named_;
  Helper* helper_ = nullptr;
  RouteSocket route_;
  ReceiveBatch batch_;
  std::map<int, std::unique_ptr<Link>> links_;
  std::map<int, bool> opening_;
  base::Timer settle_;
  std::unique_ptr<base::FdWatch> route_watch_;
};

}  // namespace dhcpd
