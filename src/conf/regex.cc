#include "conf/regex.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <vector>

namespace conf {
namespace {

std::string up_to_nul(base::ByteView bytes) {
  const std::string_view text = bytes.text();
  return std::string(text.substr(0, text.find('\0')));
}

// The larger count of "{3}", "{3,}" or "{3,5}" at `text`; 1 where no count stands.
std::size_t repetition(const char* text) {
  char* end = nullptr;
  const unsigned long low = std::strtoul(text + 1, &end, 10);
  const unsigned long high = *end == ',' ? std::strtoul(end + 1, &end, 10) : low;
  return std::max<std::size_t>({1, low, high});
}

struct Shape {
  std::size_t unrolled = 0;
  bool has_back_reference = false;
};

// Estimates the states of the automaton: each atom counts once for every repetition around it.
Shape shape_of(const std::string& pattern) {
  Shape shape;
  std::vector<std::size_t> outer;  // states of the groups that are open
  std::size_t current = 0, last = 0;
  bool in_bracket = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (in_bracket) {
      if (c == ']') in_bracket = false;
      continue;
    }
    if (c == '\\' && i + 1 < pattern.size()) {
      ++i;
      if (pattern[i] >= '1' && pattern[i] <= '9') shape.has_back_reference = true;
      current += last = 1;
    } else if (c == '[') {
      in_bracket = true;
      current += last = 1;
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') ++i;
      if (i + 1 < pattern.size() && pattern[i + 1] == ']') ++i;
    } else if (c == '(') {
      outer.push_back(current);
      current = 0;
    } else if (c == ')' && !outer.empty()) {
      last = current + 1;
      current = outer.back() + last;
      outer.pop_back();
    } else if (c == '{') {
      const std::size_t extra = last * (repetition(pattern.c_str() + i) - 1);
      last += extra;
      current += extra;
      // Past the count, so that another one behind it multiplies this one.
      const std::size_t end = pattern.find_first_not_of("0123456789,", i + 1);
      if (end != std::string::npos && pattern[end] == '}') i = end;
    } else {
      current += last = 1;
    }
    if (current > kMaxUnrolled) break;
  }
  shape.unrolled = current;
  for (const std::size_t group : outer) shape.unrolled += group;
  return shape;
}

}  // namespace

Regex::Regex(base::ByteView pattern, bool ignore_case, Origin origin) {
  const std::string text = up_to_nul(pattern);
  if (text.size() > (origin == Origin::kConfigured ? kMaxConfiguredPattern : kMaxComputedPattern)) {
    fault_ = "regular expression too long";
    return;
  }
  const Shape shape = shape_of(text);
  has_back_reference_ = shape.has_back_reference;
  if (shape.unrolled > kMaxUnrolled) {
    fault_ = "regular expression repeats too much";
  } else if (has_back_reference_ && origin == Origin::kComputed) {
    fault_ = "back-reference in a computed regular expression";
  } else {
    const int flags = REG_EXTENDED | REG_NOSUB | (ignore_case ? REG_ICASE : 0);
    const int status = regcomp(&compiled_, text.c_str(), flags);
    if (status == 0) return;
    std::array<char, 256> message{};
    regerror(status, &compiled_, message.data(), message.size());
    fault_ = message.data();
  }
}

Regex::~Regex() {
  if (fault_.empty()) regfree(&compiled_);
}

bool Regex::matches(base::ByteView subject) const {
  if (!fault_.empty()) return false;
  const std::string text = up_to_nul(subject);
  if (has_back_reference_ && text.size() > kMaxBackReferenceSubject) return false;
  return regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0;
}

}  // namespace conf
