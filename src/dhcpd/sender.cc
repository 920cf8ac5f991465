#include "dhcpd/sender.h"

#include <cstring>

#include "base/log.h"
#include "dhcpd/udp_socket.h"

namespace dhcpd {

void Sender::add(Reply reply, int interface_index) {
  if (!reply.log_when_sent.empty()) base::Log::process().write(base::Severity::kInfo, reply.log_when_sent);
  if (reply.destination.way == Destination::Way::kRaw)
    raw_[interface_index].push_back(std::move(reply));
  else
    routed_.push_back(std::move(reply));
}

void Sender::flush(const Links& links) {
  for (auto& [index, replies] : raw_) {
    if (replies.empty()) continue;
    const Link* link = links.find(index);
    if (link)
      send_raw(*link, replies);
    else
      counters_.add(Counter::kSendFailed, replies.size());  // the interface went away meanwhile
    replies.clear();
  }
  if (!routed_.empty()) send_udp();
}

void Sender::send_raw(const Link& link, const std::vector<Reply>& replies) {
  packets_.clear();
  for (const Reply& reply : replies) {
    UdpPacket udp;
    udp.source = reply.source;
    udp.destination = reply.destination.address;
    udp.source_port = local_port_;
    udp.destination_port = reply.destination.port;
    udp.payload = reply.datagram;
    // An address of another length than the link's reaches nobody: then everybody, as the stock server does.
    const base::HardwareAddress& to = reply.destination.hardware;
    const bool fits = to.length == link.interface.hardware.length;
    packets_.push_back({fits ? to : base::HardwareAddress(), packet_headers(udp), reply.datagram});
  }
  int error = 0;
  const std::size_t sent =
      send_packets(link.socket.get(), link.interface.index, link.interface.broadcast, packets_, error);
  counters_.add(Counter::kSentRaw, sent);
  counters_.add(Counter::kSendFailed, packets_.size() - sent);
  if (error != 0) complain(error);
}

void Sender::send_udp() {
  std::vector<OutgoingDatagram> datagrams;
  for (const Reply& reply : routed_) {
    datagrams.push_back({reply.source, reply.destination.address, reply.destination.port, reply.datagram});
  }
  int error = 0;
  const std::size_t sent = send_datagrams(udp_, datagrams, error);
  counters_.add(Counter::kSentUdp, sent);
  counters_.add(Counter::kSendFailed, datagrams.size() - sent);
  routed_.clear();
  if (error != 0) complain(error);
}

void Sender::complain(int error) {
  if (complaints_.allow(base::monotonic_now())) base::log_error("send_packet: %s", std::strerror(error));
}

}  // namespace dhcpd
