// A packet socket on one interface (packet(7)): hears DHCP messages before the client has an address, and
// answers them without ARP. The kernel takes the link header off and puts it on, so every kind of link that
// carries IPv4 is alike here; a filter in the kernel lets only UDP to our port through.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/address.h"
#include "base/fd.h"
#include "dhcpd/ip_packet.h"

namespace dhcpd {

// Opens and binds the socket; needs CAP_NET_RAW. Throws std::system_error.
base::UniqueFd open_packet_socket(int interface_index, std::uint16_t port);

// What a batch of received packets is read into; one serves all sockets in turn.
class ReceiveBatch {
 public:
  static constexpr std::size_t kMost = 64;          // packets a call
  static constexpr std::size_t kPacketSize = 2048;  // longer packets are refused whole

  ReceiveBatch();

  struct Packet {
    base::ByteView bytes;           // from the IP header on; valid until the next receive()
    bool truncated = false;         // did not fit: refuse
    bool checksum_pending = false;  // the UDP checksum was left to the sender's network card
    bool foreign_vlan = false;      // carries a VLAN tag of its own: meant for another network
    bool for_us = false;            // to our link address, or broadcast or multicast
  };
  // Reads what is there, at most kMost packets, without waiting. -1 with errno on error, 0 where nothing
  // waits.
  int receive(int socket);
  Packet packet(int i) const;

 private:
  struct Buffers;
  struct BuffersDeleter {
    void operator()(Buffers* b) const;
  };
  std::unique_ptr<Buffers, BuffersDeleter> buffers_;
};

// A reply on its way out of one interface.
struct OutgoingPacket {
  base::HardwareAddress to;  // empty: everybody on the link
  PacketHeaders headers;
  base::ByteView payload;  // owned by the caller until send_packets() returns
};

// Sends all; the number that left. `error` gets the errno of the first that did not.
std::size_t send_packets(int socket, int interface_index, const base::HardwareAddress& broadcast,
                         const std::vector<OutgoingPacket>& packets, int& error);

}  // namespace dhcpd
