#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "lease/table.h"

namespace {

using lease::BindingState;
using lease::Lease;
using lease::Table;
using testing::ElementsAre;

base::Ipv4 ip(const char* text) { return *base::Ipv4::parse(text); }

// A configuration with nothing but pools, each of the ranges given as {low, high}.
std::unique_ptr<conf::Config> pools(std::vector<std::vector<std::pair<const char*, const char*>>> declared) {
  auto config = std::make_unique<conf::Config>();
  for (const auto& ranges : declared) {
    auto pool = std::make_unique<conf::Pool>();
    pool->index = config->pools.size();
    for (const auto& [low, high] : ranges) pool->ranges.push_back({ip(low), ip(high), false});
    config->pools.push_back(std::move(pool));
  }
  return config;
}

Lease make(base::Ipv4 address, BindingState state, base::UnixTime ends, std::uint32_t client = 0) {
  Lease lease;
  lease.address = address;
  lease.binding = state;
  lease.next = BindingState::kFree;
  lease.ends = ends;
  if (client != 0) {
    base::Bytes id(6);
    base::set_u32(&id[2], client);
    lease.hardware = base::HardwareAddress(1, id);
    lease.uid = id;
  }
  return lease;
}

TEST(LeaseTable, UnusedAddressesFirstLowestFirstThenTheLongestFree) {
  const auto config = pools({{{"10.0.0.8", "10.0.0.9"}, {"10.0.0.1", "10.0.0.2"}}});
  const conf::Pool& pool = *config->pools[0];
  Table table;
  table.adopt(*config);
  const base::UnixTime ends[] = {400, 200, 300, 100};
  int i = 0;
  for (const char* expected : {"10.0.0.1", "10.0.0.2", "10.0.0.8", "10.0.0.9"}) {
    const auto candidate = table.candidate(pool);
    ASSERT_TRUE(candidate);
    EXPECT_EQ(candidate->address.text(), expected);
    EXPECT_TRUE(candidate->never_used);
    table.put(make(candidate->address, BindingState::kActive, ends[i++], 1));
  }
  EXPECT_FALSE(table.candidate(pool));
  i = 0;
  for (const char* a : {"10.0.0.1", "10.0.0.2", "10.0.0.8", "10.0.0.9"}) {
    table.put(make(ip(a), BindingState::kFree, ends[i++], 1));
  }
  for (const char* expected : {"10.0.0.9", "10.0.0.2", "10.0.0.8", "10.0.0.1"}) {
    const auto candidate = table.candidate(pool);
    EXPECT_EQ(candidate->address.text(), expected);
    EXPECT_FALSE(candidate->never_used);
    table.put(make(candidate->address, BindingState::kActive, 1000, 2));
  }
}

TEST(LeaseTable, LastFreedOfOneSecondIsFirstGivenAsTheStockHasIt) {
  const auto config = pools({{{"10.0.0.1", "10.0.0.5"}}});
  Table table;
  table.adopt(*config);
  for (const char* a : {"10.0.0.3", "10.0.0.1", "10.0.0.5", "10.0.0.2", "10.0.0.4"}) {
    table.put(make(ip(a), BindingState::kFree, 100, 1));
  }
  for (const char* a : {"10.0.0.4", "10.0.0.2", "10.0.0.5", "10.0.0.1", "10.0.0.3"}) {
    EXPECT_EQ(table.candidate(*config->pools[0])->address.text(), a);
    table.put(make(ip(a), BindingState::kActive, 200, 1));
  }
}

TEST(LeaseTable, ReservedAndAbandonedAddressesAreNotCandidates) {
  const auto config = pools({{{"10.0.0.1", "10.0.0.3"}}});
  const conf::Pool& pool = *config->pools[0];
  Table table;
  table.adopt(*config);
  Lease reserved = make(ip("10.0.0.1"), BindingState::kFree, 10, 1);
  reserved.reserved = true;
  table.put(reserved);
  table.put(make(ip("10.0.0.2"), BindingState::kAbandoned, 500));
  table.put(make(ip("10.0.0.3"), BindingState::kAbandoned, 400));
  EXPECT_FALSE(table.candidate(pool));
  EXPECT_EQ(table.oldest_abandoned(pool)->text(), "10.0.0.3");
  EXPECT_THAT(table.due(450, 10), ElementsAre(ip("10.0.0.3")));
  const Table::Count count = table.count(pool);
  EXPECT_EQ(count.total, 3u);
  EXPECT_EQ(count.abandoned, 2u);
  EXPECT_EQ(count.free, 1u);
}

TEST(LeaseTable, DueInOrderAndNoMoreThanAsked) {
  Table table;  // without a pool: leases of a range that is gone expire too
  for (std::uint32_t i = 0; i < 100; ++i) {
    table.put(make(base::Ipv4{0x0a000000 + i}, BindingState::kActive, 1000 + (i * 37) % 100, i + 1));
  }
  table.put(make(ip("10.1.0.1"), BindingState::kActive, lease::kNever, 1));
  EXPECT_EQ(*table.next_due(), 1000);
  EXPECT_TRUE(table.due(999, 10).empty());
  const auto due = table.due(1004, 3);
  ASSERT_EQ(due.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(table.find(due[i])->ends, 1000 + static_cast<int>(i));
  EXPECT_EQ(table.due(5000, 1000).size(), 100u);
}

TEST(LeaseTable, DueOfOneSecondTheLastPutFirst) {
  Table table;
  for (const char* address : {"10.0.0.3", "10.0.0.1", "10.0.0.4", "10.0.0.2"})
    table.put(make(ip(address), BindingState::kActive, 1000, 1));
  table.put(make(ip("10.0.0.1"), BindingState::kActive, 1000, 1));
  EXPECT_THAT(table.due(1000, 10),
              ElementsAre(ip("10.0.0.1"), ip("10.0.0.2"), ip("10.0.0.4"), ip("10.0.0.3")));
}

TEST(LeaseTable, ALargeRangeCostsNothing) {
  const auto config = pools({{{"10.0.0.0", "10.255.255.255"}}, {{"11.0.0.0", "11.255.255.255"}}});
  Table table;
  table.adopt(*config);
  EXPECT_EQ(table.count(*config->pools[1]).free, 1u << 24);
  EXPECT_EQ(table.pool_of(ip("11.3.4.5")), config->pools[1].get());
  EXPECT_EQ(table.pool_of(ip("12.0.0.0")), nullptr);
  EXPECT_EQ(table.size(), 0u);
}

TEST(LeaseTable, ANewConfigurationLaysItsPoolsOverTheLeases) {
  const auto before = pools({{{"10.0.0.1", "10.0.0.9"}}});
  const auto after = pools({{{"10.0.1.1", "10.0.1.2"}}, {{"10.0.0.2", "10.0.0.4"}}});
  Table table;
  table.adopt(*before);
  for (const char* a : {"10.0.0.1", "10.0.0.2"}) table.put(make(ip(a), BindingState::kActive, 100, 1));
  table.put(make(ip("10.0.0.3"), BindingState::kFree, 100, 2));
  table.adopt(*after);
  EXPECT_EQ(table.candidate(*after->pools[0])->address.text(), "10.0.1.1");
  EXPECT_EQ(table.candidate(*after->pools[1])->address.text(), "10.0.0.4");
  EXPECT_EQ(table.count(*after->pools[1]).active, 1u);
  EXPECT_EQ(table.pool_of(ip("10.0.0.1")), nullptr);
  EXPECT_EQ(table.find(ip("10.0.0.1"))->binding, BindingState::kActive);
  table.put(make(ip("10.0.0.4"), BindingState::kActive, 100, 3));
  EXPECT_EQ(table.candidate(*after->pools[1])->address.text(), "10.0.0.3");
  EXPECT_EQ(table.due(100, 9).size(), 3u);
}

// The addresses that a pool would give one after the other, each as soon as the one before is in use.
std::vector<std::string> given(Table& table, const conf::Pool& pool, std::size_t count) {
  std::vector<std::string> addresses;
  while (addresses.size() < count) {
    const auto candidate = table.candidate(pool);
    if (!candidate) break;
    addresses.push_back(candidate->address.text());
    table.put(make(candidate->address, BindingState::kActive, 9000, 1));
  }
  return addresses;
}

// Seen from dhcpd 4.4.3-P1, whose table has 100003 rows.
TEST(LeaseTable, UnusedAddressesOfALargeRangeInTheStocksOrder) {
  const auto config = pools({{{"10.0.0.10", "10.0.255.254"}}});
  Table table;
  table.adopt(*config);
  EXPECT_THAT(given(table, *config->pools[0], 3),
              ElementsAre("10.0.128.106", "10.0.128.107", "10.0.128.108"));
  const auto one = pools({{{"10.0.0.10", "10.3.255.254"}}});
  Table other;
  other.adopt(*one);
  EXPECT_THAT(given(other, *one->pools[0], 5),
              ElementsAre("10.3.141.176", "10.2.7.13", "10.0.128.106", "10.3.141.177", "10.2.7.14"));
}

TEST(LeaseTable, UnusedAddressesBehindTheLastLeaseOfTheFileFirst) {
  const auto config = pools({{{"10.0.0.10", "10.0.0.20"}}});
  Table table;
  table.restore(make(ip("10.0.0.14"), BindingState::kActive, 9000, 1));
  table.restore(make(ip("10.0.0.12"), BindingState::kActive, 9000, 1));
  table.restore(make(ip("10.0.0.17"), BindingState::kFree, 100, 1));
  table.adopt(*config);
  EXPECT_THAT(given(table, *config->pools[0], 20),
              ElementsAre("10.0.0.18", "10.0.0.19", "10.0.0.20", "10.0.0.15", "10.0.0.16", "10.0.0.13",
                          "10.0.0.10", "10.0.0.11", "10.0.0.17"));
}

TEST(LeaseTable, UnusedAddressesBehindThoseOfAnotherPoolFirst) {
  const auto config =
      pools({{{"10.0.0.10", "10.0.0.11"}, {"10.0.0.20", "10.0.0.21"}}, {{"10.0.0.15", "10.0.0.15"}}});
  Table table;
  table.adopt(*config);
  EXPECT_THAT(given(table, *config->pools[0], 9),
              ElementsAre("10.0.0.20", "10.0.0.21", "10.0.0.10", "10.0.0.11"));
}

TEST(LeaseTable, OfTwoAbandonedInOneSecondTheLastFirst) {
  const auto config = pools({{{"10.0.0.1", "10.0.0.2"}}});
  Table table;
  table.adopt(*config);
  table.put(make(ip("10.0.0.1"), BindingState::kAbandoned, 100));
  table.put(make(ip("10.0.0.2"), BindingState::kAbandoned, 100));
  EXPECT_EQ(*table.oldest_abandoned(*config->pools[0]), ip("10.0.0.2"));
}

Lease made_at(const char* address, BindingState state, base::UnixTime ends, base::UnixTime cltt) {
  Lease lease = make(ip(address), state, ends, 7);
  lease.cltt = cltt;
  return lease;
}

TEST(LeaseTable, AClientsLeasesByWhatTheyWereBeforeTheLastGrant) {
  Table table;
  const auto order = [&table] {
    const Lease any = make(base::Ipv4{1}, BindingState::kFree, 0, 7);
    const auto found = table.by_hardware(any.hardware);
    EXPECT_EQ(found, table.by_uid(any.uid));
    std::string text;
    for (const base::Ipv4 address : found) text += address.text().back();
    return text;
  };
  table.put(made_at("10.0.0.1", BindingState::kActive, 1000, 5));
  table.put(made_at("10.0.0.2", BindingState::kActive, 4000, 6));
  table.put(made_at("10.0.0.3", BindingState::kActive, 2000, 7));
  EXPECT_EQ(order(), "123") << "each was free before";
  table.put(made_at("10.0.0.3", BindingState::kActive, 2000, 8));
  EXPECT_EQ(order(), "312") << "an active one that ended at 2000 goes before the one that ends at 1000";
  table.put(made_at("10.0.0.3", BindingState::kFree, 9, 8));
  EXPECT_EQ(order(), "312") << "what ends stays where it is";
  table.put(made_at("10.0.0.3", BindingState::kFree, 129, 9));
  EXPECT_EQ(order(), "123") << "an offer is filed anew";
  table.put(made_at("10.0.0.1", BindingState::kFree, 9, 5));
  table.put(made_at("10.0.0.2", BindingState::kFree, 9, 6));
  table.put(made_at("10.0.0.3", BindingState::kFree, 130, 10));
  EXPECT_EQ(order(), "312") << "of free ones the one last heard of";
}

TEST(LeaseTable, AClientsLeasesOfTheFileByWhatTheyAre) {
  Table table;
  table.restore(made_at("10.0.0.1", BindingState::kFree, 100, 5));
  table.restore(made_at("10.0.0.2", BindingState::kActive, 4000, 6));
  table.restore(made_at("10.0.0.3", BindingState::kActive, 5000, 7));
  table.restore(made_at("10.0.0.4", BindingState::kActive, 5000, 7));
  table.restore(made_at("10.0.0.2", BindingState::kActive, 6000, 8));
  const Lease any = make(base::Ipv4{1}, BindingState::kFree, 0, 7);
  EXPECT_THAT(table.by_uid(any.uid),
              ElementsAre(ip("10.0.0.2"), ip("10.0.0.4"), ip("10.0.0.3"), ip("10.0.0.1")));
}

TEST(LeaseTable, NoMoreLeasesOfAClientThanALimit) {
  Table table;
  const Lease any = make(base::Ipv4{1}, BindingState::kFree, 0, 7);
  for (std::uint32_t i = 0; i < 1000; ++i)
    table.put(make(base::Ipv4{0x0b000000 + i}, BindingState::kActive, 1000, 7));
  EXPECT_EQ(table.by_uid(any.uid).size(), Table::kMostOfOne);
}

TEST(LeaseTable, CountsTheActiveLeasesOfAClassAndOfItsSubclasses) {
  Table table;
  const base::Bytes key{1, 2}, other{3};
  const auto billed = [&](const char* address, BindingState state, const char* to,
                          std::optional<base::Bytes> subclass) {
    Lease lease = make(ip(address), state, 100, 1);
    lease.billing_class = to;
    lease.billing_subclass = std::move(subclass);
    lease.on_expiry = "  log (info, \"over\");\n";
    table.put(lease);
  };
  billed("10.0.0.1", BindingState::kActive, "c", std::nullopt);
  billed("10.0.0.2", BindingState::kActive, "c", key);
  billed("10.0.0.3", BindingState::kActive, "c", key);
  billed("10.0.0.4", BindingState::kFree, "c", key);
  EXPECT_EQ(table.billed("c", std::nullopt), 1u);
  EXPECT_EQ(table.billed("c", key), 2u);
  EXPECT_EQ(table.billed("c", other), 0u);
  EXPECT_EQ(table.billed("d", std::nullopt), 0u);
  billed("10.0.0.1", BindingState::kActive, "d", std::nullopt);
  billed("10.0.0.2", BindingState::kActive, "c", other);
  billed("10.0.0.3", BindingState::kExpired, "c", key);
  EXPECT_EQ(table.billed("c", std::nullopt), 0u);
  EXPECT_EQ(table.billed("d", std::nullopt), 1u);
  EXPECT_EQ(table.billed("c", key), 0u);
  EXPECT_EQ(table.billed("c", other), 1u);
  table.put(make(ip("10.0.0.2"), BindingState::kActive, 100, 1));
  EXPECT_EQ(table.billed("c", other), 0u);
}

TEST(LeaseTable, EverythingOfALeaseIsKept) {
  Lease lease = make(ip("10.0.0.1"), BindingState::kActive, 4000000000, 9);
  lease.starts = 1;
  lease.cltt = 2;
  lease.tstp = 3;
  lease.tsfp = lease::kNever;
  lease.atsfp = 5;
  lease.next = BindingState::kExpired;
  lease.rewind = BindingState::kBackup;
  lease.reserved = lease.dynamic_bootp = true;
  lease.hardware = base::HardwareAddress(32, base::Bytes(20, 0xab));
  lease.uid = base::Bytes(300, 0xcd);
  lease.hostname = "host";
  lease.variables["vendor-class-identifier"] = base::Bytes{1, 2};
  lease.variables["Own"] = std::int64_t{-5};
  lease.variables["yes"] = true;
  lease.agent_options = {1, 2, 3, 4};
  lease.billing_class = "class";
  lease.billing_subclass = base::Bytes{9};
  lease.on_expiry = "    log (info, \"x\");\n";
  lease.on_release = "    eval foo;\n";
  Table table;
  for (int round = 0; round < 3; ++round) {
    table.put(lease);
    const Lease back = *table.find(lease.address);
    EXPECT_EQ(back.starts, 1);
    EXPECT_EQ(back.ends, 4000000000);
    EXPECT_EQ(back.cltt, 2);
    EXPECT_EQ(back.tstp, 3);
    EXPECT_EQ(back.tsfp, lease::kNever);
    EXPECT_EQ(back.atsfp, 5);
    EXPECT_EQ(back.binding, lease.binding);
    EXPECT_EQ(back.next, lease.next);
    EXPECT_EQ(back.rewind, lease.rewind);
    EXPECT_TRUE(back.reserved && back.dynamic_bootp);
    EXPECT_EQ(back.hardware, lease.hardware);
    EXPECT_EQ(back.uid, lease.uid);
    EXPECT_EQ(back.hostname, "host");
    EXPECT_EQ(back.variables, lease.variables);
    EXPECT_EQ(back.agent_options, lease.agent_options);
    EXPECT_EQ(back.billing_class, "class");
    EXPECT_EQ(back.billing_subclass, lease.billing_subclass);
    EXPECT_EQ(back.on_expiry, lease.on_expiry);
    EXPECT_EQ(back.on_release, lease.on_release);
  }
}

// Against a plain model: what the pool gives, what is due, who holds what.
TEST(LeaseTable, AgreesWithAModelUnderRandomUse) {
  const auto config = pools({{{"10.0.0.0", "10.0.1.255"}}, {{"10.0.2.0", "10.0.2.63"}}});
  Table table;
  table.adopt(*config);
  std::map<std::uint32_t, Lease> model;
  std::mt19937 random(7);
  base::UnixTime now = 1000;
  for (int step = 0; step < 20000; ++step) {
    now += random() % 3;
    const base::Ipv4 address{0x0a000000 + static_cast<std::uint32_t>(random() % 0x240)};
    static constexpr BindingState kStates[] = {BindingState::kFree, BindingState::kActive,
                                               BindingState::kActive, BindingState::kAbandoned,
                                               BindingState::kReleased};
    const BindingState state = kStates[random() % 5];
    Lease lease = make(address, state, state == BindingState::kFree ? now : now + random() % 500,
                       static_cast<std::uint32_t>(random() % 50));
    table.put(lease);
    model[address.value] = lease;
    if (step % 50 != 0) continue;
    std::uint64_t active = 0;
    std::vector<base::UnixTime> due, free;
    for (const auto& [a, l] : model) {
      if (l.binding == BindingState::kActive && a < 0x0a000200) ++active;
      const bool open = l.binding == BindingState::kFree || l.binding == BindingState::kReleased;
      if (open && a < 0x0a000200) free.push_back(l.ends);
      if (!open && l.ends <= now) due.push_back(l.ends);
    }
    std::sort(due.begin(), due.end());
    const auto found = table.due(now, 100000);
    ASSERT_EQ(found.size(), due.size());
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(model[found[i].value].ends, due[i]);
    ASSERT_EQ(table.count(*config->pools[0]).active, active);
    const auto candidate = table.candidate(*config->pools[0]);
    std::uint32_t unused = 0x0a000000;
    while (model.count(unused)) ++unused;
    if (unused < 0x0a000200) {
      ASSERT_EQ(candidate->address.value, unused);
    } else {
      ASSERT_EQ(candidate.has_value(), !free.empty());
      if (candidate) {
        ASSERT_EQ(candidate->ended, *std::min_element(free.begin(), free.end()));
      }
    }
    const Lease& last = model[address.value];
    if (!last.uid.empty()) {
      std::size_t of_uid = 0;
      for (const auto& [a, l] : model) of_uid += l.uid == last.uid;
      ASSERT_EQ(table.by_uid(last.uid).size(), std::min(of_uid, Table::kMostOfOne));
    }
    std::size_t of_client = 0;
    for (const auto& [a, l] : model) of_client += l.hardware == last.hardware && !l.hardware.empty();
    if (!last.hardware.empty()) {
      ASSERT_EQ(table.by_hardware(last.hardware).size(), std::min(of_client, Table::kMostOfOne));
    }
  }
  std::size_t visited = 0;
  table.for_each([&](const Lease& lease) {
    ++visited;
    EXPECT_EQ(lease.ends, model[lease.address.value].ends);
  });
  EXPECT_EQ(visited, model.size());
}

}  // namespace
