#include "conf/parse.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "conf/parser.h"

namespace conf {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

// Leaves the file that `parser` reads as it was before an include.
class IncludeLevel {
 public:
  IncludeLevel(Parser& parser, Lexer& lexer) : parser_(parser), outer_(parser.lexer) {
    parser.lexer = &lexer;
    ++parser.include_depth;
  }
  ~IncludeLevel() {
    parser_.lexer = outer_;
    --parser_.include_depth;
  }
  IncludeLevel(const IncludeLevel&) = delete;
  IncludeLevel& operator=(const IncludeLevel&) = delete;

 private:
  Parser& parser_;
  Lexer* outer_;
};

}  // namespace

std::optional<std::string> read_file(const std::string& path) {
  base::UniqueFd descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor) return std::nullopt;
  return read_descriptor(std::move(descriptor));
}

std::optional<std::string> read_descriptor(base::UniqueFd descriptor) {
  const std::unique_ptr<std::FILE, CloseFile> file(::fdopen(descriptor.get(), "rb"));
  if (!file) return std::nullopt;
  descriptor.release();  // closed with the file from here on
  std::string text;
  // The size, where it is known, spares the copies of a growing string. A directory can be opened, too; its
  // size means nothing and reading it fails.
  struct stat status = {};
  if (::fstat(::fileno(file.get()), &status) == 0 && S_ISREG(status.st_mode))
    text.reserve(static_cast<std::size_t>(status.st_size));
  char buffer[65536];
  while (const std::size_t count = std::fread(buffer, 1, sizeof buffer, file.get()))
    text.append(buffer, count);
  if (std::ferror(file.get())) return std::nullopt;
  return text;
}

std::string why_unread(const std::string& path) {
  const int error = errno;
  return (error == EISDIR ? "Can't read in " : "Can't open ") + path + ": " + std::strerror(error);
}

bool parse_file(Parser& parser, const std::string& path, Block& block) {
  std::optional<std::string> text = parser.read(path);
  if (!text) return false;
  text->shrink_to_fit();
  parser.config.files.push_back(path);
  Lexer lexer(path, static_cast<int>(parser.config.files.size() - 1), std::move(*text), parser.diagnostics);
  const IncludeLevel level(parser, lexer);
  while (!lexer.peek().is_end()) parse_declaration(parser, block);
  lexer.next();
  return true;
}

void Parser::fatal(std::string message, std::string hint) {
  Diagnostic diagnostic;
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  diagnostics.add(std::move(diagnostic));
  throw FatalError{};
}

void Parser::not_served(std::string what) {
  config.not_served.push_back(NotServed{std::move(what), lexer->file(), lexer->line()});
}

ParseResult parse(const std::string& path, const ReadFile& read) {
  auto config = std::make_unique<Config>();
  Diagnostics diagnostics;
  Parser parser(*config, diagnostics, read);
  try {
    Block root{BlockKind::kRoot, config->global};
    if (!parse_file(parser, path, root)) parser.fatal(why_unread(path));
    finish(parser);
  } catch (const FatalError&) {
    config.reset();
  }
  ParseResult result;
  if (diagnostics.errors() == 0) result.config = std::move(config);
  result.diagnostics = diagnostics.take();
  return result;
}

}  // namespace conf
