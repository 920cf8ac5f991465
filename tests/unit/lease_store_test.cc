#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "base/log.h"
#include "lease/file_store.h"
#include "lease_faults.h"
#include "lease_text.h"

namespace {

using lease::BindingState;
using lease::CommitResult;
using lease::Lease;
using lease_test::Fault;
using lease_test::set_fault;
using testing::HasSubstr;

constexpr base::UnixTime kNow = 1800000000;

// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    char name[] = "/tmp/lease-store-XXXXXX";
    path_ = ::mkdtemp(name);
    set_text("");
  }
  ~Folder() {
    const std::string command = "rm -rf " + path_;
    if (std::system(command.c_str()) != 0) ADD_FAILURE() << command;
  }
  std::string file(const std::string& suffix = "") const { return path_ + "/dhcpd.leases" + suffix; }
  std::string text(const std::string& suffix = "") const {
    std::stringstream out;
    out << std::ifstream(file(suffix)).rdbuf();
    return out.str();
  }
  void set_text(const std::string& text, const std::string& suffix = "") const {
    std::ofstream(file(suffix)) << text;
  }
  bool exists(const std::string& suffix) const { return ::access(file(suffix).c_str(), F_OK) == 0; }

 private:
  std::string path_;
};

// Keeps what is logged while it lives.
class Captured : public base::LogSink {
 public:
  void write(base::Severity, std::string_view line) override { text += std::string(line) + "\n"; }
  void flush() override {}
  bool waiting() const override { return false; }
  std::string text;
};
class CaptureLog {
 public:
  CaptureLog() : sink_(static_cast<Captured*>(base::Log::process().add(std::make_unique<Captured>()))) {}
  ~CaptureLog() { base::Log::process().remove(sink_); }
  const std::string& text() const { return sink_->text; }

 private:
  Captured* sink_;
};

// A table, the store behind it, and a wait for its answers.
class Server {
 public:
  explicit Server(const lease::FileStoreOptions& options) {
    if (::pipe(pipe_) != 0) std::abort();
    store.emplace(options, kNow, table, declarations, [this] {
      if (::write(pipe_[1], "", 1) != 1) std::abort();
    });
    store->start();
  }
  explicit Server(const Folder& folder) : Server(options(folder)) {}
  ~Server() {
    store.reset();
    ::close(pipe_[0]);
    ::close(pipe_[1]);
  }
  static lease::FileStoreOptions options(const Folder& folder) {
    lease::FileStoreOptions options;
    options.path = folder.file();
    options.retry = std::chrono::milliseconds(20);
    return options;
  }
  std::vector<lease::CommitAnswer> wait() {
    pollfd p{pipe_[0], POLLIN, 0};
    char bytes[256];
    if (::poll(&p, 1, 20000) != 1 || ::read(pipe_[0], bytes, sizeof bytes) < 1) std::abort();
    return store->answers();
  }
  // Commits one lease and waits for the answer.
  CommitResult commit(const Lease& lease) {
    table.put(lease);
    store->commit({lease::Commit{++ticket, {lease}, {}}});
    for (;;) {
      const auto answers = wait();
      if (answers.empty()) continue;
      EXPECT_EQ(answers.size(), 1u);
      EXPECT_EQ(answers[0].ticket, ticket);
      return answers[0].result;
    }
  }
  void rewrite() {
    store->rewrite();
    do {
      wait();
    } while (store->rewriting());
  }

  lease::Table table;
  lease::Declarations declarations;
  std::optional<lease::FileStore> store;
  std::uint64_t ticket = 0;

 private:
  int pipe_[2];
};

Lease grant(std::uint32_t number, std::uint32_t generation) {
  Lease lease;
  lease.address = base::Ipv4{0x0a000000 + number};
  lease.starts = lease.cltt = kNow + generation;
  lease.ends = lease.tstp = kNow + generation + 3600;
  lease.binding = BindingState::kActive;
  base::Bytes mac(6);
  base::set_u32(&mac[2], number);
  lease.hardware = base::HardwareAddress(1, mac);
  lease.uid = mac;
  lease.hostname = "host" + std::to_string(generation);
  return lease;
}

