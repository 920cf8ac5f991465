// The sockets that requests arrive at: descriptor 0 as a super-server hands it over, or our own ones.
#pragma once

#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/fd.h"
#include "base/loop.h"
#include "tftpd/command_line.h"

namespace tftpd {

// Room for a batch of datagrams of any size, with who sent them and whereto. Pages that no datagram reached
// are never touched, so the room costs what is used.
class ReceiveBatch {
 public:
  static constexpr std::size_t kMessages = 64;
  ReceiveBatch();
  ~ReceiveBatch();
  ReceiveBatch(const ReceiveBatch&) = delete;
  ReceiveBatch& operator=(const ReceiveBatch&) = delete;

  // Number of datagrams taken, 0 where none waits, -1 with errno. Never blocks.
  int receive(int fd);
  base::ByteView bytes(int i) const;
  const base::SocketAddress& from(int i) const { return from_[static_cast<std::size_t>(i)]; }
  // Our own address that the datagram was sent to, port 0; of length 0 where the kernel does not say or it is
  // not one of a single host.
  base::SocketAddress to(int i) const;

 private:
  static constexpr std::size_t kRoom = 65536;
  static constexpr std::size_t kControl = 128;
  std::uint8_t* memory_;
  std::vector<mmsghdr> headers_;
  std::vector<iovec> pieces_;
  std::vector<base::SocketAddress> from_;
  std::vector<std::uint8_t> control_;
  std::size_t used_ = kMessages;
};

// Descriptor 0. Throws StartError where it is not a UDP socket.
base::UniqueFd adopt_inherited_socket();

// The sockets of -l and -L: by `family` and `address` ("[addr][:port]"). Throws StartError; an address family
// that this host lacks is left out.
std::vector<base::UniqueFd> open_listening_sockets(Family family, const std::string& address);

// What every socket for requests needs: non-blocking, told the destination of each datagram, a queue that
// holds a boot storm.
void prepare_request_socket(int fd);

}  // namespace tftpd
