// The process's log: severities as syslog(3) has them, lines as the stock daemons word them.
//
// A line goes to every sink that is attached. The syslog sink writes datagrams to /dev/log over a descriptor
// of its own, which is opened before a chroot and stays usable in it. A reader that stalls never stops the
// caller: lines wait in a bounded queue, and what does not fit is counted and reported once the reader is
// back. A server that logs for many packets at once holds the lines of a batch and flushes them together. One
// thread logs: the loop.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"

namespace base {

// Values are those of syslog.h.
enum class Severity { kError = 3, kWarning = 4, kNotice = 5, kInfo = 6, kDebug = 7 };

// A longer line is cut.
inline constexpr std::size_t kLongestLogLine = 1024;

class LogSink {
 public:
  virtual ~LogSink() = default;
  // Keeps the line until flush().
  virtual void write(Severity severity, std::string_view line) = 0;
  // Hands over what can be handed over without waiting; the rest stays.
  virtual void flush() = 0;
  virtual bool waiting() const = 0;
  // After fork(2): lines carry the new process number.
  virtual void new_process() {}
};

// Copies lines to standard error, as `-d` and start-up do.
class StderrSink : public LogSink {
 public:
  static constexpr std::size_t kMostWaiting = 1 << 20;  // bytes
  void write(Severity severity, std::string_view line) override;
  void flush() override;
  bool waiting() const override { return !text_.empty(); }

 private:
  std::string text_;
  unsigned long lost_ = 0;
};

class SyslogSink : public LogSink {
 public:
  static constexpr std::size_t kMostWaiting = 1 << 20;  // bytes
  // `facility` is a LOG_xxx facility of syslog.h; `ident` precedes "[pid]: ".
  SyslogSink(std::string ident, int facility, std::string socket_path = "/dev/log");
  void write(Severity severity, std::string_view line) override;
  void flush() override;
  bool waiting() const override { return sent_ < sizes_.size(); }
  void new_process() override { stamped_ = -1; }
  void set_facility(int facility) { facility_ = facility; }
  unsigned long lost() const { return lost_; }

 private:
  bool connect();
  bool keep(Severity severity, std::string_view line);
  std::size_t send_some();  // datagrams taken by the reader; 0: none now
  void taken(std::size_t datagrams);

  std::string ident_;
  int facility_;
  std::string socket_path_;
  UniqueFd socket_;
  bool connected_ = false;
  long tried_ = 0;  // second of the last attempt to connect
  // Datagrams that wait, one behind the other; those at the front that were sent are cut off in bulk.
  std::string text_;
  std::vector<std::uint32_t> sizes_;
  std::size_t sent_ = 0, sent_bytes_ = 0;
  unsigned long lost_ = 0;        // in all
  unsigned long unreported_ = 0;  // of those, not yet told in a line
  long stamped_ = -1;             // the second that `stamp_` says
  std::string stamp_;
};

// Where the free functions below write. Sinks are added by main(); tests add their own.
class Log {
 public:
  static Log& process();
  LogSink* add(std::unique_ptr<LogSink> sink);  // returns the sink, for remove()
  void remove(LogSink* sink);
  void write(Severity severity, std::string_view line);
  // From now on lines wait for flush(); without it every line is flushed at once.
  void hold(bool lines_wait) { hold_ = lines_wait; }
  void flush();
  void new_process();
  bool waiting() const;  // something is left after flush(): a reader is slow, try again soon

 private:
  std::vector<std::unique_ptr<LogSink>> sinks_;
  bool hold_ = false;
};

void log(Severity severity, const char* format, ...) __attribute__((format(printf, 2, 3)));
void log_error(const char* format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char* format, ...) __attribute__((format(printf, 1, 2)));
void log_notice(const char* format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char* format, ...) __attribute__((format(printf, 1, 2)));
void log_debug(const char* format, ...) __attribute__((format(printf, 1, 2)));

// printf into a std::string.
std::string format(const char* format, ...) __attribute__((format(printf, 1, 2)));

// The parts one behind the other, in memory that is taken once.
std::string concat(std::initializer_list<std::string_view> parts);

}  // namespace base
