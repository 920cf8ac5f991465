#include "tftp/receiver.h"

#include "tftp/blocks.h"

namespace tftp {

Receiver::Receiver(const Agreement& agreement, base::MonotonicTime now)
    : blksize_(agreement.blksize),
      windowsize_(agreement.windowsize),
      rollover_(agreement.rollover),
      timeout_(agreement.timeout),
      oack_phase_(!agreement.oack.empty()),
      patience_(agreement.timeout, false, now) {}

std::optional<std::uint16_t> Receiver::ack_due() const {
  if (!reply_due_ || oack_phase_) return std::nullopt;
  return wire_number(expected_ - 1, rollover_);
}

std::optional<Receiver::Block> Receiver::receive(base::ByteView datagram, base::MonotonicTime) {
  if (outcome_ || datagram.size() < 2) return std::nullopt;
  const auto opcode = static_cast<Opcode>(base::get_u16(datagram.data()));
  if (opcode == Opcode::kError) {
    if (datagram.size() >= kHeaderSize) error_code_ = base::get_u16(datagram.data() + 2);
    // After the last block there is nothing left to abort.
    outcome_ = linger_ ? Outcome::kCompleted : Outcome::kAborted;
    return std::nullopt;
  }
  if (opcode != Opcode::kData || datagram.size() < kHeaderSize) return std::nullopt;
  const std::uint16_t number = base::get_u16(datagram.data() + 2);
  if (!linger_ && number == wire_number(expected_, rollover_)) {
    const base::ByteView payload = datagram.subview(kHeaderSize);
    return Block{payload, payload.size() != blksize_};
  }
  const bool of_last = expected_ > 1 && number == wire_number(expected_ - 1, rollover_);
  if (linger_) {
    if (of_last && !gap_answered_) {
      gap_answered_ = true;
      repeat_reply();
    }
  } else if (windowsize_ == 1 ? of_last : !gap_answered_) {
    // In lock-step the client has not seen the acknowledgement; in a window a block is missing.
    gap_answered_ = true;
    repeat_reply();
  }
  return std::nullopt;
}

void Receiver::stored(const Block& block, base::MonotonicTime now) {
  oack_phase_ = false;
  gap_answered_ = false;
  ++expected_;
  ++in_window_;
  patience_.proven();
  patience_.restart(now);
  if (!block.last && in_window_ < windowsize_) return;
  in_window_ = 0;
  reply_due_ = true;
  if (block.last) linger_ = now + timeout_;
}

void Receiver::repeat_reply() {
  in_window_ = 0;
  reply_due_ = true;
  ++sent_again_;
}

void Receiver::receive_request_again() {
  if (!outcome_ && !proven()) repeat_reply();
}

void Receiver::tick(base::MonotonicTime now) {
  if (outcome_ || now < deadline()) return;
  if (linger_) {
    outcome_ = Outcome::kCompleted;
  } else if (!patience_.again(now)) {
    outcome_ = Outcome::kTimedOut;
  } else {
    gap_answered_ = false;
    repeat_reply();
  }
}

}  // namespace tftp
