#include "dhcpd/pinger.h"

#include <linux/icmp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "dhcpd/ip_packet.h"

namespace dhcpd {

namespace {

constexpr std::size_t kIcmpHeader = 8;
constexpr int kRepliesAtOnce = 256;  // then other events have their turn

base::UniqueFd open_icmp_socket() {
  base::UniqueFd fd(::socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_ICMP));
  if (!fd) return fd;
  const icmp_filter only_replies{~(1U << ICMP_ECHOREPLY)};
  ::setsockopt(fd.get(), SOL_RAW, ICMP_FILTER, &only_replies, sizeof only_replies);
  return fd;
}

}  // namespace

Pinger::Pinger(base::Loop& loop, std::size_t most, Done done)
    : socket_(open_icmp_socket()), most_(most), done_(std::move(done)), timer_(loop, [this] { end_due(); }) {
  if (socket_) watch_ = std::make_unique<base::FdWatch>(loop, socket_.get(), [this] { read_replies(); });
}

bool Pinger::start(base::Ipv4 address, base::Duration timeout) {
  if (!usable() || full() || pinging(address)) return false;
  Ping ping{};
  ping.identifier = static_cast<std::uint16_t>(random_());
  ping.sequence = static_cast<std::uint16_t>(random_());
  for (std::size_t i = 0; i < kPayload; i += 4) base::set_u32(ping.payload.data() + i, random_());

  std::array<std::uint8_t, kIcmpHeader + kPayload> request{};
  request[0] = ICMP_ECHO;
  base::set_u16(request.data() + 4, ping.identifier);
  base::set_u16(request.data() + 6, ping.sequence);
  std::copy(ping.payload.begin(), ping.payload.end(), request.begin() + kIcmpHeader);
  const base::ByteView bytes(request.data(), request.size());
  base::set_u16(request.data() + 2, static_cast<std::uint16_t>(~checksum_fold(checksum_add(bytes))));
  const base::SocketAddress to(address, 0);
  if (::sendto(socket_.get(), request.data(), request.size(), MSG_DONTWAIT, to.get(), to.length) < 0)
    return false;

  ping.due = by_time_.emplace(base::monotonic_now() + timeout, address);
  by_address_.emplace(address, ping);
  arm();
  return true;
}

void Pinger::arm() {
  if (by_time_.empty()) return timer_.stop();
  timer_.start(std::max(base::Duration::zero(), by_time_.begin()->first - base::monotonic_now()));
}

void Pinger::end_due() {
  // A reply that came in time but was not read yet, because we were busy or stopped, still counts.
  if (watch_) read_replies();
  const base::MonotonicTime now = base::monotonic_now();
  while (!by_time_.empty() && by_time_.begin()->first <= now) {
    const base::Ipv4 address = by_time_.begin()->second;
    by_time_.erase(by_time_.begin());
    by_address_.erase(address);
    done_(address, Result::kSilence);
  }
  arm();
}

void Pinger::read_replies() {
  std::array<std::uint8_t, 512> packet;
  for (int i = 0; i < kRepliesAtOnce; ++i) {
    const ssize_t got = ::recv(socket_.get(), packet.data(), packet.size(), MSG_DONTWAIT);
    if (got < 0) return;
    take_reply(base::ByteView(packet.data(), static_cast<std::size_t>(got)));
  }
}

void Pinger::take_reply(base::ByteView packet) {
  if (packet.size() < kIpHeaderSize) return;
  const base::Ipv4 from = base::Ipv4::from_octets(packet.data() + 12);
  const base::ByteView icmp = packet.subview(std::size_t{packet[0]} % 16 * 4);
  if (icmp.size() < kIcmpHeader || icmp[0] != ICMP_ECHOREPLY) return;
  const auto at = by_address_.find(from);
  if (at == by_address_.end() || base::get_u16(icmp.data() + 4) != at->second.identifier ||
      base::get_u16(icmp.data() + 6) != at->second.sequence ||
      icmp.subview(kIcmpHeader) != base::ByteView(at->second.payload.data(), kPayload)) {
    ++strays_;
    if (stray_lines_.allow(base::monotonic_now()))
      base::log_debug("unexpected ICMP Echo Reply from %s", from.text().c_str());
    return;
  }
  by_time_.erase(at->second.due);
  by_address_.erase(at);
  done_(from, Result::kAnswered);
  arm();
}

}  // namespace dhcpd
