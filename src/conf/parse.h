// Reading a dhcpd.conf: text in, an immutable Config or diagnostics out.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "conf/config.h"

namespace conf {

struct Diagnostic {
  enum class Level { kError, kWarning };
  Level level = Level::kError;
  std::string file;
  int line = 0;             // 0 with an empty file: has no place
  int column = 0;           // of the caret, 1-based; 0: no source line to show
  std::string message;      // the stock program's words
  std::string source_line;  // as far as it was read, at most 80 characters
  std::string hint;         // how to mend it; may be empty
};

// The lines that are logged for a diagnostic: the stock's shape (FILE line N: message, source, caret), then
// the hint.
std::vector<std::string> render(const Diagnostic& diagnostic);

struct ParseResult {
  std::unique_ptr<const Config> config;  // null if there was an error
  std::vector<Diagnostic> diagnostics;   // in order; warnings also with a config
};

// Reads a file's bytes; nullopt with errno where it cannot be read. Handed in so that tests and fuzzers need
// no disk.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;
std::optional<std::string> read_file(const std::string& path);

ParseResult parse(const std::string& path, const ReadFile& read = read_file);

}  // namespace conf
