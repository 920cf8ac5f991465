// Whether to wait for the next datagram awake. To sleep and be woken takes longer than a client on a fast
// network takes to answer, so where clients have lately answered at once, and nobody else wants the
// processor, a short while without sleep is the faster way.
#pragma once

#include "base/clock.h"

namespace tftpd {

class IdleWait {
 public:
  static constexpr std::chrono::microseconds kQuick{
      60};                                          // an answer within that time is worth staying awake for
  static constexpr std::chrono::seconds kPause{1};  // to keep off, once the processor was wanted

  IdleWait();
  void sent(base::MonotonicTime now) { sent_ = now; }
  void received(base::MonotonicTime now) { answer_time_ = (3 * answer_time_ + (now - sent_)) / 4; }
  // Stays awake until `arrived()` is true or the time is up. False: sleep.
  template <typename Predicate>
  bool stay_awake(Predicate arrived) {
    if (answer_time_ > kQuick || !processor_is_free()) return false;
    const auto until = sent_ + 2 * kQuick;
    do {
      if (arrived()) return true;
    } while (base::monotonic_now() < until);
    answer_time_ = 2 * kQuick;
    return false;
  }

 private:
  bool processor_is_free();

  bool several_processors_;
  base::MonotonicTime sent_;
  base::Duration answer_time_ = std::chrono::seconds(1);  // of late, from sending to the next datagram
  long taken_away_ = 0;                                   // times the processor was taken from us
  unsigned calls_ = 0;
  base::MonotonicTime not_before_;
};

}  // namespace tftpd
