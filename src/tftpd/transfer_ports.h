// The UDP ports that transfers run on.
//
// A transfer is known by the client's address and port and the port here (its transfer IDs), so transfers of
// different clients can share a socket: then one system call takes the acknowledgements of many and one sends
// the blocks of many. Up to kPorts sockets are open for each of our addresses, on ports that the kernel
// (or -R) picks at random; a socket is given up after kTransfersAPort transfers, so that the ports keep
// changing and a datagram that comes late finds nobody.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/address.h"
#include "base/fd.h"
#include "base/loop.h"

namespace tftpd {

struct Transfer;

struct TransferPort {
  base::UniqueFd fd;
  std::unordered_map<base::SocketAddress, Transfer*> transfers;  // by the client's address
  unsigned taken = 0;                                            // transfers ever
  bool segments = false;                                         // the kernel takes UDP_SEGMENT
  std::vector<Transfer*> blocked;  // to be served when the socket can be written to again
  std::unique_ptr<base::FdWatch> readable;
  std::unique_ptr<base::FdWatch> writable;
};

class TransferPorts {
 public:
  static constexpr std::size_t kPorts = 16;  // for each of our addresses
  static constexpr unsigned kTransfersAPort = 256;
  static constexpr std::size_t kAddresses = 64;

  using Ready = std::function<void(TransferPort&)>;
  TransferPorts(base::Loop& loop, std::pair<std::uint16_t, std::uint16_t> range, Ready readable,
                Ready writable);

  // A port of our address `local` (length 0: any) on which `client` has no transfer yet; nullptr with errno
  // where none can be had.
  TransferPort* port_for(const base::SocketAddress& local, const base::SocketAddress& client);
  // The next port_for() of every address looks at another socket first.
  void next_port();
  // Closes the given-up ports whose last transfer has ended. Not to be called by Ready.
  void close_idle();

 private:
  struct Pool {
    base::SocketAddress local;
    std::vector<std::unique_ptr<TransferPort>> ports;
    std::size_t current = 0;
  };
  Pool& pool_for(const base::SocketAddress& local);
  std::unique_ptr<TransferPort> open_port(const base::SocketAddress& local);
  bool bind_in_range(int fd, const base::SocketAddress& local);

  base::Loop& loop_;
  std::pair<std::uint16_t, std::uint16_t> range_;
  Ready readable_;
  Ready writable_;
  std::vector<Pool> pools_;
  std::vector<std::unique_ptr<TransferPort>> retired_;  // given up, with transfers that still run
};

}  // namespace tftpd
