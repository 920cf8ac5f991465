#include "dhcpd/counters.h"

namespace dhcpd {

const char* counter_name(Counter counter) {
  static constexpr const char* kNames[] = {
      "received",
      "dropped-too-long",
      "dropped-foreign-vlan",
      "dropped-not-for-us",
      "dropped-bad-packet",
      "dropped-bad-checksum",
      "dropped-too-short",
      "dropped-hardware-length",
      "dropped-malformed-option",
      "dropped-overload",
      "dropped-no-memory",
      "discover",
      "request",
      "decline",
      "release",
      "inform",
      "leasequery",
      "bootrequest",
      "other-type",
      "no-reply",
      "sent-raw",
      "sent-udp",
      "send-failed",
      "ping-started",
      "ping-answered",
      "ping-skipped",
      "leases-committed",
      "commit-refused",
      "commit-failed",
      "leases-expired",
      "script-started",
      "script-refused",
      "reload",
      "reload-failed",
  };
  static_assert(sizeof kNames / sizeof kNames[0] == static_cast<std::size_t>(Counter::kCount));
  return kNames[static_cast<std::size_t>(counter)];
}

std::vector<std::string> Counters::lines() const {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < values_.size(); ++i)
    lines.push_back(counter_name(static_cast<Counter>(i)) + (" " + std::to_string(values_[i])));
  return lines;
}

}  // namespace dhcpd
