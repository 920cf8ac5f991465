// dhcp_load: many DHCP clients in one process, for tests and benchmarks. It asks in a closed loop (so many
// exchanges under way at any time) or at a steady rate, directly on a link or as a relay, and prints one line
// of JSON: exchanges a second, latency from the first DISCOVER (or renewing REQUEST) to the ACK in
// microseconds, clients lost, addresses that two clients were given, the longest time without a reply.
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cerrno>
#include <cstdio>
#include <deque>
#include <iostream>
#include <system_error>
#include <vector>

#include "base/clock.h"
#include "base/fd.h"
#include "load_packets.h"

namespace bench {
namespace {

using base::MonotonicTime;
constexpr std::size_t kBatch = 64;
constexpr std::size_t kFrameSize = 1600;
constexpr auto kPatience = std::chrono::milliseconds(1000);
constexpr unsigned kTries = 4;

struct Plan {
  std::string interface;  // broadcast frames on this link ...
  base::Ipv4 relay;       // ... or datagrams from this address, port 67,
  base::Ipv4 server;      //     to this one
  std::uint32_t clients = 0, first_client = 1;
  double seconds = 10;
  unsigned outstanding = 256;
  double rate = 0;  // exchanges a second; 0: closed loop
  bool renew = false;
  bool again = false;  // clients that are done begin anew
  RequestShape shape;
};

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

// The wire: a packet socket or a relay's UDP socket, used in batches.
class Wire {
 public:
  explicit Wire(const Plan& plan) : framed_(!plan.interface.empty()) {
    framed_ ? open_link(plan.interface) : open_relay(plan);
    const int size = 16 << 20;
    setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size);
    setsockopt(fd_.get(), SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
    buffers_.resize(kBatch * kFrameSize);
  }

  void send(std::uint32_t client, base::Bytes datagram) {
    queue_.push_back(framed_ ? broadcast_frame(client, datagram) : std::move(datagram));
    if (queue_.size() == kBatch) flush();
  }

  void flush() {
    mmsghdr messages[kBatch] = {};
    iovec parts[kBatch];
    for (std::size_t i = 0; i < queue_.size(); ++i) {
      parts[i] = {queue_[i].data(), queue_[i].size()};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    for (unsigned sent = 0; sent < queue_.size();) {
      const int n = sendmmsg(fd_.get(), messages + sent, static_cast<unsigned>(queue_.size()) - sent, 0);
      if (n < 0 && errno != EAGAIN && errno != ENOBUFS && errno != ECONNREFUSED) fail("sendmmsg");
      if (n > 0) sent += static_cast<unsigned>(n);
    }
    queue_.clear();
  }

  // Hands every reply that has come to `visit`; waits at most `patience_ms` for the first.
  template <typename Visit>
  void receive(int patience_ms, Visit visit) {
    pollfd waiting{fd_.get(), POLLIN, 0};
    if (poll(&waiting, 1, patience_ms) <= 0) return;
    mmsghdr messages[kBatch] = {};
    iovec parts[kBatch];
    for (std::size_t i = 0; i < kBatch; ++i) {
      parts[i] = {&buffers_[i * kFrameSize], kFrameSize};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int n = recvmmsg(fd_.get(), messages, kBatch, MSG_DONTWAIT, nullptr);
    for (int i = 0; i < n; ++i) {
      const base::ByteView bytes(&buffers_[static_cast<std::size_t>(i) * kFrameSize], messages[i].msg_len);
      const auto datagram = framed_ ? payload_of_frame(bytes) : std::optional<base::ByteView>(bytes);
      const auto reply = datagram ? read_reply(*datagram) : std::nullopt;
      if (reply) visit(*reply);
    }
  }

 private:
  void open_link(const std::string& interface) {
    fd_.reset(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_IP)));
    if (!fd_) fail("packet socket");
    // UDP to port 68 of an IPv4 header without options.
    sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 0, 3),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 36), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 68, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0xffffffffu), BPF_STMT(BPF_RET | BPF_K, 0),
    };
    const sock_fprog filter{6, code};
    if (setsockopt(fd_.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0) fail("filter");
    sockaddr_ll link{};
    link.sll_family = AF_PACKET;
    link.sll_protocol = htons(ETH_P_IP);
    link.sll_ifindex = static_cast<int>(if_nametoindex(interface.c_str()));
    if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&link), sizeof link) != 0)
      fail("bind to interface");
  }

  void open_relay(const Plan& plan) {
    fd_.reset(socket(AF_INET, SOCK_DGRAM, 0));
    if (!fd_) fail("socket");
    const base::SocketAddress here(plan.relay, 67), there(plan.server, 67);
    if (bind(fd_.get(), here.get(), here.length) != 0) fail("bind to relay address");
    if (connect(fd_.get(), there.get(), there.length) != 0) fail("connect to server");
  }

  bool framed_;
  base::UniqueFd fd_;
  std::vector<base::Bytes> queue_;
  base::Bytes buffers_;
};

