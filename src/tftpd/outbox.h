// Datagrams that wait to leave by one socket, sent together: one system call for many datagrams, and where
// the kernel segments (UDP_SEGMENT, since 4.18) one pass through the stack for a run of equal blocks.
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cstdint>
#include <vector>

#include "base/address.h"
#include "base/bytes.h"

namespace tftpd {

struct Transfer;

class Outbox {
 public:
  static constexpr std::size_t kMessages = 256;
  static constexpr std::size_t kBlocks = 1024;
  static constexpr std::size_t kPieces = 4096;
  static constexpr std::size_t kSegments = 64;          // of one message; the kernel's limit
  static constexpr std::size_t kMessageOctets = 65000;  // of one segmented message, headers included

  Outbox();

  // Whether a message of `blocks` blocks in `pieces` pieces fits.
  bool has_room(std::size_t messages, std::size_t blocks, std::size_t pieces) const;
  bool empty() const { return used_ == 0; }

  // A small packet; `bytes` are copied (at most 1 KiB in all before they are allocated).
  void add(const base::SocketAddress& to, base::ByteView bytes, Transfer* owner, std::uint32_t tag);
  // A message of several blocks: begin_message, then add_block for each, then end_message. `to` and the
  // pieces must stay until flush().
  void begin_message(const base::SocketAddress& to);
  void add_block(std::uint16_t opcode, std::uint16_t number, const iovec* pieces, std::size_t count);
  // `segment`: the size of each datagram but the last, or 0 where the message is one datagram.
  void end_message(std::uint16_t segment, Transfer* owner, std::uint32_t tag);

  enum class Fate {
    kSent,
    kBlocked,       // the socket takes no more now; this and all later messages have not left
    kNotSegmented,  // the path does not take a segmented message; it has not left
    kLost,          // an error that concerns this message only; errno says which
  };
  // Sends everything and calls `fate(owner, tag, Fate)` for each message in order.
  template <typename Function>
  void flush(int fd, Function fate);

 private:
  int send_from(int fd, std::size_t first);

  struct Note {
    Transfer* owner;
    std::uint32_t tag;
    bool segmented;
  };
  std::vector<mmsghdr> headers_;
  std::vector<Note> notes_;
  std::vector<iovec> pieces_;
  std::vector<std::array<std::uint8_t, 4>> block_headers_;
  std::vector<std::array<std::uint8_t, CMSG_SPACE(sizeof(std::uint16_t))>> controls_;
  std::vector<std::uint8_t> small_;
  std::vector<base::Bytes> large_;  // small packets that found no room
  std::size_t used_ = 0;            // messages
  std::size_t pieces_used_ = 0;
  std::size_t blocks_used_ = 0;
  std::size_t small_used_ = 0;
};

// Takes what waits in the error queue of a socket with IP_RECVERR; calls `refused(address)` for each peer
// whose host says that nobody listens there. `refused` may not touch the socket's list of peers while it
// runs.
std::vector<base::SocketAddress> refused_peers(int fd);

template <typename Function>
void Outbox::flush(int fd, Function fate) {
  std::size_t at = 0;
  bool blocked = false;
  while (at < used_ && !blocked) {
    const int sent = send_from(fd, at);
    for (int i = 0; i < sent; ++i, ++at) fate(notes_[at].owner, notes_[at].tag, Fate::kSent);
    if (sent >= 0) continue;
    // send_from says what stopped the message at `at`.
    if (sent == -1) {
      blocked = true;
    } else {
      fate(notes_[at].owner, notes_[at].tag, sent == -2 ? Fate::kNotSegmented : Fate::kLost);
      ++at;
    }
  }
  for (; at < used_; ++at) fate(notes_[at].owner, notes_[at].tag, Fate::kBlocked);
  used_ = pieces_used_ = blocks_used_ = small_used_ = 0;
  large_.clear();
}

}  // namespace tftpd
