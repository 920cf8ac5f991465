// Option spaces and definitions of options (dhcp-options(5), "DEFINING NEW OPTIONS").
#include "conf/hints.h"
#include "conf/parser.h"

namespace conf {
namespace {

using dhcp::Field;
using dhcp::FieldType;

bool refuse(Parser& parser, const std::string& message, const std::string& hint = {}) {
  parser.error(message, hint);
  skip_to_semicolon(parser);
  return false;
}

// As refuse, for a token that has been taken and may be the semicolon itself.
bool refuse_token(Parser& parser, const Token& token, const std::string& message,
                  const std::string& hint = {}) {
  parser.error(message, hint);
  if (!token.is(';')) skip_to_semicolon(parser);
  return false;
}

// `integer N` behind its sign word.
bool parse_integer_type(Parser& parser, bool is_signed, Field& field) {
  const Token width = parser.next();
  if (width.kind != TokenKind::kNumber)
    return refuse_token(parser, width, "expecting number.", "integers have 8, 16 or 32 bits");
  if (width.text == "8") {
    field.type = is_signed ? FieldType::kInt8 : FieldType::kUint8;
  } else if (width.text == "16") {
    field.type = is_signed ? FieldType::kInt16 : FieldType::kUint16;
  } else if (width.text == "32") {
    field.type = is_signed ? FieldType::kInt32 : FieldType::kUint32;
  } else {
    return refuse(parser, std::string(width.text) + " bit precision is not supported.",
                  "integers have 8, 16 or 32 bits");
  }
  return true;
}

bool parse_encapsulated_type(Parser& parser, dhcp::OptionFormat& format) {
  const Token name = parser.next();
  if (!name.is_identifier()) return refuse_token(parser, name, "expecting option space identifier");
  if (parser.config.options.space(name.text) == nullptr)
    return refuse(parser, "unknown option space " + std::string(name.text), "define the space first");
  format.encapsulated = std::string(name.text);
  return true;
}

struct TypeWord {
  Keyword word;
  FieldType type;
};
constexpr TypeWord kTypes[] = {
    {Keyword::kBoolean, FieldType::kFlag},
    {Keyword::kText, FieldType::kText},
    {Keyword::kString, FieldType::kString},
    {Keyword::kIpAddress, FieldType::kIpAddress},
    {Keyword::kIp6Address, FieldType::kIp6Address},
    {Keyword::kDomainName, FieldType::kDomainName},
    {Keyword::kDomainList, FieldType::kDomainList},
    {Keyword::kZerolen, FieldType::kZeroLength},
    {Keyword::kEncapsulate, FieldType::kEncapsulate},
};

// Ends a record: nothing can follow it, since its length is what is left of the option.
bool takes_the_rest(FieldType type) {
  switch (type) {
    case FieldType::kText:
    case FieldType::kString:
    case FieldType::kDomainName:
    case FieldType::kDomainList:
    case FieldType::kDomainListCompressed:
    case FieldType::kZeroLength:
    case FieldType::kEncapsulate:
      return true;
    default:
      return false;
  }
}

// One type word and what belongs to it.
bool parse_type(Parser& parser, const Token& word, dhcp::OptionFormat& format, Field& field) {
  const bool is_signed = word.is(Keyword::kSigned);
  if (is_signed || word.is(Keyword::kUnsigned)) {
    const Token integer = parser.next();
    if (!integer.is(Keyword::kInteger))
      return refuse_token(parser, integer, "expecting \"integer\" keyword.");
    return parse_integer_type(parser, is_signed, field);
  }
  if (word.is(Keyword::kInteger)) return parse_integer_type(parser, true, field);
  // RFC 3442, as the distributor's builds of EL have it.
  if (word.text == "destination-descriptor") {
    field.type = FieldType::kDestination;
    return true;
  }
  for (const TypeWord& row : kTypes) {
    if (!word.is(row.word)) continue;
    field.type = row.type;
    if (row.type == FieldType::kEncapsulate) return parse_encapsulated_type(parser, format);
    if (row.type == FieldType::kDomainList && parser.peek().is(Keyword::kCompressed)) {
      parser.next();
      field.type = FieldType::kDomainListCompressed;
    }
    return true;
  }
  // By the token in hand: behind the brace of a record at the end of the file the stock names the brace.
  const std::string name(word.is_end() ? "{" : word.text);
  return refuse(parser, "unknown data type " + name,
                word.is('{') ? "records do not nest" : hint_for_type(name));
}

// What cannot repeat or stand before another field.
const char* array_fault(FieldType type) {
  if (type == FieldType::kZeroLength) return "array incompatible with zerolen.";
  if (type == FieldType::kEncapsulate) return "Arrays of encapsulations don't make sense.";
  return takes_the_rest(type) ? "arrays of text strings not yet supported." : nullptr;
}

// The type behind the '=' of a definition.
bool parse_format(Parser& parser, dhcp::OptionFormat& format) {
  Token word = parser.next();
  bool array = word.is(Keyword::kArray);
  if (array) {
    if (!parser.next().is(Keyword::kOf)) return refuse(parser, "expecting \"of\".");
    word = parser.next();
    if (word.is(Keyword::kArray)) return refuse(parser, "no nested arrays.");
  }
  const bool record = word.is('{');
  if (record) word = parser.next();
  while (true) {
    bool tail_array = false;
    if (record && word.is(Keyword::kArray)) {
      if (array) return refuse(parser, "no nested arrays.");
      if (!parser.next().is(Keyword::kOf)) return refuse(parser, "expecting \"of\".");
      tail_array = true;
      word = parser.next();
      if (word.is(Keyword::kArray)) return refuse(parser, "no nested arrays.");
    }
    Field field{};
    if (!parse_type(parser, word, format, field)) return false;
    if (array || tail_array)
      if (const char* fault = array_fault(field.type)) return refuse(parser, fault);
    format.fields.push_back(field);
    if (!record) break;
    const Token separator = parser.next();
    if (separator.is('}')) {
      format.tail_is_array = tail_array;
      break;
    }
    if (!separator.is(',')) return refuse_token(parser, separator, "expecting right brace.");
    if (field.type == FieldType::kEncapsulate)
      return refuse(parser, "encapsulate must always be the last item.");
    if (takes_the_rest(field.type))
      return refuse(parser, field.type == FieldType::kText ? "text must be at end of record."
                                                           : "string must be at end of record.");
    word = parser.next();
  }
  format.is_array = array;
  return true;
}

// Number behind `code width`, `length width` and `hash size`.
bool parse_width(Parser& parser, Keyword word, const char* missing, const char* numbers, unsigned& width) {
  parser.next();
  const Token second = parser.next();
  if (!second.is(word)) return refuse_token(parser, second, missing);
  const Token number = parser.next();
  if (number.kind != TokenKind::kNumber) return refuse_token(parser, number, numbers);
  width = convert_number(parser, number.text, 10, 32);
  return true;
}

}  // namespace

void parse_option_space(Parser& parser) {
  const Token name = parser.next();
  if (!name.is_identifier()) {
    refuse_token(parser, name, "expecting identifier.");
    return;
  }
  unsigned code_width = 1, length_width = 1, hash_size = 0;
  while (!parser.peek().is(';')) {
    const Token word = parser.peek();
    if (word.is(Keyword::kCode)) {
      if (!parse_width(parser, Keyword::kWidth, "expecting width token.", "expecting number 1, 2, 4.",
                       code_width))
        return;
      if (code_width != 1 && code_width != 2 && code_width != 4) {
        refuse(parser, "invalid code width (" + std::to_string(code_width) + "), expecting a 1, 2 or 4.");
        return;
      }
    } else if (word.is(Keyword::kLength)) {
      if (!parse_width(parser, Keyword::kWidth, "expecting width token.", "expecting number 1 or 2.",
                       length_width))
        return;
      if (length_width != 1 && length_width != 2) {
        refuse(parser, "invalid length width (" + std::to_string(length_width) + ") expecting 1 or 2.");
        return;
      }
    } else if (word.is(Keyword::kHash)) {
      if (!parse_width(parser, Keyword::kSize, "expecting size token.", "expecting number.", hash_size))
        return;
    } else {
      if (parser.next().is_end()) break;
      parser.error("Unexpected token.", "code width, length width or hash size may follow");
    }
  }
  if (!parse_semicolon(parser)) return;
  // Defined a second time, the space starts anew.
  parser.config.options.add_space(name.text, code_width, length_width);
}

void parse_option_definition(Parser& parser, const OptionName& name) {
  const Token code = parser.next();
  if (code.kind != TokenKind::kNumber) {
    refuse_token(parser, code, "expecting option code number.");
    return;
  }
  const std::uint32_t number = convert_number(parser, code.text, 10, 32);
  const Token equals = parser.next();
  if (!equals.is('=')) {
    refuse_token(parser, equals, "expecting \"=\"");
    return;
  }
  dhcp::OptionFormat format;
  if (!parse_format(parser, format)) return;
  if (!parse_semicolon(parser)) return;
  dhcp::OptionSpace* space = parser.config.options.mutable_space(name.space);
  parser.config.options.define(*space, name.name, number, std::move(format));
}

}  // namespace conf
