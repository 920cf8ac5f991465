// Values of options: text to wire, one function a field type (dhcp-options(5)).
#include <arpa/inet.h>

#include <cstring>

#include "conf/hints.h"
#include "conf/parse_expression.h"
#include "conf/parse_value.h"
#include "conf/parser.h"
#include "dhcp/domain_name.h"

namespace conf {
namespace {

using dhcp::Field;
using dhcp::FieldType;

// A value under construction: bytes as far as they are known now, and parts that are known when it is used.
class Value {
 public:
  base::Bytes& bytes() { return bytes_; }
  void add(ExpressionPtr part) {
    flush();
    parts_.push_back(std::move(part));
  }
  void move_into(Statement& statement) && {
    if (parts_.empty()) {
      statement.constant = std::move(bytes_);
      statement.is_constant = true;
      return;
    }
    flush();
    statement.value = parts_.size() == 1 ? std::move(parts_[0]) : concatenation(std::move(parts_));
  }

 private:
  void flush() {
    if (bytes_.empty()) return;
    parts_.push_back(constant_data(std::move(bytes_)));
    bytes_.clear();
  }
  base::Bytes bytes_;
  std::vector<ExpressionPtr> parts_;
};

// What the reading of one field comes to. kMissing: an optional field is not there.
enum class Outcome { kRead, kMissing, kLost };

struct FieldReader {
  Parser& parser;
  const dhcp::OptionDefinition& option;
  Field field;
  bool alone;  // repeats by itself: all addresses of a host name count, not only the first
  Value& value;

  // Reports at the current token; `stop` is the token that the statement may already have ended with.
  Outcome refuse(const std::string& message, const Token& stop) {
    if (field.optional) return Outcome::kMissing;
    parser.error(message, hint_for_value(option, stop));
    if (!stop.is(';')) skip_to_semicolon(parser);
    return Outcome::kLost;
  }
  // As refuse, for a token that has only been looked at: unless the field may be missing, it is taken.
  Outcome refuse_next(const std::string& message) {
    if (field.optional) return Outcome::kMissing;
    const Token token = parser.next();
    return refuse(message, token);
  }

