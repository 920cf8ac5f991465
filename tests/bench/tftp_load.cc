// tftp_load: many TFTP clients in one process, for tests and benchmarks. Each client fetches the named files
// one after the other (RFC 1350, with blksize, tsize and windowsize of RFC 2347-2349 and 7440), from a socket
// of its own, with the patience of a boot ROM: what is not answered in a second is asked again. Files can be
// compared with those of a folder as they come. One line of JSON: megabytes and requests a second, time to
// the first answer, longest silence after the first data packet, what was asked again, what failed.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cerrno>
#include <cstdio>
#include <deque>
#include <iostream>
#include <map>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "base/address.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/fd.h"

namespace bench {
namespace {

using base::MonotonicTime;
constexpr auto kPatience = std::chrono::seconds(1);
constexpr unsigned kTries = 12;
constexpr std::size_t kDatagram = 1 << 16;

struct Plan {
  base::Ipv4 server;
  std::uint16_t port = 69;
  std::vector<std::string> files;
  std::string compare_with;  // folder; empty: contents are not looked at
  unsigned clients = 1;
  double spread = 0;  // clients start evenly over so many seconds
  double seconds = 60;
  unsigned block_size = 512, window_size = 1;
  unsigned rounds = 1;  // each client fetches its list so many times
  bool tsize = false;
};

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// The file a client should receive, to be compared block by block.
class Expected {
 public:
  explicit Expected(const std::string& path) {
    base::UniqueFd fd(open(path.c_str(), O_RDONLY));
    struct stat status {};
    if (!fd || fstat(fd.get(), &status) != 0) return;  // a file that is to be missed
    size_ = static_cast<std::size_t>(status.st_size);
    void* p = size_ ? mmap(nullptr, size_, PROT_READ, MAP_SHARED, fd.get(), 0) : MAP_FAILED;
    if (p != MAP_FAILED) bytes_ = static_cast<const std::uint8_t*>(p);
    exists_ = true;
  }
  bool exists() const { return exists_; }
  std::size_t size() const { return size_; }
  bool holds(std::size_t offset, base::ByteView data) const {
    return offset + data.size() <= size_ && base::ByteView(bytes_ + offset, data.size()) == data;
  }

 private:
  const std::uint8_t* bytes_ = nullptr;
  std::size_t size_ = 0;
  bool exists_ = false;
};

struct Figures {
  std::uint64_t bytes = 0, requests = 0, misses = 0, retries = 0, failed = 0, wrong = 0, finished = 0;
  std::vector<std::uint32_t> first_answer_us, gap_us;
};

// One client: a socket, the file it is at, the block it awaits.
class Client {
 public:
  Client(const Plan& plan, Figures& figures, const std::map<std::string, Expected>& expected)
      : plan_(plan), figures_(figures), expected_(expected) {}

  int fd() const { return socket_.get(); }
  bool done() const { return at_ >= plan_.files.size() * plan_.rounds || gave_up_; }
  bool lock_step() const { return connected_ && window_size_ == 1; }
  const base::SocketAddress& peer() const { return peer_; }
  MonotonicTime sent_at() const { return sent_at_; }

  void begin(MonotonicTime now) {
    socket_.reset(::socket(AF_INET, SOCK_DGRAM, 0));
    if (!socket_) fail("socket");
    if (plan_.window_size > 1) expect_windows();
    connected_ = false;
    block_ = 0;
    in_window_ = 0;
    offset_ = 0;
    tries_ = 0;
    block_size_ = 512;
    window_size_ = 1;
    answered_ = false;
    started_ = now;
    ++figures_.requests;
    request(now);
  }

  // Takes one datagram (or several that the kernel joined, each `segment` long); true: the next file is to
  // begin.
  bool heard(base::ByteView data, std::size_t segment, const base::SocketAddress& from, MonotonicTime now) {
    if (!answered_) {
      answered_ = true;
      peer_ = from;
      figures_.first_answer_us.push_back(microseconds(now - started_));
    } else {
      longest_gap_ = std::max(longest_gap_, microseconds(now - heard_at_));
    }
    heard_at_ = now;
    for (std::size_t at = 0; at < data.size(); at += segment)
      if (one(data.subview(at, segment), now)) return true;
    return false;
  }