std::map<std::string, Lease> leases_in(const std::string& text, std::uint64_t* damaged = nullptr) {
  lease_test::Remember read;
  const auto report = lease_test::read_text(text, read);
  if (damaged) *damaged = report.damaged;
  return read.last;
}

TEST(FileStore, StartsAnEmptyFileAsTheStockDoes) {
  Folder folder;
  CaptureLog log;
  Server server(folder);
  EXPECT_EQ(folder.text(), lease::file_header());
  EXPECT_EQ(log.text(), "Wrote 0 leases to leases file.\n");
  EXPECT_TRUE(folder.exists("~"));
  struct stat status {};
  const mode_t mask = ::umask(022);
  ::umask(mask);
  ::stat(folder.file().c_str(), &status);
  EXPECT_EQ(status.st_mode & 07777, 0664 & ~mask);
}

TEST(FileStore, WhatIsAnsweredIsInTheFile) {
  Folder folder;
  {
    Server server(folder);
    for (std::uint32_t i = 0; i < 20; ++i) {
      ASSERT_EQ(server.commit(grant(i % 7, i)), CommitResult::kDone);
      EXPECT_EQ(leases_in(folder.text())[grant(i % 7, i).address.text()].hostname, grant(i, i).hostname);
    }
  }
  EXPECT_EQ(folder.text().find('\0'), std::string::npos);
  Server again(folder);
  EXPECT_EQ(again.table.size(), 7u);
  EXPECT_EQ(again.table.find(base::Ipv4{0x0a000003})->hostname, "host17");
  EXPECT_EQ(leases_in(folder.text()).size(), 7u);
}

TEST(FileStore, RewritesBesideTheServing) {
  Folder folder;
  Server server(folder);
  for (std::uint32_t i = 0; i < 5000; ++i) server.table.put(grant(i, 1));
  server.store->rewrite();
  std::uint64_t answered = 0;
  bool began = false;
  while (!began || server.store->rewriting()) {
    server.table.put(grant(17, 2));
    server.store->commit({lease::Commit{++server.ticket, {grant(17, 2)}, {}}});
    answered += server.wait().size();
    began = began || server.store->rewriting();
  }
  server.store->drain();
  answered += server.store->answers().size();
  EXPECT_EQ(answered, server.ticket);
  std::uint64_t damaged = 0;
  auto leases = leases_in(folder.text(), &damaged);
  EXPECT_EQ(damaged, 0u);
  EXPECT_EQ(leases.size(), 5000u);
  EXPECT_EQ(leases["10.0.0.17"].hostname, "host2");
  EXPECT_FALSE(folder.exists(".new"));
}

TEST(FileStore, ManyCommitsShareOneSync) {
  Folder folder;
  Server server(folder);
  set_fault({});
  std::vector<lease::Commit> group;
  for (std::uint32_t i = 0; i < 1000; ++i) group.push_back({i + 1, {grant(i, 1)}, {}});
  server.store->commit(std::move(group));
  server.store->drain();
  EXPECT_EQ(server.store->answers().size(), 1000u);
  EXPECT_LE(lease_test::calls_made(), 6);
}

TEST(FileStore, DelayedAckGathers) {
  Folder folder;
  auto options = Server::options(folder);
  options.delayed_ack = 3;
  options.max_ack_delay = std::chrono::seconds(100);
  Server server(options);
  set_fault({});
  for (std::uint32_t i = 0; i < 3; ++i) server.store->commit({{i + 1, {grant(i, 1)}, {}}});
  std::size_t answered = 0;
  while (answered < 3) answered += server.wait().size();
  EXPECT_LE(lease_test::calls_made(), 3);  // fallocate, pwrite, fdatasync
  // One alone is not kept waiting for ever.
  server.store->commit({{4, {grant(4, 1)}, {}}});
  EXPECT_EQ(server.wait().size(), 1u);
}

