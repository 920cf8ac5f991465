#include "conf/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

namespace conf {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

constexpr std::array<bool, 256> word_characters() {
  std::array<bool, 256> table{};
  for (int c = 0; c < 256; ++c)
    table[static_cast<std::size_t>(c)] =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  return table;
}
constexpr std::array<bool, 256> kWordCharacters = word_characters();
inline bool is_word_char(char c) { return kWordCharacters[static_cast<unsigned char>(c)]; }

// Value of a hexadecimal digit, -1 for another character.
int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string in_hex(char c) {
  constexpr char kDigits[] = "0123456789abcdef";
  const auto byte = static_cast<unsigned char>(c);
  std::string text;
  if (byte >= 16) text += kDigits[byte / 16];
  return text + kDigits[byte % 16];
}

}  // namespace

Lexer::Lexer(std::string file, int index, std::string text, Diagnostics& diagnostics)
    : file_(std::move(file)), index_(index), text_(std::move(text)), diagnostics_(diagnostics) {}

const Token& Lexer::next() {
  if (!has_peeked_) scan_ahead();
  has_peeked_ = false;
  // The end of a file has no place of its own: it is reported with the line of the last token, and shows that
  // line if no other has begun.
  if (peeked_.is_end()) {
    const bool same_line = peeked_.line == current_.line;
    peeked_.line = current_.line;
    peeked_.column = same_line ? current_.column : 1;
    if (!same_line) current_line_start_ = text_.size();
  } else {
    current_line_start_ = peeked_line_start_;
  }
  current_ = peeked_;
  return current_;
}

Lexer::Mark Lexer::mark() {
  // What was only looked at is scanned anew after a rewind.
  if (has_peeked_) {
    position_ = peeked_from_;
    line_start_ = peeked_from_line_start_;
    line_ = peeked_from_line_;
    has_peeked_ = false;
  }
  return Mark{position_, line_start_, line_, current_line_start_, current_};
}

void Lexer::rewind(const Mark& mark) {
  position_ = mark.position;
  line_start_ = mark.line_start;
  line_ = mark.line;
  current_line_start_ = mark.current_line_start;
  current_ = mark.current;
  has_peeked_ = false;
}

bool Lexer::skip_blanks() {
  const std::size_t size = text_.size();
  bool blank_last = false;
  while (position_ < size) {
    const char c = text_[position_];
    const bool is_comment = c == '#';
    if (!is_comment && !is_blank(c)) break;
    if (is_comment) position_ = std::min(text_.find('\n', position_), size);
    if (position_ < size && text_[position_++] == '\n') {
      ++line_;
      line_start_ = position_;
    }
    blank_last = !is_comment;
  }
  return blank_last;
}

void Lexer::scan_ahead() {
  peeked_from_ = position_;
  peeked_from_line_start_ = line_start_;
  peeked_from_line_ = line_;
  const bool before_is_word = position_ > 0 && is_word_char(text_[position_ - 1]);
  const std::size_t from = position_;
  const bool after_blank = skip_blanks();
  peeked_ = Token{};
  peeked_.line = line_;
  // The stock knows only behind a word or blanks that they have ended, and then counts one character more.
  const bool read_before = after_blank || (position_ == from && before_is_word);
  peeked_.column = static_cast<int>(position_ - line_start_) + (read_before ? 2 : 1);
  peeked_line_start_ = line_start_;
  has_peeked_ = true;
  if (position_ == text_.size()) return;
  const char c = text_[position_];
  if (is_letter(c)) {
    scan_word();
  } else if (is_digit(c) || c == '-') {
    scan_number();
  } else if (c == '"') {
    scan_string();
  } else {
    peeked_.kind = TokenKind::kPunctuation;
    peeked_.text = std::string_view(text_).substr(position_, 1);
    ++position_;
  }
}

void Lexer::scan_word() {
  const std::size_t start = position_++;
  bool all_hex = true;
  while (position_ < text_.size() && is_word_char(text_[position_])) {
    if (hex_digit(text_[position_]) < 0) all_hex = false;
    ++position_;
  }
  peeked_.text = std::string_view(text_).substr(start, position_ - start);
  peeked_.keyword = keyword_of(peeked_.text);
  if (peeked_.keyword != Keyword::kNone) {
    peeked_.kind = TokenKind::kReserved;
  } else {
    peeked_.kind = all_hex ? TokenKind::kNumberOrName : TokenKind::kName;
  }
}

