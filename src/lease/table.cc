#include "lease/table.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "lease/client_order.h"
#include "lease/packed.h"
#include "lease/pool_space.h"
#include "lease/slot_index.h"

namespace lease {

namespace {

using Records = BlockVector<Packed>;

// Sixteen neighbours share a cache line of buckets: files and clients take addresses in order.
std::uint64_t hash_address(std::uint32_t address) {
  std::uint8_t octets[4];
  base::set_u32(octets, address >> 4);
  return std::uint64_t{base::hash_bytes({octets, 4})} << 4 | (address & 15);
}
std::uint64_t hash_hardware(std::uint8_t type, base::ByteView octets) {
  return base::hash_bytes(octets) ^ type * 0x9e3779b97f4a7c15u;
}
// The bits that choose the bucket last.
std::uint16_t tag_of(std::uint64_t hash) { return static_cast<std::uint16_t>(hash >> 48); }

// What a client is found by, with its hash.
struct HardwareKey {
  HardwareKey(std::uint8_t t, base::ByteView o) : type(t), octets(o), hash(hash_hardware(t, o)) {}
  bool is_of(const Packed& r) const {
    return r.hardware_tag == tag_of(hash) && r.has_hardware && r.hardware_type == type &&
           r.hardware() == octets;
  }
  std::uint8_t type;
  base::ByteView octets;
  std::uint64_t hash;
};
struct UidKey {
  explicit UidKey(base::ByteView u) : uid(u), hash(base::hash_bytes(u)) {}
  bool is_of(const Packed& r) const { return r.uid_tag == tag_of(hash) && r.has_uid && r.uid() == uid; }
  base::ByteView uid;
  std::uint64_t hash;
};

struct ByAddress {
  Records* records;
  ForwardLink& link(Slot s) const { return (*records)[s].by_address; }
  std::uint64_t hash(Slot s) const { return hash_address((*records)[s].address); }
};
struct ByHardware {
  Records* records;
  Link& link(Slot s) const { return (*records)[s].by_hardware; }
  std::uint64_t hash(Slot s) const {
    return hash_hardware((*records)[s].hardware_type, (*records)[s].hardware());
  }
};
struct ByUid {
  Records* records;
  Link& link(Slot s) const { return (*records)[s].by_uid; }
  std::uint64_t hash(Slot s) const { return base::hash_bytes((*records)[s].uid()); }
};
struct ByEnd {
  Records* records;
  std::uint32_t& position(Slot s) const { return (*records)[s].position; }
  // Of those that ended in the same second the last one put goes first, as the stock has it.
  std::uint32_t sequence(Slot s) const { return ~(*records)[s].sequence; }
};
struct ByDue {
  Records* records;
  std::uint32_t& position(Slot s) const { return (*records)[s].position; }
  // Any order, for which no record need be looked at: due() puts those of one second into theirs.
  std::uint32_t sequence(Slot s) const { return s; }
};

// An abandoned lease: when its time is over, then as ByEnd has it.
struct Abandoned {
  std::uint32_t ends, sequence, address;
  bool operator<(const Abandoned& other) const {
    return ends != other.ends ? ends < other.ends : sequence > other.sequence;
  }
};

struct PoolState {
  PoolState(const conf::Pool* p, Records* records) : pool(p), unused(p->ranges), free(ByEnd{records}) {}
  const conf::Pool* pool;
  UnusedSpace unused;
  SlotHeap<ByEnd> free;
  std::set<Abandoned> abandoned;
  std::uint64_t active = 0, used_otherwise = 0;
};

struct PoolRange {
  std::uint32_t low, high, pool;
};

Standing standing_of(const Packed& r) { return {r.state(), r.ends, r.cltt}; }

std::string billing_key(const Billing& billing) {
  std::string key(billing.class_name);
  key.push_back('\0');
  if (billing.subclass) key.append(1, 's').append(billing.subclass->begin(), billing.subclass->end());
  return key;
}

}  // namespace

struct Table::Impl {
  Records records;
  TextPool texts;
  SlotIndex<ByAddress> addresses{ByAddress{&records}};
  SlotIndex<ByHardware> hardware{ByHardware{&records}};
  SlotIndex<ByUid> uids{ByUid{&records}};
  SlotHeap<ByDue> due{ByDue{&records}};
  std::uint32_t sequence = 0;

