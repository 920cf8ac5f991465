// The log: a reader that stalls or goes away costs lines, never time, and the loss is told.
#include "base/log.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <cstring>

namespace {

class Reader {
 public:
  explicit Reader(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    ::unlink(path.c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }
  std::string next() {
    char text[2048];
    const ssize_t got = ::recv(fd_.get(), text, sizeof text, 0);
    return got < 0 ? std::string() : std::string(text, static_cast<std::size_t>(got));
  }

 private:
  base::UniqueFd fd_;
};

std::string path() { return testing::TempDir() + "base_log_test." + std::to_string(::getpid()); }

TEST(Syslog, ALineHasPriorityTimeAndName) {
  Reader reader(path());
  base::SyslogSink sink("dhcpd", LOG_DAEMON, path());
  sink.write(base::Severity::kInfo, "hello");
  EXPECT_EQ(reader.next(), "");  // held until flush()
  sink.flush();
  const std::string line = reader.next();
  EXPECT_EQ(line.substr(0, 4), "<30>");
  EXPECT_NE(line.find(" dhcpd[" + std::to_string(::getpid()) + "]: hello"), std::string::npos) << line;
}

TEST(Syslog, AStalledReaderCostsLinesButNoTimeAndTheLossIsTold) {
  Reader reader(path());
  base::SyslogSink sink("dhcpd", LOG_DAEMON, path());
  const std::string text(1000, 'x');
  for (int i = 0; i < 5000; ++i) {
    sink.write(base::Severity::kInfo, text);
    sink.flush();
  }
  EXPECT_GT(sink.lost(), 0U);
  EXPECT_TRUE(sink.waiting());
  std::size_t got = 0;
  while (sink.waiting()) {
    while (!reader.next().empty()) ++got;
    sink.flush();
  }
  while (!reader.next().empty()) ++got;
  EXPECT_EQ(got + sink.lost(), 5000U);
  sink.write(base::Severity::kInfo, "after");
  sink.flush();
  EXPECT_NE(reader.next().find("log lines were lost"), std::string::npos);
  EXPECT_NE(reader.next().find("after"), std::string::npos);
}

TEST(Syslog, LongLinesAreCut) {
  Reader reader(path());
  base::SyslogSink sink("dhcpd", LOG_DAEMON, path());
  sink.write(base::Severity::kError, std::string(5000, 'y'));
  sink.flush();
  const std::string line = reader.next();
  EXPECT_EQ(line.size() - line.find("yyy"), base::kLongestLogLine);
}

TEST(Syslog, ARestartedReaderIsFoundAgain) {
  auto reader = std::make_unique<Reader>(path());
  base::SyslogSink sink("dhcpd", LOG_DAEMON, path());
  reader = std::make_unique<Reader>(path());
  for (int i = 0; i < 2500 && reader->next().empty(); ++i) {  // it tries once a second
    sink.write(base::Severity::kInfo, "again");
    sink.flush();
    ::usleep(1000);
  }
  sink.write(base::Severity::kInfo, "heard");
  sink.flush();
  std::string last;
  for (std::string line; !(line = reader->next()).empty(); sink.flush()) last = line;
  EXPECT_NE(last.find("heard"), std::string::npos);
}

}  // namespace
