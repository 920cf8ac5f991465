#include "tftp/sender.h"

#include <algorithm>

#include "tftp/blocks.h"

namespace tftp {

Sender::Sender(const Agreement& agreement, base::MonotonicTime now)
    : windowsize_(agreement.windowsize),
      rollover_(agreement.rollover),
      oack_phase_(!agreement.oack.empty()),
      oack_due_(oack_phase_),
      flight_sent_(now),
      patience_(agreement.timeout, !agreement.timeout_given, now) {}

void Sender::receive(base::ByteView datagram, base::MonotonicTime now) {
  if (outcome_ || datagram.size() < 2) return;
  switch (static_cast<Opcode>(base::get_u16(datagram.data()))) {
    case Opcode::kError:
      if (datagram.size() >= kHeaderSize) error_code_ = base::get_u16(datagram.data() + 2);
      outcome_ = oack_phase_ ? Outcome::kOptionsRefused : Outcome::kAborted;
      break;
    case Opcode::kAck:
      // Some clients send more than the four octets; what follows them says nothing to us.
      if (datagram.size() >= kHeaderSize) acknowledge(base::get_u16(datagram.data() + 2), now);
      break;
    default:
      break;
  }
}

void Sender::acknowledge(std::uint16_t number, base::MonotonicTime now) {
  if (oack_phase_) {
    if (number != 0) return;
    oack_phase_ = false;
    oack_due_ = false;
    patience_.proven();
    if (!repetition_) patience_.measured(now - flight_sent_);
    repetition_ = false;
    patience_.restart(now);
    return;
  }
  if (top_ == 0) return;
  // A block after the last acknowledged one is meant before that one itself is, should both have the number.
  const auto later = block_numbered(number, base_ + 1, top_, rollover_);
  if (!later) {
    if (windowsize_ > 1 && number == wire_number(base_, rollover_)) go_back(false);
    return;
  }
  patience_.proven();
  if (*later == top_ && !repetition_) patience_.measured(now - flight_sent_);
  base_ = *later;
  went_back_at_.reset();
  if (last_ && base_ >= *last_) {
    outcome_ = Outcome::kCompleted;
    return;
  }
  if (base_ + 1 < next_) {
    go_back(false);  // in the middle of a window: the client misses the block after this one
  } else {
    next_ = base_ + 1;
    repetition_ = false;
  }
  patience_.restart(now);
}

void Sender::go_back(bool by_timer) {
  if (next_ == base_ + 1) return;
  if (!by_timer) {
    if (went_back_at_ == base_) return;
    went_back_at_ = base_;
  } else {
    went_back_at_.reset();
  }
  next_ = base_ + 1;
  repetition_ = true;
}

void Sender::receive_request_again() {
  if (outcome_ || proven()) return;
  if (oack_phase_) {
    oack_due_ = true;
    repetition_ = true;
  } else {
    go_back(true);
  }
}

void Sender::tick(base::MonotonicTime now) {
  if (outcome_ || now < patience_.deadline()) return;
  if (!patience_.again(now)) {
    outcome_ = Outcome::kTimedOut;
    return;
  }
  if (oack_phase_) {
    oack_due_ = true;
    repetition_ = true;
  } else {
    go_back(true);
  }
}

Sender::Run Sender::due() const {
  if (oack_phase_ || outcome_) return {};
  std::uint64_t end = base_ + windowsize_;
  if (last_) end = std::min(end, *last_);
  if (next_ > end) return {};
  return {next_, static_cast<std::uint32_t>(end - next_ + 1)};
}

void Sender::oack_sent(base::MonotonicTime now) {
  oack_due_ = false;
  if (repetition_) {
    ++sent_again_;
  } else {
    flight_sent_ = now;
  }
}

void Sender::sent(std::uint32_t count, base::MonotonicTime now) {
  if (next_ <= top_) sent_again_ += std::min<std::uint64_t>(count, top_ - next_ + 1);
  next_ += count;
  top_ = std::max(top_, next_ - 1);
  flight_sent_ = now;
}

}  // namespace tftp