  // Nothing came for a while: ask again, or give up.
  void overdue(MonotonicTime now) {
    if (++tries_ >= kTries) {
      ++figures_.failed;
      gave_up_ = true;
      socket_.reset();
      return;
    }
    ++figures_.retries;
    if (answered_)
      acknowledge(now);
    else
      request(now);
  }

 private:
  static std::uint32_t microseconds(base::Duration d) {
    return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(d).count());
  }
  const std::string& file() const { return plan_.files[at_ % plan_.files.size()]; }

  static void put_text(base::Bytes& out, const std::string& text) {
    base::put_bytes(out, base::ByteView(std::string_view(text)));
    base::put_u8(out, 0);
  }

  void request(MonotonicTime now) {
    base::Bytes out;
    base::put_u16(out, 1);
    put_text(out, file());
    put_text(out, "octet");
    if (plan_.block_size != 512) put_text(out, "blksize"), put_text(out, std::to_string(plan_.block_size));
    if (plan_.window_size != 1) put_text(out, "windowsize"), put_text(out, std::to_string(plan_.window_size));
    if (plan_.tsize) put_text(out, "tsize"), put_text(out, "0");
    const base::SocketAddress server(plan_.server, plan_.port);
    sendto(fd(), out.data(), out.size(), 0, server.get(), server.length);
    sent_at_ = now;
  }

