// A limit for lines of one kind that strangers can cause as many of as they like.
#pragma once

#include "base/clock.h"
#include "base/log.h"

namespace base {

// At most `most` lines a second; what is left out is counted and told with the next line that is let through.
class LogLimit {
 public:
  LogLimit(const char* kind, unsigned most) : kind_(kind), most_(most) {}

  // Whether a line may be written at `now`.
  bool allow(MonotonicTime now) {
    if (now - began_ >= std::chrono::seconds(1)) {
      if (left_out_ > 0) log_warning("%lu more lines like this were left out: %s", left_out_, kind_);
      began_ = now;
      written_ = 0;
      left_out_ = 0;
    }
    if (written_ < most_) {
      ++written_;
      return true;
    }
    ++left_out_;
    return false;
  }

 private:
  const char* kind_;
  unsigned most_;
  unsigned written_ = 0;
  unsigned long left_out_ = 0;
  MonotonicTime began_{};
};

}  // namespace base
