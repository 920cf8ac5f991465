// The heart of the server: what to answer to one message. Pure functions: they see the query, the
// configuration, the leases and the time, and return what is to be done. They send nothing, write nothing,
// ask no clock, and throw nothing.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "conf/evaluate.h"
#include "dhcpd/decline_limit.h"
#include "dhcpd/policy.h"
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
  base::Ipv4 source;          // server address in the IP header
  std::string log_when_sent;  // "DHCPOFFER on ..." (info); "": no line
  // The dynamic lease that the reply speaks of: it must not overtake an earlier change of that lease that is
  // not durable yet (a repeated REQUEST is answered without a change of its own).
  std::optional<base::Ipv4> lease;
};

// An ICMP echo to make before the reply may leave.
struct Ping {
  base::Ipv4 address;
  base::Duration timeout;
};

struct Decision {
  std::vector<conf::Effect> effects;  // log lines and programs, in order
  // To be put into the table at once, and durable before `reply` leaves.
  std::vector<lease::Lease> changes;
  // An offer: to be put into the table at once, and not to be written. It is a free lease that ends when the
  // offer does, with the client's identity; so the client finds it again and the address comes last in turn.
  std::optional<lease::Lease> offer;
  // What a lease remembers from now on, though it is as it was: nothing of it is written.
  std::optional<lease::Lease> amended;
  std::optional<Ping> ping;
  std::optional<Reply> reply;
  // Nothing is decided before the name of this address is known: decide() is to be asked anew then.
  std::optional<base::Ipv4> awaits_name;
};

// What the server remembers between messages besides the leases. One for the life of the process.
struct Memory {
  // Active leases whose client was offered a new term: the next ACK gives it, however young the lease is.
  std::unordered_set<base::Ipv4> offered_otherwise;
  std::string nak_message;  // option 56 of the next NAK; the stock may send an older one
  std::unordered_map<std::string, std::shared_ptr<const conf::Statements>> handlers;  // of leases, by text
  const conf::Config* handlers_of = nullptr;
  DeclineLimit declines;
  unsigned informs_refused = 0;  // every 101st DHCPINFORM for want of authority gets advice in the log
  std::vector<std::int64_t>
      pool_low_mark;  // by pool index: to fall to before log-threshold-high counts again, -1: not over
};

// What a decision may look at besides the query.
struct World {
  const conf::Config& config;
  const lease::Table& leases;
  Memory& memory;
  base::UnixTime now;
  conf::Resolver* resolver = nullptr;
  conf::Variables* global_variables = nullptr;
  const std::string* host_name = nullptr;  // gethostname()
  std::uint16_t local_port = 67;
  std::uint16_t remote_port = 68;
  std::optional<base::Ipv4> broadcast_to;  // -s, limited-broadcast-address
  // Addresses with a ping under way; a message that would have them answered is dropped.
  const std::unordered_set<base::Ipv4>* pinged = nullptr;
  Policy policy;
};

// Puts what was decided into the table.
void apply(const Decision& decision, lease::Table& leases);

// Reads option 53 and hands over to one function a message type (discover.cc, request.cc, ...).
Decision decide(const Query& query, const World& world);

// The ping before an offer was answered: the address is in use by somebody unknown.
Decision abandon_pinged(base::Ipv4 address, const World& world);

// The lease's time has come: expiry, or the end of an abandoned period.
Decision expire(base::Ipv4 address, const World& world);

}  // namespace dhcpd
