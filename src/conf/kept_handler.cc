#include "conf/kept_handler.h"

#include "conf/parser.h"
#include "dhcp/option_text.h"

namespace conf {
namespace {

// Puts tokens back into text that is read as the same tokens.
class TokenPrinter {
 public:
  explicit TokenPrinter(int depth) : depth_(depth) {}

  void print(const Token& token) {
    if (token.is('}')) {
      --depth_;
      if (!at_line_start_) end_line();
    }
    if (at_line_start_)
      text_.append(static_cast<std::size_t>(2 * depth_), ' ');
    else if (wants_blank_ && !clings_to_left(token))
      text_.push_back(' ');
    at_line_start_ = false;
    if (token.kind == TokenKind::kString)
      text_ += dhcp::quoted(base::ByteView(token.text));
    else
      text_ += token.text;
    wants_blank_ = !clings_to_right(token);
    if (token.is('{')) ++depth_;
    if (token.is('{') || token.is('}') || token.is(';')) end_line();
  }
  std::string take() { return std::move(text_); }

 private:
  void end_line() {
    text_.push_back('\n');
    at_line_start_ = true;
  }
  static bool clings_to_left(const Token& t) {
    return t.is(';') || t.is(',') || t.is(')') || t.is(':') || t.is('.');
  }
  static bool clings_to_right(const Token& t) {
    return t.is('(') || t.is(':') || t.is('.') || t.is('~') || t.is('!');
  }

  std::string text_;
  int depth_;
  bool at_line_start_ = true, wants_blank_ = false;
};

}  // namespace

std::string block_text(Lexer& lexer, const Lexer::Mark& brace) {
  constexpr int kDepth = 2;  // as deep as the handlers of a lease are indented in its file
  lexer.rewind(brace);
  TokenPrinter printer(kDepth);
  for (int open = 1; !lexer.next().is_end();) {
    if (lexer.current().is('{')) ++open;
    if (lexer.current().is('}') && --open == 0) break;
    printer.print(lexer.current());
  }
  return printer.take();
}

std::shared_ptr<const Statements> read_handler(const std::string& text, const Config& config) {
  Config scratch(config.options);
  Diagnostics diagnostics;
  const ReadFile no_files = [](const std::string&) { return std::nullopt; };
  Parser parser(scratch, diagnostics, no_files);
  Lexer lexer("handler of a lease", 0, text, diagnostics);
  parser.lexer = &lexer;
  auto statements = std::make_shared<Statements>();
  try {
    while (!lexer.peek().is_end()) {
      ParsedStatement parsed = parse_statement(parser);
      if (!parsed.statement) return nullptr;
      statements->push_back(std::move(parsed.statement));
    }
  } catch (const FatalError&) {
    return nullptr;
  }
  return diagnostics.errors() == 0 ? statements : nullptr;
}

}  // namespace conf
