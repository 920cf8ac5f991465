// The TFTP wire format (RFC 1350, options of RFC 2347): requests are taken apart, the small packets are put
// together. Data blocks are a header of kHeaderSize and the file's own bytes, which nobody copies here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"

namespace tftp {

enum class Opcode : std::uint16_t { kRrq = 1, kWrq = 2, kData = 3, kAck = 4, kError = 5, kOack = 6 };

// Error codes of RFC 1350 and, for options, RFC 2347.
enum class ErrorCode : std::uint16_t {
  kUndefined = 0,
  kNotFound = 1,
  kAccess = 2,
  kNoSpace = 3,
  kBadOperation = 4,
  kUnknownId = 5,
  kExists = 6,
  kNoUser = 7,
  kOptions = 8,
};

inline constexpr std::size_t kHeaderSize = 4;    // opcode and block number
inline constexpr std::size_t kMaxBlock = 65464;  // RFC 2348
inline constexpr std::size_t kMaxPacket = kMaxBlock + kHeaderSize;
inline constexpr std::size_t kMaxOack = 512;       // RFC 2347
inline constexpr std::size_t kMaxErrorText = 507;  // so that an ERROR stays within 512 octets

enum class Mode { kOctet, kNetascii };

// A request that was understood. Everything points into the datagram.
struct Request {
  Opcode opcode = Opcode::kRrq;  // kRrq or kWrq
  std::string_view name;         // not empty
  Mode mode = Mode::kOctet;
  // In the client's spelling and order. An option without value or with an empty part ends the list.
  std::vector<std::pair<std::string_view, std::string_view>> options;
};

// A request that gets an ERROR for its form.
struct BadRequest {
  ErrorCode code;
  const char* text;
};

// Not a request at all: no answer, ever, so that two servers cannot be made to talk to each other.
struct NotARequest {};

using ParsedRequest = std::variant<NotARequest, BadRequest, Request>;
ParsedRequest parse_request(base::ByteView datagram);

// ASCII letters only, whatever the locale.
bool equal_ignoring_case(std::string_view a, std::string_view b);

// The text ends at its first NUL and is cut at kMaxErrorText.
base::Bytes encode_error(ErrorCode code, std::string_view text);

inline void set_header(std::uint8_t* place, Opcode opcode, std::uint16_t second) {
  base::set_u16(place, static_cast<std::uint16_t>(opcode));
  base::set_u16(place + 2, second);
}

}  // namespace tftp
