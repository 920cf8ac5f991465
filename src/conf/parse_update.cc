// Zones and keys of dynamic DNS, the server's DUID: read and kept, not served yet.
#include <cctype>

#include "conf/parse_value.h"

namespace conf {
namespace {

bool refuse(Parser& parser, const std::string& message, const std::string& hint = {}) {
  parser.error(message, hint);
  skip_to_semicolon(parser);
  return false;
}

// Addresses of one `primary` or `secondary`, with the semicolon.
bool parse_servers(Parser& parser, std::vector<FixedAddress>& list) {
  do {
    std::optional<AddressOrName> read = parse_address_or_name(parser);
    if (!read) return refuse(parser, "expecting IP addr or hostname.");
    list.push_back(fixed_address(std::move(*read)));
    parser.next();
  } while (parser.lexer->current().is(','));
  if (parser.lexer->current().is(';')) return true;
  return refuse(parser, "expecting semicolon.");
}

bool parse_servers6(Parser& parser, std::vector<std::string>& list) {
  do {
    const std::optional<base::Bytes> address = parse_ip6_address(parser);
    if (!address) return false;
    list.push_back(base::hex(*address));
    parser.next();
  } while (parser.lexer->current().is(','));
  if (parser.lexer->current().is(';')) return true;
  return refuse(parser, "expecting semicolon.");
}

bool parse_zone_key(Parser& parser, Zone& zone) {
  const std::string name = parse_name(parser);
  if (name.empty()) return refuse(parser, "expecting key name.");
  const auto found = parser.keys.find(name);
  if (found == parser.keys.end()) {
    parser.error("unknown key " + name, "declare the key before the zone");
  } else if (zone.key != nullptr) {
    parser.fatal("Multiple key definitions for zone " + zone.name + ".");
  } else {
    zone.key = found->second;
  }
  return parse_semicolon(parser);
}

// Takes the word that begins a list. False where the zone has one already: reported, as by the stock, before
// the word is taken.
template <typename List>
bool take_once(Parser& parser, const char* word, const List& list) {
  const bool again = !list.empty();
  if (again) parser.error(std::string("more than one ") + word + ".");
  parser.next();
  if (again) skip_to_semicolon(parser);
  return !again;
}

// One statement of a zone. False after an error.
bool parse_zone_statement(Parser& parser, Zone& zone) {
  const Token word = parser.peek();
  switch (word.keyword) {
    case Keyword::kPrimary:
      return take_once(parser, "primary", zone.primary) && parse_servers(parser, zone.primary);
    case Keyword::kSecondary:
      return take_once(parser, "secondary", zone.secondary) && parse_servers(parser, zone.secondary);
    case Keyword::kPrimary6:
      return take_once(parser, "primary6", zone.primary6) && parse_servers6(parser, zone.primary6);
    case Keyword::kKey:
      parser.next();
      return parse_zone_key(parser, zone);
    default:
      break;
  }
  if (word.text == "secondary6")
    return take_once(parser, "secondary6", zone.secondary6) && parse_servers6(parser, zone.secondary6);
  parser.next();
  parser.error("expecting right brace.");
  return false;
}

// Value of a base64 digit, -1 for another character.
int base64_digit(char c) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const std::size_t at = kDigits.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

// The secret of a key, quoted or not. nullopt after an error.
std::optional<base::Bytes> parse_base64(Parser& parser) {
  std::string text;
  if (parser.peek().kind == TokenKind::kString) {
    text = std::string(parser.next().text);
  } else {
    while (true) {
      const Token& token = parser.peek();
      const bool part =
          token.is_identifier() || token.is_numeric() || token.is('+') || token.is('/') || token.is('=');
      if (!part) break;
      text += parser.next().text;
    }
  }
  const auto bad_character = [&](char c) {
    parser.error("invalid base64 character " + std::to_string(static_cast<unsigned char>(c)) + ".");
    return std::nullopt;
  };
  base::Bytes bytes;
  std::uint32_t bits = 0;
  unsigned held = 0;  // bits that make no byte yet
  bool padded = false;
  for (const char c : text) {
    if (c == '=') {
      padded = true;
      continue;
    }
    const int digit = base64_digit(c);
    if (digit < 0) return bad_character(c);
    if (padded) {
      parser.error("stuff after base64 '=' terminator: " + text.substr(text.find(c, text.find('='))) + ".");
      return std::nullopt;
    }
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<std::uint8_t>(bits >> held));
    bits &= (1U << held) - 1;
  }
  if (text.empty()) return bad_character(parser.peek().text.empty() ? '\0' : parser.peek().text[0]);
  if (bits == 0 || text.size() % 4 == 0) return bytes;
  parser.error("partial base64 value left over: " + std::to_string(bits) + ".", "the secret is cut off");
  return std::nullopt;
}

// Whether DNS updates can be signed with it: a digest, and behind it the suffix of old files at the most.
bool is_signature_algorithm(std::string_view name) {
  std::string text(name);
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  constexpr std::string_view kSuffix = ".sig-alg.reg.int";
  if (text.size() > kSuffix.size() && std::string_view(text).substr(text.size() - kSuffix.size()) == kSuffix)
    text.resize(text.size() - kSuffix.size());
  for (const char* known :
       {"hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512"})
    if (text == known) return true;
  return false;
}

// The statements of a key. False after an error that skipped the block.
bool parse_key_block(Parser& parser, Key& key) {
  const auto fail = [&](const std::string& message) {
    if (!message.empty()) parser.error(message);
    skip_to_right_brace(parser, 1);
    return false;
  };
  while (true) {
    const Token word = parser.next();
    if (word.is('}')) return true;
    if (word.is(Keyword::kAlgorithm)) {
      if (!key.algorithm.empty()) return fail("key " + key.name + ": too many algorithms");
      key.algorithm = parse_host_name(parser);
      if (key.algorithm.empty()) return fail("expecting key algorithm name.");
    } else if (word.is(Keyword::kSecret)) {
      if (!key.secret.empty()) return fail("key " + key.name + ": too many secrets");
      std::optional<base::Bytes> secret = parse_base64(parser);
      if (!secret) return fail("");
      key.secret = std::move(*secret);
    } else {
      return fail("expecting right brace.");
    }
    if (!parse_semicolon(parser)) return fail("");
  }
}

}  // namespace

