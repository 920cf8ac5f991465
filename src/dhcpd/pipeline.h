// The way of a packet through the server: understand, decide, commit, send.
//
// Decisions of one batch of packets are committed as one group; while the store makes a group durable the
// next one gathers. A reply that promises an address leaves only when every change of that address that was
// handed over before is durable. Pings, scripts and names are waited for elsewhere; no packet waits for
// another's.
#pragma once

#include <boost/container/small_vector.hpp>
#include <deque>
#include <functional>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/log_limit.h"
#include "base/memory_reserve.h"
#include "dhcpd/decide.h"
#include "dhcpd/helper.h"
#include "dhcpd/links.h"
#include "dhcpd/pinger.h"
#include "dhcpd/sender.h"
#include "lease/store.h"

namespace dhcpd {

class Pipeline {
 public:
  // What the pipeline works with; all outlive it.
  struct Parts {
    Counters& counters;
    lease::Table& leases;
    lease::Store& store;
    Helper& helper;
    Pinger& pinger;
    Sender& sender;
    const Links& links;
    conf::Resolver& resolver;
  };
  struct Options {
    std::uint16_t local_port = 67;
    std::uint16_t remote_port = 68;
    std::optional<base::Ipv4> broadcast_to;
    std::string host_name;                // of this machine
    std::size_t replies_waiting = 16384;  // for the disk; beyond that only DISCOVER is still answered
    Policy policy;
  };
  Pipeline(const Parts& parts, const Options& options, std::function<void()> fatal);

  // The configuration from now on.
  void use(const conf::Config& config) {
    config_ = &config;
    forget_unnamed();
  }

  void message(const Link& link, const UdpPacket& packet);
  void end_batch();  // hands the group over, sends what need not wait, writes the log
  void committed();  // the store has answers
  // Lines and programs of the global scope, which a reload has run anew.
  void run_global_effects(std::vector<conf::Effect> effects);
  // The name of an address that decisions waited for is known.
  void named(base::Ipv4 address);
  void pinged(base::Ipv4 address, Pinger::Result result);
  // Leases whose time has come, at most `most`; false: there may be more.
  bool expire(std::size_t most);

  std::size_t waiting() const { return waiting_.size(); }
  conf::Variables& global_variables() { return global_variables_; }

 private:
  using ReplyTo = std::pair<Reply, int>;  // and the interface
  struct Waiting {
    std::uint64_t ticket;
    boost::container::small_vector<base::Ipv4, 2> addresses;
    boost::container::small_vector<ReplyTo, 1> replies;
  };
  World world();
  void carry_out(Decision decision, int interface_index);
  void decide_on(Query query, int interface_index);
  void hold_for_name(base::Ipv4 address, Query query, int interface_index);
  void forget_unnamed();
  void run(conf::Effect& effect);
  void hold_for_ping(const Ping& ping, Reply reply, int interface_index);
  void deliver(Reply reply, int interface_index);
  void commit(std::vector<lease::Lease> changes, std::optional<ReplyTo> reply);
  bool overloaded(const dhcp::Message& message);
  bool short_of_memory(const dhcp::Message& message);
  void refuse(const dhcp::DecodeError& error);
  void count(const dhcp::Message& message);

  Parts parts_;
  Options options_;
  std::function<void()> fatal_;
  const conf::Config* config_ = nullptr;
  conf::Variables global_variables_;
  Memory memory_;
  base::MemoryReserve memory_reserve_;
  base::LogLimit bad_packet_lines_{"malformed packets", 20};
  base::UnixTime now_ = 0;  // of the batch
  std::vector<lease::Commit> group_;
  std::uint64_t last_ticket_ = 0;
  std::deque<Waiting> waiting_;                              // in order of tickets
  std::unordered_map<base::Ipv4, std::uint64_t> under_way_;  // last ticket of an address
  std::unordered_set<base::Ipv4> not_durable_;               // in the table, but the store failed
  std::unordered_map<base::Ipv4, ReplyTo> held_;             // offers that wait for a ping
  std::unordered_set<base::Ipv4> pinged_;                    // their addresses
  // get-lease-hostnames: messages, and their interfaces, by the address whose name they wait for; in order of
  // arrival. Clients that come together are all to get the same free address.
  static constexpr std::size_t kMostUnnamed = 1024;
  std::multimap<base::Ipv4, std::pair<Query, int>> unnamed_;
};

}  // namespace dhcpd
