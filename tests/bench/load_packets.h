// The datagrams of a four-way exchange as a load generator sends them, and what it must know of a reply.
//
// Client number N has the hardware address 02:00:HH:HH:HH:HH with N in the last four octets, and uses N as
// its transaction number, so that a reply names its client without a look-up.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/address.h"
#include "base/bytes.h"

namespace bench {

struct RequestShape {
  base::Ipv4 giaddr;       // not zero: as a relay would send it
  bool client_id = false;  // option 61
  bool broadcast_flag = false;
};

// DHCPDISCOVER, DHCPREQUEST (SELECTING: with option 50 and 54) and DHCPREQUEST (RENEWING: ciaddr filled in).
base::Bytes discover(std::uint32_t client, const RequestShape& shape);
base::Bytes request(std::uint32_t client, const RequestShape& shape, base::Ipv4 address, base::Ipv4 server);
base::Bytes renew(std::uint32_t client, const RequestShape& shape, base::Ipv4 address);

// An Ethernet frame to everybody from the client, UDP port 68 to 67, around a datagram.
base::Bytes broadcast_frame(std::uint32_t client, base::ByteView datagram);

// The UDP payload of a frame whose UDP destination is port 68; nullopt for any other frame.
std::optional<base::ByteView> payload_of_frame(base::ByteView frame);

struct ReplySeen {
  std::uint32_t client = 0;
  std::uint8_t type = 0;  // option 53
  base::Ipv4 address;     // yiaddr
  base::Ipv4 server;      // option 54
};
std::optional<ReplySeen> read_reply(base::ByteView datagram);

}  // namespace bench
