// A hall of clients against the pure part of the server: decide(), the table and a store in memory, in
// virtual time. Clients come, renew, release, vanish and come back; at every step it is checked that no
// address has two holders and that a promise is kept. The same seed gives the same run.
//
//   lease_simulation [CLIENTS [SEED [STEPS]]]     (default: 1000000 clients, seed 1, 4 steps a client)
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <queue>
#include <random>
#include <unordered_map>

#include "conf/parse.h"
#include "dhcp/option_codes.h"
#include "dhcpd/decide.h"
#include "lease/memory_store.h"

namespace {

constexpr char kConfig[] =
    "ping-check off; default-lease-time 3600; max-lease-time 7200; authoritative;\n"
    "subnet 10.0.0.0 netmask 255.0.0.0 { range 10.0.0.10 10.31.255.250; option routers 10.0.0.1; }\n";

struct Client {
  base::Ipv4 address;
  base::UnixTime until = 0;  // what it was promised
};

class Simulation {
 public:
  Simulation(std::uint32_t clients, unsigned seed) : clients_(clients), random_(seed) {
    auto result = conf::parse("simulation.conf",
                              [](const std::string&) { return std::optional<std::string>(kConfig); });
    if (!result.config) std::abort();
    config_ = std::move(result.config);
    table_.adopt(*config_);
    for (std::uint32_t c = 0; c < clients; ++c) wake_.emplace(now_ + random_() % 7200, c);
  }

  void run(std::uint64_t steps) {
    for (std::uint64_t step = 0; step < steps; ++step) {
      const auto [time, client] = wake_.top();
      wake_.pop();
      now_ = std::max(now_, time);
      expire();
      act(client);
    }
  }

  std::uint64_t grants = 0, renewals = 0, releases = 0, refused = 0, expired = 0;
  std::size_t leases() const { return table_.size(); }

 private:
  [[noreturn]] void broken(const char* what, std::uint32_t client, base::Ipv4 address) const {
    std::printf("broken at %lld: %s, client %u, %s\n", static_cast<long long>(now_), what, client,
                address.text().c_str());
    std::exit(1);
  }

  dhcpd::Query message(std::uint32_t client, dhcp::MessageType type) const {
    dhcpd::Query query;
    dhcp::Message& m = query.message;
    m.header.op = dhcp::kBootRequest;
    m.header.htype = base::kEthernet;
    m.header.hlen = 6;
    m.header.chaddr = {2, 0};
    base::set_u32(&m.header.chaddr[2], client);
    m.has_cookie = true;
    m.options.push_back({dhcp::kOptMessageType, {static_cast<std::uint8_t>(type)}});
    m.raw.resize(dhcp::kMinimumReply);
    query.arrival.interface = "eth0";
    query.arrival.interface_address = base::Ipv4{0x0a000001};
    query.arrival.network = config_->subnet_of(query.arrival.interface_address)->network;
    return query;
  }

  // What the daemon does with a decision; the store answers at once.
  void carry_out(const dhcpd::Decision& decision) {
    dhcpd::apply(decision, table_);
    if (!decision.changes.empty()) store_.commit({{++ticket_, decision.changes, {}}});
    store_.answers();
  }
  dhcpd::Decision play(const dhcpd::Query& query) {
    dhcpd::Decision decision = dhcpd::decide(query, dhcpd::World{*config_, table_, memory_, now_});
    carry_out(decision);
    return decision;
  }

  void expire() {
    for (const base::Ipv4 address : table_.due(now_, 1000)) {
      carry_out(dhcpd::expire(address, dhcpd::World{*config_, table_, memory_, now_}));
      ++expired;
    }
  }

