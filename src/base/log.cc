#include "base/log.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <utility>

namespace base {

namespace {

std::string vformat(const char* format, std::va_list arguments) {
  std::va_list again;
  va_copy(again, arguments);
  char small[512];
  const int length = std::vsnprintf(small, sizeof small, format, arguments);
  std::string text;
  if (length < 0) {
    text = format;
  } else if (static_cast<std::size_t>(length) < sizeof small) {
    text.assign(small, static_cast<std::size_t>(length));
  } else {
    text.resize(static_cast<std::size_t>(length) + 1);
    std::vsnprintf(text.data(), text.size(), format, again);
    text.pop_back();
  }
  va_end(again);
  return text;
}

}  // namespace

void StderrSink::write(Severity, std::string_view line) {
  if (text_.size() > kMostWaiting) {
    ++lost_;
    return;
  }
  if (lost_ > 0)
    text_ += std::to_string(std::exchange(lost_, 0)) + " log lines were lost: nobody read them\n";
  text_.append(line.substr(0, kLongestLogLine));
  text_.push_back('\n');
}

void StderrSink::flush() {
  // A pipe that polls writable takes PIPE_BUF bytes without blocking, even where it is not set to O_NONBLOCK
  // (it is shared with whoever started us, so we must not set that).
  std::size_t done = 0;
  pollfd ready{STDERR_FILENO, POLLOUT, 0};
  while (done < text_.size() && ::poll(&ready, 1, 0) == 1) {
    const std::size_t count = std::min<std::size_t>(text_.size() - done, PIPE_BUF);
    const ssize_t written = ::write(STDERR_FILENO, text_.data() + done, count);
    if (written < 0 && errno == EINTR) continue;
    // A standard error that is closed or broken will not come back: what it does not take is dropped.
    done = written < 0 && errno != EAGAIN ? text_.size()
                                          : done + static_cast<std::size_t>(std::max<ssize_t>(written, 0));
    if (written < 0) break;
  }
  text_.erase(0, done);
}

SyslogSink::SyslogSink(std::string ident, int facility, std::string socket_path)
    : ident_(std::move(ident)),
      facility_(facility),
      socket_path_(std::move(socket_path)),
      socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
  connect();
}

bool SyslogSink::connect() {
  // One attempt a second: a host without a log daemon must not pay for each line.
  const long now = static_cast<long>(std::time(nullptr));
  if (now == tried_) return false;
  tried_ = now;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path_.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, socket_path_.c_str(), socket_path_.size() + 1);
  connected_ = ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  return connected_;
}

std::string SyslogSink::datagram(Severity severity, std::string_view line) {
  const std::time_t now = std::time(nullptr);
  if (now != stamped_) {
    char stamp[32];
    std::tm local{};
    localtime_r(&now, &local);
    std::strftime(stamp, sizeof stamp, "%b %e %H:%M:%S ", &local);
    stamp_ = std::string(stamp) + ident_ + "[" + std::to_string(::getpid()) + "]: ";
    stamped_ = now;
  }
  std::string out = "<" + std::to_string(facility_ | static_cast<int>(severity)) + ">";
  out += stamp_;
  out.append(line.substr(0, kLongestLogLine));
  return out;
}

bool SyslogSink::keep(std::string datagram) {
  if (queued_bytes_ + datagram.size() > kMostWaiting) return false;
  queued_bytes_ += datagram.size();
  queue_.push_back(std::move(datagram));
  return true;
}

void SyslogSink::write(Severity severity, std::string_view line) {
  if (!connected_ && !connect()) {
    ++lost_;
    return;
  }
  if (unreported_ > 0 && queue_.empty()) {
    const unsigned long lost = std::exchange(unreported_, 0);
    keep(datagram(Severity::kWarning, std::to_string(lost) + " log lines were lost: the log was not read"));
  }
  if (!keep(datagram(severity, line))) {
    ++lost_;
    ++unreported_;
  }
}

std::size_t SyslogSink::send_some() {
  constexpr std::size_t kBatch = 64;
  mmsghdr messages[kBatch] = {};
  iovec parts[kBatch];
  const std::size_t count = std::min(queue_.size(), kBatch);
  for (std::size_t i = 0; i < count; ++i) {
    parts[i] = {queue_[i].data(), queue_[i].size()};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int sent =
      ::sendmmsg(socket_.get(), messages, static_cast<unsigned>(count), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

void SyslogSink::flush() {
  while (!queue_.empty()) {
    const std::size_t sent = send_some();
    for (std::size_t i = 0; i < sent; ++i) {
      queued_bytes_ -= queue_.front().size();
      queue_.pop_front();
    }
    if (sent > 0) continue;
    if (errno == EMSGSIZE) {  // one line that the reader cannot take must not hold up the others
      queued_bytes_ -= queue_.front().size();
      queue_.pop_front();
      ++lost_;
      continue;
    }
    if (errno == EAGAIN || errno == ENOBUFS || errno == EINTR) return;
    // A log daemon that was restarted leaves us with a dead peer: connect again.
    if (!connect()) return;
  }
}

Log& Log::process() {
  static Log log;
  return log;
}

LogSink* Log::add(std::unique_ptr<LogSink> sink) {
  sinks_.push_back(std::move(sink));
  return sinks_.back().get();
}

void Log::remove(LogSink* sink) {
  sinks_.erase(std::remove_if(sinks_.begin(), sinks_.end(), [&](const auto& s) { return s.get() == sink; }),
               sinks_.end());
}

void Log::write(Severity severity, std::string_view line) {
  for (auto& sink : sinks_) sink->write(severity, line);
  if (!hold_) flush();
}

void Log::flush() {
  for (auto& sink : sinks_) sink->flush();
}

void Log::new_process() {
  for (auto& sink : sinks_) sink->new_process();
}

bool Log::waiting() const {
  return std::any_of(sinks_.begin(), sinks_.end(), [](const auto& sink) { return sink->waiting(); });
}

#define BASE_LOG_BODY(severity)                               \
  std::va_list arguments;                                     \
  va_start(arguments, format);                                \
  Log::process().write(severity, vformat(format, arguments)); \
  va_end(arguments)

void log(Severity severity, const char* format, ...) { BASE_LOG_BODY(severity); }
void log_error(const char* format, ...) { BASE_LOG_BODY(Severity::kError); }
void log_warning(const char* format, ...) { BASE_LOG_BODY(Severity::kWarning); }
void log_notice(const char* format, ...) { BASE_LOG_BODY(Severity::kNotice); }
void log_info(const char* format, ...) { BASE_LOG_BODY(Severity::kInfo); }
void log_debug(const char* format, ...) { BASE_LOG_BODY(Severity::kDebug); }

#undef BASE_LOG_BODY

std::string format(const char* format, ...) {
  std::va_list arguments;
  va_start(arguments, format);
  std::string text = vformat(format, arguments);
  va_end(arguments);
  return text;
}

}  // namespace base
