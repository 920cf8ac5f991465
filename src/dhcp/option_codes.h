// Codes of the DHCPv4 options that the server itself reads or writes (RFC 2132 and those named).
#pragma once

#include <cstdint>

namespace dhcp {

enum OptionCode : std::uint8_t {
  kOptPad = 0,
  kOptSubnetMask = 1,
  kOptRouters = 3,
  kOptDomainNameServers = 6,
  kOptHostName = 12,
  kOptDomainName = 15,
  kOptVendorEncapsulated = 43,
  kOptRequestedAddress = 50,
  kOptLeaseTime = 51,
  kOptOverload = 52,
  kOptMessageType = 53,
  kOptServerIdentifier = 54,
  kOptParameterRequestList = 55,
  kOptMessage = 56,
  kOptMaxMessageSize = 57,
  kOptRenewalTime = 58,
  kOptRebindingTime = 59,
  kOptVendorClassIdentifier = 60,
  kOptClientIdentifier = 61,
  kOptNwipSuboptions = 63,
  kOptUserClass = 77,
  kOptFqdn = 81,                       // RFC 4702
  kOptRelayAgentInformation = 82,      // RFC 3046
  kOptClientLastTransactionTime = 91,  // RFC 4388
  kOptAssociatedIp = 92,               // RFC 4388
  kOptSubnetSelection = 118,           // RFC 3011
  kOptClasslessStaticRoutes = 121,     // RFC 3442
  kOptVivco = 124,                     // RFC 3925
  kOptVivso = 125,                     // RFC 3925
  kOptEnd = 255,
};

// Members of the space "agent" (RFC 3046, RFC 3527, RFC 8357).
enum AgentOptionCode : std::uint8_t {
  kAgentCircuitId = 1,
  kAgentRemoteId = 2,
  kAgentLinkSelection = 5,
  kAgentRelayPort = 19,
};

// Members of the space "fqdn": pseudo options made from and into option 81.
enum FqdnOptionCode : std::uint8_t {
  kFqdnNoClientUpdate = 1,
  kFqdnServerUpdate = 2,
  kFqdnEncoded = 3,
  kFqdnRcode1 = 4,
  kFqdnRcode2 = 5,
  kFqdnHostname = 6,
  kFqdnDomainname = 7,
  kFqdnFqdn = 8,
};

// Bits of option 52: which field holds options too.
enum OverloadBits : std::uint8_t { kOverloadFile = 1, kOverloadSname = 2 };

}  // namespace dhcp
