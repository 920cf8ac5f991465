// The codes of the option space "server": the parameters of the server itself, as dhcpd.conf(5) names them
// (default-lease-time: kDefaultLeaseTime). They are never sent; the numbers are ours alone.
//
// Wire forms (options_table.cc has each): times 4 bytes (infinite: 0xffffffff), flags 1 byte (0 off, 1 on, 2
// ignore), numbers big-endian in 1, 2 or 4 bytes, texts without NUL, addresses 4 bytes.
#pragma once

#include <cstdint>

#include "dhcp/option.h"

namespace dhcp {

enum class ServerOption : std::uint32_t {
  // Addressing and lease time.
  kDefaultLeaseTime = 1,
  kMaxLeaseTime,
  kMinLeaseTime,
  kDynamicBootpLeaseCutoff,
  kDynamicBootpLeaseLength,
  kOneLeasePerClient,
  kInfiniteIsReserved,
  kAdaptiveLeaseTimeThreshold,
  kDhcpCacheThreshold,
  kPreferredLifetime,
  kPingCheck,
  kPingTimeout,
  kPingTimeoutMs,
  kPingCltt,
  kAbandonLeaseTime,
  kIgnoreClientUids,
  kReleaseOnRoam,
  kMinSecs,
  kCheckSecsByteOrder,
  kUseLeaseAddrForDefaultRoute,
  // Who is served.
  kBootUnknownClients,
  kAllowBootp,
  kDynamicBootp,
  kAllowBooting,
  kDuplicates,
  kDeclines,
  kClientUpdates,
  kLeasequery,
  kAuthoritative,
  kAlwaysBroadcast,
  kAlwaysReplyRfc1048,
  kServerIdCheck,
  kOmapiPort,
  kOmapiKey,
  // Contents of replies.
  kFilename,
  kServerName,
  kNextServer,
  kVendorOptionSpace,
  kSiteOptionSpace,
  kUseHostDeclNames,
  kGetLeaseHostnames,
  kStashAgentOptions,
  kEchoClientId,
  kFqdnReply,
  // The server process; only the global value counts.
  kLeaseFileName,
  kPidFileName,
  kDhcpv6LeaseFileName,
  kDhcpv6PidFileName,
  kLocalPort,
  kRemotePort,
  kLocalAddress,
  kLocalAddress6,
  kBindLocalAddress6,
  kLimitedBroadcastAddress,
  kLogFacility,
  kDontUseFsync,
  kDelayedAck,
  kMaxAckDelay,
  kLogThresholdLow,
  kLogThresholdHigh,
  kPrefixLengthMode,
  kLimitAddrsPerIa,
  kLimitPrefsPerIa,
  kDhcpv6SetTeeTimes,
  // Dynamic DNS.
  kDdnsUpdateStyle,
  kDdnsUpdates,
  kDdnsHostname,
  kDdnsDomainname,
  kDdnsRevDomainname,
  kDdnsTtl,
  kDoForwardUpdates,
  kDoReverseUpdates,
  kUpdateOptimization,
  kUpdateStaticLeases,
  kUpdateConflictDetection,
  kDdnsLocalAddress4,
  kDdnsLocalAddress6,
  kDdnsDualStackMixedMode,
  kDdnsGuardIdMustMatch,
  kDdnsOtherGuardIsDynamic,
};

// Values of a flag parameter.
enum FlagValue : std::uint8_t { kFlagOff = 0, kFlagOn = 1, kFlagIgnore = 2 };

// Values of ddns-update-style.
enum DdnsStyle : std::uint8_t { kDdnsNone = 0, kDdnsAdHoc = 1, kDdnsInterim = 2, kDdnsStandard = 3 };

constexpr OptionKey server_key(ServerOption option) {
  return OptionKey{OptionRegistry::kServer, static_cast<std::uint32_t>(option)};
}

}  // namespace dhcp
