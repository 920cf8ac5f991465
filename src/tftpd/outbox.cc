#include "tftpd/outbox.h"

#include <linux/errqueue.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>

#ifndef SOL_UDP
#define SOL_UDP 17
#endif
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

namespace tftpd {

namespace {
constexpr std::size_t kSmallRoom = 64 << 10;
}

Outbox::Outbox()
    : headers_(kMessages),
      notes_(kMessages),
      pieces_(kPieces),
      block_headers_(kBlocks),
      controls_(kMessages),
      small_(kSmallRoom) {}

bool Outbox::has_room(std::size_t messages, std::size_t blocks, std::size_t pieces) const {
  return used_ + messages <= kMessages && blocks_used_ + blocks <= kBlocks &&
         pieces_used_ + pieces <= kPieces;
}

void Outbox::add(const base::SocketAddress& to, base::ByteView bytes, Transfer* owner, std::uint32_t tag) {
  begin_message(to);
  const std::uint8_t* place = nullptr;
  if (small_used_ + bytes.size() <= small_.size()) {
    std::memcpy(small_.data() + small_used_, bytes.data(), bytes.size());
    place = small_.data() + small_used_;
    small_used_ += bytes.size();
  } else {
    large_.push_back(bytes.copy());
    place = large_.back().data();
  }
  pieces_[pieces_used_++] = {const_cast<std::uint8_t*>(place), bytes.size()};
  end_message(0, owner, tag);
}

void Outbox::begin_message(const base::SocketAddress& to) {
  msghdr& header = headers_[used_].msg_hdr;
  header = {};
  header.msg_name = const_cast<sockaddr_storage*>(&to.storage);
  header.msg_namelen = to.length;
  header.msg_iov = &pieces_[pieces_used_];
}

void Outbox::add_block(std::uint16_t opcode, std::uint16_t number, const iovec* pieces, std::size_t count) {
  auto& block = block_headers_[blocks_used_++];
  base::set_u16(block.data(), opcode);
  base::set_u16(block.data() + 2, number);
  pieces_[pieces_used_++] = {block.data(), block.size()};
  for (std::size_t i = 0; i < count; ++i) pieces_[pieces_used_++] = pieces[i];
}

void Outbox::end_message(std::uint16_t segment, Transfer* owner, std::uint32_t tag) {
  msghdr& header = headers_[used_].msg_hdr;
  header.msg_iovlen = static_cast<std::size_t>(&pieces_[pieces_used_] - header.msg_iov);
  if (segment != 0) {
    auto& control = controls_[used_];
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_UDP;
    c->cmsg_type = UDP_SEGMENT;
    c->cmsg_len = CMSG_LEN(sizeof segment);
    std::memcpy(CMSG_DATA(c), &segment, sizeof segment);
  }
  notes_[used_++] = {owner, tag, segment != 0};
}

// Number of messages sent from `first` on (at least one), or why that one was not: -1 blocked, -2 not
// segmented, -3 lost.
int Outbox::send_from(int fd, std::size_t first) {
  const auto count = static_cast<unsigned>(used_ - first);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const int sent = ::sendmmsg(fd, &headers_[first], count, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) return sent;
    if (errno == EAGAIN || errno == ENOBUFS) return -1;
    if (notes_[first].segmented && (errno == EINVAL || errno == EIO || errno == EMSGSIZE)) return -2;
    // An error that an earlier datagram met on its way is reported by whatever call comes next.
    if (errno != ECONNREFUSED && errno != EHOSTUNREACH && errno != ENETUNREACH && errno != EINTR) return -3;
  }
  return -3;
}

std::vector<base::SocketAddress> refused_peers(int fd) {
  std::vector<base::SocketAddress> refused;
  // Bounded, so that a storm of ICMP cannot hold the loop.
  for (int i = 0; i < 64; ++i) {
    base::SocketAddress peer;
    std::uint8_t control[512];
    std::uint8_t quoted[16];
    iovec piece{quoted, sizeof quoted};
    msghdr header{};
    header.msg_name = &peer.storage;
    header.msg_namelen = sizeof peer.storage;
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    if (::recvmsg(fd, &header, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) break;
    peer.length = header.msg_namelen;
    for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
      const bool error = (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_RECVERR) ||
                         (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_RECVERR);
      if (!error) continue;
      sock_extended_err what;
      std::memcpy(&what, CMSG_DATA(c), sizeof what);
      if (what.ee_errno == ECONNREFUSED) refused.push_back(peer);
    }
  }
  return refused;
}

}  // namespace tftpd
