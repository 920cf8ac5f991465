// When to send again, and when to give up, for either direction of a transfer.
//
// The stock's schedule: the first wait is the agreed timeout d, every further one is twice the one before,
// and after 63 d without progress the transfer ends: six transmissions at 0, 1, 3, 7, 15 and 31 d. A peer
// whose round trip is known and who agreed on no timeout of its own is asked again sooner (RFC 6298), and
// given up no sooner. A peer that has never answered gets kUnprovenTransmissions and kUnprovenWait, because
// its address may be somebody else's.
#pragma once

#include <chrono>

#include "base/clock.h"

namespace tftp {

class Patience {
 public:
  static constexpr int kUnprovenTransmissions = 3;
  static constexpr std::chrono::seconds kUnprovenWait{10};

  Patience(std::chrono::microseconds timeout, bool adaptive, base::MonotonicTime now);

  void proven() { proven_ = true; }
  bool is_proven() const { return proven_; }
  // The peer moved on, or something is sent for the first time: the schedule starts anew.
  void restart(base::MonotonicTime now);
  // A round trip without a repetition in it.
  void measured(base::Duration round_trip);

  base::MonotonicTime deadline() const { return deadline_; }
  // To be called when the deadline has passed. True: send again. False: give up.
  bool again(base::MonotonicTime now);

 private:
  base::Duration first_wait() const;

  base::Duration timeout_;
  bool adaptive_;
  bool proven_ = false;
  bool round_trip_known_ = false;
  base::Duration smoothed_{};  // SRTT and RTTVAR of RFC 6298
  base::Duration variation_{};
  base::Duration wait_{};
  int transmissions_ = 1;
  base::MonotonicTime started_;
  base::MonotonicTime deadline_;
};

}  // namespace tftp