class Load {
 public:
  explicit Load(const Plan& plan) : plan_(plan), wire_(plan), clients_(plan.clients), holders_(1u << 24) {}

  int run() {
    if (plan_.renew) {
      acquire_all();
      renewing_ = true;
      latencies_.clear();
      lost_ = retries_ = naks_ = 0;
      silence_ = {};
    }
    measure();
    report();
    return twice_ == 0 ? 0 : 1;
  }

 private:
  enum class State : std::uint8_t { kIdle, kDiscovering, kRequesting, kBound };
  struct Client {
    State state = State::kIdle;
    std::uint8_t tries = 0;
    std::uint32_t address = 0, server = 0;
    MonotonicTime began, sent;
  };
  struct Waiting {
    std::uint32_t index;
    MonotonicTime sent;
  };

  std::uint32_t number(std::uint32_t index) const { return plan_.first_client + index; }

  void transmit(std::uint32_t index, MonotonicTime now) {
    Client& c = clients_[index];
    c.sent = now;
    const auto n = number(index);
    if (c.state == State::kDiscovering)
      wire_.send(n, discover(n, plan_.shape));
    else if (renewing_)
      wire_.send(n, renew(n, plan_.shape, base::Ipv4{c.address}));
    else
      wire_.send(n, request(n, plan_.shape, base::Ipv4{c.address}, base::Ipv4{c.server}));
    waiting_.push_back({index, now});
  }

  void begin(std::uint32_t index, MonotonicTime now) {
    Client& c = clients_[index];
    c.state = renewing_ ? State::kRequesting : State::kDiscovering;
    c.tries = 0;
    c.began = now;
    if (under_way_++ == 0) heard_at_ = now;
    transmit(index, now);
  }

  // Client number `next`, or the first one again; a client still under way is passed over.
  void begin_next(std::uint32_t& next, MonotonicTime now) {
    Client& c = clients_[next];
    if (c.state == State::kIdle || c.state == State::kBound) {
      begin(next, now);
      ++begun_;
    }
    if (++next == clients_.size() && plan_.again) next = 0;
  }

  void heard(const ReplySeen& reply, MonotonicTime now) {
    const std::uint32_t index = reply.client - plan_.first_client;
    if (index >= clients_.size()) return;
    silence_ = std::max(silence_, now - heard_at_);
    heard_at_ = now;
    Client& c = clients_[index];
    if (reply.type == 2 && c.state == State::kDiscovering) {
      c.state = State::kRequesting;
      c.tries = 0;
      c.address = reply.address.value;
      c.server = reply.server.value;
      transmit(index, now);
    } else if (reply.type == 5 && c.state == State::kRequesting) {
      c.state = State::kBound;
      c.address = reply.address.value;
      std::uint32_t& holder = holders_[c.address & 0xffffff];
      if (holder != 0 && holder != reply.client) ++twice_;
      holder = reply.client;
      latencies_.push_back(static_cast<std::uint32_t>(
          std::chrono::duration_cast<std::chrono::microseconds>(now - c.began).count()));
      --under_way_;
    } else if (reply.type == 6 && c.state == State::kRequesting) {
      ++naks_;
      c.state = State::kIdle;
      --under_way_;
    }
  }

  // Sends again, or gives up, what has waited for kPatience. The queue is in order of sending.
  void retransmit(MonotonicTime now) {
    while (!waiting_.empty() && now - waiting_.front().sent >= kPatience) {
      const Waiting w = waiting_.front();
      waiting_.pop_front();
      Client& c = clients_[w.index];
      if (c.sent != w.sent || (c.state != State::kDiscovering && c.state != State::kRequesting)) continue;
      if (++c.tries >= kTries) {
        ++lost_;
        --under_way_;
        c.state = State::kIdle;
      } else {
        ++retries_;
        transmit(w.index, now);
      }
    }
  }

  void acquire_all() {
    std::uint32_t next = 0;
    while (next < clients_.size() || under_way_ > 0) {
      const auto now = base::monotonic_now();
      for (; next < clients_.size() && under_way_ < plan_.outstanding; ++next) begin(next, now);
      turn();
    }
  }

  void turn() {
    wire_.flush();
    wire_.receive(plan_.rate > 0 ? 0 : 1, [this](const ReplySeen& r) { heard(r, base::monotonic_now()); });
    retransmit(base::monotonic_now());
  }

