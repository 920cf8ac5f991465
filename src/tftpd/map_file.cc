#include "tftpd/map_file.h"

#include <netinet/in.h>
#include <regex.h>

#include <cstring>
#include <optional>

#include "base/log.h"

namespace tftpd {

namespace {

constexpr std::size_t kGroups = 10;

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// The next field of a line, which may hold blanks and # behind a backslash. The backslash stays: it is the
// regular expression's or the replacement's to understand.
std::string take_field(std::string_view& line) {
  std::size_t at = 0;
  while (at < line.size() && is_blank(line[at])) ++at;
  std::string field;
  while (at < line.size() && line[at] != '#' && !is_blank(line[at])) {
    field.push_back(line[at]);
    if (line[at] == '\\' && at + 1 < line.size()) field.push_back(line[++at]);
    ++at;
  }
  // A comment takes the rest of the line with it.
  line = at < line.size() && line[at] == '#' ? std::string_view() : line.substr(at);
  return field;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The client's address in capital hexadecimal digits: 8 of IPv4, 32 of IPv6.
std::string hex_address(const base::SocketAddress& client) {
  base::ByteView octets;
  if (client.family() == AF_INET) {
    octets = base::ByteView(reinterpret_cast<const std::uint8_t*>(
                                &reinterpret_cast<const sockaddr_in*>(&client.storage)->sin_addr),
                            4);
  } else {
    octets = base::ByteView(reinterpret_cast<const sockaddr_in6*>(&client.storage)->sin6_addr.s6_addr, 16);
  }
  std::string out;
  for (std::uint8_t octet : octets) out += base::format("%02X", octet);
  return out;
}

// What a replacement stands for, in the case that \U, \L and \E ask for.
class Expansion {
 public:
  Expansion(const base::SocketAddress& client, const std::string& name, const regmatch_t* groups)
      : client_(client), name_(name), groups_(groups) {}

  std::string of(const std::string& replacement) {
    for (std::size_t i = 0; i < replacement.size(); ++i) {
      if (replacement[i] != '\\' || i + 1 == replacement.size()) {
        put(replacement.substr(i, 1));
      } else {
        escape(replacement[++i]);
      }
    }
    return std::move(out_);
  }

 private:
  void escape(char c) {
    if (c >= '0' && c <= '9') {
      // A rule that acts where nothing matched has no groups.
      const auto group = static_cast<std::size_t>(c - '0');
      if (groups_ && groups_[group].rm_so >= 0) {
        put(name_.substr(static_cast<std::size_t>(groups_[group].rm_so),
                         static_cast<std::size_t>(groups_[group].rm_eo - groups_[group].rm_so)));
      }
    } else if (c == 'i') {
      put(client_.text());
    } else if (c == 'x') {
      put(hex_address(client_));
    } else if (c == 'U' || c == 'L' || c == 'E') {
      case_ = c;
    } else {
      put(std::string(1, c));
    }
  }

  void put(const std::string& text) {
    for (char c : text) out_.push_back(case_ == 'U' ? upper(c) : case_ == 'L' ? lower(c) : c);
  }

  const base::SocketAddress& client_;
  const std::string& name_;
  const regmatch_t* groups_;
  char case_ = 'E';
  std::string out_;
};

}  // namespace

struct MapFile::Rule {
  bool rewrite = false, repeat = false, ignore_case = false, exit = false, restart = false, abort = false,
       inverted = false;
  char direction = 0;  // G, P or 0 for both
  char family = 0;     // 4, 6 or 0 for both
  std::string replacement;
  std::optional<regex_t> regex;

  Rule() = default;
  Rule(const Rule&) = delete;
  Rule& operator=(const Rule&) = delete;
  ~Rule() {
    if (regex) regfree(&*regex);
  }

