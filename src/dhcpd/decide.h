// The heart of the server: what to answer to one message. Pure functions: they see the query, the
// configuration, the leases and the time, and return what is to be done. They send nothing, write nothing,
// ask no clock, and throw nothing.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "conf/evaluate.h"
#include "lease/lease.h"
#include "lease/table.h"

namespace dhcpd {

// Where a message came in.
struct Arrival {
  std::string interface;  // name, for the log
  int interface_index = 0;
  const conf::SharedNetwork* network = nullptr;  // of the interface; nullptr: none
  base::Ipv4 interface_address;                  // first address of the interface: default server-identifier
  base::Ipv4 source;                             // IP header
  std::uint16_t source_port = 0;
  base::Ipv4 destination;
};

struct Query {
  dhcp::Message message;
  Arrival arrival;
};

// How a reply travels (RFC 2131 §4.1).
struct Destination {
  enum class Way { kRaw, kUdp };  // kRaw: a frame to `hardware`; kUdp: the kernel routes
  Way way = Way::kRaw;
  base::Ipv4 address;
  std::uint16_t port = 68;
  base::HardwareAddress hardware;  // empty: link broadcast
};

struct Reply {
  base::Bytes datagram;  // UDP payload
  Destination destination;
  base::Ipv4 source;                       // server address in the IP header
  std::vector<std::string> log_when_sent;  // "DHCPOFFER on ..." (info)
};

// An ICMP echo to make before the reply may leave.
struct Ping {
  base::Ipv4 address;
  base::Duration timeout;
};

struct Decision {
  std::vector<conf::Effect> effects;  // log lines and programs, in order
  std::vector<lease::Lease> changes;  // to be durable before `reply` leaves
  struct OfferMade {
    base::Ipv4 address;
    base::HardwareAddress hardware;
    base::Bytes uid;
    base::UnixTime until;
  };
  std::optional<OfferMade> offer;  // to be held in the table
  std::optional<Ping> ping;
  std::optional<Reply> reply;
};

// What a decision may look at besides the query.
struct World {
  const conf::Config& config;
  const lease::Table& leases;
  base::UnixTime now;
  conf::Resolver* resolver = nullptr;
  conf::Variables* global_variables = nullptr;
  std::uint16_t local_port = 67;
  std::uint16_t remote_port = 68;
  std::optional<base::Ipv4> broadcast_to;  // -s, limited-broadcast-address
};

// Reads option 53 and hands over to one function a message type (discover.cc, request.cc, ...).
Decision decide(const Query& query, const World& world);

// The ping before an offer was answered: the address is in use by somebody unknown.
Decision abandon_pinged(base::Ipv4 address, const World& world);

// The lease's time has come: expiry, or the end of an abandoned period.
Decision expire(base::Ipv4 address, const World& world);

}  // namespace dhcpd
