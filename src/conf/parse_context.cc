#include "conf/parse_context.h"

#include <strings.h>

#include <utility>

#include "conf/config.h"

namespace conf {

NestingLevel::NestingLevel(ParseContext& context) : context_(context), ok_(++context.nesting <= kMaxNesting) {
  if (!ok_)
    context.error("nesting too deep",
                  "blocks, parentheses and lists nest at most " + std::to_string(kMaxNesting) + " deep");
}

void skip_to_right_brace(ParseContext& context, int open) {
  while (true) {
    const Token token = context.next();
    if (token.is_end()) return;
    if (token.is('{')) {
      ++open;
    } else if (token.is('}')) {
      if (--open <= 0) return;
    } else if (token.is(';') && open == 0) {
      return;
    }
  }
}

void skip_to_semicolon(ParseContext& context) { skip_to_right_brace(context, 0); }

bool parse_semicolon(ParseContext& context) {
  if (context.next().is(';')) return true;
  context.error("semicolon expected.");
  skip_to_semicolon(context);
  return false;
}

namespace {

// Value of a digit in any base: the stock counts on past 'f'.
unsigned digit_value(char c) {
  if (c >= 'a') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A') return static_cast<unsigned>(c - 'A') + 10;
  return static_cast<unsigned>(c - '0');
}

std::string in_base(std::uint32_t value, unsigned base) {
  std::string text;
  do {
    text.insert(text.begin(), "0123456789abcdef"[value % base]);
    value /= base;
  } while (value != 0);
  return text;
}

}  // namespace

std::uint32_t convert_number(ParseContext& context, std::string_view text, unsigned base, unsigned bits) {
  std::string_view digits = text;
  const bool negative = !digits.empty() && digits[0] == '-';
  if (negative) digits.remove_prefix(1);
  if (base == 0) {
    base = 10;
    if (digits.size() > 1 && digits[0] == '0') {
      base = digits[1] == 'x' ? 16 : digits[1] >= '0' && digits[1] <= '9' ? 8 : 10;
      if (base != 10) digits.remove_prefix(base == 16 ? 2 : 1);
    }
  }
  std::uint32_t value = 0;
  if (digits.empty()) context.error("Bogus number: " + std::string(text) + ".");
  for (const char c : digits) {
    if (c < '0') {
      context.error("Bogus number: " + std::string(text) + ".");
      break;
    }
    const unsigned digit = digit_value(c);
    if (digit >= base) {
      context.error("Bogus number " + std::string(text) + ": digit " + std::to_string(digit) +
                    " not in base " + std::to_string(base));
      break;
    }
    value = value * base + digit;
  }
  const std::uint32_t max = negative ? 1U << (bits - 1) : bits == 32 ? 0xffffffffU : (1U << bits) - 1;
  if (value > max) {
    const std::string shown = (negative ? "-" : "") + in_base(value, base);
    // The stock prints the bound of negative 32-bit numbers as it stands in a signed int.
    const std::string bound = negative && bits == 32 ? "-2147483648" : std::to_string(max);
    context.error(shown + " exceeds max (" + bound + ") for precision.");
  }
  return negative ? 0U - value : value;
}

std::optional<base::Bytes> parse_hex_list(ParseContext& context) {
  base::Bytes bytes;
  while (true) {
    const Token token = context.next();
    if (!token.is_numeric()) {
      context.error("expecting hexadecimal number.");
      skip_to_semicolon(context);
      return std::nullopt;
    }
    bytes.push_back(static_cast<std::uint8_t>(convert_number(context, token.text, 16, 8)));
    if (!context.peek().is(':')) return bytes;
    context.next();
  }
}

namespace {

// The N of "unknown-N": digits as far as there are any. nullopt: another name.
std::optional<std::uint32_t> code_in_name(std::string_view name) {
  constexpr std::string_view kPrefix = "unknown-";
  if (name.size() < kPrefix.size() || strncasecmp(name.data(), kPrefix.data(), kPrefix.size()) != 0)
    return std::nullopt;
  std::uint32_t code = 0;
  for (const char c : name.substr(kPrefix.size())) {
    if (c < '0' || c > '9') break;
    code = code * 10 + static_cast<std::uint32_t>(c - '0');
  }
  return code;
}

// Resolves "unknown-N": the option that has the code now, or a new one of opaque bytes. False after an error.
bool find_by_code(ParseContext& context, std::uint32_t code, OptionName& found) {
  const dhcp::OptionSpace& space = *found.option_space;
  if (found.definition != nullptr && found.definition->code != code) return true;  // a name that a user gave
  const dhcp::OptionDefinition* const known = context.config.options.find(dhcp::OptionKey{space.index, code});
  if (known != nullptr && known == found.definition) return true;
  found.definition = known;
  if (known != nullptr) {
    context.diagnostics.add_warning("option " + found.name + " has been redefined as option " + known->name +
                                    ".  Please update your configs if necessary.");
    return true;
  }
  if (space.index == dhcp::OptionRegistry::kDhcp && (code == 0 || code == 255)) {
    context.error("Option codes 0 and 255 are illegal in the dhcp space.");
    skip_to_semicolon(context);
    return false;
  }
  dhcp::OptionFormat opaque;
  opaque.fields.push_back(dhcp::Field{dhcp::FieldType::kString});
  dhcp::OptionSpace* const target = context.config.options.mutable_space(found.space);
  found.option_space = target;
  found.definition = &context.config.options.define(*target, found.name, code, std::move(opaque));
  return true;
}

}  // namespace

std::optional<OptionName> parse_option_name(ParseContext& context) {
  const Token first = context.next();
  if (!first.is_identifier()) {
    context.error("expecting identifier after option keyword.");
    if (!first.is(';')) skip_to_semicolon(context);
    return std::nullopt;
  }
  OptionName found;
  found.space = "dhcp";
  found.name = std::string(first.text);
  if (context.peek().is('.')) {
    context.next();
    const Token second = context.next();
    if (!second.is_identifier()) {
      context.error("expecting identifier after '.'");
      if (!second.is(';')) skip_to_semicolon(context);
      return std::nullopt;
    }
    found.space = std::exchange(found.name, std::string(second.text));
  }
  found.option_space = context.config.options.space(found.space);
  if (found.option_space == nullptr) {
    context.error("no option space named " + found.space + ".");
    skip_to_semicolon(context);
    return std::nullopt;
  }
  found.definition = context.config.options.find(found.space, found.name);
  if (const std::optional<std::uint32_t> code = code_in_name(found.name))
    if (!find_by_code(context, *code, found)) return std::nullopt;
  return found;
}

}  // namespace conf
