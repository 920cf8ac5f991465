// A lease: who holds an address, until when, and what is remembered with it (dhcpd.leases(5)).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "conf/evaluate.h"

namespace lease {

enum class BindingState : std::uint8_t {
  kFree = 1,
  kActive,
  kExpired,
  kReleased,
  kAbandoned,
  kReset,
  kBackup
};

// `never` in the file.
inline constexpr base::UnixTime kNever = 0x7fffffff;
// The last time that is kept (in 2106); what lies beyond it is kNever.
inline constexpr base::UnixTime kLastTime = 0xffffffff;

// Whole and self-contained: what is written to the file, handed to the writer thread, and given to and from
// the table. The table itself keeps leases in a smaller form.
struct Lease {
  base::Ipv4 address;
  base::UnixTime starts = 0, ends = 0, tstp = 0, tsfp = 0, atsfp = 0, cltt = 0;  // 0: not set, not written
  BindingState binding = BindingState::kFree;
  BindingState next = BindingState::kFree;
  BindingState rewind = BindingState::kFree;
  bool reserved = false;
  bool dynamic_bootp = false;
  base::HardwareAddress hardware;               // empty(): not known
  base::Bytes uid;                              // empty: none
  std::string hostname;                         // client-hostname, empty: none
  conf::Variables variables;                    // `set`
  base::Bytes agent_options;                    // option 82 as received, sub-options code/len/value
  std::string billing_class;                    // "" none
  std::optional<base::Bytes> billing_subclass;  // key, when billed to a subclass
  // `on expiry` / `on release` as text of the dhcpd.conf language between the braces; "" none.
  std::string on_expiry, on_release;
};

}  // namespace lease
