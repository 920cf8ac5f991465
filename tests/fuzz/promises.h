// What a server has promised its clients, kept apart from the server's own table: from the decisions alone.
// A decision that breaks a promise, or a reply that the records do not bear out, ends the process.
#pragma once

#include <unordered_map>

#include "dhcpd/decide.h"

class Promises {
 public:
  // To be called before `decision` is applied to the table. `query` is null where time asked.
  void check(const dhcpd::Decision& decision, const dhcpd::Query* query, const dhcpd::World& world);
  // At any time: the table says what the records say, and its counts are those of its leases.
  void check_table(const conf::Config& config, const lease::Table& table, base::UnixTime now) const;

 private:
  struct Promise {
    base::HardwareAddress hardware;
    base::Bytes uid;
    base::UnixTime until;
  };
  void check_change(const lease::Lease& change, const dhcpd::Query* query, base::UnixTime now);
  void check_reply(const dhcpd::Decision& decision, const dhcpd::Query& query, const dhcpd::World& world);
  void check_granted(const dhcp::Message& reply, const dhcpd::Decision& decision, const dhcpd::Query& query,
                     const dhcpd::World& world);

  std::unordered_map<base::Ipv4, Promise> promises_;      // what was acknowledged and is not over
  std::unordered_map<base::Ipv4, lease::Lease> records_;  // what was handed over to be durable
};
