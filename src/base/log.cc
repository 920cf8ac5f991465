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

// False: there is no room.
bool SyslogSink::keep(Severity severity, std::string_view line) {
  const std::time_t now = std::time(nullptr);
  if (now != stamped_) {
    char stamp[32];
    std::tm local{};
    localtime_r(&now, &local);
    std::strftime(stamp, sizeof stamp, "%b %e %H:%M:%S ", &local);
    stamp_ = std::string(stamp) + ident_ + "[" + std::to_string(::getpid()) + "]: ";
    stamped_ = now;
  }
  const std::string priority = std::to_string(facility_ | static_cast<int>(severity));
  line = line.substr(0, kLongestLogLine);
  const std::size_t size = priority.size() + 2 + stamp_.size() + line.size();
  if (text_.size() - sent_bytes_ + size > kMostWaiting) return false;
  text_.append(1, '<').append(priority).append(1, '>').append(stamp_).append(line);
  sizes_.push_back(static_cast<std::uint32_t>(size));
  return true;
}

void SyslogSink::write(Severity severity, std::string_view line) {
  if (!connected_ && !connect()) {
    ++lost_;
    return;
  }
  if (unreported_ > 0 && !waiting()) {
    const unsigned long lost = std::exchange(unreported_, 0);
    keep(Severity::kWarning, std::to_string(lost) + " log lines were lost: the log was not read");
  }
  if (!keep(severity, line)) {
    ++lost_;
    ++unreported_;
  }
}

std::size_t SyslogSink::send_some() {
  constexpr std::size_t kBatch = 64;
  mmsghdr messages[kBatch];
  iovec parts[kBatch];
  const std::size_t count = std::min(sizes_.size() - sent_, kBatch);
  std::size_t at = sent_bytes_;
  for (std::size_t i = 0; i < count; ++i) {
    parts[i] = {text_.data() + at, sizes_[sent_ + i]};
    at += sizes_[sent_ + i];
    messages[i] = {};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const int sent =
      ::sendmmsg(socket_.get(), messages, static_cast<unsigned>(count), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent > 0 ? static_cast<std::size_t>(sent) : 0;
}

void SyslogSink::taken(std::size_t datagrams) {
  for (; datagrams > 0; --datagrams) sent_bytes_ += sizes_[sent_++];
  // Moves what is left only once it is the smaller part, so that a slow reader costs no more than a fast one.
  if (sent_ < sizes_.size() && sent_bytes_ < text_.size() / 2) return;
  text_.erase(0, std::exchange(sent_bytes_, 0));
  sizes_.erase(sizes_.begin(), sizes_.begin() + static_cast<std::ptrdiff_t>(std::exchange(sent_, 0)));
}

void SyslogSink::flush() {
  while (waiting()) {
    if (const std::size_t sent = send_some()) {
      taken(sent);
      continue;
    }
    if (errno == EMSGSIZE) {  // one line that the reader cannot take must not hold up the others
      taken(1);
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

std::string concat(std::initializer_list<std::string_view> parts) {
  std::size_t size = 0;
  for (std::string_view part : parts) size += part.size();
  std::string text;
  text.reserve(size);
  for (std::string_view part : parts) text.append(part);
  return text;
}

}  // namespace base