  std::vector<PoolRange> ranges;  // ascending
  std::vector<PoolState> pools;   // by Config::pools

  std::unordered_map<std::string, std::uint64_t> billed;  // active leases by billing_key()

  Slot slot_of(std::uint32_t address) const {
    Slot s = addresses.first(hash_address(address));
    while (s != kNoSlot && records[s].address != address) s = addresses.next(s);
    return s;
  }

  template <typename Index, typename Key>
  Addresses leases_of(const Index& index, const Key& key) const {
    Addresses found;
    for (Slot s = index.first(key.hash); s != kNoSlot && found.size() < kMostOfOne; s = index.next(s))
      if (key.is_of(records[s])) found.push_back(base::Ipv4{records[s].address});
    return found;
  }

  std::uint32_t pool_index(std::uint32_t address) const {
    auto after = std::upper_bound(ranges.begin(), ranges.end(), address,
                                  [](std::uint32_t a, const PoolRange& r) { return a < r.low; });
    if (after == ranges.begin() || (--after)->high < address) return kNoPool;
    return after->pool;
  }

  // Whether a lease that nobody holds may be given again. Backup ones belong to the failover partner, and
  // expired or released ones wait for its consent; in a pool without a partner they are as good as free.
  bool gives(const Packed& r) const {
    if (r.reserved) return false;
    if (r.state() == BindingState::kFree) return true;
    if (r.state() == BindingState::kActive || r.state() == BindingState::kAbandoned) return false;
    return pools[r.pool].pool->failover_peer == nullptr;
  }

  void enqueue(Slot s) {
    Packed& r = records[s];
    r.queue = static_cast<std::uint8_t>(Packed::Queue::kNone);
    if (r.pool != kNoPool) {
      PoolState& pool = pools[r.pool];
      if (r.state() == BindingState::kActive) ++pool.active;
      if (r.state() == BindingState::kAbandoned) pool.abandoned.insert({r.ends, r.sequence, r.address});
      if (gives(r)) {
        r.queue = static_cast<std::uint8_t>(Packed::Queue::kFree);
        pool.free.insert(s, r.ends);
        return;
      }
      if (r.state() != BindingState::kFree && r.state() != BindingState::kActive &&
          r.state() != BindingState::kAbandoned) {
        ++pool.used_otherwise;
      }
    }
    if (r.next != r.binding && r.state() != BindingState::kFree &&
        r.ends != static_cast<std::uint32_t>(kNever)) {
      r.queue = static_cast<std::uint8_t>(Packed::Queue::kDue);
      due.insert(s, r.ends);
    }
  }

  void dequeue(Slot s) {
    Packed& r = records[s];
    if (r.queue == static_cast<std::uint8_t>(Packed::Queue::kDue)) due.remove(s);
    if (r.pool == kNoPool) return;
    PoolState& pool = pools[r.pool];
    if (r.queue == static_cast<std::uint8_t>(Packed::Queue::kFree)) pool.free.remove(s);
    if (r.state() == BindingState::kActive) {
      --pool.active;
    } else if (r.state() == BindingState::kAbandoned) {
      pool.abandoned.erase({r.ends, r.sequence, r.address});
    } else if (r.state() != BindingState::kFree && !gives(r)) {
      --pool.used_otherwise;
    }
  }

  void pass_used(std::uint32_t pool) {
    pools[pool].unused.pass([this](std::uint32_t a) { return slot_of(a) != kNoSlot; });
  }

