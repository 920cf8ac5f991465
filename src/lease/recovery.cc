#include "lease/recovery.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/log.h"

namespace lease {

namespace {

// Bytes of a record, to guess how many there are; and what the guess may cost (12 bytes each).
constexpr std::size_t kUsualRecord = 300, kMostExpected = 1 << 20;

class Into : public ReadSink {
 public:
  Into(Table& table, Declarations& declarations) : table_(table), declarations_(declarations) {}
  void lease(const Lease& lease) override { table_.restore(lease); }
  void declaration(Declaration declaration) override { declarations_.put(std::move(declaration)); }
  void server_duid(base::ByteView duid) override { declarations_.server_duid = duid.copy(); }

 private:
  Table& table_;
  Declarations& declarations_;
};

// Opens F, or F~ if F is missing.
base::UniqueFd open_file(LeaseDirectory& directory, bool& from_backup) {
  base::UniqueFd fd;
  int cause = directory.open_current(fd);
  from_backup = false;
  if (cause == ENOENT && directory.open_backup(fd) == 0) {
    base::log_error("Lease database %s is missing: using its backup %s~, which may be older.",
                    directory.path().c_str(), directory.path().c_str());
    from_backup = true;
    return fd;
  }
  if (cause == EAGAIN) {
    throw LeaseFileError("Lease database " + directory.path() +
                         " is in use by another server. End that one first.");
  }
  if (cause != 0) {
    throw LeaseFileError("Can't open lease database " + directory.path() + ": " + std::strerror(cause) +
                         " --\n  check for failed database rewrite attempt!\n"
                         "Please read the dhcpd.leases manual page if you\n"
                         "don't know what to do about this.");
  }
  return fd;
}

ReadReport read(int fd, const ReadOptions& options, Table& table, Declarations& declarations) {
  struct stat status {};
  if (::fstat(fd, &status) == 0) {
    table.expect(std::min(static_cast<std::size_t>(status.st_size) / kUsualRecord, kMostExpected));
  }
  Into into(table, declarations);
  const ReadSome some = [fd](char* to, std::size_t most) {
    for (;;) {
      const ssize_t n = ::read(fd, to, most);
      if (n >= 0) return static_cast<std::size_t>(n);
      if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "read");
    }
  };
  return read_leases(some, options, into);
}

void report_damage(LeaseDirectory& directory, const ReadOptions& options, const ReadReport& report) {
  if (report.more_messages > 0) {
    base::log_error("%s: %llu more such places are not listed.", options.name.c_str(),
                    static_cast<unsigned long long>(report.more_messages));
  }
  if (report.damaged == 0) return;
  std::string kept_as;
  if (const int cause = directory.keep_damaged(options.now, kept_as)) {
    throw LeaseFileError("Lease database " + directory.path() + " is damaged and can't be kept beside (" +
                         std::strerror(cause) + "). Move it away by hand, with a copy in its place.");
  }
  base::log_error(
      "Lease database %s: %llu leases read, %llu damaged places left out; the file is kept as %s.",
      directory.path().c_str(), static_cast<unsigned long long>(report.leases),
      static_cast<unsigned long long>(report.damaged), kept_as.c_str());
}

}  // namespace

Recovered recover(LeaseDirectory& directory, const ReadOptions& options, Table& table,
                  Declarations& declarations) {
  bool from_backup = false;
  base::UniqueFd fd = open_file(directory, from_backup);
  Recovered recovered;
  try {
    recovered.report = read(fd.get(), options, table, declarations);
  } catch (const std::system_error& e) {
    throw LeaseFileError("Can't read lease database " + directory.path() + ": " + e.code().message());
  }
  for (const std::string& message : recovered.report.messages) base::log_error("%s", message.c_str());
  if (!from_backup) report_damage(directory, options, recovered.report);
  recovered.intact = recovered.report.damaged == 0 && !recovered.report.ends_in_line && !from_backup;
  recovered.file = AppendFile(std::move(fd), recovered.report.bytes);
  return recovered;
}

}  // namespace lease
