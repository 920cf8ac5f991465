// The grammar: lines and blocks. What the attributes mean stands in xinetd_meaning.cc.
#include "tftpd/xinetd_file.h"

#include <algorithm>
#include <set>

#include "base/log.h"

namespace tftpd {

namespace {

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Attributes that may be given again with += and -=.
const std::set<std::string> kLists = {"only_from", "no_access", "log_on_success", "log_on_failure",
                                      "passenv",   "env",       "access_times"};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  XinetdFile run() {
    std::string line;
    while (next_line(line)) {
      const std::string word = lower(line.substr(0, line.find_first_of(" \t")));
      if (word == "service") {
        parse_service(line);
      } else if (word == "defaults") {
        parse_defaults();
      } else if (word == "include" || word == "includedir") {
        complain(number_, word + " is not followed: one file is one service here");
      } else {
        complain(number_, "Bad line: " + line);
      }
    }
    return std::move(file_);
  }

 private:
  void complain(int line, const std::string& what) {
    file_.complaints.push_back(base::format("line %d: %s", line, what.c_str()));
  }

  // The next line that is no comment and not blank, without blanks at its ends.
  bool next_line(std::string& line) {
    while (!text_.empty()) {
      ++number_;
      const std::size_t end = std::min(text_.find('\n'), text_.size());
      std::string_view raw = text_.substr(0, end);
      text_.remove_prefix(std::min(end + 1, text_.size()));
      while (!raw.empty() && is_blank(raw.front())) raw.remove_prefix(1);
      while (!raw.empty() && is_blank(raw.back())) raw.remove_suffix(1);
      if (raw.empty() || raw.front() == '#') continue;
      line = std::string(raw);
      return true;
    }
    return false;
  }

  void parse_service(const std::string& line) {
    XinetdService service;
    service.line = number_;
    const std::size_t at = line.find_first_not_of(" \t", 7);
    service.name = at == std::string::npos ? "" : line.substr(at, line.find_first_of(" \t", at) - at);
    service.attributes = defaults_;
    std::set<std::string> given;
    if (!parse_block("Service " + service.name, service, given)) return;
    file_.services.push_back(std::move(service));
  }

  void parse_defaults() {
    XinetdService block;
    std::set<std::string> given;
    const bool first = !had_defaults_;
    had_defaults_ = true;
    in_defaults_ = true;
    const bool whole = parse_block("defaults", block, given);
    in_defaults_ = false;
    if (!whole) return;
    if (!first) {
      complain(number_, "only the first defaults block counts");
      return;
    }
    if (block.has("disabled")) file_.disabled = block.attributes["disabled"];
    if (block.has("enabled")) file_.enabled = block.attributes["enabled"];
    block.attributes.erase("disabled");
    block.attributes.erase("enabled");
    defaults_ = std::move(block.attributes);
    for (auto& service : file_.services) {
      // Lists reach only the services after the block, everything else all of them.
      for (const auto& [name, values] : defaults_) {
        if (kLists.count(name) == 0) service.attributes.insert({name, values});
      }
    }
  }

  // From { to }. False where the block is not whole or has a line that spoils all of it.
  bool parse_block(const std::string& what, XinetdService& block, std::set<std::string>& given) {
    const int start = number_;
    std::string line;
    if (!next_line(line) || line != "{") {
      complain(start, what + ": missing '{'. It stands on a line of its own");
      return false;
    }
    bool good = true;
    while (next_line(line)) {
      if (line == "}") return good;
      if (!parse_attribute(line, block, given)) good = false;
    }
    complain(start, what + ": missing '}'");
    return false;
  }

  bool parse_attribute(const std::string& line, XinetdService& block, std::set<std::string>& given) {
    const std::size_t name_end = std::min(line.find_first_of(" \t"), line.size());
    const std::string name = lower(line.substr(0, name_end));
    std::string_view rest = std::string_view(line).substr(name_end);
    while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
    char operation = '=';
    if (!rest.empty() && (rest.front() == '+' || rest.front() == '-')) {
      operation = rest.front();
      rest.remove_prefix(1);
    }
    if (rest.empty() || rest.front() != '=') {
      complain(number_, "Attribute " + name.substr(0, name.find('=')) + " needs a space before operator");
      return false;
    }
    rest.remove_prefix(1);
    std::vector<std::string> values;
    while (true) {
      while (!rest.empty() && is_blank(rest.front())) rest.remove_prefix(1);
      if (rest.empty()) break;
      const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
      values.emplace_back(rest.substr(0, end));
      rest.remove_prefix(end);
    }
    store(block, name, operation, values, given);
    return true;
  }

  void store(XinetdService& block, const std::string& name, char operation,
             const std::vector<std::string>& values, std::set<std::string>& given) {
    const bool list = kLists.count(name) != 0 || (in_defaults_ && (name == "enabled" || name == "disabled"));
    auto& have = block.attributes[name];
    if (!list) {
      if (operation != '=') {
        complain(number_, "Operator '" + std::string(1, operation) + "=' is not for " + name + ": ignored");
      } else if (!given.insert(name).second) {
        complain(number_, "attribute already set: " + name);
      } else {
        have = values;
      }
      return;
    }
    if (operation == '-') {
      for (const auto& value : values) have.erase(std::remove(have.begin(), have.end(), value), have.end());
      return;
    }
    // In a service `=` replaces what comes from defaults; in defaults it adds.
    if (operation == '=' && !in_defaults_) have.clear();
    have.insert(have.end(), values.begin(), values.end());
  }

  std::string_view text_;
  int number_ = 0;
  bool had_defaults_ = false;
  bool in_defaults_ = false;
  std::map<std::string, std::vector<std::string>> defaults_;
  XinetdFile file_;
};

}  // namespace

std::string XinetdService::value(const std::string& attribute) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() || found->second.empty() ? "" : found->second.front();
}

XinetdFile parse_xinetd_file(std::string_view text) { return Parser(text).run(); }

}  // namespace tftpd