  // How a lease is put: what its standing among its client's leases is, and whether it is filed anew.
  struct Filing {
    Standing standing;
    bool moves;
    bool at_start;  // of equals the stock then prefers the one that comes last in its table
  };

  // Files the lease among others of the same key.
  template <typename Index, typename Key>
  void file(Index& index, Slot s, const Filing& filing, const Key& key) {
    bool found = false;
    index.insert(s, [&](Slot other) {
      const Packed& o = records[other];
      if (found || !key.is_of(o)) return false;
      const Standing theirs = standing_of(o);
      found = goes_before(filing.standing, theirs);
      if (found && filing.at_start && goes_before(theirs, filing.standing))
        found = walk_order(records[s].address) > walk_order(o.address);
      return !found;
    });
  }

  void put(const Lease& lease) {
    const Slot s = slot_of(lease.address.value);
    const Standing before = s == kNoSlot ? Standing{} : standing_of(records[s]);
    // A lease that ends stays where it is.
    const bool is_given = lease.binding == BindingState::kActive || lease.binding == before.state;
    put(lease, s, {before, is_given, false});
  }

  // What it remembers is no reason to file it anew.
  void amend(const Lease& lease) { put(lease, slot_of(lease.address.value), {{}, false, false}); }

  // What the file says of a lease counts by itself.
  void restore(const Lease& lease) {
    const Standing standing{lease.binding, pack_time(lease.ends), pack_time(lease.cltt)};
    put(lease, slot_of(lease.address.value), {standing, true, true});
  }

  Slot add(std::uint32_t address) {
    const auto s = static_cast<Slot>(records.size());
    Packed& r = records.add();
    r.address = address;
    r.pool = pool_index(address);
    addresses.insert(s);
    return s;
  }

  void put(const Lease& lease, Slot s, const Filing& filing) {
    const HardwareKey hardware_key(lease.hardware.type, lease.hardware.view());
    const UidKey uid_key(lease.uid);
    const bool is_new = s == kNoSlot;
    bool keeps_hardware = false, keeps_uid = false;
    if (is_new) {
      s = add(lease.address.value);
    } else {
      dequeue(s);
      const Packed& old = records[s];
      unbill(old);
      keeps_hardware = !filing.moves && hardware_key.is_of(old);
      keeps_uid = !filing.moves && uid_key.is_of(old);
      if (old.has_hardware && !keeps_hardware) hardware.remove(s);
      if (old.has_uid && !keeps_uid) uids.remove(s);
      release_texts(old, texts);
    }
    Packed& r = records[s];
    pack(lease, texts, r);
    bill(r);
    r.sequence = ++sequence;
    r.hardware_tag = tag_of(hardware_key.hash);
    r.uid_tag = tag_of(uid_key.hash);
    if (r.has_hardware && !keeps_hardware) file(hardware, s, filing, hardware_key);
    if (r.has_uid && !keeps_uid) file(uids, s, filing, uid_key);
    enqueue(s);
    if (is_new && r.pool != kNoPool) pass_used(r.pool);
  }

  void bill(const Packed& r) {
    if (r.billed) ++billed[billing_key(billing_of(r, texts))];
  }
  void unbill(const Packed& r) {
    if (!r.billed) return;
    const auto count = billed.find(billing_key(billing_of(r, texts)));
    if (--count->second == 0) billed.erase(count);
  }

  void adopt(const conf::Config& config) {
    for (Slot s = 0; s < records.size(); ++s) dequeue(s);
    pools.clear();
    ranges.clear();
    for (const auto& pool : config.pools) {
      const auto index = static_cast<std::uint32_t>(pools.size());
      pools.emplace_back(pool.get(), &records);
      for (const conf::AddressRange& r : pool->ranges) ranges.push_back({r.low.value, r.high.value, index});
    }
    std::sort(ranges.begin(), ranges.end(),
              [](const PoolRange& a, const PoolRange& b) { return a.low < b.low; });
    for (Slot s = 0; s < records.size(); ++s) {
      Packed& r = records[s];
      r.pool = pool_index(r.address);
      // What a failover partner had is free once the pool has none.
      if (r.state() == BindingState::kBackup && gives(r)) {
        r.binding = r.next = r.rewind = static_cast<std::uint8_t>(BindingState::kFree);
      }
    }
    queue_as_at_a_start();
    for (Slot s = 0; s < records.size(); ++s) enqueue(s);
  }

