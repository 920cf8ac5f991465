#include "base/daemon.h"

#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "base/log.h"

namespace base {

namespace {

[[noreturn]] void wait_for_child(int from_child, pid_t child) {
  char byte = 0;
  ssize_t got = 0;
  do {
    got = ::read(from_child, &byte, 1);
  } while (got < 0 && errno == EINTR);
  if (got == 1) ::_exit(0);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

}  // namespace

int null_device() {
  static const UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  return null.get();
}

void close_standard_streams() {
  for (int fd = 0; null_device() >= 0 && fd <= 2; ++fd) ::dup2(null_device(), fd);
}

Detach::Detach() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) < 0) throw std::system_error(errno, std::generic_category(), "pipe");
  UniqueFd from_child(ends[0]);
  to_parent_.reset(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child > 0) {
    to_parent_.reset();
    wait_for_child(from_child.get(), child);
  }
  ::setsid();
  Log::process().new_process();
  null_device();
}

void Detach::serving() {
  close_standard_streams();
  const char byte = 1;
  // A parent that is gone has nobody left to tell.
  if (::write(to_parent_.get(), &byte, 1) < 0) errno = 0;
  to_parent_.reset();
}

std::optional<pid_t> live_pid_in(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  char text[32] = "";
  if (::read(file.get(), text, sizeof text - 1) <= 0) return std::nullopt;
  const long pid = std::strtol(text, nullptr, 10);
  if (pid <= 0 || pid == ::getpid()) return std::nullopt;
  if (::kill(static_cast<pid_t>(pid), 0) < 0 && errno == ESRCH) return std::nullopt;
  return static_cast<pid_t>(pid);
}

namespace {

std::string program_name(const std::string& process) {
  UniqueFd file(::open(("/proc/" + process + "/comm").c_str(), O_RDONLY | O_CLOEXEC));
  char name[64] = "";
  if (!file || ::read(file.get(), name, sizeof name - 1) <= 0) return {};
  return name;
}

}  // namespace

bool same_program(pid_t pid) {
  const std::string other = program_name(std::to_string(pid));
  const std::string own = program_name("self");
  return other.empty() || own.empty() || other == own;  // not known: rather not two servers
}

bool write_pid_file(const std::string& path) {
  UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file) return false;
  const std::string text = std::to_string(::getpid()) + "\n";
  return ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

void give_back_memory() {
#ifdef __GLIBC__
  ::malloc_trim(0);
#endif
}

Supervisor::Supervisor() {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (!path || (path[0] != '/' && path[0] != '@')) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::size_t length = std::strlen(path);
  if (length >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path, length);
  if (path[0] == '@') address.sun_path[0] = '\0';
  UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), size) == 0) socket_ = std::move(fd);
}

void Supervisor::tell(const std::string& state) {
  if (socket_) ::send(socket_.get(), state.data(), state.size(), MSG_NOSIGNAL);
}

}  // namespace base
