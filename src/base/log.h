// The process's log: severities as syslog(3) has them, lines as the stock daemons word them.
//
// A line goes to every sink that is attached. The syslog sink writes datagrams to /dev/log over a descriptor
// of its own, which is opened before a chroot and stays usable in it; a full or absent log socket loses the
// line, counts it, and never stops the caller. One thread logs: the loop.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"

namespace base {

// Values are those of syslog.h.
enum class Severity { kError = 3, kWarning = 4, kNotice = 5, kInfo = 6, kDebug = 7 };

class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(Severity severity, std::string_view line) = 0;
};

// Copies lines to standard error, as `-d` and start-up do.
class StderrSink : public LogSink {
 public:
  void write(Severity severity, std::string_view line) override;
};

class SyslogSink : public LogSink {
 public:
  // `facility` is a LOG_xxx facility of syslog.h; `ident` precedes "[pid]: ".
  SyslogSink(std::string ident, int facility, std::string socket_path = "/dev/log");
  void write(Severity severity, std::string_view line) override;
  void set_facility(int facility) { facility_ = facility; }
  unsigned long lost() const { return lost_; }

 private:
  bool connect();
  std::string ident_;
  int facility_;
  std::string socket_path_;
  UniqueFd socket_;
  unsigned long lost_ = 0;
};

// Where the free functions below write. Sinks are added by main(); tests add their own.
class Log {
 public:
  static Log& process();
  LogSink* add(std::unique_ptr<LogSink> sink);  // returns the sink, for remove()
  void remove(LogSink* sink);
  void write(Severity severity, std::string_view line);

 private:
  std::vector<std::unique_ptr<LogSink>> sinks_;
};

void log(Severity severity, const char* format, ...) __attribute__((format(printf, 2, 3)));
void log_error(const char* format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char* format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char* format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char* format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char* format, ...) __attribute__((format(printf, 1, 2)));

// printf into a std::string.
std::string format(const char* format, ...) __attribute__((format(printf, 1, 2)));

}  // namespace base
