// POSIX extended regular expressions (regex(7)) for `~=` and `~~`, with bounds on what a pattern may cost.
//
// Without back-references matching takes time linear in the subject. A pattern that came out of a packet may
// therefore have none; one that the configuration gives may, on subjects of up to kMaxBackReferenceSubject
// bytes. Counted repetition is unrolled by the library, so its product is bounded.
#pragma once

#include <regex.h>

#include <cstddef>
#include <string>

#include "base/bytes.h"

namespace conf {

inline constexpr std::size_t kMaxConfiguredPattern = 4096;
inline constexpr std::size_t kMaxComputedPattern = 256;
inline constexpr std::size_t kMaxUnrolled = 4096;  // states: pattern length times nested repetition counts
inline constexpr std::size_t kMaxBackReferenceSubject = 256;

class Regex {
 public:
  enum class Origin { kConfigured, kComputed };  // constant in the configuration, or computed for a packet
  Regex(base::ByteView pattern, bool ignore_case, Origin origin);
  ~Regex();
  Regex(const Regex&) = delete;
  Regex& operator=(const Regex&) = delete;

  // Why the pattern never matches; empty where it can.
  const std::string& fault() const { return fault_; }
  // Whether some part of the subject matches; pattern and subject both end at a NUL.
  bool matches(base::ByteView subject) const;

 private:
  regex_t compiled_{};
  bool has_back_reference_ = false;
  std::string fault_;
};

}  // namespace conf
