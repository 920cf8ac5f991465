#include "tftpd/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <optional>

#include "base/log.h"

namespace tftpd {

namespace {

constexpr int kRequestQueue = 8 << 20;  // octets of socket buffer, as far as the system allows

std::string why() { return std::strerror(errno); }

}  // namespace

ReceiveBatch::ReceiveBatch()
    : headers_(kMessages), pieces_(kMessages), from_(kMessages), control_(kMessages * kControl) {
  void* memory = ::mmap(nullptr, kMessages * kRoom, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  memory_ = static_cast<std::uint8_t*>(memory);
  for (std::size_t i = 0; i < kMessages; ++i) pieces_[i] = {memory_ + i * kRoom, kRoom};
}

ReceiveBatch::~ReceiveBatch() { ::munmap(memory_, kMessages * kRoom); }

int ReceiveBatch::receive(int fd) {
  // Only what the last batch has written over has to be set up again.
  for (std::size_t i = 0; i < used_; ++i) {
    msghdr& header = headers_[i].msg_hdr;
    header.msg_name = &from_[i].storage;
    header.msg_namelen = sizeof from_[i].storage;
    header.msg_iov = &pieces_[i];
    header.msg_iovlen = 1;
    header.msg_control = control_.data() + i * kControl;
    header.msg_controllen = kControl;
    header.msg_flags = 0;
  }
  const int count = ::recvmmsg(fd, headers_.data(), kMessages, MSG_DONTWAIT, nullptr);
  used_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  if (count < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  for (int i = 0; i < count; ++i) {
    from_[static_cast<std::size_t>(i)].length = headers_[static_cast<std::size_t>(i)].msg_hdr.msg_namelen;
  }
  return count;
}

base::ByteView ReceiveBatch::bytes(int i) const {
  const auto n = static_cast<std::size_t>(i);
  return base::ByteView(memory_ + n * kRoom, headers_[n].msg_len);
}

base::SocketAddress ReceiveBatch::to(int i) const {
  msghdr header = headers_[static_cast<std::size_t>(i)].msg_hdr;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      // Of a broadcast this is the address of the interface it came in by.
      return base::SocketAddress(base::Ipv4::from(info.ipi_spec_dst), 0);
    }
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      if (IN6_IS_ADDR_MULTICAST(&info.ipi6_addr)) break;
      const bool local = IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr);
      return base::SocketAddress(info.ipi6_addr, 0,
                                 local ? static_cast<std::uint32_t>(info.ipi6_ifindex) : 0);
    }
  }
  return {};
}

void prepare_request_socket(int fd) {
  const int on = 1;
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
    throw StartError(kExitOsError, "Cannot set nonblock flag on socket: " + why());
  }
  // Each of these is for one family; on a socket of the other it fails and is not missed.
  ::setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &kRequestQueue, sizeof kRequestQueue) < 0) {
    ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kRequestQueue, sizeof kRequestQueue);
  }
}

base::UniqueFd adopt_inherited_socket() {
  sockaddr_storage name{};
  socklen_t length = sizeof name;
  int type = 0;
  socklen_t type_length = sizeof type;
  if (::getsockname(STDIN_FILENO, reinterpret_cast<sockaddr*>(&name), &length) < 0 ||
      ::getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &type_length) < 0) {
    throw StartError(kExitIoError, "recvfrom: " + why() +
                                       ". Descriptor 0 is the socket when xinetd, inetd or systemd starts "
                                       "in.tftpd; to serve on its own it wants -l, -L or --xinetd");
  }
  if ((name.ss_family != AF_INET && name.ss_family != AF_INET6) || type != SOCK_DGRAM) {
    throw StartError(kExitProtocol,
                     "received address was not AF_INET/AF_INET6, please check your inetd config");
  }
  base::UniqueFd fd(STDIN_FILENO);
  prepare_request_socket(fd.get());
  return fd;
}

