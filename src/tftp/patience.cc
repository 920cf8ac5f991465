#include "tftp/patience.h"

#include <algorithm>

namespace tftp {

namespace {

// As TCP does: below this a peer that is merely busy would be sent everything twice.
constexpr std::chrono::milliseconds kLeastWait{200};
constexpr int kGiveUpAfter = 63;  // timeouts
constexpr int kLongestWait = 32;  // timeouts

}  // namespace

Patience::Patience(std::chrono::microseconds timeout, bool adaptive, base::MonotonicTime now)
    : timeout_(timeout), adaptive_(adaptive) {
  restart(now);
}

base::Duration Patience::first_wait() const {
  if (!adaptive_ || !round_trip_known_) return timeout_;
  const base::Duration estimate = smoothed_ + 4 * variation_;
  return std::min<base::Duration>(timeout_, std::max<base::Duration>(estimate, kLeastWait));
}

void Patience::restart(base::MonotonicTime now) {
  started_ = now;
  transmissions_ = 1;
  wait_ = first_wait();
  deadline_ = now + (proven_ ? wait_ : std::min<base::Duration>(wait_, kUnprovenWait));
}

void Patience::measured(base::Duration round_trip) {
  if (!round_trip_known_) {
    smoothed_ = round_trip;
    variation_ = round_trip / 2;
    round_trip_known_ = true;
    return;
  }
  const base::Duration error = round_trip > smoothed_ ? round_trip - smoothed_ : smoothed_ - round_trip;
  variation_ = (3 * variation_ + error) / 4;
  smoothed_ = (7 * smoothed_ + round_trip) / 8;
}

bool Patience::again(base::MonotonicTime now) {
  const base::Duration limit =
      proven_ ? kGiveUpAfter * timeout_ : std::min<base::Duration>(kGiveUpAfter * timeout_, kUnprovenWait);
  if (now - started_ >= limit) return false;
  if (!proven_ && transmissions_ >= kUnprovenTransmissions) return false;
  ++transmissions_;
  wait_ = std::min<base::Duration>(2 * wait_, kLongestWait * timeout_);
  deadline_ = std::min(now + wait_, started_ + limit);
  return true;
}

}  // namespace tftp
