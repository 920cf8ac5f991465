// dhcp_path [CLIENTS]: what one exchange costs the server itself, without wire, disk and log: DISCOVER and
// REQUEST of a new client, then its renewal, each decoded, decided, put into the table and written as a
// record. Prints nanoseconds and memory allocations of each step.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <vector>

#include "conf/parse.h"
#include "dhcpd/decide.h"
#include "lease/record.h"
#include "load_packets.h"

namespace {

std::size_t allocations = 0;

constexpr char kConfig[] =
    "ddns-update-style none; authoritative; ping-check off; default-lease-time 3600; max-lease-time 7200;\n"
    "option domain-name-servers 10.0.0.1; option domain-name \"example.org\"; option routers 10.0.0.1;\n"
    "subnet 10.0.0.0 netmask 255.0.0.0 { range 10.16.0.0 10.47.255.250; }\n";

class Meter {
 public:
  explicit Meter(const char* name) : name_(name) {}
  void start() {
    allocations_ -= allocations;
    began_ = std::chrono::steady_clock::now();
  }
  void stop() {
    time_ += std::chrono::steady_clock::now() - began_;
    allocations_ += allocations;
    ++count_;
  }
  void report(std::size_t exchanges) const {
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(time_).count();
    std::printf("  %-8s %6.0f ns  %5.1f allocations\n", name_,
                static_cast<double>(ns) / static_cast<double>(exchanges),
                static_cast<double>(allocations_) / static_cast<double>(exchanges));
  }

 private:
  const char* name_;
  std::size_t allocations_ = 0, count_ = 0;
  std::chrono::steady_clock::duration time_{};
  std::chrono::steady_clock::time_point began_;
};

class Path {
 public:
  Path() {
    auto result =
        conf::parse("path.conf", [](const std::string&) { return std::optional<std::string>(kConfig); });
    if (!result.config) std::abort();
    config_ = std::move(result.config);
    table_.adopt(*config_);
    arrival_.interface = "eth0";
    arrival_.interface_address = base::Ipv4{0x0a000001};
    arrival_.network = config_->subnet_of(arrival_.interface_address)->network;
  }

  // The address in the reply.
  base::Ipv4 play(const base::Bytes& datagram) {
    decode_.start();
    auto decoded = dhcp::decode(datagram);
    dhcpd::Query query{std::move(std::get<dhcp::Message>(decoded)), arrival_};
    decode_.stop();
    decide_.start();
    const dhcpd::Decision decision = dhcpd::decide(query, world());
    decide_.stop();
    if (!decision.reply) std::abort();
    put_.start();
    dhcpd::apply(decision, table_);
    put_.stop();
    record_.start();
    text_.clear();
    for (const auto& change : decision.changes) lease::write_lease(text_, change, format_);
    record_.stop();
    return base::Ipv4::from_octets(decision.reply->datagram.data() + 16);
  }

  void pass(std::size_t seconds) { now_ += static_cast<base::UnixTime>(seconds); }

  void report(const char* what, std::size_t exchanges) {
    std::printf("%s:\n", what);
    for (Meter* meter : {&decode_, &decide_, &put_, &record_}) meter->report(exchanges);
    decode_ = Meter("decode");
    decide_ = Meter("decide");
    put_ = Meter("put");
    record_ = Meter("record");
  }

 private:
  dhcpd::World world() {
    return dhcpd::World{*config_, table_, memory_, now_, nullptr, nullptr, nullptr, 67, 68, {}, nullptr, {}};
  }

  std::unique_ptr<const conf::Config> config_;
  lease::Table table_;
  lease::FileFormat format_;
  dhcpd::Memory memory_;
  dhcpd::Arrival arrival_;
  base::UnixTime now_ = 1800000000;
  std::string text_;
  Meter decode_{"decode"}, decide_{"decide"}, put_{"put"}, record_{"record"};
};

}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* p = std::malloc(size)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

int main(int argc, char** argv) {
  const auto clients = static_cast<std::uint32_t>(argc > 1 ? std::atol(argv[1]) : 200000);
  const bench::RequestShape shape;
  const base::Ipv4 server{0x0a000001};
  Path path;
  std::vector<base::Ipv4> addresses(clients + 1);
  for (std::uint32_t c = 1; c <= clients; ++c) {
    addresses[c] = path.play(bench::discover(c, shape));
    path.play(bench::request(c, shape, addresses[c], server));
  }
  path.report("new lease (DISCOVER and REQUEST)", clients);
  path.pass(1800);
  for (std::uint32_t c = 1; c <= clients; ++c) path.play(bench::renew(c, shape, addresses[c]));
  path.report("renewal", clients);
}
