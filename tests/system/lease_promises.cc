// The crash test's server: grants leases as fast as the disk allows and tells every promise once it is
// durable.
//
//   lease_promises serve FILE SEED GROUPS    appends "NUMBER GENERATION\n" to standard output for each
//   promise
//                                            GROUPS: how many changes are under way at once; rewrites now and
//                                            then
//   lease_promises check FILE                reads promises from standard input; leaves with 1 if the file
//   (as a
//                                            server finds it at start) breaks one, and says which
//
// Promises of one number only grow in generation: a lease of an older one, of another client, or none, is a
// broken promise. A newer one that was never told is none.
#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <string>

#include "base/log.h"
#include "lease/file_store.h"

namespace {

constexpr base::UnixTime kEpoch = 1800000000;
constexpr std::uint32_t kNumbers = 400;

lease::Lease grant(std::uint32_t number, std::uint32_t generation) {
  lease::Lease lease;
  lease.address = base::Ipv4{0x0a000000 + number};
  lease.starts = lease.cltt = kEpoch + generation;
  lease.ends = kEpoch + generation + 86400;
  lease.binding = lease::BindingState::kActive;
  std::uint8_t id[7] = {1, 2, 0};
  base::set_u32(id + 3, number);
  lease.hardware = base::HardwareAddress(1, {id + 1, 6});
  lease.uid.assign(id, id + 7);
  lease.hostname = "host" + std::to_string(number);
  lease.variables["generation"] = std::int64_t{generation};
  return lease;
}

struct Opened {
  explicit Opened(const char* path) {
    lease::FileStoreOptions options;
    options.path = path;
    options.retry = std::chrono::milliseconds(100);
    store = std::make_unique<lease::FileStore>(options, kEpoch, table, declarations,
                                               [this] { eventfd_write(wake.get(), 1); });
  }
  base::UniqueFd wake{::eventfd(0, 0)};
  lease::Table table;
  lease::Declarations declarations;
  std::unique_ptr<lease::FileStore> store;
};

std::uint32_t generation_of(const lease::Lease& lease) {
  return static_cast<std::uint32_t>(lease.starts - kEpoch);
}

int serve(const char* path, unsigned seed, unsigned groups) {
  Opened s(path);
  s.store->start();
  std::mt19937 random(seed);
  std::map<std::uint32_t, std::uint32_t> generations;
  s.table.for_each(
      [&](const lease::Lease& l) { generations[l.address.value - 0x0a000000] = generation_of(l); });
  std::map<std::uint64_t, std::pair<std::uint32_t, std::uint32_t>> under_way;
  std::uint64_t ticket = 0;
  for (;;) {
    std::vector<lease::Commit> group;
    while (under_way.size() < groups) {
      const auto number = static_cast<std::uint32_t>(random() % kNumbers);
      const lease::Lease lease = grant(number, ++generations[number]);
      s.table.put(lease);
      under_way[++ticket] = {number, generations[number]};
      group.push_back({ticket, {lease}, {}});
    }
    if (!group.empty()) s.store->commit(std::move(group));
    if (random() % 50 == 0) s.store->rewrite();
    eventfd_t n;
    if (eventfd_read(s.wake.get(), &n) != 0) return 2;
    std::string told;
    for (const lease::CommitAnswer& answer : s.store->answers()) {
      const auto [number, generation] = under_way[answer.ticket];
      under_way.erase(answer.ticket);
      if (answer.result == lease::CommitResult::kDone) {
        told += std::to_string(number) + ' ' + std::to_string(generation) + '\n';
      }
    }
    if (!told.empty() && ::write(1, told.data(), told.size()) != static_cast<ssize_t>(told.size())) return 3;
  }
}

int check(const char* path) {
  std::map<std::uint32_t, std::uint32_t> promised;
  unsigned number, generation;
  while (std::scanf("%u %u", &number, &generation) == 2) {
    promised[number] = std::max(promised[number], generation);
  }
  Opened s(path);
  int broken = 0;
  for (const auto& [n, told] : promised) {
    const auto lease = s.table.find(base::Ipv4{0x0a000000 + n});
    const bool kept = lease && lease->binding == lease::BindingState::kActive &&
                      generation_of(*lease) >= told && lease->uid == grant(n, 0).uid &&
                      lease->hardware == grant(n, 0).hardware;
    if (kept) continue;
    ++broken;
    std::printf("broken: %u was promised generation %u, the file has %s\n", n, told,
                lease ? std::to_string(generation_of(*lease)).c_str() : "nothing");
  }
  std::printf("%zu promises looked at, %d broken, %llu damaged places\n", promised.size(), broken,
              static_cast<unsigned long long>(s.store->recovered().damaged));
  return broken == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  base::Log::process().add(std::make_unique<base::StderrSink>());
  try {
    if (argc == 5 && std::strcmp(argv[1], "serve") == 0) {
      return serve(argv[2], static_cast<unsigned>(std::atoi(argv[3])),
                   static_cast<unsigned>(std::atoi(argv[4])));
    }
    if (argc == 3 && std::strcmp(argv[1], "check") == 0) return check(argv[2]);
  } catch (const lease::LeaseFileError& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 4;
  }
  std::fprintf(stderr, "usage: lease_promises serve FILE SEED GROUPS | check FILE\n");
  return 2;
}
