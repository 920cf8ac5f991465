// Reading a dhcpd.conf: text in, an immutable Config or diagnostics out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/fd.h"
#include "conf/config.h"
#include "conf/diagnostic.h"

namespace conf {

struct ParseResult {
  std::unique_ptr<const Config> config;  // null if there was an error
  std::vector<Diagnostic> diagnostics;   // in order; warnings also with a config
};

// Reads a file's bytes; nullopt with errno where it cannot be read. Handed in so that tests and fuzzers need
// no disk.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;
std::optional<std::string> read_file(const std::string& path);
std::optional<std::string> read_descriptor(base::UniqueFd descriptor);
// What the stock says of a file that could not be read, from errno.
std::string why_unread(const std::string& path);

ParseResult parse(const std::string& path, const ReadFile& read = read_file);

}  // namespace conf
