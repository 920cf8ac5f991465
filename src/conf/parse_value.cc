#include "conf/parse_value.h"

#include <arpa/inet.h>

#include <cstring>
#include <ctime>

namespace conf {
namespace {

// One or two hexadecimal digits; nullopt: anything else.
std::optional<std::uint8_t> hex_octet(std::string_view text) {
  if (text.size() > 2) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) {
    const char lower = static_cast<char>(c | 0x20);
    const bool digit = c >= '0' && c <= '9';
    if (!digit && (lower < 'a' || lower > 'f')) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(digit ? c - '0' : lower - 'a' + 10);
  }
  return static_cast<std::uint8_t>(value);
}

// Number that the stock prints for a token in "expecting IP address or hostname".
int stock_number(const Token& token) {
  constexpr int kString = 262, kEnd = 607;
  if (token.is_end()) return kEnd;
  if (token.kind == TokenKind::kString) return kString;
  return token.text.empty() ? 0 : static_cast<unsigned char>(token.text[0]);
}

bool is_brace(const Token& token) { return token.is('{') || token.is('}'); }

// Whether a number that comes next begins an address ("10.0"), not a host name ("10.example").
bool address_begins(Parser& parser) {
  if (parser.peek().kind != TokenKind::kNumber) return false;
  const Lexer::Mark mark = parser.lexer->mark();
  parser.next();
  bool address = false;
  if (parser.peek().is('.')) {
    parser.next();
    address = parser.peek().kind == TokenKind::kNumber;
  }
  parser.lexer->rewind(mark);
  return address;
}

// Decimal number of a date; reports `missing` where there is none.
std::optional<int> date_part(Parser& parser, const char* missing) {
  const Token token = parser.next();
  if (token.kind == TokenKind::kNumber) return static_cast<int>(convert_number(parser, token.text, 10, 32));
  parser.error(missing, "a date is a weekday, year/month/day and hour:minute:second, or `epoch` and seconds");
  if (!token.is(';')) skip_to_semicolon(parser);
  return std::nullopt;
}

bool date_separator(Parser& parser, char separator, const char* missing) {
  const Token token = parser.next();
  if (token.is(separator)) return true;
  parser.error(missing);
  if (!token.is(';')) skip_to_semicolon(parser);
  return false;
}

struct HardwareTypeWord {
  Keyword word;
  base::HardwareType type;
};
constexpr HardwareTypeWord kHardwareTypes[] = {
    {Keyword::kEthernet, base::kEthernet},
    {Keyword::kTokenRing, base::kTokenRing},
    {Keyword::kFddi, base::kFddi},
    {Keyword::kInfiniband, base::kInfiniband},
};

}  // namespace

std::optional<base::Ipv4> parse_ip_address(Parser& parser) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) {
      const Token separator = parser.peek();
      if (!separator.is('.')) {
        if (!is_brace(separator)) parser.next();
        parser.error("too few numbers.", "an address has four numbers");
        if (!separator.is(';')) skip_to_semicolon(parser);
        return std::nullopt;
      }
      parser.next();
    }
    const Token token = parser.next();
    if (token.kind != TokenKind::kNumber) {
      parser.error(token.is_end() ? "unexpected end of file" : "expecting numeric value.");
      if (!token.is(';')) skip_to_semicolon(parser);
      return std::nullopt;
    }
    value = value << 8 | (convert_number(parser, token.text, 10, 8) & 0xff);
  }
  return base::Ipv4{value};
}

std::string parse_host_name(Parser& parser) {
  std::string name;
  while (true) {
    const Token& token = parser.peek();
    if (!token.is_identifier() && token.kind != TokenKind::kNumber) return name;
    name += parser.next().text;
    if (!parser.peek().is('.')) return name;
    parser.next();
    name += '.';
  }
}

std::string parse_name(Parser& parser) {
  if (parser.peek().kind == TokenKind::kString) return std::string(parser.next().text);
  return parse_host_name(parser);
}

std::optional<AddressOrName> parse_address_or_name(Parser& parser, const std::string& hint) {
  if (address_begins(parser)) {
    const std::optional<base::Ipv4> address = parse_ip_address(parser);
    if (!address) return std::nullopt;
    return AddressOrName{*address, {}};
  }
  const Token token = parser.peek();
  if (token.kind == TokenKind::kNumber || token.is_identifier())
    return AddressOrName{{}, parse_host_name(parser)};
  if (!is_brace(token)) parser.next();
  parser.error(std::string(token.text) + " (" + std::to_string(stock_number(token)) +
                   "): expecting IP address or hostname",
               hint);
  if (!token.is(';')) skip_to_semicolon(parser);
  return std::nullopt;
}

FixedAddress fixed_address(AddressOrName read) {
  FixedAddress fixed;
  fixed.address = read.address;
  if (!read.name.empty()) fixed.host_name = std::make_unique<const std::string>(std::move(read.name));
  return fixed;
}

