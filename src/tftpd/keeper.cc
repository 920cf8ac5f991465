#include "tftpd/keeper.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/daemon.h"

namespace tftpd {

namespace {

constexpr std::size_t kLargestFile = 16 << 20;

// One octet and, where the file could be opened, its descriptor; else the errno as the octet.
void send_file(int socket, const std::string& path) {
  const base::UniqueFd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  std::uint8_t status = file ? 0 : static_cast<std::uint8_t>(errno);
  iovec piece{&status, 1};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  alignas(cmsghdr) std::uint8_t control[CMSG_SPACE(sizeof(int))] = {};  // its padding is sent too
  if (file) {
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    cmsghdr* c = CMSG_FIRSTHDR(&header);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    const int fd = file.get();
    std::memcpy(CMSG_DATA(c), &fd, sizeof fd);
  }
  while (::sendmsg(socket, &header, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

[[noreturn]] void keep(int socket, pid_t server, const std::string& map_file, const std::string& pid_file) {
  for (int fd = 0; fd < 256; ++fd) {
    if (fd != socket) ::close(fd);
  }
  // The server's end is what ends this process, whatever signal its process group is sent.
  for (int signal : {SIGHUP, SIGTERM, SIGINT, SIGUSR1, SIGPIPE}) ::signal(signal, SIG_IGN);
  std::uint8_t order = 0;
  while (true) {
    const ssize_t got = ::recv(socket, &order, 1, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    send_file(socket, map_file);
  }
  if (!pid_file.empty()) {
    try {
      // Only if it still names the server that has ended: another may have started since.
      if (read_whole_file(pid_file) == std::to_string(server) + "\n") ::unlink(pid_file.c_str());
    } catch (const std::system_error&) {
      ::_exit(0);
    }
  }
  ::_exit(0);
}

}  // namespace

std::string read_whole_file(int fd) {
  std::string text;
  char buffer[65536];
  while (true) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw std::system_error(errno, std::generic_category());
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > kLargestFile) throw std::system_error(EFBIG, std::generic_category());
  }
}

std::string read_whole_file(const std::string& path) {
  const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) throw std::system_error(errno, std::generic_category());
  return read_whole_file(fd.get());
}

Keeper::Keeper(const std::string& map_file, const std::string& pid_file) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
    throw std::system_error(errno, std::generic_category(), "socketpair");
  }
  socket_.reset(ends[0]);
  const pid_t server = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) keep(ends[1], server, map_file, pid_file);
  ::close(ends[1]);
}

void Keeper::watch(base::Loop& loop, Answer answer) {
  answer_ = std::move(answer);
  watch_ = std::make_unique<base::FdWatch>(loop, socket_.get(), [this] { readable(); });
}

void Keeper::ask() {
  const std::uint8_t order = 'm';
  if (::send(socket_.get(), &order, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
    answer_("", std::strerror(errno));
  }
}

void Keeper::readable() {
  std::uint8_t status = 0;
  iovec piece{&status, 1};
  msghdr header{};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  alignas(cmsghdr) std::uint8_t control[CMSG_SPACE(sizeof(int))];
  header.msg_control = control;
  header.msg_controllen = sizeof control;
  if (::recvmsg(socket_.get(), &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) <= 0) {
    watch_.reset();
    return;
  }
  base::UniqueFd file;
  if (const cmsghdr* c = CMSG_FIRSTHDR(&header); c && c->cmsg_type == SCM_RIGHTS) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(c), sizeof fd);
    file.reset(fd);
  }
  if (!file) {
    answer_("", std::strerror(status));
    return;
  }
  try {
    answer_(read_whole_file(file.get()), "");
  } catch (const std::system_error& e) {
    answer_("", e.code().message());
  }
}

}  // namespace tftpd
