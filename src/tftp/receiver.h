// The server's side of a write request, without sockets, files or clock: it is told what arrived and what
// time it is, says which block is to be stored, and what to answer and until when it will wait.
//
// A block is acknowledged only after it was stored, the last one only after the file was closed. With a
// window (RFC 7440) an acknowledgement goes out for each full window, for the last block, and once for a gap.
#pragma once

#include <cstdint>
#include <optional>

#include "tftp/options.h"
#include "tftp/patience.h"
#include "tftp/sender.h"

namespace tftp {

class Receiver {
 public:
  Receiver(const Agreement& agreement, base::MonotonicTime now);

  // Points into the datagram it came from.
  struct Block {
    base::ByteView payload;
    bool last = false;  // its length is not the block size
  };
  // A datagram of the client whose transfer this is. A block that comes back is to be stored and stored()
  // called, or the transfer to be ended by an ERROR.
  std::optional<Block> receive(base::ByteView datagram, base::MonotonicTime now);
  void stored(const Block& block, base::MonotonicTime now);
  void receive_request_again();
  void tick(base::MonotonicTime now);  // when deadline() has passed; harmless before

  // What is to be sent now: the OACK, or an ACK of this number; nullopt where neither.
  bool oack_due() const { return reply_due_ && oack_phase_; }
  std::optional<std::uint16_t> ack_due() const;
  void reply_sent() { reply_due_ = false; }

  base::MonotonicTime deadline() const { return linger_ ? *linger_ : patience_.deadline(); }
  std::optional<Outcome> outcome() const { return outcome_; }
  bool proven() const { return patience_.is_proven(); }
  std::uint64_t received() const { return expected_ - 1; }  // blocks
  std::uint64_t sent_again() const { return sent_again_; }
  std::uint16_t error_code() const { return error_code_; }

 private:
  void repeat_reply();

  std::uint32_t blksize_;
  std::uint32_t windowsize_;
  std::uint16_t rollover_;
  base::Duration timeout_;
  bool oack_phase_;
  bool reply_due_ = true;
  bool gap_answered_ = false;  // or, after the last block, that one sent again
  std::uint64_t expected_ = 1;
  std::uint32_t in_window_ = 0;  // blocks stored since the last acknowledgement
  std::optional<base::MonotonicTime>
      linger_;  // all is stored; the last ACK may have to be repeated until then
  std::uint64_t sent_again_ = 0;
  std::uint16_t error_code_ = 0;
  Patience patience_;
  std::optional<Outcome> outcome_;
};

}  // namespace tftp