  // Room for whole windows, and the datagrams of one in one piece.
  void expect_windows() {
    const int on = 1, size = 4 << 20;
    setsockopt(fd(), IPPROTO_UDP, UDP_GRO, &on, sizeof on);
    if (setsockopt(fd(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
      setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  }

  // A transfer of one packet is not worth a connected socket.
  void acknowledge(MonotonicTime now, bool last = false) {
    std::uint8_t out[4] = {0, 4, 0, 0};
    base::set_u16(out + 2, static_cast<std::uint16_t>(block_));
    if (!last && !connected_) {
      if (connect(fd(), peer_.get(), peer_.length) != 0) fail("connect");
      connected_ = true;
    }
    if (connected_)
      ::send(fd(), out, sizeof out, 0);
    else
      sendto(fd(), out, sizeof out, 0, peer_.get(), peer_.length);
    in_window_ = 0;
    sent_at_ = now;
  }

  bool one(base::ByteView d, MonotonicTime now) {
    if (d.size() < 4) return false;
    const std::uint16_t code = base::get_u16(d.data());
    tries_ = 0;
    if (code == 5) return error(d, now);
    if (code == 6) return block_ == 0 ? options(d, now) : false;
    if (code != 3) return false;
    if (base::get_u16(d.data() + 2) != static_cast<std::uint16_t>(block_ + 1)) {
      // A gap in the window: say at once what is the last good one; a duplicate: let it pass.
      const auto ahead = static_cast<std::uint16_t>(base::get_u16(d.data() + 2) - block_);
      if (ahead > 1 && ahead <= window_size_ && !gap_told_) {
        gap_told_ = true;
        ++figures_.retries;
        acknowledge(now);
      }
      return false;
    }
    gap_told_ = false;
    const base::ByteView data = d.subview(4);
    const auto known = expected_.find(file());
    if (known != expected_.end() && !known->second.holds(offset_, data)) ++figures_.wrong;
    offset_ += data.size();
    figures_.bytes += data.size();
    ++block_;
    const bool last = data.size() < block_size_;
    if (++in_window_ >= window_size_ || last) acknowledge(now, last);
    sent_at_ = now;
    if (!last) return false;
    if (known != expected_.end() && known->second.size() != offset_) ++figures_.wrong;
    return next();
  }

  bool options(base::ByteView d, MonotonicTime now) {
    const std::string text(d.subview(2).text());
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\0', at), text.size());
      words.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
      if (words[i] == "blksize") block_size_ = static_cast<unsigned>(std::stoul(words[i + 1]));
      if (words[i] == "windowsize") window_size_ = static_cast<unsigned>(std::stoul(words[i + 1]));
    }
    acknowledge(now);
    return false;
  }

  bool error(base::ByteView d, MonotonicTime) {
    const auto known = expected_.find(file());
    const bool to_be_missed = known == expected_.end() || !known->second.exists();
    if (base::get_u16(d.data() + 2) == 1 && to_be_missed)
      ++figures_.misses;
    else
      ++figures_.failed;
    return next();
  }

  bool next() {
    if (longest_gap_) figures_.gap_us.push_back(longest_gap_);
    longest_gap_ = 0;
    ++figures_.finished;
    ++at_;
    socket_.reset();
    return true;
  }

  const Plan& plan_;
  Figures& figures_;
  const std::map<std::string, Expected>& expected_;
  base::UniqueFd socket_;
  base::SocketAddress peer_;
  std::size_t at_ = 0, offset_ = 0;
  std::uint64_t block_ = 0;  // last one received in order
  unsigned block_size_ = 512, window_size_ = 1, in_window_ = 0, tries_ = 0;
  bool answered_ = false, connected_ = false, gave_up_ = false, gap_told_ = false;
  std::uint32_t longest_gap_ = 0;
  MonotonicTime started_, heard_at_, sent_at_;
};

class Load {
 public:
  explicit Load(const Plan& plan) : plan_(plan), epoll_(epoll_create1(0)), buffer_(kDatagram) {
    if (!plan.compare_with.empty())
      for (const auto& file : plan.files) expected_.try_emplace(file, plan.compare_with + "/" + file);
    for (unsigned i = 0; i < plan.clients; ++i) clients_.emplace_back(plan_, figures_, expected_);
  }

  int run() {
    const auto start = base::monotonic_now();
    const auto end = start + span(plan_.seconds);
    std::size_t begun = 0;
    auto now = start;
    auto looked = start;
    while (now < end && (begun < clients_.size() || under_way_ > 0)) {
      for (; begun < clients_.size() &&
             now >= start + span(plan_.spread * static_cast<double>(begun) / plan_.clients);
           ++begun, ++under_way_)
        begin(begun, now);
      wait(begun < clients_.size());
      now = base::monotonic_now();
      if (now - looked > std::chrono::milliseconds(50)) {
        looked = now;
        look_for_overdue(begun, now);
      }
    }
    report(std::chrono::duration<double>(now - start).count());
    return figures_.failed + figures_.wrong + under_way_ == 0 ? 0 : 1;
  }

 private:
  static base::Duration span(double seconds) {
    return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
  }

  void begin(std::size_t index, MonotonicTime now) {
    clients_[index].begin(now);
    if (clients_.size() == 1) {
      const timeval patience{0, 50000};
      setsockopt(clients_[0].fd(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      return;
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, clients_[index].fd(), &event) != 0) fail("epoll");
  }

  void wait(bool more_to_begin) {
    if (clients_.size() == 1) {
      read(0, 0);
      return;
    }
    epoll_event events[256];
    const int n = epoll_wait(epoll_.get(), events, 256, more_to_begin ? 0 : 20);
    for (int i = 0; i < n; ++i) read(events[i].data.u64, MSG_DONTWAIT);
  }

  struct Arrival {
    base::ByteView bytes;
    std::size_t segment;  // where the kernel has joined datagrams, the length of each
    base::SocketAddress from;
  };

  // In lock-step and connected nothing but the bytes is of interest, which is the cheaper system call.
  std::optional<Arrival> receive(const Client& c, int flags) {
    if (c.lock_step()) {
      const ssize_t n = recv(c.fd(), buffer_.data(), buffer_.size(), flags);
      if (n <= 0) return std::nullopt;
      const auto size = static_cast<std::size_t>(n);
      return Arrival{base::ByteView(buffer_.data(), size), size, c.peer()};
    }
    Arrival arrival;
    iovec part{buffer_.data(), buffer_.size()};
    alignas(cmsghdr) char control[64];
    msghdr message{};
    message.msg_name = &arrival.from.storage;
    message.msg_namelen = sizeof arrival.from.storage;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t n = recvmsg(c.fd(), &message, flags);
    if (n <= 0) return std::nullopt;
    arrival.from.length = message.msg_namelen;
    arrival.bytes = base::ByteView(buffer_.data(), static_cast<std::size_t>(n));
    arrival.segment = arrival.bytes.size();
    for (cmsghdr* m = CMSG_FIRSTHDR(&message); m; m = CMSG_NXTHDR(&message, m))
      if (m->cmsg_level == IPPROTO_UDP && m->cmsg_type == UDP_GRO) {
        int size = 0;
        std::memcpy(&size, CMSG_DATA(m), sizeof size);
        arrival.segment = static_cast<std::size_t>(size);
      }
    return arrival;
  }

  void read(std::size_t index, int flags) {
    Client& c = clients_[index];
    for (unsigned turns = 0; turns < 16; ++turns) {
      const auto arrival = receive(c, flags);
      if (!arrival) return;
      const auto now = base::monotonic_now();
      if (!c.heard(arrival->bytes, arrival->segment, arrival->from, now)) {
        if (c.lock_step()) return;  // nothing more before the acknowledgement has arrived
        continue;
      }
      if (c.done())
        --under_way_;
      else
        begin(index, now);
      return;
    }
  }

  void look_for_overdue(std::size_t begun, MonotonicTime now) {
    for (std::size_t i = 0; i < begun; ++i) {
      Client& c = clients_[i];
      if (c.done() || now - c.sent_at() < kPatience) continue;
      c.overdue(now);
      if (c.done()) --under_way_;
    }
  }

  static double at(std::vector<std::uint32_t>& values, double q) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))] / 1000.0;
  }

