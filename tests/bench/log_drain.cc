// log_drain PATH: the reader behind /dev/log while servers are measured: takes every datagram and drops it,
// as cheaply as can be, so that a server's own cost of logging is what is measured. Ends when its standard
// input does.
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

int main(int argc, char** argv) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (argc != 2 || std::strlen(argv[1]) >= sizeof address.sun_path) {
    std::fprintf(stderr, "usage: log_drain SOCKET\n");
    return 2;
  }
  std::strcpy(address.sun_path, argv[1]);
  const int log = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (log < 0 || bind(log, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    std::perror(argv[1]);
    return 2;
  }
  chmod(argv[1], 0666);
  std::puts("ready");
  std::fflush(stdout);

  constexpr unsigned kBatch = 64;
  static char buffers[kBatch][2048];
  iovec parts[kBatch];
  mmsghdr messages[kBatch] = {};
  for (unsigned i = 0; i < kBatch; ++i) {
    parts[i] = {buffers[i], sizeof buffers[i]};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  pollfd waiting[2] = {{log, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  while (poll(waiting, 2, -1) >= 0) {
    if (waiting[1].revents != 0) return 0;
    while (recvmmsg(log, messages, kBatch, MSG_DONTWAIT, nullptr) == static_cast<int>(kBatch)) {
    }
  }
}
