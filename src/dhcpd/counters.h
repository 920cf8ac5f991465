// What the server has received, answered, refused and dropped, by reason. SIGUSR1 writes the table to the
// log.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace dhcpd {

enum class Counter : std::uint8_t {
  kReceived,
  kDroppedTooLong,
  kDroppedVlan,
  kDroppedNotForUs,
  kDroppedBadPacket,
  kDroppedBadChecksum,
  kDroppedTooShort,
  kDroppedHardwareLength,
  kDroppedMalformedOption,
  kDroppedOverload,
  kDroppedNoMemory,
  kDiscover,
  kRequest,
  kDecline,
  kRelease,
  kInform,
  kLeaseQuery,
  kBootRequest,
  kOtherType,
  kNoReply,
  kSentRaw,
  kSentUdp,
  kSendFailed,
  kPingStarted,
  kPingAnswered,
  kPingSkipped,
  kLeasesCommitted,
  kCommitRefused,
  kCommitFailed,
  kLeasesExpired,
  kScriptStarted,
  kScriptRefused,
  kReload,
  kReloadFailed,
  kCount
};

class Counters {
 public:
  void add(Counter counter, std::uint64_t n = 1) { values_[static_cast<std::size_t>(counter)] += n; }
  std::uint64_t get(Counter counter) const { return values_[static_cast<std::size_t>(counter)]; }
  // "received 12", one a counter, in the order of the enumeration.
  std::vector<std::string> lines() const;

 private:
  std::array<std::uint64_t, static_cast<std::size_t>(Counter::kCount)> values_{};
};

const char* counter_name(Counter counter);

}  // namespace dhcpd
