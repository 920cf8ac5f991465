#include "tftpd/transfer_ports.h"

#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace tftpd {

namespace {

constexpr int kSocketBuffer = 4 << 20;  // octets each way, as far as the system allows

void set(int fd, int level, int option, int value) { ::setsockopt(fd, level, option, &value, sizeof value); }

unsigned random_number() {
  unsigned value = 0;
  if (::getrandom(&value, sizeof value, 0) != sizeof value) value = static_cast<unsigned>(::random());
  return value;
}

}  // namespace

TransferPorts::TransferPorts(base::Loop& loop, std::pair<std::uint16_t, std::uint16_t> range, Ready readable,
                             Ready writable)
    : loop_(loop), range_(range), readable_(std::move(readable)), writable_(std::move(writable)) {
  pools_.reserve(kAddresses + 2);
}

TransferPorts::Pool& TransferPorts::pool_for(const base::SocketAddress& local) {
  for (auto& pool : pools_) {
    if (pool.local == local) return pool;
  }
  // A host with more addresses than that answers from the one that routing picks, as if none were asked for.
  if (pools_.size() >= kAddresses) {
    base::SocketAddress any;
    any.storage.ss_family = local.storage.ss_family;
    for (auto& pool : pools_) {
      if (pool.local.length == 0 && pool.local.storage.ss_family == local.storage.ss_family) return pool;
    }
    pools_.push_back({any, {}, 0});
    return pools_.back();
  }
  pools_.push_back({local, {}, 0});
  return pools_.back();
}

bool TransferPorts::bind_in_range(int fd, const base::SocketAddress& local) {
  base::SocketAddress at = local;
  const unsigned count = range_.second - range_.first + 1u;
  const unsigned start = random_number() % count;
  for (unsigned i = 0; i < count; ++i) {
    at.set_port(static_cast<std::uint16_t>(range_.first + (start + i) % count));
    if (::bind(fd, at.get(), at.length) == 0) return true;
    if (errno != EADDRINUSE) return false;
  }
  return false;
}

std::unique_ptr<TransferPort> TransferPorts::open_port(const base::SocketAddress& local) {
  auto port = std::make_unique<TransferPort>();
  const int family = local.family();
  port->fd.reset(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!port->fd) return nullptr;
  const int fd = port->fd.get();
  base::SocketAddress at = local;
  if (at.length == 0) {
    at = family == AF_INET ? base::SocketAddress(base::Ipv4{0}, 0) : base::SocketAddress(in6addr_any, 0);
  }
  const bool bound = range_.second != 0 ? bind_in_range(fd, at) : ::bind(fd, at.get(), at.length) == 0;
  if (!bound) return nullptr;
  set(fd, SOL_SOCKET, SO_RCVBUF, kSocketBuffer);
  set(fd, SOL_SOCKET, SO_SNDBUF, kSocketBuffer);
  // A large block travels in fragments; and the news that a client's port is closed is wanted.
  set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  set(fd, IPPROTO_IP, IP_RECVERR, 1);
  if (family == AF_INET6) {
    set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
    set(fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
  }
  int segment = 0;
  socklen_t length = sizeof segment;
  port->segments = ::getsockopt(fd, SOL_UDP, UDP_SEGMENT, &segment, &length) == 0;
  TransferPort* raw = port.get();
  port->readable = std::make_unique<base::FdWatch>(loop_, fd, [this, raw] { readable_(*raw); });
  port->writable = std::make_unique<base::FdWatch>(
      loop_, fd, [this, raw] { writable_(*raw); }, base::FdWatch::For::kWrite);
  port->writable->pause();
  return port;
}

TransferPort* TransferPorts::port_for(const base::SocketAddress& local, const base::SocketAddress& client) {
  base::SocketAddress wanted = local;
  if (wanted.length == 0) wanted.storage.ss_family = client.storage.ss_family;
  Pool* pool = &pool_for(wanted);
  for (std::size_t tried = 0; tried < kPorts; ++tried) {
    const std::size_t index = (pool->current + tried) % kPorts;
    if (index >= pool->ports.size()) {
      auto port = open_port(pool->local);
      if (!port && pool->local.length != 0 && errno == EADDRNOTAVAIL) {
        // Not one of our addresses after all: routing picks the source.
        base::SocketAddress any;
        any.storage.ss_family = wanted.storage.ss_family;
        return port_for(any, client);
      }
      if (port) {
        pool->ports.push_back(std::move(port));
        pool->current = pool->ports.size() - 1;
        return pool->ports.back().get();
      }
      if (pool->ports.empty()) return nullptr;
      continue;  // no descriptor or no port left: share what there is
    }
    auto& port = pool->ports[index];
    if (port->taken >= kTransfersAPort) {
      auto fresh = open_port(pool->local);
      if (!fresh) continue;
      retired_.push_back(std::move(port));
      port = std::move(fresh);
    }
    if (port->transfers.count(client) == 0) {
      pool->current = index;
      return port.get();
    }
  }
  errno = EADDRINUSE;
  return nullptr;
}

void TransferPorts::next_port() {
  for (auto& pool : pools_) {
    if (!pool.ports.empty()) pool.current = (pool.current + 1) % kPorts;
  }
}

void TransferPorts::close_idle() {
  retired_.erase(std::remove_if(retired_.begin(), retired_.end(),
                                [](const auto& port) { return port->transfers.empty(); }),
                 retired_.end());
}

}  // namespace tftpd