namespace {

struct Wanted {
  std::string host;
  std::string service = "tftp";
};

// "[addr][:port]"; an IPv6 literal stands in brackets, since its colons would be taken for the port's.
Wanted split(const std::string& text) {
  Wanted wanted;
  std::string rest = text;
  if (!rest.empty() && rest[0] == '[') {
    const std::size_t end = rest.find(']');
    if (end == std::string::npos)
      throw StartError(kExitUsage, "Numeric IPv6 addresses need to be enclosed in []");
    wanted.host = rest.substr(1, end - 1);
    rest.erase(0, end + 1);
    if (!rest.empty() && rest[0] != ':') {
      throw StartError(kExitUsage, "Bad address: " + text + ". It is written [addr]:port");
    }
    if (rest.size() > 1) wanted.service = rest.substr(1);
    return wanted;
  }
  const std::size_t colon = rest.find(':');
  if (colon != std::string::npos && rest.find(':', colon + 1) != std::string::npos) {
    throw StartError(kExitUsage, "Numeric IPv6 addresses need to be enclosed in []");
  }
  wanted.host = rest.substr(0, colon);
  if (colon != std::string::npos && colon + 1 < rest.size()) wanted.service = rest.substr(colon + 1);
  return wanted;
}

std::uint16_t port_of(const std::string& service) {
  if (const servent* entry = ::getservbyname(service.c_str(), "udp"))
    return ntohs(static_cast<std::uint16_t>(entry->s_port));
  char* end = nullptr;
  const unsigned long port = std::strtoul(service.c_str(), &end, 0);
  if (end == service.c_str() || *end != '\0' || port == 0 || port > 65535) {
    if (service == "tftp") return 69;
    throw StartError(kExitNoInput, "cannot resolve local bind port: " + service);
  }
  return static_cast<std::uint16_t>(port);
}

bool is_literal(int family, const std::string& host) {
  std::uint8_t address[sizeof(in6_addr)];
  return ::inet_pton(family, host.substr(0, host.find('%')).c_str(), address) == 1;
}

std::optional<base::SocketAddress> resolve(int family, const std::string& host, std::uint16_t port) {
  base::SocketAddress found;
  if (host.empty()) {
    if (family == AF_INET) return base::SocketAddress(base::Ipv4{0}, port);
    return base::SocketAddress(in6addr_any, port);
  }
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &list) != 0 || !list) return std::nullopt;
  std::memcpy(&found.storage, list->ai_addr, list->ai_addrlen);
  found.length = list->ai_addrlen;
  ::freeaddrinfo(list);
  found.set_port(port);
  return found;
}

base::UniqueFd bind_socket(const base::SocketAddress& address) {
  const int on = 1;
  base::UniqueFd fd(::socket(address.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return fd;
  if (address.family() == AF_INET6) ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd.get(), address.get(), address.length) < 0) {
    const int error = errno;
    fd.reset();
    errno = error;
  }
  return fd;
}

}  // namespace

std::vector<base::UniqueFd> open_listening_sockets(Family family, const std::string& address) {
  const Wanted wanted = split(address);
  bool want4 = family != Family::kIpv6;
  bool want6 = family != Family::kIpv4;
  if (is_literal(AF_INET, wanted.host)) {
    if (!want4) throw StartError(kExitUsage, "Address " + wanted.host + " is not in address family AF_INET6");
    want6 = false;
  } else if (is_literal(AF_INET6, wanted.host)) {
    if (!want6) throw StartError(kExitUsage, "Address " + wanted.host + " is not in address family AF_INET");
    want4 = false;
  }
  const std::uint16_t port = port_of(wanted.service);
  std::vector<base::UniqueFd> sockets;
  if (want4) {
    const auto at = resolve(AF_INET, wanted.host, port);
    if (!at) throw StartError(kExitNoInput, "cannot resolve local IPv4 bind address: " + wanted.host);
    base::UniqueFd fd = bind_socket(*at);
    if (!fd) throw StartError(kExitOsError, "cannot bind to local IPv4 socket: " + why());
    sockets.push_back(std::move(fd));
  }
  if (want6) {
    const auto at = resolve(AF_INET6, wanted.host, port);
    if (!at && !want4) {
      throw StartError(kExitNoInput, "cannot resolve local IPv6 bind address: " + wanted.host);
    }
    base::UniqueFd fd = at ? bind_socket(*at) : base::UniqueFd();
    if (!at) {
      base::log_error("cannot resolve local IPv6 bind address: %s; using IPv4 only", wanted.host.c_str());
    } else if (!fd && !want4) {
      throw StartError(kExitOsError, "cannot bind to local IPv6 socket: " + why());
    } else if (!fd && errno != EAFNOSUPPORT && errno != EADDRNOTAVAIL) {
      base::log_error("cannot bind to local IPv6 socket,IPv6 disabled: %s", why().c_str());
    }
    if (fd) sockets.push_back(std::move(fd));
  }
  for (const auto& fd : sockets) prepare_request_socket(fd.get());
  return sockets;
}

}  // namespace tftpd