  void report(double seconds) {
    const auto count = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
    std::printf(
        "{\"seconds\": %.3f, \"mb_per_s\": %.2f, \"requests_per_s\": %.1f, \"bytes\": %llu, \"finished\": "
        "%llu, "
        "\"misses\": %llu, \"first_p50_ms\": %.3f, \"first_p99_ms\": %.3f, \"gap_p99_ms\": %.3f, "
        "\"gap_max_ms\": %.3f, "
        "\"retries\": %llu, \"failed\": %llu, \"wrong\": %llu, \"unfinished\": %llu}\n",
        seconds, static_cast<double>(figures_.bytes) / 1e6 / seconds,
        static_cast<double>(figures_.finished) / seconds, count(figures_.bytes), count(figures_.finished),
        count(figures_.misses), at(figures_.first_answer_us, 0.5), at(figures_.first_answer_us, 0.99),
        at(figures_.gap_us, 0.99), at(figures_.gap_us, 1), count(figures_.retries), count(figures_.failed),
        count(figures_.wrong), count(under_way_));
  }

  const Plan plan_;
  base::UniqueFd epoll_;
  base::Bytes buffer_;
  Figures figures_;
  std::map<std::string, Expected> expected_;
  std::deque<Client> clients_;
  std::uint64_t under_way_ = 0;
};

std::optional<Plan> read_command_line(int argc, char** argv) {
  namespace po = boost::program_options;
  Plan plan;
  std::string server;
  po::options_description options("tftp_load: many TFTP clients in one process");
  options.add_options()("help", "this text")("server", po::value(&server), "address of the server")(
      "port", po::value(&plan.port)->default_value(69), "its port")(
      "file", po::value(&plan.files)->composing(), "file to fetch; several: one after the other")(
      "compare", po::value(&plan.compare_with),
      "folder with what should come; a file not in it is to be missed")(
      "clients", po::value(&plan.clients)->default_value(1), "how many at once")(
      "rounds", po::value(&plan.rounds)->default_value(1), "each client fetches its list so many times")(
      "spread", po::value(&plan.spread)->default_value(0), "seconds over which the clients start")(
      "seconds", po::value(&plan.seconds)->default_value(60), "how long at the most")(
      "blksize", po::value(&plan.block_size)->default_value(512), "bytes a block")(
      "windowsize", po::value(&plan.window_size)->default_value(1), "blocks a window")(
      "tsize", po::bool_switch(&plan.tsize), "ask for the size");
  po::variables_map given;
  po::store(po::parse_command_line(argc, argv, options), given);
  po::notify(given);
  const auto address = base::Ipv4::parse(server);
  if (given.count("help") || plan.files.empty() || !address) {
    std::cout << options;
    return std::nullopt;
  }
  plan.server = *address;
  return plan;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  try {
    const auto plan = bench::read_command_line(argc, argv);
    return plan ? bench::Load(*plan).run() : 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "tftp_load: %s\n", e.what());
    return 2;
  }
}