  // Never used addresses, and leases that ended in the same second, get the turns that a start of the stock
  // gives them.
  void queue_as_at_a_start() {
    std::vector<std::vector<Place>> walks(pools.size());
    for (Slot s = 0; s < records.size(); ++s) {
      const Packed& r = records[s];
      if (r.pool != kNoPool) walks[r.pool].emplace_back(walk_order(r.address), s);
    }
    std::vector<std::vector<std::uint64_t>> breaks = breaks_between_pools();
    for (std::size_t p = 0; p < pools.size(); ++p) {
      std::vector<Place>& walk = walks[p];
      std::sort(walk.begin(), walk.end());
      UnusedSpace& unused = pools[p].unused;
      for (std::size_t i = 0; i < walk.size();) {
        std::size_t end = i + 1;
        while (end < walk.size() && follows(walk[end - 1], walk[end], unused)) ++end;
        for (std::size_t k = end; k-- > i;) records[walk[k].second].sequence = ++sequence;
        i = end;
      }
      const auto between = static_cast<std::ptrdiff_t>(breaks[p].size());
      breaks[p].reserve(breaks[p].size() + walk.size());
      for (const Place& place : walk) breaks[p].push_back(place.first);
      std::inplace_merge(breaks[p].begin(), breaks[p].begin() + between, breaks[p].end());
      unused.start(std::move(breaks[p]));
    }
  }

  using Place = std::pair<std::uint64_t, Slot>;

  // For each pool, where the addresses of another one lie between its own.
  std::vector<std::vector<std::uint64_t>> breaks_between_pools() const {
    std::vector<std::pair<std::uint64_t, std::size_t>> parts;  // place, pool
    for (std::size_t p = 0; p < pools.size(); ++p)
      for (const std::uint64_t place : pools[p].unused.parts()) parts.emplace_back(place, p);
    std::sort(parts.begin(), parts.end());
    std::vector<std::vector<std::uint64_t>> breaks(pools.size());
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const auto [place, pool] = parts[i];
      if (parts[i - 1].second != pool) breaks[pool].push_back(place - 1);
    }
    return breaks;
  }

  // Whether the stock queues the second directly behind the first: on the same queue since the same second,
  // with nothing between them.
  bool follows(const Place& first, const Place& second, const UnusedSpace& space) const {
    const Packed &a = records[first.second], &b = records[second.second];
    const auto is_abandoned = [](const Packed& r) { return r.state() == BindingState::kAbandoned; };
    const bool same_queue = (gives(a) && gives(b)) || (is_abandoned(a) && is_abandoned(b));
    return same_queue && a.ends == b.ends && space.after(first.first) == second.first;
  }
};

Table::Table() : impl_(std::make_unique<Impl>()) {}
Table::~Table() = default;

void Table::adopt(const conf::Config& config) { impl_->adopt(config); }

void Table::expect(std::size_t leases) {
  impl_->addresses.expect(leases);
  impl_->hardware.expect(leases);
  impl_->uids.expect(leases);
}

const conf::Pool* Table::pool_of(base::Ipv4 address) const {
  const std::uint32_t pool = impl_->pool_index(address.value);
  return pool == kNoPool ? nullptr : impl_->pools[pool].pool;
}

std::optional<Lease> Table::find(base::Ipv4 address) const {
  const Slot s = impl_->slot_of(address.value);
  if (s == kNoSlot) return std::nullopt;
  return unpack(impl_->records[s], impl_->texts);
}

