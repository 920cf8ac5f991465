#include "conf/diagnostic.h"

#include <utility>

namespace conf {
namespace {

// Blanks up to the caret: a tab of the source reaches to the next multiple of eight.
std::string caret(const Diagnostic& diagnostic) {
  std::string line;
  const std::size_t before = static_cast<std::size_t>(diagnostic.column) - 1;
  for (std::size_t i = 0; i < before; ++i) {
    line += ' ';
    if (i < diagnostic.source_line.size() && diagnostic.source_line[i] == '\t')
      while (line.size() % 8 != 0) line += ' ';
  }
  return line + "^";
}

}  // namespace

std::vector<std::string> render(const Diagnostic& diagnostic) {
  std::vector<std::string> lines;
  if (diagnostic.file.empty()) {
    lines.push_back(diagnostic.message);
  } else if (diagnostic.level == Diagnostic::Level::kWarning) {
    // The stock has no warning with a place, and tools take "FILE line N:" for an error.
    lines.push_back("Warning: " + diagnostic.file + ":" + std::to_string(diagnostic.line) + ": " +
                    diagnostic.message);
  } else {
    lines.push_back(diagnostic.file + " line " + std::to_string(diagnostic.line) + ": " + diagnostic.message);
    lines.push_back(diagnostic.source_line);
    if (diagnostic.column > 0) lines.push_back(caret(diagnostic));
  }
  if (!diagnostic.hint.empty()) lines.push_back("hint: " + diagnostic.hint);
  return lines;
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.level == Diagnostic::Level::kError) ++errors_;
  if (list_.size() < kMaxDiagnostics) list_.push_back(std::move(diagnostic));
}

void Diagnostics::add_warning(std::string message) {
  Diagnostic warning;
  warning.level = Diagnostic::Level::kWarning;
  warning.message = std::move(message);
  add(std::move(warning));
}

}  // namespace conf
