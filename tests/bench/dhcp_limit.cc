// dhcp_limit INTERFACE SERVER-ADDRESS FIRST-ADDRESS [FILE]: what wire and disk allow. A server without logic:
// it answers every DISCOVER and REQUEST from fixed bytes with an address counted from FIRST-ADDRESS by the
// client's number. With FILE, a record of 250 bytes an ACK is appended in one write and made durable by one
// fdatasync a batch, into space laid out before, and the ACKs leave after it.
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "base/address.h"
#include "base/bytes.h"
#include "base/fd.h"

namespace {

constexpr std::size_t kBatch = 64, kFrameSize = 1600, kHeaders = 14 + 20 + 8, kRecord = 250;
constexpr off_t kLaidOut = 256 << 20;

[[noreturn]] void fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

base::UniqueFd open_link(const char* interface) {
  base::UniqueFd fd(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_IP)));
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 0, 3),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 36), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 67, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0xffffffffu), BPF_STMT(BPF_RET | BPF_K, 0),
  };
  const sock_fprog filter{6, code};
  const int size = 16 << 20;
  sockaddr_ll link{};
  link.sll_family = AF_PACKET;
  link.sll_protocol = htons(ETH_P_IP);
  link.sll_ifindex = static_cast<int>(if_nametoindex(interface));
  if (!fd || setsockopt(fd.get(), SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) != 0 ||
      setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0 ||
      bind(fd.get(), reinterpret_cast<const sockaddr*>(&link), sizeof link) != 0)
    fail(interface);
  return fd;
}

class Limit {
 public:
  Limit(const char* interface, base::Ipv4 server, base::Ipv4 first, const char* file)
      : link_(open_link(interface)), server_(server), first_(first), buffers_(kBatch * kFrameSize) {
    if (!file) return;
    file_.reset(open(file, O_CREAT | O_TRUNC | O_WRONLY, 0644));
    if (!file_ || fallocate(file_.get(), 0, 0, kLaidOut) != 0) fail(file);
    const base::Bytes zeros(1 << 20, 0);
    for (off_t at = 0; at < kLaidOut; at += 1 << 20)
      if (pwrite(file_.get(), zeros.data(), zeros.size(), at) < 0) fail(file);
    fsync(file_.get());
    records_.assign(kBatch * kRecord, 'x');
  }

  void turn() {
    mmsghdr messages[kBatch] = {};
    iovec parts[kBatch];
    for (std::size_t i = 0; i < kBatch; ++i) {
      parts[i] = {&buffers_[i * kFrameSize], kFrameSize};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int n = recvmmsg(link_.get(), messages, kBatch, MSG_WAITFORONE, nullptr);
    unsigned replies = 0;
    std::size_t grants = 0;
    for (int i = 0; i < n; ++i) {
      std::uint8_t* frame = &buffers_[static_cast<std::size_t>(i) * kFrameSize];
      const int kind = answer(frame, messages[i].msg_len);
      if (kind == 0) continue;
      grants += kind == 5;
      messages[replies].msg_hdr.msg_iov = &parts[i];
      parts[i].iov_len = kHeaders + 300;
      ++replies;
    }
    if (file_ && grants > 0) commit(grants);
    for (unsigned sent = 0; sent < replies;) {
      const int m = sendmmsg(link_.get(), messages + sent, replies - sent, 0);
      if (m > 0) sent += static_cast<unsigned>(m);
    }
  }

 private:
  // Makes the reply in the place of the request; returns its message type, 0 for a frame that is not for us.
  int answer(std::uint8_t* frame, std::size_t size) {
    if (size < kHeaders + 243) return 0;
    std::uint8_t* dhcp = frame + kHeaders;
    if (dhcp[0] != 1 || (dhcp[242] != 1 && dhcp[242] != 3)) return 0;
    const std::uint8_t kind = dhcp[242] == 1 ? 2 : 5;
    std::memcpy(frame, frame + 6, 6);
    std::memcpy(frame + 6, "\x02\0\0\0\0\1", 6);
    const std::uint32_t address = first_.value + base::get_u32(dhcp + 4) % 60000;
    std::uint8_t* ip = frame + 14;
    base::set_u16(ip + 2, 20 + 8 + 300);
    base::set_u32(ip + 12, server_.value);
    base::set_u32(ip + 16, address);
    base::set_u16(ip + 10, 0);
    std::uint32_t sum = 0;
    for (std::size_t i = 0; i < 20; i += 2) sum += base::get_u16(ip + i);
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    base::set_u16(ip + 10, static_cast<std::uint16_t>(~sum));
    base::set_u16(ip + 20, 67);
    base::set_u16(ip + 22, 68);
    base::set_u16(ip + 24, 8 + 300);
    base::set_u16(ip + 26, 0);
    dhcp[0] = 2;
    base::set_u32(dhcp + 16, address);
    std::uint8_t* option = dhcp + 240;
    const std::uint8_t head[] = {53, 1, kind, 51, 4, 0, 0, 14, 16, 1, 4, 255, 255, 0, 0, 54, 4};
    std::memcpy(option, head, sizeof head);
    base::set_u32(option + sizeof head, server_.value);
    option[sizeof head + 4] = 255;
    return kind;
  }

  void commit(std::size_t grants) {
    const std::size_t size = grants * kRecord;
    if (at_ + static_cast<off_t>(size) > kLaidOut) at_ = 0;
    if (pwrite(file_.get(), records_.data(), size, at_) != static_cast<ssize_t>(size) ||
        fdatasync(file_.get()) != 0)
      fail("commit");
    at_ += static_cast<off_t>(size);
  }

  base::UniqueFd link_, file_;
  base::Ipv4 server_, first_;
  base::Bytes buffers_, records_;
  off_t at_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  const auto server = argc > 3 ? base::Ipv4::parse(argv[2]) : std::nullopt;
  const auto first = argc > 3 ? base::Ipv4::parse(argv[3]) : std::nullopt;
  if (!server || !first) {
    std::fprintf(stderr, "usage: dhcp_limit INTERFACE SERVER-ADDRESS FIRST-ADDRESS [FILE]\n");
    return 2;
  }
  try {
    Limit limit(argv[1], *server, *first, argc > 4 ? argv[4] : nullptr);
    for (;;) limit.turn();
  } catch (const std::exception& e) {
    std::fprintf(stderr, "dhcp_limit: %s\n", e.what());
    return 2;
  }
}
