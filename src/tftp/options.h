// Option negotiation: what client and server agree on for one transfer.
//
// Sources: RFC 2347 (OACK), 2348 (blksize), 2349 (timeout, tsize), 7440 (windowsize), and the manual page of
// the stock server for blksize2, utimeout and rollover.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <variant>

#include "tftp/packet.h"

namespace tftp {

// The options that can be negotiated; a bit each, for the set of refused ones (-r).
enum OptionBit : unsigned {
  kBlksize = 1u << 0,
  kBlksize2 = 1u << 1,
  kTsize = 1u << 2,
  kTimeout = 1u << 3,
  kUtimeout = 1u << 4,
  kRollover = 1u << 5,
  kWindowsize = 1u << 6,
};

// By name in any case; nullopt for a name that is none of ours.
std::optional<OptionBit> option_named(std::string_view name);

// What the server allows.
struct OptionPolicy {
  unsigned refused = 0;                                     // OptionBits
  std::uint32_t max_blksize = kMaxBlock;                    // octets, -B
  std::uint32_t max_windowsize = 64;                        // blocks
  std::uint64_t max_window_bytes = std::uint64_t{1} << 20;  // a window never holds more than this
  std::chrono::microseconds timeout{1000000};               // first retransmission, -T
};

// What holds for one transfer.
struct Agreement {
  std::uint32_t blksize = 512;
  std::uint32_t windowsize = 1;
  std::uint16_t rollover = 0;  // the number that follows block 65535
  std::chrono::microseconds timeout{1000000};
  bool timeout_given = false;  // by the client: then it is kept to the letter
  base::Bytes oack;            // empty: no option was accepted, and no OACK is sent
};

struct Refusal {
  ErrorCode code;
  const char* text;
};

// `file_size` is what a read request is told as tsize.
std::variant<Agreement, Refusal> negotiate(const Request& request, const OptionPolicy& policy,
                                           std::uint64_t file_size);

}  // namespace tftp
