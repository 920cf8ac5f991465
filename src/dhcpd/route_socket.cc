#include "dhcpd/route_socket.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <system_error>

namespace dhcpd {

namespace {

constexpr std::size_t kAnswerSize = 64 << 10;  // the kernel packs a dump into pieces of at most 32 kB
constexpr int kPatience = 2;                   // seconds

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

base::UniqueFd open_netlink(unsigned groups) {
  base::UniqueFd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!fd) fail("netlink socket");
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = groups;
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) fail("netlink bind");
  return fd;
}

std::uint8_t hardware_type(unsigned link_type) {
  switch (link_type) {
    case ARPHRD_ETHER:
      return base::kEthernet;
    case ARPHRD_IEEE802:
    case ARPHRD_IEEE802_TR:
      return base::kTokenRing;
    case ARPHRD_FDDI:
      return base::kFddi;
    case ARPHRD_INFINIBAND:
      return base::kInfiniband;
    default:
      return 0;
  }
}

base::ByteView attribute(rtattr* a) {
  return base::ByteView(static_cast<const std::uint8_t*>(RTA_DATA(a)), RTA_PAYLOAD(a));
}

Interface read_link(nlmsghdr* header) {
  auto* info = static_cast<ifinfomsg*>(NLMSG_DATA(header));
  Interface interface;
  interface.index = info->ifi_index;
  interface.flags = info->ifi_flags;
  interface.link_type = info->ifi_type;
  const std::uint8_t type = hardware_type(info->ifi_type);
  auto length = static_cast<int>(IFLA_PAYLOAD(header));
  for (rtattr* a = IFLA_RTA(info); RTA_OK(a, length); a = RTA_NEXT(a, length)) {
    const base::ByteView value = attribute(a);
    if (a->rta_type == IFLA_IFNAME) interface.name = std::string(value.text().substr(0, value.size() - 1));
    if (a->rta_type == IFLA_ADDRESS) interface.hardware = base::HardwareAddress(type, value);
    if (a->rta_type == IFLA_BROADCAST) interface.broadcast = base::HardwareAddress(type, value);
  }
  return interface;
}

void read_address(nlmsghdr* header, std::map<int, Interface>& interfaces) {
  auto* info = static_cast<ifaddrmsg*>(NLMSG_DATA(header));
  if (info->ifa_family != AF_INET) return;
  base::ByteView local, address;
  auto length = static_cast<int>(IFA_PAYLOAD(header));
  for (rtattr* a = IFA_RTA(info); RTA_OK(a, length); a = RTA_NEXT(a, length)) {
    if (a->rta_type == IFA_LOCAL) local = attribute(a);
    if (a->rta_type == IFA_ADDRESS) address = attribute(a);
  }
  const base::ByteView own = local.empty() ? address : local;
  const auto at = interfaces.find(static_cast<int>(info->ifa_index));
  if (own.size() == 4 && at != interfaces.end())
    at->second.addresses.push_back(base::Ipv4::from_octets(own.data()));
}

}  // namespace

RouteSocket::RouteSocket()
    : questions_(open_netlink(0)), changes_(open_netlink(RTMGRP_LINK | RTMGRP_IPV4_IFADDR)) {
  const timeval patience{kPatience, 0};
  ::setsockopt(questions_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

template <typename Handle>
void RouteSocket::dump(int type, Handle handle) {
  struct {
    nlmsghdr header;
    rtgenmsg body;
  } question{};
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = static_cast<std::uint16_t>(type);
  question.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  question.header.nlmsg_seq = ++sequence_;
  if (::send(questions_.get(), &question, sizeof question, 0) < 0) fail("netlink request");
  std::vector<std::uint32_t> answer(kAnswerSize / sizeof(std::uint32_t));
  for (;;) {
    const ssize_t got = ::recv(questions_.get(), answer.data(), kAnswerSize, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("netlink answer");
    auto left = static_cast<unsigned>(got);
    for (auto* h = reinterpret_cast<nlmsghdr*>(answer.data()); NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
      if (h->nlmsg_seq != sequence_) continue;  // of a question that was given up
      if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR) return;
      handle(h);
    }
  }
}

std::vector<Interface> RouteSocket::interfaces() {
  std::map<int, Interface> found;
  dump(RTM_GETLINK, [&](nlmsghdr* h) {
    if (h->nlmsg_type != RTM_NEWLINK) return;
    Interface interface = read_link(h);
    found[interface.index] = std::move(interface);
  });
  dump(RTM_GETADDR, [&](nlmsghdr* h) {
    if (h->nlmsg_type == RTM_NEWADDR) read_address(h, found);
  });
  std::vector<Interface> all;
  for (auto& entry : found) all.push_back(std::move(entry.second));
  return all;
}

void RouteSocket::heard() {
  char bytes[16 << 10];
  // What changed is asked anew; an overrun (ENOBUFS) says no more than that something has.
  while (::recv(changes_.get(), bytes, sizeof bytes, MSG_DONTWAIT) > 0 || errno == ENOBUFS) {
    errno = 0;
  }
}

}  // namespace dhcpd