TEST(FileStore, WithoutSyncNothingIsSynced) {
  Folder folder;
  auto options = Server::options(folder);
  options.sync = false;
  Server server(options);
  set_fault({});
  EXPECT_EQ(server.commit(grant(1, 1)), CommitResult::kDone);
  EXPECT_LE(lease_test::calls_made(), 2);  // fallocate, pwrite
}

TEST(FileStore, TooManyWaitingAreAnsweredInTheirTurn) {
  Folder folder;
  auto options = Server::options(folder);
  options.most_pending = 2;
  Server server(options);
  std::vector<lease::Commit> group;
  for (std::uint32_t i = 1; i <= 4; ++i) group.push_back({i, {grant(i, 1)}, {}});
  server.store->commit(std::move(group));
  server.store->drain();
  const auto answers = server.store->answers();
  ASSERT_EQ(answers.size(), 4u);
  for (std::uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(answers[i].ticket, i + 1);
    EXPECT_EQ(answers[i].result, i < 2 ? CommitResult::kDone : CommitResult::kFailed);
  }
  EXPECT_EQ(leases_in(folder.text()).size(), 2u);
}

TEST(FileStore, AFileChangedByOthersIsWrittenAnew) {
  Folder folder;
  Server server(folder);
  ASSERT_EQ(server.commit(grant(1, 1)), CommitResult::kDone);
  folder.set_text("");  // truncated
  ASSERT_EQ(server.commit(grant(2, 1)), CommitResult::kDone);
  EXPECT_EQ(leases_in(folder.text()).size(), 2u);
  folder.set_text("x", ".other");
  ASSERT_EQ(::rename(folder.file(".other").c_str(), folder.file().c_str()), 0);  // replaced
  ASSERT_EQ(server.commit(grant(3, 1)), CommitResult::kDone);
  EXPECT_EQ(leases_in(folder.text()).size(), 3u);
  EXPECT_EQ(folder.text("~"), "x");
  ASSERT_EQ(::unlink(folder.file().c_str()), 0);
  ASSERT_EQ(server.commit(grant(4, 1)), CommitResult::kDone);
  EXPECT_EQ(leases_in(folder.text()).size(), 4u);
}

TEST(FileStore, ADamagedFileIsKeptAndWrittenAnew) {
  Folder folder;
  std::string text(lease::file_header());
  lease::write_lease(text, grant(1, 1), {});
  const std::string damaged = text + "lease 10.0.0.2 {\n  binding sta";
  folder.set_text(damaged);
  CaptureLog log;
  Server server(folder);
  EXPECT_EQ(folder.text(), text);
  EXPECT_EQ(folder.text(".damaged.1800000000"), damaged);
  EXPECT_THAT(log.text(), HasSubstr("line 19: Corrupt lease file - lease 10.0.0.2"));
}

TEST(FileStore, MissingFile) {
  Folder folder;
  ::unlink(folder.file().c_str());
  try {
    Server server(folder);
    FAIL();
  } catch (const lease::LeaseFileError& e) {
    EXPECT_EQ(e.what(),
              "Can't open lease database " + folder.file() +
                  ": No such file or directory --\n  check for failed database rewrite attempt!\n"
                  "Please read the dhcpd.leases manual page if you\ndon't know what to do about this.");
  }
  std::string text;
  lease::write_lease(text, grant(1, 1), {});
  folder.set_text(text, "~");
  CaptureLog log;
  Server server(folder);
  EXPECT_THAT(log.text(), HasSubstr("is missing: using its backup"));
  EXPECT_EQ(leases_in(folder.text()).size(), 1u);
}

TEST(FileStore, OneServerAFile) {
  Folder folder;
  Server first(folder);
  EXPECT_THROW(Server second(folder), lease::LeaseFileError);
  first.rewrite();
  EXPECT_THROW(Server second(folder), lease::LeaseFileError);
}

// What a client was told before the process ended.
struct Promise {
  std::uint32_t number, generation;
};

