// The leases in memory: every address that was ever used, indexed by address, hardware address and client
// identifier; for each pool the order in which free addresses are given again; the order in which active ones
// expire.
//
// A pool is a set of intervals: addresses never used cost nothing. Leases live apart from the configuration:
// adopt() lays the pools of a new configuration over them. One thread (the loop) uses the table; nothing here
// does I/O or asks the time.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "conf/config.h"
#include "lease/lease.h"

namespace lease {

class Table {
 public:
  Table();
  ~Table();

  // The pools that addresses belong to from now on. Leases outside every pool are kept but not offered.
  void adopt(const conf::Config& config);
  // The pool whose ranges hold the address; nullptr if none does.
  const conf::Pool* pool_of(base::Ipv4 address) const;

  // The lease of an address; nullopt: never used (free, nothing known of it).
  std::optional<Lease> find(base::Ipv4 address) const;
  // Addresses by their last client, any state; order: most recent first.
  std::vector<base::Ipv4> by_hardware(const base::HardwareAddress& hardware) const;
  std::vector<base::Ipv4> by_uid(base::ByteView uid) const;

  // Stores the lease whole, in place of what was known of the address, and moves it in every index.
  void put(const Lease& lease);

  // The address that the pool would give to a new client: never used ones in ascending order first, then the
  // free one whose lease ended longest ago. Offered addresses are passed over. nullopt: the pool has none.
  struct Candidate {
    base::Ipv4 address;
    bool never_used;
    base::UnixTime ended;  // 0 if never used
  };
  std::optional<Candidate> candidate(const conf::Pool& pool) const;
  // The abandoned address that was abandoned longest ago.
  std::optional<base::Ipv4> oldest_abandoned(const conf::Pool& pool) const;

  // Offers are promises held in memory only: the address is kept from others until `until`.
  void offer(base::Ipv4 address, const base::HardwareAddress& hardware, base::ByteView uid,
             base::UnixTime until);
  void withdraw_offer(base::Ipv4 address);
  struct Offer {
    base::HardwareAddress hardware;
    base::Bytes uid;
    base::UnixTime until;
  };
  std::optional<Offer> offer_of(base::Ipv4 address, base::UnixTime now) const;

  // Leases whose `ends` has passed and whose next state differs, oldest first, at most `most`; and when the
  // next one is due.
  std::vector<base::Ipv4> due(base::UnixTime now, std::size_t most) const;
  std::optional<base::UnixTime> next_due() const;

  struct Count {
    std::uint64_t total = 0, active = 0, free = 0, abandoned = 0, offered = 0;
  };
  Count count(const conf::Pool& pool) const;
  std::size_t size() const;  // leases kept

  // Every lease, in the order in which the file lists them; `visit` gets a whole lease.
  template <typename Visit>
  void for_each(Visit visit) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lease