bool parse_zone(Parser& parser) {
  auto zone = std::make_unique<Zone>();
  zone->name = parse_host_name(parser);
  if (zone->name.empty()) return refuse(parser, "expecting hostname.");
  if (zone->name.back() != '.') zone->name += '.';
  if (!parser.next().is('{')) return refuse(parser, "expecting left brace");
  while (!parser.peek().is('}'))
    if (!parse_zone_statement(parser, *zone)) return false;
  parser.next();
  parser.not_served("zone " + zone->name);
  parser.config.zones.push_back(std::move(zone));
  return true;
}

bool parse_key(Parser& parser) {
  auto key = std::make_unique<Key>();
  key->name = parse_name(parser);
  if (key->name.empty()) return refuse(parser, "expecting key name.");
  const int line = parser.lexer->line();
  if (!parser.next().is('{')) return refuse(parser, "expecting left brace");
  if (!parse_key_block(parser, *key)) return false;
  if (parser.peek().is(';')) parser.next();  // as in named.conf
  if (key->algorithm.empty() || key->secret.empty()) {
    // The stock crashes on such a key.
    parser.error("key " + key->name + " on line " + std::to_string(line) +
                 " needs an algorithm and a secret");
    return false;
  }
  if (!is_signature_algorithm(key->algorithm))
    parser.diagnostics.add_warning("Unable to create tsec structure for " + key->name);
  parser.not_served("key " + key->name);
  parser.keys[key->name] = key.get();
  parser.config.keys.push_back(std::move(key));
  return true;
}

namespace {

// What follows `llt` or `ll`; nothing: the server makes one up. False after an error.
bool parse_link_layer_duid(Parser& parser, bool with_time, base::Bytes& duid) {
  constexpr std::uint16_t kLinkLayerTime = 1, kLinkLayer = 3;
  if (parser.peek().is(';')) return true;
  const std::optional<std::uint8_t> type = parse_hardware_type(parser.next());
  if (!type) return refuse(parser, "hardware type expected");
  base::put_u16(duid, with_time ? kLinkLayerTime : kLinkLayer);
  base::put_u16(duid, *type);
  if (with_time) {
    const Token time = parser.next();
    if (time.kind != TokenKind::kNumber) return refuse(parser, "timestamp expected");
    base::put_u32(duid, convert_number(parser, time.text, 10, 32));
  }
  const std::optional<base::Bytes> address = parse_hex_list(parser);
  if (!address) return false;
  base::put_bytes(duid, *address);
  return true;
}

}  // namespace

// `server-duid llt [TYPE TIME ADDRESS];`, `ll [TYPE ADDRESS]`, `en NUMBER ID`, `NUMBER ID` (RFC 8415 §11).
void parse_server_duid(Parser& parser) {
  const auto fail = [&](const char* message) {
    parser.error(message);
    if (!parser.lexer->current().is(';')) skip_to_semicolon(parser);
  };
  const Token form = parser.next();
  const bool enterprise = form.is(Keyword::kEn);
  base::Bytes duid;
  if (form.is(Keyword::kLlt) || form.is(Keyword::kLl)) {
    if (!parse_link_layer_duid(parser, form.is(Keyword::kLlt), duid)) return;
  } else if (enterprise || form.kind == TokenKind::kNumber) {
    base::put_u16(duid,
                  enterprise ? 2 : static_cast<std::uint16_t>(convert_number(parser, form.text, 10, 16)));
    if (enterprise) {
      const Token number = parser.next();
      if (number.kind != TokenKind::kNumber) return fail("enterprise number expected");
      base::put_u32(duid, convert_number(parser, number.text, 10, 32));
    }
    const Token id = parser.next();
    if (id.kind != TokenKind::kString) return fail("identifier expected");
    base::put_bytes(duid, base::ByteView(id.text));
  } else {
    return fail("DUID type of LLT, EN, or LL expected");
  }
  if (!parse_semicolon(parser)) return;
  if (!duid.empty()) parser.config.server_duid = std::move(duid);
  parser.not_served("server-duid");
}

}  // namespace conf
