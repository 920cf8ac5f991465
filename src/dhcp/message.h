// A DHCPv4 or BOOTP message as it stands on the wire (RFC 951, RFC 2131 §2, RFC 3396 for options in pieces).
//
// decode() takes what came in a UDP datagram. The fixed part of 236 bytes must be there; the magic cookie
// need not (then the message is BOOTP without options). Options that stand several times are joined, in the
// order in which their codes first appear; with option 52 the file and sname fields are read as option areas
// too.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"
#include "base/bytes.h"

namespace dhcp {

enum class MessageType : std::uint8_t {
  kDiscover = 1,
  kOffer,
  kRequest,
  kDecline,
  kAck,
  kNak,
  kRelease,
  kInform,
  kForceRenew,
  kLeaseQuery = 10,
  kLeaseUnassigned,
  kLeaseUnknown,
  kLeaseActive,
};

inline constexpr std::uint8_t kBootRequest = 1;
inline constexpr std::uint8_t kBootReply = 2;
inline constexpr std::uint16_t kBroadcastFlag = 0x8000;
inline constexpr std::size_t kFixedSize = 236;  // op .. file
inline constexpr std::size_t kCookieSize = 4;   // 99.130.83.99
inline constexpr std::size_t kSnameSize = 64;
inline constexpr std::size_t kFileSize = 128;
inline constexpr std::size_t kChaddrSize = 16;
inline constexpr std::size_t kMinimumReply = 300;  // RFC 951: what old clients and relays expect

// The fields up to `file`, common to requests and replies.
struct Header {
  std::uint8_t op = 0;
  std::uint8_t htype = 0;
  std::uint8_t hlen = 0;
  std::uint8_t hops = 0;
  std::uint32_t xid = 0;
  std::uint16_t secs = 0;
  std::uint16_t flags = 0;
  base::Ipv4 ciaddr, yiaddr, siaddr, giaddr;
  std::array<std::uint8_t, kChaddrSize> chaddr{};
  std::array<std::uint8_t, kSnameSize> sname{};
  std::array<std::uint8_t, kFileSize> file{};

  base::HardwareAddress hardware() const;
};

struct RawOption {
  std::uint8_t code;
  base::Bytes value;
};

struct Message {
  Header header;
  bool has_cookie = false;
  std::vector<RawOption> options;
  bool had_empty_host_name = false;   // which counts as none
  bool had_nul_in_host_name = false;  // at its end, which is cut off
  base::Bytes raw;                    // the datagram; what the expression packet() reads

  const base::Bytes* option(std::uint8_t code) const;  // nullptr: not sent
  std::optional<MessageType> type() const;             // option 53; nullopt: BOOTP
  // File and sname as text up to the first NUL; empty where an overload uses them for options.
  std::string file() const;
  std::string sname() const;
};

// What can be wrong with an option, as the log has it:
// "parse_option_buffer: malformed option SPACE.<unknown> (code N): REASON."
inline constexpr char kNoLength[] = "code tag at end of buffer - missing length field";
inline constexpr char kTooLong[] = "option length exceeds option buffer length";

enum class DecodeFault { kTooShort, kHardwareLength, kMalformedOption };
struct DecodeError {
  DecodeFault fault;
  std::uint8_t code = 0;  // of the malformed option
  std::string reason;     // for the log
};

std::variant<Message, DecodeError> decode(base::ByteView datagram);

// Writes the kFixedSize bytes of a header.
void encode(const Header& header, std::uint8_t* out);

}  // namespace dhcp
