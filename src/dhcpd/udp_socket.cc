#include "dhcpd/udp_socket.h"

#include <linux/filter.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace dhcpd {

namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

constexpr std::size_t kBatch = 64;
struct Control {
  alignas(cmsghdr) char space[CMSG_SPACE(sizeof(in_pktinfo))];
};

void set_source(msghdr& message, Control& control, base::Ipv4 source) {
  if (source.is_zero()) return;
  message.msg_control = control.space;
  message.msg_controllen = sizeof control.space;
  cmsghdr* c = CMSG_FIRSTHDR(&message);
  c->cmsg_level = IPPROTO_IP;
  c->cmsg_type = IP_PKTINFO;
  c->cmsg_len = CMSG_LEN(sizeof(in_pktinfo));
  in_pktinfo info{};
  info.ipi_spec_dst = source.to_in_addr();
  std::memcpy(CMSG_DATA(c), &info, sizeof info);
}

// An address that is not ours (any more) cannot be the source: then the kernel's choice is better than none.
bool send_from_any(int socket, mmsghdr& message) {
  message.msg_hdr.msg_control = nullptr;
  message.msg_hdr.msg_controllen = 0;
  return ::sendmsg(socket, &message.msg_hdr, MSG_DONTWAIT) >= 0;
}

}  // namespace

base::UniqueFd open_udp_socket(base::Ipv4 local, std::uint16_t port) {
  base::UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) fail("socket");
  const int on = 1;
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) < 0) fail("SO_REUSEADDR");
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on) < 0) fail("SO_BROADCAST");
  sock_filter nothing[] = {BPF_STMT(BPF_RET + BPF_K, 0)};
  const sock_fprog filter{1, nothing};
  if (::setsockopt(fd.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) < 0) fail("socket filter");
  const base::SocketAddress address(local, port);
  if (::bind(fd.get(), address.get(), address.length) < 0) fail("bind");
  return fd;
}

std::size_t send_datagrams(int socket, const std::vector<OutgoingDatagram>& datagrams, int& error) {
  std::size_t sent = 0;
  for (std::size_t first = 0; first < datagrams.size(); first += kBatch) {
    base::SocketAddress to[kBatch];
    iovec parts[kBatch];
    Control control[kBatch] = {};
    mmsghdr messages[kBatch] = {};
    const std::size_t count = std::min(kBatch, datagrams.size() - first);
    for (std::size_t i = 0; i < count; ++i) {
      const OutgoingDatagram& datagram = datagrams[first + i];
      to[i] = base::SocketAddress(datagram.destination, datagram.port);
      parts[i] = {const_cast<std::uint8_t*>(datagram.payload.data()), datagram.payload.size()};
      msghdr& message = messages[i].msg_hdr;
      message.msg_name = to[i].get();
      message.msg_namelen = to[i].length;
      message.msg_iov = &parts[i];
      message.msg_iovlen = 1;
      set_source(message, control[i], datagram.source);
    }
    for (std::size_t i = 0; i < count;) {
      const int done = ::sendmmsg(socket, messages + i, static_cast<unsigned>(count - i), MSG_DONTWAIT);
      if (done > 0) {
        i += static_cast<std::size_t>(done);
        sent += static_cast<std::size_t>(done);
      } else if (done == 0 || errno != EINTR) {
        const int first_error = errno;
        if (send_from_any(socket, messages[i]))
          ++sent;
        else if (error == 0)
          error = first_error;
        ++i;
      }
    }
  }
  return sent;
}

}  // namespace dhcpd