  Outcome read();
  Outcome number(const Token& token, unsigned bits);
  Outcome flag();
  Outcome text();
  Outcome string();
  Outcome identifier();
  Outcome name();
  Outcome enumeration();
  Outcome address();
  Outcome address6();
  Outcome destination();
  Outcome domain_name();
  Outcome domain_list(bool compressed);
};

Outcome FieldReader::number(const Token& token, unsigned bits) {
  if (!token.is_numeric()) return refuse("expecting number.", token);
  const std::uint32_t number = convert_number(parser, token.text, 0, bits);
  if (bits == 8) {
    base::put_u8(value.bytes(), static_cast<std::uint8_t>(number));
  } else if (bits == 16) {
    base::put_u16(value.bytes(), static_cast<std::uint16_t>(number));
  } else {
    base::put_u32(value.bytes(), number);
  }
  return Outcome::kRead;
}

bool same_word(std::string_view word, std::string_view lower_case) {
  return word.size() == lower_case.size() && strncasecmp(word.data(), lower_case.data(), word.size()) == 0;
}

Outcome FieldReader::flag() {
  struct Word {
    std::string_view word;
    std::uint8_t value;
  };
  constexpr Word kWords[] = {{"true", 1}, {"on", 1}, {"false", 0}, {"off", 0}, {"ignore", 2}};
  const Token token = parser.peek();
  if (!token.is_identifier()) return refuse_next("expecting identifier.");
  for (const Word& row : kWords) {
    if (!same_word(token.text, row.word)) continue;
    parser.next();
    base::put_u8(value.bytes(), row.value);
    return Outcome::kRead;
  }
  return refuse_next("expecting boolean.");
}

Outcome FieldReader::text() {
  const Token token = parser.peek();
  if (token.kind != TokenKind::kString && !token.is_identifier()) return refuse_next("expecting string.");
  parser.next();
  base::put_bytes(value.bytes(), base::ByteView(token.text));
  return Outcome::kRead;
}

Outcome FieldReader::string() {
  const Token token = parser.peek();
  if (token.kind == TokenKind::kString) {
    parser.next();
    base::put_bytes(value.bytes(), base::ByteView(token.text));
    return Outcome::kRead;
  }
  if (!token.is_numeric()) return refuse_next("expecting string or hexadecimal data.");
  const std::optional<base::Bytes> bytes = parse_hex_list(parser);
  if (!bytes) return Outcome::kLost;
  base::put_bytes(value.bytes(), *bytes);
  return Outcome::kRead;
}

Outcome FieldReader::identifier() {
  const Token token = parser.peek();
  if (!token.is_identifier()) return refuse_next("expecting identifier.");
  parser.next();
  base::put_bytes(value.bytes(), base::ByteView(token.text));
  return Outcome::kRead;
}

Outcome FieldReader::name() {
  const std::string text = parse_name(parser);
  if (text.empty()) return refuse_next("not a valid key name.");
  base::put_bytes(value.bytes(), base::ByteView(text));
  return Outcome::kRead;
}

Outcome FieldReader::enumeration() {
  const Token token = parser.peek();
  if (!token.is_identifier()) return refuse_next("identifier expected");
  parser.next();
  const std::optional<std::uint8_t> number = dhcp::enumeration_value(field.enumeration, token.text);
  if (!number) {
    parser.error("unknown value", hint_for_enumeration(field.enumeration, token.text));
    skip_to_semicolon(parser);
    return Outcome::kLost;
  }
  if (dhcp::enumeration_width(field.enumeration) == 2) base::put_u8(value.bytes(), 0);
  base::put_u8(value.bytes(), *number);
  return Outcome::kRead;
}

Outcome FieldReader::address() {
  std::optional<AddressOrName> read = parse_address_or_name(parser, hint_for_value(option, parser.peek()));
  if (!read) return Outcome::kLost;
  if (read->name.empty()) {
    base::put_u32(value.bytes(), read->address.value);
  } else {
    value.add(host_address(std::move(read->name), alone ? 0 : 1));
  }
  return Outcome::kRead;
}

Outcome FieldReader::address6() {
  const std::optional<base::Bytes> address = parse_ip6_address(parser);
  if (!address) return Outcome::kLost;
  base::put_bytes(value.bytes(), *address);
  return Outcome::kRead;
}

// RFC 3442: "24.10.0.0" is a prefix length and as many octets as it covers.
Outcome FieldReader::destination() {
  const Token length = parser.next();
  if (length.kind != TokenKind::kNumber) return refuse("expecting number.", length);
  const std::uint32_t bits = convert_number(parser, length.text, 10, 8);
  if (bits > 32) return refuse("prefix length is larger than 32", length);
  base::put_u8(value.bytes(), static_cast<std::uint8_t>(bits));
  const std::size_t octets = (bits + 7) / 8;
  for (std::size_t i = 0; i < 4 && parser.peek().is('.'); ++i) {
    parser.next();
    const Token octet = parser.next();
    if (octet.kind != TokenKind::kNumber) return refuse("expecting numeric value.", octet);
    const auto number = static_cast<std::uint8_t>(convert_number(parser, octet.text, 10, 8));
    if (i < octets) base::put_u8(value.bytes(), number);
    if (i + 1 == octets && !parser.peek().is('.')) return Outcome::kRead;
  }
  return Outcome::kRead;
}

Outcome FieldReader::domain_name() {
  const std::string name = parse_host_name(parser);
  if (name.empty()) {
    parser.error("not a valid domain name.", hint_for_value(option, parser.peek()));
    skip_to_semicolon(parser);
    return Outcome::kLost;
  }
  const std::optional<base::Bytes> wire = dhcp::encode_domain_name(name);
  if (!wire) {
    parser.error("Error assembling domain name: Message too long", "a label has 1 to 63 characters");
    skip_to_semicolon(parser);
    return Outcome::kLost;
  }
  base::put_bytes(value.bytes(), *wire);
  return Outcome::kRead;
}

Outcome FieldReader::domain_list(bool compressed) {
  base::Bytes list;
  while (true) {
    const Token token = parser.next();
    if (token.kind != TokenKind::kString) {
      parser.error("Expecting a domain string.", hint_for_value(option, token));
      if (!token.is(';')) skip_to_semicolon(parser);
      return Outcome::kLost;
    }
    const std::optional<base::Bytes> wire = dhcp::encode_domain_name(token.text);
    if (!wire) {
      parser.error(compressed ? "Error compressing domain list: Message too long"
                              : "Error assembling domain list: Message too long",
                   "a label has 1 to 63 characters");
      skip_to_semicolon(parser);
      return Outcome::kLost;
    }
    dhcp::append_domain_name(list, *wire, compressed);
    if (!parser.peek().is(',')) break;
    parser.next();
  }
  base::put_bytes(value.bytes(), list);
  return Outcome::kRead;
}

Outcome FieldReader::read() {
  switch (field.type) {
    case FieldType::kFlag:
      return flag();
    case FieldType::kInt8:
    case FieldType::kUint8:
      return number(parser.next(), 8);
    case FieldType::kInt16:
    case FieldType::kUint16:
      return number(parser.next(), 16);
    case FieldType::kInt32:
    case FieldType::kUint32:
      return number(parser.next(), 32);
    case FieldType::kLeaseTime: {
      const Token token = parser.next();
      if (!token.is(Keyword::kInfinite)) return number(token, 32);
      base::put_u32(value.bytes(), 0xffffffff);
      return Outcome::kRead;
    }
    case FieldType::kIpAddress:
      return address();
    case FieldType::kIp6Address:
      return address6();
    case FieldType::kText:
      return text();
    case FieldType::kString:
    case FieldType::kEncapsulate:
      return string();
    case FieldType::kDomainName:
      return domain_name();
    case FieldType::kDomainList:
      return domain_list(false);
    case FieldType::kDomainListCompressed:
      return domain_list(true);
    case FieldType::kDestination:
      return destination();
    case FieldType::kEnumeration:
      return enumeration();
    case FieldType::kSpaceName:
      return identifier();
    case FieldType::kName:
      return name();
    case FieldType::kZeroLength:
      if (parser.peek().is(';')) return Outcome::kRead;
      parser.error("semicolon expected.", "this option has no value");
      skip_to_semicolon(parser);
      return Outcome::kLost;
  }
  return Outcome::kLost;
}

// A whole value: its fields, again for every element of an array. False after an error.
bool read_value(Parser& parser, const dhcp::OptionDefinition& option, Value& value) {
  const dhcp::OptionFormat& format = option.format;
  const std::size_t count = format.fields.size();
  const bool repeats = format.is_array || format.tail_is_array;
  std::size_t from = 0;
  while (true) {
    for (std::size_t i = from; i < count; ++i) {
      const bool alone = (format.is_array && count == 1) || (format.tail_is_array && i + 1 == count);
      FieldReader reader{parser, option, format.fields[i], alone, value};
      if (reader.read() == Outcome::kLost) return false;
    }
    if (!repeats || !parser.peek().is(',')) return true;
    parser.next();
    from = format.tail_is_array ? count - 1 : 0;
  }
}

// The semicolon behind a value; where it is missing, the hint names the line that it belongs to.
bool parse_value_end(Parser& parser, const dhcp::OptionDefinition& option) {
  const int line = parser.lexer->line();
  const Token token = parser.next();
  if (token.is(';')) return true;
  const FieldType last = option.format.fields.empty() ? FieldType::kString : option.format.fields.back().type;
  std::string hint;
  if (token.line != line || token.is_end()) {
    hint = "a semicolon is missing at the end of line " + std::to_string(line);
  } else if (last == FieldType::kText || (last == FieldType::kString && !token.is(','))) {
    hint = "put the whole value of " + option.name + " in double quotes";
  } else if (token.is(',')) {
    hint = option.name + " takes no list";
  }
  parser.error("semicolon expected.", std::move(hint));
  skip_to_semicolon(parser);
  return false;
}

bool is_empty_value(const dhcp::OptionDefinition& option) {
  return !option.format.fields.empty() && option.format.fields[0].type == FieldType::kZeroLength;
}

}  // namespace

std::unique_ptr<Statement> parse_option_statement(Parser& parser, StatementKind kind,
                                                  const dhcp::OptionDefinition& option) {
  auto statement = new_statement(parser, kind);
  statement->option = dhcp::OptionKey{option.space->index, option.code};
  const Token& token = parser.peek();
  if (token.is('=')) {
    parser.next();
    ParsedExpression parsed = parse_data_expression(parser);
    if (!parsed) {
      if (!parsed.lost) {
        parser.error("expecting a data expression.");
        skip_to_semicolon(parser);
      }
      return nullptr;
    }
    statement->value = std::move(parsed.expression);
  } else if (token.is(';') && !is_empty_value(option)) {
    // The stock eats this semicolon, wants another, and crashes where there is one.
    parser.next();
    if (parser.peek().is(';')) {
      parser.error(option.name + " has no value");
      parser.next();
      return nullptr;
    }
  } else {
    Value value;
    if (!read_value(parser, option, value)) return nullptr;
    std::move(value).move_into(*statement);
  }
  if (!parse_value_end(parser, option)) return nullptr;
  return statement;
}

}  // namespace conf
