// The leases in memory: every address that was ever used, indexed by address, hardware address and client
// identifier; for each pool the order in which free addresses are given again; the order in which active ones
// expire.
//
// A pool is a set of intervals: addresses never used cost nothing. Leases live apart from the configuration:
// adopt() lays the pools of a new configuration over them. One thread (the loop) uses the table; nothing here
// does I/O or asks the time.
#pragma once

#include <boost/container/small_vector.hpp>
#include <functional>
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
  // `config` has to live until the next adopt().
  void adopt(const conf::Config& config);
  // About so many leases are to come: makes room at once (only while the table is empty).
  void expect(std::size_t leases);
  // The pool whose ranges hold the address; nullptr if none does.
  const conf::Pool* pool_of(base::Ipv4 address) const;

  // The lease of an address; nullopt: never used (free, nothing known of it).
  std::optional<Lease> find(base::Ipv4 address) const;
  // Addresses by their last client, any state; in the order in which the stock prefers them
  // (client_order.h); at most kMostOfOne.
  static constexpr std::size_t kMostOfOne = 64;
  // Four or less, the usual case, take no memory of their own.
  using Addresses = boost::container::small_vector<base::Ipv4, 4>;
  Addresses by_hardware(const base::HardwareAddress& hardware) const;
  Addresses by_uid(base::ByteView uid) const;

  // Stores the lease whole, in place of what was known of the address, and moves it in every index.
  void put(const Lease& lease);
  // The same for what a lease remembers only: its place among its client's leases stays as it is.
  void amend(const Lease& lease);
  // The same for a lease of the file, before the server has begun.
  void restore(const Lease& lease);

  // The address that the pool would give to a new client: never used ones first (pool_space.h), then the
  // free one whose lease ended longest ago (an offer is a free lease that ends later than now). Reserved
  // addresses are passed over. nullopt: the pool has none.
  struct Candidate {
    base::Ipv4 address;
    bool never_used;       // no client is known of it
    base::UnixTime ended;  // 0 if never used
  };
  std::optional<Candidate> candidate(const conf::Pool& pool) const;
  // One of the pool's free addresses that were used or offered before, by any number; nullopt: none.
  std::optional<base::Ipv4> any_free(const conf::Pool& pool, std::uint64_t number) const;
  // The abandoned address whose time is over first.
  std::optional<base::Ipv4> oldest_abandoned(const conf::Pool& pool) const;

  // Leases whose `ends` has passed and whose next state differs, oldest first (of one second the last one put
  // first), at most `most`; and when the next one is due.
  std::vector<base::Ipv4> due(base::UnixTime now, std::size_t most) const;
  std::optional<base::UnixTime> next_due() const;

  // `free`: every address that is in no other state, the never used ones too.
  struct Count {
    std::uint64_t total = 0, active = 0, free = 0, abandoned = 0;
  };
  Count count(const conf::Pool& pool) const;
  // Active leases billed to a class (`lease limit`), or to one of its subclasses.
  std::uint64_t billed(const std::string& class_name, const std::optional<base::Bytes>& subclass) const;
  std::size_t size() const;  // leases kept

  // Visits leases number `from` to `from + most`, whole; returns the number to go on with, 0 at the end.
  // Leases keep their numbers while the table changes, new ones come last. In no useful order.
  std::size_t visit(std::size_t from, std::size_t most,
                    const std::function<void(const Lease&)>& visitor) const;
  void for_each(const std::function<void(const Lease&)>& visitor) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lease