void Lexer::scan_number() {
  const std::size_t start = position_++;
  TokenKind kind = TokenKind::kNumber;
  for (; position_ < text_.size() && is_word_char(text_[position_]); ++position_) {
    const char c = text_[position_];
    const bool hex = hex_digit(c) >= 0;
    // "0x" begins a hexadecimal number once a digit follows.
    const bool after_0x = position_ == start + 2 && text_[start] == '0' && (text_[start + 1] | 0x20) == 'x';
    if (after_0x && hex) {
      kind = TokenKind::kNumberOrName;
    } else if (!hex) {
      kind = TokenKind::kName;
    } else if (kind == TokenKind::kNumber && !is_digit(c)) {
      kind = TokenKind::kNumberOrName;
    }
  }
  peeked_.kind = kind;
  peeked_.text = std::string_view(text_).substr(start, position_ - start);
}

void Lexer::scan_string() {
  peeked_.kind = TokenKind::kString;
  const std::size_t start = ++position_;
  std::string* decoded = nullptr;  // made at the first escape
  const auto take = [&](char c) {
    if (decoded != nullptr) *decoded += c;
    ++position_;
    if (c != '\n') return;
    ++line_;
    line_start_ = position_;
  };
  while (position_ < text_.size() && text_[position_] != '"') {
    if (text_[position_] != '\\') {
      take(text_[position_]);
      continue;
    }
    if (decoded == nullptr) {
      strings_.emplace_back(text_, start, position_ - start);
      decoded = &strings_.back();
    }
    ++position_;
    scan_escape(*decoded);
  }
  const std::size_t end = position_;
  if (position_ == text_.size()) {
    report(peeked_, peeked_line_start_, Diagnostic::Level::kError, "eof in string constant",
           "a string that begins on this line has no closing quote");
  } else {
    ++position_;
  }
  peeked_.text =
      decoded != nullptr ? std::string_view(*decoded) : std::string_view(text_).substr(start, end - start);
}

void Lexer::scan_escape(std::string& out) {
  const auto get = [&]() -> char {
    const char c = text_[position_++];
    if (c == '\n') {
      ++line_;
      line_start_ = position_;
    }
    return c;
  };
  const auto complain = [&](const char* what, char c) {
    report(peeked_, peeked_line_start_, Diagnostic::Level::kError, what + in_hex(c),
           "write \\xHH with two hexadecimal digits, or \\NNN with three octal ones");
  };
  if (position_ == text_.size()) return;
  const char first = get();
  if (first == 'x') {
    int value = 0;
    for (int i = 0; i < 2 && position_ < text_.size(); ++i) {
      const char c = get();
      if (hex_digit(c) < 0) return complain("invalid hex digit: ", c);
      value = value * 16 + hex_digit(c);
    }
    out += static_cast<char>(value);
  } else if (first >= '0' && first <= '3') {
    int value = first - '0';
    for (int digits = 1; digits < 3 && position_ < text_.size();) {
      const char c = get();
      if (c >= '0' && c <= '7') {
        value = value * 8 + (c - '0');
        ++digits;
      } else if (value == 0) {
        return scan_escape(out);  // "\0" ended early: the stock takes the next character as escaped too
      } else {
        complain("invalid octal digit ", c);
      }
    }
    out += static_cast<char>(value);
  } else {
    constexpr std::string_view kLetters = "trnb", kBytes = "\t\r\n\b";
    const std::size_t at = kLetters.find(first);
    out += at == std::string_view::npos ? first : kBytes[at];
  }
}

void Lexer::error(std::string message, std::string hint) {
  report(current_, current_line_start_, Diagnostic::Level::kError, std::move(message), std::move(hint));
}

void Lexer::warning(std::string message, std::string hint) {
  report(current_, current_line_start_, Diagnostic::Level::kWarning, std::move(message), std::move(hint));
}

void Lexer::report(const Token& at, std::size_t line_start, Diagnostic::Level level, std::string message,
                   std::string hint) {
  Diagnostic diagnostic;
  diagnostic.level = level;
  diagnostic.file = file_;
  diagnostic.line = at.line;
  diagnostic.message = std::move(message);
  diagnostic.hint = std::move(hint);
  diagnostic.column = 1;
  if (at.line > 0) {
    // The line as far as it was read: words end only at the character behind them.
    const TokenKind last = has_peeked_ ? peeked_.kind : current_.kind;
    const bool ends_itself = last == TokenKind::kPunctuation || last == TokenKind::kString;
    const std::size_t line_end = std::min(text_.find('\n', line_start), text_.size());
    const std::size_t end = std::max(line_start, std::min(line_end, position_ + (ends_itself ? 0 : 1)));
    const std::size_t length = std::min(end - line_start, kShownColumns);
    diagnostic.source_line = text_.substr(line_start, length);
    diagnostic.column = at.column <= static_cast<int>(kShownColumns) ? at.column : 1;
  }
  diagnostics_.add(std::move(diagnostic));
}

}  // namespace conf