Table::Addresses Table::by_hardware(const base::HardwareAddress& hardware) const {
  return impl_->leases_of(impl_->hardware, HardwareKey(hardware.type, hardware.view()));
}

Table::Addresses Table::by_uid(base::ByteView uid) const {
  if (uid.empty()) return {};
  return impl_->leases_of(impl_->uids, UidKey(uid));
}

void Table::put(const Lease& lease) { impl_->put(lease); }
void Table::amend(const Lease& lease) { impl_->amend(lease); }
void Table::restore(const Lease& lease) { impl_->restore(lease); }

std::optional<Table::Candidate> Table::candidate(const conf::Pool& pool) const {
  const PoolState& state = impl_->pools[pool.index];
  if (const auto unused = state.unused.first()) return Candidate{base::Ipv4{*unused}, true, 0};
  if (state.free.empty()) return std::nullopt;
  const Packed& r = impl_->records[state.free.top()];
  return Candidate{base::Ipv4{r.address}, !r.has_hardware && !r.has_uid, r.ends};
}

std::optional<base::Ipv4> Table::any_free(const conf::Pool& pool, std::uint64_t number) const {
  const auto& free = impl_->pools[pool.index].free;
  if (free.empty()) return std::nullopt;
  return base::Ipv4{impl_->records[free.at(number % free.size())].address};
}

std::optional<base::Ipv4> Table::oldest_abandoned(const conf::Pool& pool) const {
  const PoolState& state = impl_->pools[pool.index];
  if (state.abandoned.empty()) return std::nullopt;
  return base::Ipv4{state.abandoned.begin()->address};
}

std::vector<base::Ipv4> Table::due(base::UnixTime now, std::size_t most) const {
  if (most == 0) return {};
  std::vector<const Packed*> records;
  impl_->due.in_order([&](Slot s, std::uint32_t ends) {
    if (ends > pack_time(now)) return false;
    records.push_back(&impl_->records[s]);
    return records.size() < most;
  });
  // The order in which they become free is that in which they are given again, as the stock has it.
  std::sort(records.begin(), records.end(), [](const Packed* a, const Packed* b) {
    return a->ends != b->ends ? a->ends < b->ends : a->sequence > b->sequence;
  });
  std::vector<base::Ipv4> found;
  for (const Packed* r : records) found.push_back(base::Ipv4{r->address});
  return found;
}

std::optional<base::UnixTime> Table::next_due() const {
  if (impl_->due.empty()) return std::nullopt;
  return impl_->due.top_key();
}

Table::Count Table::count(const conf::Pool& pool) const {
  const PoolState& state = impl_->pools[pool.index];
  Count count;
  count.total = state.unused.total();
  count.active = state.active;
  count.abandoned = state.abandoned.size();
  count.free = count.total - count.active - count.abandoned - state.used_otherwise;
  return count;
}

std::uint64_t Table::billed(const std::string& class_name, const std::optional<base::Bytes>& subclass) const {
  Billing billing{class_name, std::nullopt};
  if (subclass) billing.subclass = *subclass;
  const auto count = impl_->billed.find(billing_key(billing));
  return count == impl_->billed.end() ? 0 : count->second;
}

std::size_t Table::size() const { return impl_->records.size(); }

std::size_t Table::visit(std::size_t from, std::size_t most,
                         const std::function<void(const Lease&)>& visitor) const {
  const std::size_t end = std::min(impl_->records.size(), from + most);
  for (std::size_t s = from; s < end; ++s) visitor(unpack(impl_->records[s], impl_->texts));
  return end == impl_->records.size() ? 0 : end;
}

void Table::for_each(const std::function<void(const Lease&)>& visitor) const {
  std::size_t at = 0;
  do {
    at = visit(at, 4096, visitor);
  } while (at != 0);
}

}  // namespace lease
