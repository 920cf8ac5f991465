// The ordinary UDP socket on the server's port ("fallback" of the stock server): sends to relays and to
// clients that have an address, by the kernel's routes and ARP. What arrives on it is heard by the packet
// sockets; the port is bound so that the kernel answers nobody with "port unreachable".
#pragma once

#include <vector>

#include "base/address.h"
#include "base/fd.h"

namespace dhcpd {

// Throws std::system_error where the port is taken.
base::UniqueFd open_udp_socket(base::Ipv4 local, std::uint16_t port);

struct OutgoingDatagram {
  base::Ipv4 source;  // zero: the kernel chooses
  base::Ipv4 destination;
  std::uint16_t port = 0;
  base::ByteView payload;
};

// Sends all; the number that left. `error` gets the errno of the first that did not.
std::size_t send_datagrams(int socket, const std::vector<OutgoingDatagram>& datagrams, int& error);

}  // namespace dhcpd
