#include "dhcpd/links.h"

#include <net/if.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <system_error>

#include "base/log.h"

namespace dhcpd {

namespace {

constexpr int kBatchesAtOnce = 4;  // then other events have their turn
// Changes come in bursts (link made, named, set up, addressed): look once they are over.
constexpr auto kSettle = std::chrono::milliseconds(50);
constexpr auto kRetry = std::chrono::seconds(1);

Counter counter_of(PacketFault fault) {
  const bool checksum = fault == PacketFault::kHeaderChecksum || fault == PacketFault::kUdpChecksum;
  return checksum ? Counter::kDroppedBadChecksum : Counter::kDroppedBadPacket;
}

}  // namespace

Links::Links(base::Loop& loop, Counters& counters, std::uint16_t port, bool quiet, Events events)
    : loop_(loop),
      counters_(counters),
      port_(port),
      quiet_(quiet),
      events_(std::move(events)),
      settle_(loop, [this] { look_again(); }) {}

std::string Links::open(const conf::Config& config, const std::vector<std::string>& named) {
  config_ = &config;
  named_ = named;
  const Attachments found = attach(route_.interfaces(), config, named);
  for (const auto& line : found.complaints) base::log_error("%s", line.c_str());
  if (!found.fatal.empty()) return found.fatal;
  // The stock announces the last interface first, and so do we.
  for (auto attached = found.served.rbegin(); attached != found.served.rend(); ++attached) {
    try {
      add(*attached, open_packet_socket(attached->interface.index, port_));
    } catch (const std::system_error& e) {
      return "Open a socket for LPF: " + e.code().message() + " (" + attached->interface.name + ")";
    }
  }
  if (!links_.empty()) return "";
  base::log_info("%s", "");  // as the stock
  return "Not configured to listen on any interfaces!";
}

void Links::serve(Helper& helper) {
  helper_ = &helper;
  for (auto& entry : links_) watch(*entry.second);
  route_watch_ = std::make_unique<base::FdWatch>(loop_, route_.changes(), [this] {
    route_.heard();
    if (!settle_.running()) settle_.start(kSettle);
  });
}

void Links::adopt(const conf::Config& config) {
  config_ = &config;
  for (auto& entry : links_) entry.second->arrival.network = nullptr;  // it belonged to the old one
  look_again();
}

const Link* Links::find(int interface_index) const {
  const auto at = links_.find(interface_index);
  return at == links_.end() ? nullptr : at->second.get();
}

void Links::add(const Attached& attached, base::UniqueFd socket) {
  auto link = std::make_unique<Link>();
  link->socket = std::move(socket);
  refresh(*link, attached);
  announce(*link);
  Link& kept = *link;
  links_[attached.interface.index] = std::move(link);
  if (helper_) watch(kept);
}

void Links::refresh(Link& link, const Attached& attached) {
  link.interface = attached.interface;
  link.arrival.interface = attached.interface.name;
  link.arrival.interface_index = attached.interface.index;
  link.arrival.network = attached.network;
  link.arrival.interface_address =
      attached.interface.addresses.empty() ? base::Ipv4() : attached.interface.addresses.front();
}

void Links::watch(Link& link) {
  link.watch = std::make_unique<base::FdWatch>(loop_, link.socket.get(), [this, &link] { read(link); });
}

void Links::announce(const Link& link) const {
  if (quiet_) return;
  const std::string what =
      "LPF/" + link.interface.name + "/" + link.interface.hardware.text() + "/" + link.arrival.network->name;
  base::log_info("Listening on %s", what.c_str());
  base::log_info("Sending on   %s", what.c_str());
}

void Links::look_again() {
  std::vector<Interface> interfaces;
  try {
    interfaces = route_.interfaces();
  } catch (const std::system_error& e) {
    base::log_error("Cannot list the network interfaces: %s", e.what());
    settle_.start(kRetry);
    return;
  }
  // A served interface that is down for a moment stays served: its socket wakes up with it.
  for (auto& interface : interfaces) {
    if (links_.count(interface.index)) interface.flags |= IFF_UP;
  }
  const Attachments found = attach(interfaces, *config_, named_);
  std::set<int> served;
  for (const auto& attached : found.served) {
    served.insert(attached.interface.index);
    const auto at = links_.find(attached.interface.index);
    if (at != links_.end())
      refresh(*at->second, attached);
    else
      reopen(attached);
  }
  for (auto at = links_.begin(); at != links_.end();) {
    if (served.count(at->first)) {
      ++at;
      continue;
    }
    base::log_info("Interface %s is gone, or has no subnet any more: waiting for it.",
                   at->second->interface.name.c_str());
    at = links_.erase(at);
  }
}

void Links::reopen(const Attached& attached) {
  const int index = attached.interface.index;
  if (!opening_.emplace(index, true).second) return;
  helper_->open(index, port_, [this, index](base::UniqueFd socket, int error) {
    opening_.erase(index);
    if (!socket) {
      base::log_error("Cannot listen on interface %d: %s", index, std::strerror(error));
      return;
    }
    opened(index, std::move(socket));
  });
}

// What was true when the socket was asked for may be over: looks at the interface as it is now.
void Links::opened(int index, base::UniqueFd socket) {
  try {
    for (const auto& now : attach(route_.interfaces(), *config_, named_).served) {
      if (now.interface.index == index && !links_.count(index)) return add(now, std::move(socket));
    }
  } catch (const std::system_error&) {
    settle_.start(kRetry);
  }
}

void Links::read(Link& link) {
  for (int batches = 0; batches < kBatchesAtOnce; ++batches) {
    const int count = batch_.receive(link.socket.get());
    if (count < 0) {
      base::log_error("receive_packet failed on %s: %s", link.interface.name.c_str(), std::strerror(errno));
      if (!settle_.running()) settle_.start(kSettle);
      return;
    }
    if (count == 0) return;
    for (int i = 0; i < count; ++i) handle(link, batch_.packet(i));
    events_.batch_done();
    if (count < static_cast<int>(ReceiveBatch::kMost)) return;
  }
}

void Links::handle(const Link& link, const ReceiveBatch::Packet& packet) {
  counters_.add(Counter::kReceived);
  if (packet.truncated) return counters_.add(Counter::kDroppedTooLong);
  if (packet.foreign_vlan) return counters_.add(Counter::kDroppedVlan);
  if (!packet.for_us) return counters_.add(Counter::kDroppedNotForUs);
  const auto read = read_udp_packet(packet.bytes, packet.checksum_pending);
  if (const auto* fault = std::get_if<PacketFault>(&read)) return counters_.add(counter_of(*fault));
  events_.received(link, std::get<UdpPacket>(read));
}

}  // namespace dhcpd
