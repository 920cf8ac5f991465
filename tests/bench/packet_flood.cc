// Sends the Ethernet frames of a file, over and over, at a rate: the attacker of tests/bench/robust.
//
//   packet_flood INTERFACE FILE RATE SECONDS
//
// FILE: frames, each behind its length in two octets, most significant first. Prints how many were sent.
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "base/fd.h"

namespace {

constexpr std::size_t kBatch = 32;

std::vector<std::string> read_frames(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::vector<std::string> frames;
  for (std::size_t at = 0; at + 2 <= text.size();) {
    const std::size_t length =
        static_cast<unsigned char>(text[at]) * 256U + static_cast<unsigned char>(text[at + 1]);
    frames.push_back(text.substr(at + 2, length));
    at += 2 + length;
  }
  return frames;
}

base::UniqueFd open_link(const char* interface) {
  base::UniqueFd fd(::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
  sockaddr_ll link{};
  link.sll_family = AF_PACKET;
  link.sll_ifindex = static_cast<int>(::if_nametoindex(interface));
  if (!fd || ::bind(fd.get(), reinterpret_cast<sockaddr*>(&link), sizeof link) != 0) {
    std::perror(interface);
    std::exit(1);
  }
  return fd;
}

// Up to kBatch frames from number `first`; returns how many the kernel took.
std::size_t send_batch(int fd, std::vector<std::string>& frames, std::size_t first) {
  mmsghdr messages[kBatch] = {};
  iovec parts[kBatch];
  for (std::size_t i = 0; i < kBatch; ++i) {
    std::string& frame = frames[(first + i) % frames.size()];
    parts[i] = {frame.data(), frame.size()};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int sent = ::sendmmsg(fd, messages, kBatch, 0);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "packet_flood INTERFACE FILE RATE SECONDS\n");
    return 2;
  }
  auto frames = read_frames(argv[2]);
  if (frames.empty()) {
    std::fprintf(stderr, "%s: no frames\n", argv[2]);
    return 1;
  }
  const double rate = std::atof(argv[3]), seconds = std::atof(argv[4]);
  const auto fd = open_link(argv[1]);
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  std::size_t sent = 0;
  for (;;) {
    const double spent = std::chrono::duration<double>(Clock::now() - began).count();
    if (spent >= seconds) break;
    if (static_cast<double>(sent) > rate * spent) {
      std::this_thread::sleep_for(std::chrono::duration<double>(std::min(kBatch / rate, 0.01)));
      continue;
    }
    sent += send_batch(fd.get(), frames, sent);
  }
  std::printf("%zu\n", sent);
  return 0;
}
