// How much is sent to addresses that have never answered.
//
// A request costs its sender nothing and may carry somebody else's address. So what goes to a peer before its
// first answer is drawn from two allowances, one for its address and one for all; an answer gives it back. An
// honest crowd is limited by its round trip only, a flood of forged requests by the allowance. An address
// that has answered lately draws on neither.
#pragma once

#include <array>
#include <cstdint>

#include "base/address.h"
#include "base/clock.h"

namespace tftpd {

class Admission {
 public:
  struct Limits {
    std::int64_t source_rate =
        32 << 10;                        // octets a second, and the most that is outstanding, for one address
    std::int64_t total_rate = 500000;    // octets a second for all: 4 Mbit/s
    std::int64_t total_burst = 1 << 20;  // outstanding for all
  };
  static constexpr std::size_t kPacketOverhead = 28;  // IPv4 and UDP headers
  static constexpr std::chrono::minutes kTrusted{10};
  // An address that has answered lately may stand for a crowd (one behind address translation): it has so
  // many times the allowance outstanding.
  static constexpr std::int64_t kCrowd = 8;

  explicit Admission(const Limits& limits) : limits_(limits), total_{} {}

  enum class Answer { kDrawn, kSourceEmpty, kTotalEmpty };
  // Draws `octets` for a packet to `who`, or nothing where an allowance does not reach. With
  // `leave_half`, as for a repetition or a large answer, half of the allowance of all is left to the others.
  Answer draw(const base::SocketAddress& who, std::size_t octets, bool leave_half, base::MonotonicTime now);
  bool has_answered(const base::SocketAddress& who, base::MonotonicTime now) const;
  // What was drawn for `who` comes back (overhead included in `octets`): it has `answered`, or got no answer
  // that counts.
  void give_back(const base::SocketAddress& who, std::size_t octets, base::MonotonicTime now, bool answered);

 private:
  struct Bucket {
    std::int64_t level = 0;      // octets that may go out; below 0: lent to an address that has answered
    base::MonotonicTime filled;  // the epoch: never used
  };
  static void refill(Bucket& bucket, std::int64_t rate, std::int64_t most, base::MonotonicTime now);
  std::size_t slot_of(const base::SocketAddress& who) const;

  Limits limits_;
  Bucket total_;
  // Addresses that fall on one slot share it: the table never grows, whoever fills it.
  std::array<Bucket, 4096> sources_;
  struct Answered {
    std::size_t hash = 0;
    base::MonotonicTime when;
  };
  std::array<Answered, 4096> answered_;
};

}  // namespace tftpd
