// The server's side of a read request, without sockets, files or clock: it is told what arrived and what time
// it is, and says which blocks are to be sent and until when it will wait.
//
// Go-back-N over windows of RFC 7440; a window of one is RFC 1350. An acknowledgement sends a window back at
// most once, and in lock-step never, so that no duplicated packet is ever answered by a duplicate for good
// (the Sorcerer's Apprentice).
#pragma once

#include <cstdint>
#include <optional>

#include "tftp/options.h"
#include "tftp/patience.h"

namespace tftp {

enum class Outcome {
  kCompleted,
  kTimedOut,
  kOptionsRefused,  // the client answered the OACK with ERROR: a size probe, or a client that wants none
  kAborted,         // the client sent ERROR later on
};

class Sender {
 public:
  Sender(const Agreement& agreement, base::MonotonicTime now);

  // A datagram of the client whose transfer this is.
  void receive(base::ByteView datagram, base::MonotonicTime now);
  // The client sent its request again: before its first acknowledgement the first answer is due again.
  void receive_request_again();
  // To be called when deadline() has passed; harmless before.
  void tick(base::MonotonicTime now);

  // Blocks `first` to `first + count - 1` are to be sent now; a count of 0 is nothing.
  struct Run {
    std::uint64_t first = 0;
    std::uint32_t count = 0;
  };
  Run due() const;
  bool oack_due() const { return oack_due_; }
  void oack_sent(base::MonotonicTime now);
  // The first `count` blocks of due() went out.
  void sent(std::uint32_t count, base::MonotonicTime now);
  // Block `last` is the short one that ends the transfer.
  void set_last(std::uint64_t last) { last_ = last; }

  base::MonotonicTime deadline() const { return patience_.deadline(); }
  std::optional<Outcome> outcome() const { return outcome_; }
  bool proven() const { return patience_.is_proven(); }  // the client has answered
  std::uint64_t next_block() const { return next_; }
  std::uint64_t acknowledged() const { return base_; }  // blocks
  std::uint64_t sent_again() const { return sent_again_; }
  std::uint16_t error_code() const { return error_code_; }  // of the client's ERROR

 private:
  void acknowledge(std::uint16_t number, base::MonotonicTime now);
  void go_back(bool by_timer);

  std::uint32_t windowsize_;
  std::uint16_t rollover_;
  bool oack_phase_;
  bool oack_due_;
  std::uint64_t base_ = 0;  // acknowledged up to here
  std::uint64_t next_ = 1;  // to be sent next
  std::uint64_t top_ = 0;   // the highest block ever sent
  std::optional<std::uint64_t> last_;
  std::optional<std::uint64_t> went_back_at_;  // the acknowledgement that has already sent the window back
  bool repetition_ = false;                    // something of this flight was sent twice: no round trip
  base::MonotonicTime flight_sent_;
  std::uint64_t sent_again_ = 0;
  std::uint16_t error_code_ = 0;
  Patience patience_;
  std::optional<Outcome> outcome_;
};

}  // namespace tftp
