// Cuts the text of one configuration file into tokens.
//
// White space and comments (# to the end of the line) only separate. A word begins with a letter and goes on
// with letters, digits, '-' and '_'; it is reserved (keywords.h), or may be read as a hexadecimal number
// where all but its first character are hexadecimal digits ("ff", "v"), or is a name. A word that begins with
// a digit or '-' is a number, a number or name ("0a", "0xff"), or a name ("7up"). Any other byte is a token
// of its own.
//
// Every view in a token lives as long as its Lexer.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "conf/diagnostic.h"
#include "conf/keywords.h"

namespace conf {

enum class TokenKind : std::uint8_t {
  kEnd,           // end of the file
  kReserved,      // `keyword` says which
  kName,          // a word that is not reserved
  kNumberOrName,  // a word that may be a hexadecimal number
  kNumber,        // decimal digits, a '-' may stand before them
  kString,        // `text` is what stood between the quotes, escapes resolved
  kPunctuation,   // one byte, `text[0]`
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Keyword keyword = Keyword::kNone;
  int line = 0;
  int column = 0;         // 1-based place of the stock's caret: at the first character, or one behind it
  std::string_view text;  // words in the letters they were written in

  bool is(Keyword word) const { return keyword == word; }
  bool is(char punctuation) const { return kind == TokenKind::kPunctuation && text[0] == punctuation; }
  bool is_end() const { return kind == TokenKind::kEnd; }
  // Any word that can stand where a name is required, reserved or not (a number cannot).
  bool is_identifier() const {
    return kind == TokenKind::kName || kind == TokenKind::kNumberOrName || kind == TokenKind::kReserved;
  }
  bool is_numeric() const { return kind == TokenKind::kNumber || kind == TokenKind::kNumberOrName; }
};

class Lexer {
 public:
  // `file` is the name that diagnostics show, `index` its place in Config::files.
  Lexer(std::string file, int index, std::string text, Diagnostics& diagnostics);
  Lexer(const Lexer&) = delete;
  Lexer& operator=(const Lexer&) = delete;

  const Token& peek() {
    if (!has_peeked_) scan_ahead();
    return peeked_;
  }
  // The token is the current one until the next call; what follows has not been looked at.
  const Token& next();

  const std::string& file() const { return file_; }
  int index() const { return index_; }
  // Line of the token last taken by next(); 0 before the first. The stock reports errors here, also where
  // it has only looked ahead.
  int line() const { return current_.line; }
  const Token& current() const { return current_; }

  // A place to come back to: what has been taken since is read again.
  struct Mark {
    std::size_t position;
    std::size_t line_start;
    int line;
    std::size_t current_line_start;
    Token current;
  };
  Mark mark();
  void rewind(const Mark& mark);

  // Reports at the current token.
  void error(std::string message, std::string hint = {});
  void warning(std::string message, std::string hint = {});

 private:
  void scan_ahead();
  bool skip_blanks();  // whether blanks, and not a comment, were the last that was skipped
  void scan_number();
  void scan_word();
  void scan_string();
  // Resolves the escape after a backslash at `position_`; appends it to `out`.
  void scan_escape(std::string& out);
  void report(const Token& at, std::size_t line_start, Diagnostic::Level level, std::string message,
              std::string hint);

  std::string file_;
  int index_;
  std::string text_;
  Diagnostics& diagnostics_;
  std::deque<std::string> strings_;  // those with escapes
  std::size_t position_ = 0;         // first byte not scanned yet
  std::size_t line_start_ = 0;       // of the line that holds position_
  int line_ = 1;
  std::size_t current_line_start_ = 0;  // of the line that holds current_
  std::size_t peeked_line_start_ = 0;
  std::size_t peeked_from_ = 0;  // where scanning of peeked_ began
  std::size_t peeked_from_line_start_ = 0;
  int peeked_from_line_ = 1;
  Token current_;
  Token peeked_;
  bool has_peeked_ = false;
};

}  // namespace conf
