// Reading a lease file: every intact record is handed over in order of the file, every damaged place is named
// with its line, nothing is invented. After damage, reading goes on at the next record.
//
// The file is read in pieces and never held whole.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "dhcp/option.h"
#include "lease/declarations.h"
#include "lease/lease.h"

namespace lease {

// Bytes one after the other; returns how many were put, 0 at the end. Throws std::system_error.
using ReadSome = std::function<std::size_t(char* to, std::size_t most)>;

// The receiver of what a file says.
class ReadSink {
 public:
  virtual ~ReadSink() = default;
  virtual void lease(const Lease& lease) = 0;
  virtual void declaration(Declaration declaration) = 0;
  virtual void server_duid(base::ByteView duid) = 0;
};

struct ReadOptions {
  std::string name;        // of the file, for the messages
  base::UnixTime now = 0;  // decides the state of very old records that do not name one
  const dhcp::OptionRegistry* options = &dhcp::OptionRegistry::standard();
  std::size_t piece = 1 << 20;           // bytes to read at once
  std::size_t longest_record = 1 << 20;  // bytes; a longer one is damage
};

struct ReadReport {
  std::uint64_t bytes = 0;
  std::uint64_t leases = 0;   // lease records used
  std::uint64_t others = 0;   // records of other kinds used
  bool ends_in_line = false;  // the last byte is no newline
  std::uint64_t damaged = 0;  // places where something was left out
  // "FILE line N: ..." for each damaged place and each remark, the first kMostMessages of them.
  static constexpr std::size_t kMostMessages = 200;
  std::vector<std::string> messages;
  std::uint64_t more_messages = 0;  // how many are not listed
};

ReadReport read_leases(const ReadSome& read, const ReadOptions& options, ReadSink& sink);

}  // namespace lease
