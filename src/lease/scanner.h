// The tokens of a lease file. Faster and more suspicious than the lexer of dhcpd.conf: a quoted string never
// spans lines and a byte that no writer makes is an error, so that damage is noticed where it is.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace lease {

struct Token {
  enum class Kind : std::uint8_t {
    kWord,    // keyword, number, address, date, hexadecimal list
    kString,  // Scanner::string() has its bytes
    kSemicolon,
    kOpen,
    kClose,
    kComma,
    kEquals,
    kEnd,  // of the text handed over; a word or string that reaches it is not returned unless all is there
    kBad,
  };
  Kind kind = Kind::kEnd;
  std::string_view text;       // as it stands in the file
  bool at_line_start = false;  // column 0
  bool is(Kind k) const { return kind == k; }
};

class Scanner {
 public:
  // A string longer than this is damage (the stock's own limit is about 1500).
  static constexpr std::size_t kLongestString = 16384;

  // `whole`: nothing follows `text`.
  Scanner(std::string_view text, bool whole, std::size_t line) : text_(text), whole_(whole), line_(line) {}
  // Begins again with another text.
  void reset(std::string_view text, bool whole, std::size_t line) {
    text_ = text;
    whole_ = whole;
    line_ = line;
    at_ = 0;
  }

  Token next();
  // The decoded bytes of the last kString token.
  const base::Bytes& string() const { return string_; }
  std::size_t position() const { return at_; }
  std::size_t line() const { return line_; }  // 1-based, of the last token
  std::string_view text() const { return text_; }

 private:
  void skip_blanks();
  Token quoted();
  Token take(Token::Kind kind, std::size_t start, std::size_t end);

  std::string_view text_;
  bool whole_;
  std::size_t line_;
  std::size_t at_ = 0;
  base::Bytes string_;
};

}  // namespace lease