std::optional<std::vector<FixedAddress>> parse_address_list(Parser& parser) {
  std::vector<FixedAddress> list;
  while (true) {
    std::optional<AddressOrName> read = parse_address_or_name(parser);
    if (!read) return std::nullopt;
    list.push_back(fixed_address(std::move(*read)));
    if (!parser.peek().is(',')) break;
    parser.next();
  }
  if (!parse_semicolon(parser)) return std::nullopt;
  return list;
}

std::optional<base::Bytes> parse_ip6_address(Parser& parser) {
  // Groups with separators between, no blanks; longer text is no address.
  std::string text;
  const char* end = nullptr;  // of what has been taken
  for (bool after_group = false; text.size() <= INET6_ADDRSTRLEN;) {
    const Token& token = parser.peek();
    const bool separator = token.is(':') || token.is('.');
    if (!separator && (after_group || !(token.is_numeric() || token.is_identifier()))) break;
    if (end != nullptr && token.text.data() != end) break;
    after_group = !separator;
    const std::string_view taken = parser.next().text;
    text += taken;
    end = taken.data() + taken.size();
  }
  in6_addr address{};
  if (inet_pton(AF_INET6, text.c_str(), &address) == 1)
    return base::Bytes(std::begin(address.s6_addr), std::end(address.s6_addr));
  parser.error("Invalid IPv6 address.");
  skip_to_semicolon(parser);
  return std::nullopt;
}

std::optional<base::Bytes> parse_octets(Parser& parser) {
  base::Bytes octets;
  octets.reserve(base::HardwareAddress::kMaxLength);  // what nearly all are
  // What does not fit a byte is reported once all are there, as the stock does.
  std::vector<std::string_view> wide;
  while (true) {
    const Token token = parser.next();
    if (!token.is_numeric()) {
      parser.error(token.is_end() ? "unexpected end of file" : "expecting numeric value.");
      if (!token.is(';')) skip_to_semicolon(parser);
      return std::nullopt;
    }
    if (const std::optional<std::uint8_t> octet = hex_octet(token.text)) {
      octets.push_back(*octet);
    } else {
      octets.push_back(0);
      wide.push_back(token.text);
    }
    if (!parser.peek().is(':')) break;
    parser.next();
  }
  for (const std::string_view text : wide) convert_number(parser, text, 16, 8);
  return octets;
}

std::optional<base::UnixTime> parse_date(Parser& parser) {
  const Token& first = parser.peek();
  if (first.is(Keyword::kNever)) {
    parser.next();
    return kNever;
  }
  if (first.is(Keyword::kEpoch)) {
    parser.next();
    const std::optional<int> seconds = date_part(parser, "Seconds since epoch expected.");
    if (!seconds) return std::nullopt;
    return *seconds;
  }
  std::tm time{};
  const auto get = [&](int& field, const char* missing) {
    const std::optional<int> part = date_part(parser, missing);
    if (part) field = *part;
    return part.has_value();
  };
  int weekday = 0;
  if (!get(weekday, "numeric day of week expected.") || !get(time.tm_year, "numeric year expected.") ||
      !date_separator(parser, '/', "expected slash separating year from month.") ||
      !get(time.tm_mon, "numeric month expected.") ||
      !date_separator(parser, '/', "expected slash separating month from day.") ||
      !get(time.tm_mday, "numeric day of month expected.") || !get(time.tm_hour, "numeric hour expected.") ||
      !date_separator(parser, ':', "expected colon separating hour from minute.") ||
      !get(time.tm_min, "numeric minute expected.") ||
      !date_separator(parser, ':', "expected colon separating minute from second.") ||
      !get(time.tm_sec, "numeric second expected."))
    return std::nullopt;
  time.tm_year -= time.tm_year > 1900 ? 1900 : 0;
  time.tm_mon -= 1;
  base::UnixTime seconds = timegm(&time);
  if (parser.peek().kind == TokenKind::kNumber) {
    const std::optional<int> offset = date_part(parser, "Time zone offset expected.");
    if (!offset) return std::nullopt;
    seconds += *offset;
  }
  return seconds;
}

std::optional<std::uint32_t> parse_decimal(Parser& parser, const char* missing) {
  const Token token = parser.next();
  if (token.kind == TokenKind::kNumber) return convert_number(parser, token.text, 10, 32);
  parser.error(missing);
  if (!token.is(';')) skip_to_semicolon(parser);
  return std::nullopt;
}

std::optional<std::uint8_t> parse_hardware_type(const Token& token) {
  for (const HardwareTypeWord& row : kHardwareTypes)
    if (token.is(row.word)) return row.type;
  constexpr std::string_view kUnknown = "unknown-";
  if (token.text.substr(0, kUnknown.size()) != kUnknown) return std::nullopt;
  unsigned type = 0;
  for (const char c : token.text.substr(kUnknown.size())) {
    if (c < '0' || c > '9') break;
    type = type * 10 + static_cast<unsigned>(c - '0');
  }
  return static_cast<std::uint8_t>(type);
}

}  // namespace conf
