#include "conf/hints.h"

#include "base/nearest.h"
#include "dhcp/options_table.h"

namespace conf {
namespace {

using dhcp::FieldType;

// Words that begin a statement or a declaration.
const std::vector<std::string>& statement_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> list = {"include",
                                     "host",
                                     "group",
                                     "shared-network",
                                     "subnet",
                                     "subnet6",
                                     "class",
                                     "subclass",
                                     "vendor-class",
                                     "user-class",
                                     "hardware",
                                     "fixed-address",
                                     "pool",
                                     "range",
                                     "authoritative",
                                     "not authoritative",
                                     "option",
                                     "failover",
                                     "server-duid",
                                     "lease-id-format",
                                     "if",
                                     "elsif",
                                     "else",
                                     "switch",
                                     "case",
                                     "break",
                                     "on",
                                     "set",
                                     "unset",
                                     "define",
                                     "eval",
                                     "execute",
                                     "return",
                                     "log",
                                     "add",
                                     "supersede",
                                     "default",
                                     "append",
                                     "prepend",
                                     "send",
                                     "allow",
                                     "deny",
                                     "ignore",
                                     "db-time-format",
                                     "zone",
                                     "key",
                                     "match",
                                     "spawn",
                                     "substring",
                                     "suffix",
                                     "concat",
                                     "interface",
                                     "host-identifier",
                                     "uid"};
    for (const dhcp::SpaceRow& space : dhcp::standard_spaces()) {
      if (std::string_view(space.name) != "server") continue;
      for (const dhcp::OptionRow* row = space.begin; row != space.end; ++row) list.emplace_back(row->name);
    }
    return list;
  }();
  return words;
}

// Curly quotes and no-break spaces come with text that was copied from a web page or a letter.
const char* hint_for_byte(const Token& token) {
  if (token.kind != TokenKind::kPunctuation) return nullptr;
  const auto byte = static_cast<unsigned char>(token.text[0]);
  if (byte == 0xef || byte == 0xfe || byte == 0xff)
    return "the file begins with a byte order mark: save it as UTF-8 without one";
  if (byte >= 0x80) return "a character outside ASCII: are these curly quotes, or a no-break space?";
  if (byte == '\'') return "strings stand in double quotes";
  if (byte == '/') return "comments begin with #";
  return nullptr;
}

}  // namespace

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = base::nearest(word, known);
  return near.empty() || near == word ? std::string() : "did you mean " + near + "?";
}

std::string hint_for_option(const OptionName& name) {
  std::vector<std::string> names;
  for (const auto& [known, definition] : name.option_space->by_name) names.push_back(known);
  const std::string near = did_you_mean(name.name, names);
  if (!near.empty()) return near;
  const std::string full = name.space == "dhcp" ? name.name : name.space + "." + name.name;
  return "an option that is not a standard one is defined first: option " + full + " code N = TYPE;";
}

std::string hint_for_word(std::string_view word) {
  if (word == "DHCPDARGS") return "this belongs into /etc/sysconfig/dhcpd";
  if (word.substr(0, 5) == "ldap-")
    return "a configuration in LDAP is not read: write it out into this file and remove the ldap- statements";
  return did_you_mean(word, statement_words());
}

std::string hint_for_value(const dhcp::OptionDefinition& option, const Token& token) {
  if (const char* hint = hint_for_byte(token)) return hint;
  if (option.format.fields.empty()) return {};
  switch (option.format.fields[0].type) {
    case FieldType::kIpAddress:
      return token.kind == TokenKind::kString ? "addresses and host names are not quoted"
                                              : option.name + " is an IP address or a host name";
    case FieldType::kFlag:
      return option.name + " is on or off";
    case FieldType::kText:
      return option.name + " is a text: put it in double quotes";
    case FieldType::kString:
      return option.name + " is a text in double quotes or bytes such as 01:0a:ff";
    case FieldType::kDomainName:
      return option.name + " is a domain name without quotes";
    case FieldType::kDomainList:
    case FieldType::kDomainListCompressed:
      return option.name + " is a list of domain names, each in double quotes: \"a.example\", \"b.example\"";
    case FieldType::kLeaseTime:
      return option.name + " is a number of seconds, or infinite";
    case FieldType::kUint8:
    case FieldType::kUint16:
    case FieldType::kUint32:
    case FieldType::kInt8:
    case FieldType::kInt16:
    case FieldType::kInt32:
      return option.name + " is a number";
    default:
      return {};
  }
}

std::string hint_for_enumeration(std::string_view list, std::string_view word) {
  std::string words;
  for (const dhcp::EnumerationRow& row : dhcp::enumeration_rows()) {
    if (list != row.list) continue;
    for (const dhcp::EnumerationWord* w = row.begin; w != row.end; ++w)
      words += (words.empty() ? "" : ", ") + std::string(w->word);
  }
  (void)word;
  return "one of " + words + "; the letters' case counts";
}

std::string hint_for_allow(std::string_view word) {
  const std::string near = did_you_mean(word, {"bootp", "booting", "dynamic-bootp", "unknown-clients",
                                               "duplicates", "declines", "client-updates", "leasequery"});
  return near.empty() ? "members of a class and the like are allowed in a pool, not here" : near;
}

std::string hint_for_type(std::string_view word) {
  if (word == "uint8" || word == "uint16" || word == "uint32")
    return "write unsigned integer " + std::string(word.substr(4));
  if (word == "int8" || word == "int16" || word == "int32")
    return "write signed integer " + std::string(word.substr(3));
  return did_you_mean(word, {"boolean", "integer", "ip-address", "ip6-address", "text", "string",
                             "domain-name", "domain-list", "zerolen", "encapsulate", "array"});
}

void report_unknown_statement(Parser& parser, bool has_declaration) {
  const Token& token = parser.peek();
  std::string hint;
  if (const char* known = hint_for_byte(token)) {
    hint = known;
  } else if (token.is(';')) {
    hint = "a semicolon too many on line " + std::to_string(token.line);
  } else if (token.is('}')) {
    hint = "a '}' too many on line " + std::to_string(token.line);
  } else if (token.is_identifier()) {
    hint = "the word " + std::string(token.text) + " on line " + std::to_string(token.line) +
           " cannot begin a statement here";
  }
  parser.error(has_declaration ? "expecting a declaration" : "expecting a parameter or declaration",
               std::move(hint));
}

}  // namespace conf