  // The letter that is none, or 0.
  char set_operations(const std::string& letters);
  bool concerns(const Query& query) const;
};

char MapFile::Rule::set_operations(const std::string& letters) {
  for (char c : letters) {
    switch (c) {
      case 'r':
        rewrite = true;
        break;
      case 'g':
        repeat = true;
        break;
      case 'i':
        ignore_case = true;
        break;
      case 'e':
        exit = true;
        break;
      case 's':
        restart = true;
        break;
      case 'a':
        abort = true;
        break;
      case '~':
        inverted = true;
        break;
      case 'G':
      case 'P':
        direction = c;  // the last one holds
        break;
      case '4':
      case '6':
        family = c;
        break;
      default:
        return c;
    }
  }
  return 0;
}

bool MapFile::Rule::concerns(const Query& query) const {
  if (direction == 'G' && query.write) return false;
  if (direction == 'P' && !query.write) return false;
  if (family == 0) return true;
  const auto* in6 = reinterpret_cast<const sockaddr_in6*>(&query.client.storage);
  const bool ipv4 = query.client.family() == AF_INET || IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr);
  return (family == '4') == ipv4;
}

MapFile::MapFile() = default;
MapFile::~MapFile() = default;
MapFile::MapFile(MapFile&&) noexcept = default;
MapFile& MapFile::operator=(MapFile&&) noexcept = default;

std::variant<MapFile, std::vector<std::string>> MapFile::parse(std::string_view text) {
  MapFile map;
  std::vector<std::string> errors;
  for (int number = 1; !text.empty(); ++number) {
    // The line end belongs to the line: a backslash before it makes it part of the replacement.
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
    text.remove_prefix(line.size());

    const std::string letters = take_field(line);
    if (letters.empty()) continue;
    auto rule = std::make_unique<Rule>();
    if (const char bad = rule->set_operations(letters)) {
      errors.push_back(base::format("Remap command \"%s\" on line %d contains invalid char \"%c\"",
                                    letters.c_str(), number, bad));
      continue;
    }
    if (rule->rewrite && rule->inverted) {
      errors.push_back(
          base::format("r rules cannot be inverted, line %d: %s", number, std::string(line).c_str()));
      continue;
    }
    const std::string pattern = take_field(line);
    if (pattern.empty()) {
      errors.push_back(base::format("No regex on remap line %d: %s", number, std::string(line).c_str()));
      continue;
    }
    regex_t regex;
    const int failed = regcomp(&regex, pattern.c_str(), REG_EXTENDED | (rule->ignore_case ? REG_ICASE : 0));
    if (failed != 0) {
      char why[256];
      regerror(failed, &regex, why, sizeof why);
      errors.push_back(base::format("Bad regex in remap line %d: %s", number, why));
      continue;
    }
    rule->regex = regex;
    rule->replacement = take_field(line);
    map.rules_.push_back(std::move(rule));
  }
  if (!errors.empty()) return errors;
  return map;
}

// One name on its way through the rules.
struct MapFile::Walk {
  const Query& query;
  const std::function<void(const std::string&)>& trace;
  std::string name;
  std::string message;  // of the rule that refused it
  int repeats = 0;

  void note(const std::string& line) const {
    if (trace) trace(line);
  }

  enum class Step { kNoMatch, kMatch, kAbort, kTooLong };
  // Applies one rule; `name` becomes its result.
  Step apply(const Rule& rule, std::size_t number) {
    Step step = Step::kNoMatch;
    regmatch_t groups[kGroups];
    do {
      const bool matched = regexec(&*rule.regex, name.c_str(), kGroups, groups, 0) == 0;
      if (matched == rule.inverted) return step;
      step = Step::kMatch;
      if (rule.abort) {
        message = rule.replacement.empty() ? "Access denied" : replaced(rule, matched ? groups : nullptr);
        return Step::kAbort;
      }
      if (!rule.rewrite) return step;
      name = replaced(rule, groups);
      note(base::format("remap: rule %zu: rewrite: %s", number, name.c_str()));
      if (name.size() > kNameLimit || (rule.repeat && ++repeats > kRepeatLimit)) return Step::kTooLong;
    } while (rule.repeat);
    return step;
  }

  // The name with what matched in it replaced; without `groups` the replacement alone.
  std::string replaced(const Rule& rule, const regmatch_t* groups) const {
    const std::string text = Expansion(query.client, name, groups).of(rule.replacement);
    if (!groups) return text;
    return name.substr(0, static_cast<std::size_t>(groups[0].rm_so)) + text +
           name.substr(static_cast<std::size_t>(groups[0].rm_eo));
  }
};

MapFile::Result MapFile::apply(const Query& query,
                               const std::function<void(const std::string&)>& trace) const {
  if (rules_.empty()) return query.name;
  Walk walk{query, trace, query.name, "", 0};
  walk.note("remap: input: " + query.name);
  int tried = 0;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const Rule& rule = *rules_[i];
    if (!rule.concerns(query)) continue;
    if (++tried > kRuleLimit) return Loop{walk.name};
    const Walk::Step step = walk.apply(rule, i);
    if (step == Walk::Step::kTooLong) return Loop{walk.name};
    if (step == Walk::Step::kAbort) {
      walk.note(base::format("remap: rule %zu: abort: %s", i, walk.name.c_str()));
      return Refused{walk.message};
    }
    if (step == Walk::Step::kNoMatch) continue;
    if (rule.exit) {
      walk.note(base::format("remap: rule %zu: exit", i));
      return walk.name;
    }
    if (rule.restart) {
      walk.note("remap: rule 0: restart");
      i = static_cast<std::size_t>(-1);  // the loop counts on to the first rule
    }
  }
  walk.note("remap: done");
  return walk.name;
}

}  // namespace tftpd