// Grants over and over with an image in between; every promise goes into the pipe when it is durable.
void serve(const Folder& folder, std::uint32_t generation, int promises) {
  Server server(folder);
  for (std::uint32_t i = 0; i < 10; ++i) {
    if (i == 4) server.store->rewrite();
    if (server.commit(grant(i % 9, generation + i)) != CommitResult::kDone) continue;
    const Promise promise{i % 9, generation + i};
    if (::write(promises, &promise, sizeof promise) != sizeof promise) std::abort();
  }
}

// Runs serve() in a process of its own, with the fault; adds its promises. True: it came to its end.
bool serve_and_die(const Folder& folder, std::uint32_t generation, const lease_test::FaultPlan& plan,
                   std::map<std::uint32_t, std::uint32_t>& promised) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    set_fault(plan);
    serve(folder, generation, ends[1]);
    ::_exit(0);
  }
  ::close(ends[1]);
  Promise promise;
  while (::read(ends[0], &promise, sizeof promise) == sizeof promise)
    promised[promise.number] = promise.generation;
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(FileStore, KilledAtEveryCallLosesNoPromise) {
  for (Fault fault : {Fault::kKillBefore, Fault::kKillAfter, Fault::kKillHalf}) {
    Folder folder;
    std::map<std::uint32_t, std::uint32_t> promised;
    bool finished = false;
    for (long at = 1; !finished; ++at) {
      ASSERT_LT(at, 1000);
      finished = serve_and_die(folder, static_cast<std::uint32_t>(at) * 100, {fault, 0, at, 1}, promised);
      const std::string text = folder.exists("") ? folder.text() : folder.text("~");
      auto leases = leases_in(text);
      for (const auto& [number, generation] : promised) {
        const Lease& lease = leases[grant(number, 0).address.text()];
        ASSERT_GE(lease.starts, kNow + generation) << "call " << at << " kill " << static_cast<int>(fault);
        ASSERT_EQ(lease.hardware, grant(number, 0).hardware);
      }
    }
  }
}

// One call fails (or a hundred in a row): what was answered as done is in the file, and afterwards all is
// well.
TEST(FileStore, AFailedCallIsNeverTakenForSuccess) {
  struct Case {
    Fault fault;
    int error;
    long lasts;
  };
  for (const Case& c :
       {Case{Fault::kError, EIO, 1}, Case{Fault::kError, ENOSPC, 1}, Case{Fault::kShort, ENOSPC, 2},
        Case{Fault::kError, ENOSPC, 10}, Case{Fault::kError, EIO, 10}}) {
    for (long at = 1; at < 60; ++at) {
      Folder folder;
      std::map<std::uint32_t, std::uint32_t> promised;
      SCOPED_TRACE(testing::Message() << "call " << at << " fault " << static_cast<int>(c.fault) << " error "
                                      << c.error << " lasts " << c.lasts);
      {
        CaptureLog log;
        Server server(folder);
        set_fault({c.fault, c.error, at, c.lasts});
        for (std::uint32_t i = 0; i < 8; ++i) {
          if (i == 3) server.store->rewrite();
          if (server.commit(grant(i % 5, i)) == CommitResult::kDone) promised[i % 5] = i;
          auto leases = leases_in(folder.text());
          for (const auto& [number, generation] : promised) {
            ASSERT_GE(leases[grant(number, 0).address.text()].starts, kNow + generation);
          }
        }
        if (lease_test::calls_made() < at) break;
        set_fault({});
        // A failed sync is mended at the next try; a full disk at once.
        CommitResult last = CommitResult::kFailed;
        for (int tries = 0; tries < 30 && last != CommitResult::kDone; ++tries) {
          last = server.commit(grant(6, 99));
          if (last != CommitResult::kDone) ::usleep(10000);
        }
        ASSERT_EQ(last, CommitResult::kDone) << log.text();
      }
      std::uint64_t damaged = 0;
      auto leases = leases_in(folder.text(), &damaged);
      EXPECT_EQ(damaged, 0u);
      EXPECT_EQ(leases["10.0.0.6"].starts, kNow + 99);
    }
  }
}

}  // namespace
