// What every part of the parser shares, and the small pieces of grammar that all of them need.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "conf/lexer.h"
#include "dhcp/option.h"

namespace conf {

struct Config;

// How deep blocks, parentheses and included files may nest: each level costs stack.
inline constexpr int kMaxNesting = 400;
inline constexpr int kMaxIncludeDepth = 40;

struct ParseContext {
  Lexer* lexer;  // of the file being read; an include changes it and back
  Config& config;
  Diagnostics& diagnostics;
  int nesting = 0;

  const Token& peek() { return lexer->peek(); }
  const Token& next() { return lexer->next(); }
  // Both report at the token last taken, as the stock does.
  void error(std::string message, std::string hint = {}) {
    lexer->error(std::move(message), std::move(hint));
  }
  void warning(std::string message, std::string hint = {}) {
    lexer->warning(std::move(message), std::move(hint));
  }
};

// Counts a level of nesting for as long as it lives; `ok` is false (and an error reported) where the limit is
// passed.
class NestingLevel {
 public:
  explicit NestingLevel(ParseContext& context);
  ~NestingLevel() { --context_.nesting; }
  NestingLevel(const NestingLevel&) = delete;
  NestingLevel& operator=(const NestingLevel&) = delete;
  explicit operator bool() const { return ok_; }

 private:
  ParseContext& context_;
  bool ok_;
};

// Skips to the end of a broken statement: past the next ';' outside braces, or past a block that opens on the
// way, or up to (not past) a '}' that closes what is open.
void skip_to_semicolon(ParseContext& context);
// Skips past the '}' that closes `open` braces.
void skip_to_right_brace(ParseContext& context, int open);
// Takes a ';', or reports "semicolon expected." and skips to the end of the statement.
bool parse_semicolon(ParseContext& context);

// The value of a number's text, `bits` wide (8, 16 or 32); base 0: decimal, leading 0 octal, 0x hexadecimal.
// Reports what is wrong with it, and yields what was read so far, as the stock does. Negative numbers wrap.
std::uint32_t convert_number(ParseContext& context, std::string_view text, unsigned base, unsigned bits);

// "01:02:0a": hexadecimal bytes with colons between; nullopt after an error.
std::optional<base::Bytes> parse_hex_list(ParseContext& context);

// What follows the word `option`: [SPACE.]NAME. A name that does not exist yet is no error here.
struct OptionName {
  std::string space, name;                             // as written; space "dhcp" where none is written
  const dhcp::OptionSpace* option_space = nullptr;     // never null
  const dhcp::OptionDefinition* definition = nullptr;  // null: no such option
};
// nullopt after an error (an unknown space, no identifier).
std::optional<OptionName> parse_option_name(ParseContext& context);

}  // namespace conf
