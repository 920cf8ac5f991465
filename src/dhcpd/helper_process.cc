// The helper's side: runs scripts, asks the resolver, opens packet sockets and files of the configuration. It
// never sees a packet.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <map>
#include <system_error>

#include "dhcpd/helper_protocol.h"
#include "dhcpd/packet_socket.h"

namespace dhcpd {

namespace {

constexpr std::uint32_t kCannotFork = 127 << 8;  // the wait status of a shell that found no program

class HelperProcess {
 public:
  HelperProcess(base::UniqueFd socket, unsigned script_seconds, const std::vector<std::string>& readable)
      : socket_(std::move(socket)), script_seconds_(script_seconds) {
    for (const auto& directory : readable) readable_.push_back(real_path(directory));
  }

  void run() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, nullptr);
    base::UniqueFd children(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    bool closed = false;
    while (!closed) {
      pollfd waits[] = {{socket_.get(), POLLIN, 0}, {children.get(), POLLIN, 0}};
      if (::poll(waits, 2, -1) < 0 && errno != EINTR) return;
      signalfd_siginfo caught;
      while (::read(children.get(), &caught, sizeof caught) > 0) {
      }
      reap();
      const base::Bytes bytes = receive_message(socket_.get(), nullptr, closed);
      if (const auto question = decode_question(bytes)) serve(*question);
    }
  }

 private:
  void serve(const HelperQuestion& question) {
    switch (question.task) {
      case HelperTask::kExecute:
        return execute(question);
      case HelperTask::kResolve:
        return answer_in_child(question, resolve);
      case HelperTask::kName:
        return answer_in_child(question, find_name);
      case HelperTask::kOpen:
        return open(question);
      case HelperTask::kRead:
        return read(question);
      case HelperTask::kNoProgram:  // an answer
        return;
    }
  }

  void answer(HelperTask task, std::uint32_t number, std::uint32_t status, int descriptor = -1) {
    HelperAnswer a;
    a.task = task;
    a.number = number;
    a.status = status;
    send_message(socket_.get(), encode(a), descriptor);
  }

  void execute(const HelperQuestion& question) {
    const pid_t child = ::fork();
    if (child == 0) become(question);
    if (child < 0) return answer(HelperTask::kExecute, question.number, kCannotFork);
    scripts_[child] = question.number;
  }

  [[noreturn]] void become(HelperQuestion question) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int s : {SIGPIPE, SIGXFSZ, SIGHUP, SIGINT, SIGTERM}) ::signal(s, SIG_DFL);
    ::alarm(script_seconds_);  // outlives execve(2)
    std::vector<char*> argv;
    for (auto& word : question.words) argv.push_back(word.data());
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    answer(HelperTask::kNoProgram, question.number, static_cast<std::uint32_t>(errno));
    ::_exit(127);
  }

  // What may wait for a dead name server for minutes: a child each asks, and answers itself. Without a child
  // the answer is an empty one.
  void answer_in_child(const HelperQuestion& question,
                       void (*ask)(const std::string& word, HelperAnswer& found)) {
    const pid_t child = ::fork();
    if (child > 0) return;
    HelperAnswer found;
    found.task = question.task;
    found.number = question.number;
    if (child == 0) ask(question.words[0], found);
    send_message(socket_.get(), encode(found));
    if (child == 0) ::_exit(0);
  }

  static void resolve(const std::string& name, HelperAnswer& found) {
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_DGRAM;
    addrinfo* list = nullptr;
    if (::getaddrinfo(name.c_str(), nullptr, &hints, &list) != 0) return;
    for (const addrinfo* a = list; a; a = a->ai_next)
      found.addresses.push_back(base::Ipv4::from(reinterpret_cast<sockaddr_in*>(a->ai_addr)->sin_addr));
    ::freeaddrinfo(list);
  }

  static void find_name(const std::string& text, HelperAnswer& found) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    char name[NI_MAXHOST] = {};
    if (::inet_pton(AF_INET, text.c_str(), &address.sin_addr) == 1 &&
        ::getnameinfo(reinterpret_cast<sockaddr*>(&address), sizeof address, name, sizeof name, nullptr, 0,
                      NI_NAMEREQD) == 0)
      found.name = name;
  }

  void open(const HelperQuestion& question) {
    try {
      const base::UniqueFd fd = open_packet_socket(static_cast<int>(question.interface_index), question.port);
      answer(HelperTask::kOpen, question.number, 0, fd.get());
    } catch (const std::system_error& e) {
      answer(HelperTask::kOpen, question.number, static_cast<std::uint32_t>(e.code().value()));
    }
  }

  // Directories of the configuration may be closed to the server's account (EL: /etc/dhcp). Any other file is
  // none of its business, whatever it asks for.
  void read(const HelperQuestion& question) {
    const std::string path = real_path(question.words[0]);
    const std::string directory = path.substr(0, path.rfind('/'));
    if (path.empty() || std::find(readable_.begin(), readable_.end(), directory) == readable_.end())
      return answer(HelperTask::kRead, question.number, EACCES);
    const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd) return answer(HelperTask::kRead, question.number, static_cast<std::uint32_t>(errno));
    struct stat status {};
    if (::fstat(fd.get(), &status) < 0 || !S_ISREG(status.st_mode))
      return answer(HelperTask::kRead, question.number, EACCES);
    answer(HelperTask::kRead, question.number, 0, fd.get());
  }

  // "": there is no such file.
  static std::string real_path(const std::string& path) {
    char resolved[PATH_MAX];
    return ::realpath(path.c_str(), resolved) ? resolved : "";
  }

  void reap() {
    int status = 0;
    for (pid_t child; (child = ::waitpid(-1, &status, WNOHANG)) > 0;) {
      const auto script = scripts_.find(child);
      if (script == scripts_.end()) continue;
      answer(HelperTask::kExecute, script->second, static_cast<std::uint32_t>(status));
      scripts_.erase(script);
    }
  }

  base::UniqueFd socket_;
  unsigned script_seconds_;
  std::vector<std::string> readable_;  // without symbolic links
  std::map<pid_t, std::uint32_t> scripts_;
};

}  // namespace

void run_helper(base::UniqueFd socket, unsigned script_seconds, const std::vector<std::string>& readable) {
  ::prctl(PR_SET_NAME, "dhcpd-helper");
  // Signals that stop the server reach its whole process group; the helper ends when the server does.
  for (const int s : {SIGPIPE, SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2}) ::signal(s, SIG_IGN);
  HelperProcess(std::move(socket), script_seconds, readable).run();
  ::_exit(0);
}

}  // namespace dhcpd
