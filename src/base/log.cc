#include "base/log.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <ctime>

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
  std::string out(line);
  out.push_back('\n');
  // One write a line, so that lines of several processes do not mix. Nothing can be done where it fails.
  if (::write(STDERR_FILENO, out.data(), out.size()) < 0) return;
}

SyslogSink::SyslogSink(std::string ident, int facility, std::string socket_path)
    : ident_(std::move(ident)), facility_(facility), socket_path_(std::move(socket_path)) {
  connect();
}

bool SyslogSink::connect() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path_.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, socket_path_.c_str(), socket_path_.size() + 1);
  UniqueFd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd || ::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) return false;
  socket_ = std::move(fd);
  return true;
}

void SyslogSink::write(Severity severity, std::string_view line) {
  if (!socket_ && !connect()) {
    ++lost_;
    return;
  }
  char head[128];
  char stamp[32];
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::strftime(stamp, sizeof stamp, "%b %e %H:%M:%S", &local);
  const int length =
      std::snprintf(head, sizeof head, "<%d>%s %s[%d]: ", facility_ | static_cast<int>(severity), stamp,
                    ident_.c_str(), static_cast<int>(::getpid()));
  std::string datagram(head, std::min(static_cast<std::size_t>(std::max(length, 0)), sizeof head - 1));
  datagram.append(line);
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (::send(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL) >= 0) return;
    // A log daemon that was restarted leaves us with a dead peer: connect again, once.
    if (errno == EAGAIN || errno == ENOBUFS || !connect()) break;
  }
  ++lost_;
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
