// The lease table and the file store by themselves: bytes a lease, look-ups a second, durable commits a
// second, time to read a file at start, the longest pause while a large file is rewritten.
//
//   lease_store [DIRECTORY [table|rates|start]]    (default: the working directory, all three; the file is
//                                                  made there and removed)
#include <malloc.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>

#include "lease/file_store.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr base::UnixTime kNow = 1800000000;

// A lease as a client with a MAC, a client identifier and a host name leaves it.
lease::Lease grant(std::uint32_t number, base::UnixTime now) {
  lease::Lease lease;
  lease.address = base::Ipv4{0x0a000000 + number};
  lease.starts = lease.cltt = now;
  lease.ends = now + 3600 + number % 1000;
  lease.binding = lease::BindingState::kActive;
  std::uint8_t mac[6] = {2, 0};
  base::set_u32(mac + 2, number * 2654435761u);
  lease.hardware = base::HardwareAddress(1, {mac, 6});
  lease.uid.push_back(1);
  base::put_bytes(lease.uid, {mac, 6});
  lease.hostname = base::format("host-%08u", number);
  return lease;
}

double resident_bytes() {
  long pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

std::unique_ptr<conf::Config> one_pool() {
  auto config = std::make_unique<conf::Config>();
  auto pool = std::make_unique<conf::Pool>();
  pool->ranges.push_back({base::Ipv4{0x0a000000}, base::Ipv4{0x0affffff}, false});
  config->pools.push_back(std::move(pool));
  return config;
}

void table_alone(const conf::Config& config) {
  constexpr std::uint32_t kLeases = 1000000;
  lease::Table table;
  table.adopt(config);
  const double before = resident_bytes();
  auto start = Clock::now();
  double slowest = 0;
  for (std::uint32_t i = 0; i < kLeases; ++i) {
    const lease::Lease lease = grant(i, kNow);
    const auto one = Clock::now();
    table.put(lease);
    slowest = std::max(slowest, seconds_since(one));
  }
  const double put = seconds_since(start);
  const double after = resident_bytes();
  start = Clock::now();
  std::size_t found = 0;
  for (std::uint32_t i = 0; i < kLeases; ++i) {
    const std::uint32_t n = i * 2654435761u % kLeases;
    found += table.find(base::Ipv4{0x0a000000 + n}).has_value();
    found += table.by_uid(grant(n, kNow).uid).size();
  }
  const double find = seconds_since(start);
  start = Clock::now();
  for (std::uint32_t i = 0; i < kLeases; ++i) table.put(grant(i * 2654435761u % kLeases, kNow + 60));
  const double renew = seconds_since(start);
  std::printf("memory                        %8.0f bytes a lease (MAC, uid, host name)\n",
              (after - before) / kLeases);
  std::printf("first put                     %8.0f a second, slowest %.2f ms\n", kLeases / put,
              slowest * 1000);
  std::printf("find by address and by uid    %8.0f a second\n", kLeases / find);
  std::printf("put again                     %8.0f a second\n", kLeases / renew);
  if (found != 2 * kLeases) std::abort();
}

class Store {
 public:
  Store(const std::string& path, const conf::Config& config, bool sync) : wake_fd(::eventfd(0, 0)) {
    table.adopt(config);
    lease::FileStoreOptions options;
    options.path = path;
    options.sync = sync;
    store = std::make_unique<lease::FileStore>(options, kNow, table, declarations, [this] { wake(); });
    store->start();
  }
  std::vector<lease::CommitAnswer> wait() {
    eventfd_t n;
    if (::eventfd_read(wake_fd.get(), &n) != 0) std::abort();
    const auto start = Clock::now();
    auto answers = store->answers();
    longest_call = std::max(longest_call, seconds_since(start));
    return answers;
  }

  lease::Table table;
  lease::Declarations declarations;
  double longest_call = 0;
  base::UniqueFd wake_fd;  // outlives the store, whose thread uses it
  std::unique_ptr<lease::FileStore> store;

 private:
  void wake() {
    if (::eventfd_write(wake_fd.get(), 1) != 0) std::abort();
  }
};

// `clients` at once, each commits again as soon as it is answered, until `seconds` have passed or `until`.
template <typename Until>
void load(Store& s, const char* what, std::uint32_t clients, std::uint32_t addresses, Until until) {
  std::vector<Clock::time_point> sent(clients);
  std::uint32_t next = 0;
  std::uint64_t done = 0;
  double longest = 0;
  const auto begin = Clock::now();
  const auto request = [&](std::uint64_t client, std::vector<lease::Commit>& group) {
    const lease::Lease lease = grant(next * 7919 % addresses, kNow + next / addresses);
    ++next;
    s.table.put(lease);
    sent[client] = Clock::now();
    group.push_back({client, {lease}, {}});
  };
  std::vector<lease::Commit> group;
  for (std::uint32_t c = 0; c < clients; ++c) request(c, group);
  s.store->commit(std::move(group));
  while (!until(seconds_since(begin))) {
    group.clear();
    for (const lease::CommitAnswer& answer : s.wait()) {
      if (answer.result != lease::CommitResult::kDone) std::abort();
      longest = std::max(longest, seconds_since(sent[answer.ticket]));
      ++done;
      request(answer.ticket, group);
    }
    if (!group.empty()) s.store->commit(std::move(group));
  }
  const double took = seconds_since(begin);
  s.store->drain();
  s.store->answers();
  std::printf("%-30s%8.0f commits a second, slowest answer %.1f ms\n", what, static_cast<double>(done) / took,
              longest * 1000);
}

void write_file(const std::string& path, std::uint32_t leases) {
  std::ofstream out(path);
  std::string text(lease::file_header());
  for (std::uint32_t i = 0; i < leases; ++i) {
    lease::write_lease(text, grant(i, kNow), {});
    out << text;
    text.clear();
  }
}

void start_up(const std::string& path, const conf::Config& config) {
  for (std::uint32_t leases : {10000u, 100000u, 1000000u}) {
    write_file(path, leases);
    const auto start = Clock::now();
    const std::clock_t processor = std::clock();
    Store s(path, config, true);
    std::printf("start with %8u leases    %8.3f s (%.3f s of processor)\n", leases, seconds_since(start),
                static_cast<double>(std::clock() - processor) / CLOCKS_PER_SEC);
    if (s.table.size() != leases) std::abort();
    if (leases < 1000000) continue;
    // The rewrite that every start makes is under way: serve meanwhile.
    bool began = false;
    s.longest_call = 0;
    load(s, "while 1,000,000 are rewritten", 64, leases, [&](double) {
      began = began || s.store->rewriting();
      return began && !s.store->rewriting();
    });
    std::printf("longest pause of the loop     %8.2f ms\n", s.longest_call * 1000);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    std::printf("largest resident size         %8ld MB\n", usage.ru_maxrss / 1024);
  }
}

void rates(const std::string& path, const conf::Config& config) {
  for (const bool sync : {true, false}) {
    std::ofstream(path) << "";
    Store s(path, config, sync);
    for (std::uint32_t clients : {1u, 16u, 64u, 256u}) {
      const std::string what = base::format("%s, %u at once", sync ? "durable" : "not synced", clients);
      load(s, what.c_str(), clients, 65536, [](double t) { return t >= 2; });
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const std::string path = std::string(argc > 1 ? argv[1] : ".") + "/lease_store_bench.leases";
  const std::string only = argc > 2 ? argv[2] : "";
  const auto config = one_pool();
  if (only.empty() || only == "table") table_alone(*config);
  malloc_trim(0);
  if (only.empty() || only == "rates") rates(path, *config);
  if (only.empty() || only == "start") start_up(path, *config);
  for (const char* suffix : {"", "~", ".new"}) ::unlink((path + suffix).c_str());
}