  void act(std::uint32_t number) {
    Client& client = clients_[number];
    const bool holds = client.until > now_;
    const auto choice = static_cast<unsigned>(random_() % 100);
    if (!holds) {
      bind(number, client);
    } else if (choice < 80) {
      renew(number, client);
    } else if (choice < 90) {
      dhcpd::Query query = message(number, dhcp::MessageType::kRelease);
      query.message.header.ciaddr = client.address;
      play(query);
      holders_.erase(client.address);
      client.until = 0;
      ++releases;
    }  // else it vanishes, and comes back when its lease is over
    const bool vanishes = holds && choice >= 90;
    wake_.emplace(now_ + (vanishes ? 7200 : 1500) + static_cast<base::UnixTime>(random_() % 600), number);
  }

  void bind(std::uint32_t number, Client& client) {
    const dhcpd::Decision offer = play(message(number, dhcp::MessageType::kDiscover));
    if (!offer.reply) {
      ++refused;
      return;
    }
    const auto address = base::Ipv4::from_octets(offer.reply->datagram.data() + 16);
    dhcpd::Query request = message(number, dhcp::MessageType::kRequest);
    const auto octets = address.octets();
    request.message.options.push_back({dhcp::kOptRequestedAddress, {octets.begin(), octets.end()}});
    acknowledged(number, client, address, play(request));
    ++grants;
  }

  void renew(std::uint32_t number, Client& client) {
    dhcpd::Query request = message(number, dhcp::MessageType::kRequest);
    request.message.header.ciaddr = client.address;
    acknowledged(number, client, client.address, play(request));
    ++renewals;
  }

  void acknowledged(std::uint32_t number, Client& client, base::Ipv4 address,
                    const dhcpd::Decision& decision) {
    const auto decoded = decision.reply ? dhcp::decode(decision.reply->datagram) : dhcp::decode({});
    const auto* reply = std::get_if<dhcp::Message>(&decoded);
    if (!reply || reply->type() != dhcp::MessageType::kAck || reply->header.yiaddr != address) {
      broken("a promise was not kept", number, address);
    }
    std::uint32_t term = 0;
    for (const auto& option : reply->options) {
      if (option.code == dhcp::kOptLeaseTime) term = base::get_u32(option.value.data());
    }
    const auto held = holders_.find(address);
    if (held != holders_.end() && held->second != number && clients_[held->second].until > now_) {
      broken("an address has two holders", number, address);
    }
    holders_[address] = number;
    client = Client{address, now_ + term};
    const auto lease = table_.find(address);
    if (!lease || lease->ends < client.until) broken("the table knows less than the client", number, address);
  }

  std::unique_ptr<const conf::Config> config_;
  lease::Table table_;
  lease::MemoryStore store_;
  dhcpd::Memory memory_;
  base::UnixTime now_ = 1800000000;
  std::uint64_t ticket_ = 0;
  std::vector<Client> clients_;
  std::unordered_map<base::Ipv4, std::uint32_t> holders_;
  using Wake = std::pair<base::UnixTime, std::uint32_t>;
  std::priority_queue<Wake, std::vector<Wake>, std::greater<Wake>> wake_;
  std::mt19937 random_;
};

}  // namespace

int main(int argc, char** argv) {
  const auto clients = static_cast<std::uint32_t>(argc > 1 ? std::atol(argv[1]) : 1000000);
  const auto seed = static_cast<unsigned>(argc > 2 ? std::atol(argv[2]) : 1);
  const auto steps = static_cast<std::uint64_t>(argc > 3 ? std::atol(argv[3]) : 4);
  Simulation simulation(clients, seed);
  const auto start = std::chrono::steady_clock::now();
  simulation.run(steps * clients);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf(
      "seed %u: %u clients, %llu grants, %llu renewals, %llu releases, %llu expired, %llu refused; %zu "
      "leases\n",
      seed, clients, static_cast<unsigned long long>(simulation.grants),
      static_cast<unsigned long long>(simulation.renewals),
      static_cast<unsigned long long>(simulation.releases),
      static_cast<unsigned long long>(simulation.expired),
      static_cast<unsigned long long>(simulation.refused), simulation.leases());
  std::printf("%.0f leases a second; no address twice, no promise lost\n",
              static_cast<double>(simulation.grants + simulation.renewals) / seconds);
}