  void measure() {
    const auto start = base::monotonic_now();
    const auto end =
        start + std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(plan_.seconds));
    std::uint32_t next = 0;
    auto now = start;
    for (; now < end && (next < clients_.size() || under_way_ > 0); now = base::monotonic_now()) {
      const double elapsed = std::chrono::duration<double>(now - start).count();
      const std::uint64_t due =
          plan_.rate > 0 ? static_cast<std::uint64_t>(elapsed * plan_.rate) : UINT64_MAX;
      while (next < clients_.size() && begun_ < due && under_way_ < clients_.size() &&
             (plan_.rate > 0 || under_way_ < plan_.outstanding))
        begin_next(next, now);
      turn();
    }
    elapsed_ = std::chrono::duration<double>(now - start).count();
    measured_ = latencies_.size();
    // What is under way at the end is not lost: it may finish.
    while (under_way_ > 0 && base::monotonic_now() < now + kPatience * kTries) turn();
  }

  void report() {
    std::sort(latencies_.begin(), latencies_.end());
    const auto at = [this](double q) {
      return latencies_.empty()
                 ? 0u
                 : latencies_[static_cast<std::size_t>(q * static_cast<double>(latencies_.size() - 1))];
    };
    std::printf(
        "{\"exchanges\": %zu, \"seconds\": %.3f, \"rate\": %.1f, \"begun\": %llu, \"p50_us\": %u, "
        "\"p99_us\": %u, "
        "\"max_us\": %u, \"lost\": %llu, \"retries\": %llu, \"naks\": %llu, \"twice\": %llu, "
        "\"silence_us\": %lld}\n",
        measured_, elapsed_, static_cast<double>(measured_) / elapsed_,
        static_cast<unsigned long long>(begun_), at(0.5), at(0.99), at(1),
        static_cast<unsigned long long>(lost_ + under_way_), static_cast<unsigned long long>(retries_),
        static_cast<unsigned long long>(naks_), static_cast<unsigned long long>(twice_),
        static_cast<long long>(std::chrono::duration_cast<std::chrono::microseconds>(silence_).count()));
  }

  const Plan plan_;
  Wire wire_;
  std::vector<Client> clients_;
  std::vector<std::uint32_t> holders_;  // by the low 24 bits of the address: client that was given it
  std::deque<Waiting> waiting_;
  MonotonicTime heard_at_{};  // last, or since when somebody waits
  base::Duration silence_{};  // the longest from one reply to the next while somebody waited
  std::vector<std::uint32_t> latencies_;
  bool renewing_ = false;
  std::uint64_t under_way_ = 0, begun_ = 0, lost_ = 0, retries_ = 0, naks_ = 0, twice_ = 0;
  std::size_t measured_ = 0;
  double elapsed_ = 0;
};

base::Ipv4 address_of(const std::string& text) {
  const auto address = base::Ipv4::parse(text);
  if (!address) throw std::runtime_error("not an IPv4 address: " + text);
  return *address;
}

std::optional<Plan> read_command_line(int argc, char** argv) {
  namespace po = boost::program_options;
  Plan plan;
  std::string relay, server;
  po::options_description options("dhcp_load: many DHCP clients in one process");
  options.add_options()("help", "this text")("interface", po::value(&plan.interface), "link to broadcast on")(
      "relay", po::value(&relay), "send as a relay with this address instead")(
      "server", po::value(&server), "address of the server, with --relay")(
      "clients", po::value(&plan.clients)->default_value(100000), "how many clients at the most")(
      "first", po::value(&plan.first_client)->default_value(1), "number of the first client")(
      "seconds", po::value(&plan.seconds)->default_value(10), "how long at the most")(
      "outstanding", po::value(&plan.outstanding)->default_value(256), "exchanges under way at a time")(
      "rate", po::value(&plan.rate)->default_value(0), "start so many a second instead")(
      "renew", po::bool_switch(&plan.renew), "get all leases first, then measure renewals")(
      "again", po::bool_switch(&plan.again), "clients that are done begin anew")(
      "client-id", po::bool_switch(&plan.shape.client_id), "send option 61")(
      "broadcast-flag", po::bool_switch(&plan.shape.broadcast_flag), "ask for broadcast replies");
  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, options), given);
  po::notify(given);
  if (given.count("help") || (plan.interface.empty() && relay.empty())) {
    std::cout << options;
    return std::nullopt;
  }
  if (!relay.empty()) {
    plan.relay = plan.shape.giaddr = address_of(relay);
    plan.server = address_of(server);
  }
  return plan;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    const auto plan = bench::read_command_line(argc, argv);
    return plan ? bench::Load(*plan).run() : 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "dhcp_load: %s\n", e.what());
    return 2;
  }
}
