// What is wrong with a configuration, where, and how to mend it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace conf {

struct Diagnostic {
  enum class Level { kError, kWarning };
  Level level = Level::kError;
  std::string file;         // empty: the message has no place, and is shown alone
  int line = 0;             // 0: nothing had been read yet
  int column = 0;           // 1-based place of the caret, tabs counted as one; 0: no caret
  std::string message;      // the stock program's words
  std::string source_line;  // as far as it was read, at most kShownColumns characters
  std::string hint;         // how to mend it; may be empty
};

inline constexpr std::size_t kShownColumns = 80;

// The lines that are logged for a diagnostic. An error: the stock's shape (FILE line N: message, source,
// caret), then the hint. A warning: "Warning: FILE:N: message", then the hint.
std::vector<std::string> render(const Diagnostic& diagnostic);

// Collects what a run finds, in order. After kMaxDiagnostics more are counted but not kept.
class Diagnostics {
 public:
  static constexpr std::size_t kMaxDiagnostics = 10000;

  void add(Diagnostic diagnostic);
  // A warning without a place, as some of the stock's are.
  void add_warning(std::string message);
  std::size_t errors() const { return errors_; }
  std::vector<Diagnostic> take() { return std::move(list_); }

 private:
  std::vector<Diagnostic> list_;
  std::size_t errors_ = 0;
};

}  // namespace conf
