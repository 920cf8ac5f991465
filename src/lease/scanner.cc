#include "lease/scanner.h"

#include <array>

namespace lease {

namespace {

enum Class : std::uint8_t { kOther, kBlank, kWordByte, kPunctuation };

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  for (int c = 0x21; c < 0x7f; ++c) classes[static_cast<std::size_t>(c)] = kWordByte;
  for (char c : {' ', '\t', '\r', '\n', '\f', '\v'}) classes[static_cast<std::size_t>(c)] = kBlank;
  for (char c : {';', '{', '}', ',', '=', '"', '#'}) classes[static_cast<std::size_t>(c)] = kPunctuation;
  return classes;
}
constexpr std::array<std::uint8_t, 256> kClasses = make_classes();

// What stands for itself in a quoted string.
constexpr std::array<bool, 256> make_plain() {
  std::array<bool, 256> plain{};
  for (bool& is_plain : plain) is_plain = true;
  for (char c : {'"', '\\', '\n', '\0'}) plain[static_cast<std::size_t>(c)] = false;
  return plain;
}
constexpr std::array<bool, 256> kPlain = make_plain();

std::uint8_t class_of(char c) { return kClasses[static_cast<std::uint8_t>(c)]; }

bool octal(char c) { return c >= '0' && c <= '7'; }

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Token Scanner::take(Token::Kind kind, std::size_t start, std::size_t end) {
  Token token;
  token.kind = kind;
  token.text = text_.substr(start, end - start);
  token.at_line_start = start == 0 || text_[start - 1] == '\n';
  at_ = end;
  return token;
}

void Scanner::skip_blanks() {
  while (at_ < text_.size() && class_of(text_[at_]) != kWordByte) {
    const char c = text_[at_];
    if (c == '#') {
      const std::size_t end = text_.find('\n', at_);
      if (end == std::string_view::npos && !whole_) return;  // its end may be to come
      at_ = end == std::string_view::npos ? text_.size() : end;
    } else if (class_of(c) == kBlank) {
      if (c == '\n') ++line_;
      ++at_;
    } else {
      return;
    }
  }
}

Token Scanner::next() {
  skip_blanks();
  if (at_ >= text_.size()) return Token{};
  const std::size_t start = at_;
  switch (text_[start]) {
    case ';':
      return take(Token::Kind::kSemicolon, start, start + 1);
    case '{':
      return take(Token::Kind::kOpen, start, start + 1);
    case '}':
      return take(Token::Kind::kClose, start, start + 1);
    case ',':
      return take(Token::Kind::kComma, start, start + 1);
    case '=':
      return take(Token::Kind::kEquals, start, start + 1);
    case '"':
      return quoted();
    case '#':  // a comment whose end may be to come
      return Token{};
    default:
      break;
  }
  std::size_t end = start;
  while (end < text_.size() && class_of(text_[end]) == kWordByte) ++end;
  if (end == start) return take(Token::Kind::kBad, start, start + 1);
  if (end == text_.size() && !whole_) return Token{};
  return take(Token::Kind::kWord, start, end);
}

Token Scanner::quoted() {
  const std::size_t start = at_;
  const std::size_t limit = std::min(text_.size(), start + kLongestString);
  string_.clear();
  std::size_t at = start + 1;
  while (at < limit) {
    const char c = text_[at];
    if (c == '"') return take(Token::Kind::kString, start, at + 1);
    if (c == '\n' || c == '\0') return take(Token::Kind::kBad, start, at);
    if (c != '\\') {
      const std::size_t run = at++;
      while (at < limit && kPlain[static_cast<std::uint8_t>(text_[at])]) ++at;
      string_.insert(string_.end(), text_.begin() + static_cast<std::ptrdiff_t>(run),
                     text_.begin() + static_cast<std::ptrdiff_t>(at));
      continue;
    }
    if (at + 1 >= limit) break;
    const char escaped = text_[at + 1];
    if (escaped == '\n') return take(Token::Kind::kBad, start, at);
    if (at + 3 < limit && escaped <= '3' && octal(escaped) && octal(text_[at + 2]) && octal(text_[at + 3])) {
      string_.push_back(static_cast<std::uint8_t>((escaped - '0') << 6 | (text_[at + 2] - '0') << 3 |
                                                  (text_[at + 3] - '0')));
      at += 4;
      continue;
    }
    if (at + 3 < limit && escaped == 'x' && hex_digit(text_[at + 2]) >= 0 && hex_digit(text_[at + 3]) >= 0) {
      string_.push_back(static_cast<std::uint8_t>(hex_digit(text_[at + 2]) << 4 | hex_digit(text_[at + 3])));
      at += 4;
      continue;
    }
    static const std::string_view kLetters = "trnb", kMeanings = "\t\r\n\b";
    const std::size_t letter = kLetters.find(escaped);
    string_.push_back(
        static_cast<std::uint8_t>(letter == std::string_view::npos ? escaped : kMeanings[letter]));
    at += 2;
  }
  if (whole_ || limit == start + kLongestString) return take(Token::Kind::kBad, start, limit);
  return Token{};
}

}  // namespace lease
