#include "dhcpd/helper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/log.h"

namespace dhcpd {

namespace {

constexpr int kReadPatience = 5000;      // milliseconds until the helper has opened a file
constexpr int kHighestInherited = 1024;  // descriptors that may be open when the helper is forked

std::size_t size_of(const std::vector<std::string>& words) {
  std::size_t size = 16;
  for (const auto& word : words) size += word.size() + 2;
  return size;
}

}  // namespace

Helper::Helper(const HelperLimits& limits, const std::function<void()>& in_child) : limits_(limits) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  socket_.reset(ends[0]);
  base::UniqueFd theirs(ends[1]);
  process_ = ::fork();
  if (process_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process_ > 0) {
    ::fcntl(socket_.get(), F_SETFL, O_NONBLOCK);  // our end only: we never wait, the helper may
    return;
  }
  try {
    in_child();
  } catch (const std::exception&) {
    ::_exit(1);
  }
  for (int fd = 3; fd < kHighestInherited; ++fd) {
    if (fd != theirs.get()) ::close(fd);
  }
  run_helper(std::move(theirs), limits.script_seconds, limits.readable);
}

Helper::~Helper() {
  socket_.reset();
  // It ends as soon as its socket is closed; scripts that still run become children of init.
  if (process_ > 0) ::waitpid(process_, nullptr, 0);
}

bool Helper::execute(std::vector<std::string> argv) {
  if (!alive_ || queue_.size() >= limits_.scripts_queued || size_of(argv) > kLongestHelperMessage)
    return false;
  queue_.push_back(std::move(argv));
  start_scripts();
  return true;
}

void Helper::finish_scripts() {
  while (alive_ && !(queue_.empty() && running_.empty())) {
    pollfd readable{socket_.get(), POLLIN, 0};
    if (::poll(&readable, 1, -1) < 0 && errno != EINTR) return;
    answered();
  }
}

void Helper::start_scripts() {
  while (!queue_.empty() && running_.size() < limits_.scripts_at_once) {
    HelperQuestion question;
    question.task = HelperTask::kExecute;
    question.number = next();
    question.words = std::move(queue_.front());
    queue_.pop_front();
    std::string program = question.words[0];
    if (send_message(socket_.get(), encode(question)))
      running_[question.number] = std::move(program);
    else
      base::log_error("Unable to execute %s: the helper process does not answer", program.c_str());
  }
}

bool Helper::resolve(const std::string& name, std::function<void(const std::vector<base::Ipv4>&)> done) {
  if (!alive_ || resolving_.size() >= limits_.names_at_once) return false;
  HelperQuestion question;
  question.task = HelperTask::kResolve;
  question.number = next();
  question.words = {name};
  if (!send_message(socket_.get(), encode(question))) return false;
  resolving_[question.number] = std::move(done);
  return true;
}

bool Helper::find_name(base::Ipv4 address, std::function<void(const std::string&)> done) {
  if (!alive_ || naming_.size() >= limits_.names_at_once) return false;
  HelperQuestion question;
  question.task = HelperTask::kName;
  question.number = next();
  question.words = {address.text()};
  if (!send_message(socket_.get(), encode(question))) return false;
  naming_[question.number] = std::move(done);
  return true;
}

void Helper::open(int interface_index, std::uint16_t port, std::function<void(base::UniqueFd, int)> done) {
  HelperQuestion question;
  question.task = HelperTask::kOpen;
  question.number = next();
  question.interface_index = static_cast<std::uint32_t>(interface_index);
  question.port = port;
  if (!alive_ || !send_message(socket_.get(), encode(question))) return done(base::UniqueFd(), EPIPE);
  opening_[question.number] = std::move(done);
}

base::UniqueFd Helper::read(const std::string& path) {
  HelperQuestion question;
  question.task = HelperTask::kRead;
  question.number = next();
  question.words = {path};
  int error = EPIPE;
  if (alive_ && send_message(socket_.get(), encode(question))) {
    pollfd wait = {socket_.get(), POLLIN, 0};
    while (alive_) {
      const int ready = ::poll(&wait, 1, kReadPatience);
      if (ready == 0 || (ready < 0 && errno != EINTR)) break;
      auto answer = next_answer();
      if (!answer) continue;
      if (answer->number == question.number) {
        errno = static_cast<int>(answer->status);
        return std::move(answer->descriptor);
      }
      handle(std::move(*answer));
    }
    if (alive_) error = ETIMEDOUT;
  }
  errno = error;
  return {};
}

void Helper::answered() {
  while (auto answer = next_answer()) handle(std::move(*answer));
}

std::optional<HelperAnswer> Helper::next_answer() {
  for (;;) {
    bool closed = false;
    base::UniqueFd descriptor;
    const base::Bytes bytes = receive_message(socket_.get(), &descriptor, closed);
    if (closed) alive_ = false;
    if (bytes.empty()) return std::nullopt;
    if (auto answer = decode_answer(bytes)) {
      answer->descriptor = std::move(descriptor);
      return answer;
    }
  }
}

void Helper::handle(HelperAnswer answer) {
  if (const auto at = running_.find(answer.number); at != running_.end()) {
    const char* program = at->second.c_str();
    const auto status = static_cast<int>(answer.status);
    if (answer.task == HelperTask::kNoProgram)
      return base::log_error("Unable to execute %s: %s", program, std::strerror(status));
    if (status != 0) base::log_error("execute: %s exit status %d", program, status);
    running_.erase(at);
    start_scripts();
  } else if (const auto name = resolving_.find(answer.number); name != resolving_.end()) {
    const auto done = std::move(name->second);
    resolving_.erase(name);
    done(answer.addresses);
  } else if (const auto named = naming_.find(answer.number); named != naming_.end()) {
    const auto done = std::move(named->second);
    naming_.erase(named);
    done(answer.name);
  } else if (const auto opened = opening_.find(answer.number); opened != opening_.end()) {
    const auto done = std::move(opened->second);
    opening_.erase(opened);
    done(std::move(answer.descriptor), static_cast<int>(answer.status));
  }
}

}  // namespace dhcpd
