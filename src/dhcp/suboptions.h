// Options inside an option: the members of an encapsulated space (RFC 2132 §8.4, RFC 3046 §2.0, RFC 3925)
// read from and written to bytes, and the client FQDN option (RFC 4702), whose parts have names of their own.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "dhcp/option.h"

namespace dhcp {

// The value of a member, the first of its code. Reading ends at code 0 and at what is malformed.
std::optional<base::ByteView> find_suboption(base::ByteView carrier, std::uint32_t code,
                                             const OptionSpace& space);

// The member that cannot be read for its length; `reason` for the log.
struct MalformedSuboption {
  std::uint32_t code;
  const char* reason;
};
std::optional<MalformedSuboption> find_malformed(base::ByteView carrier, unsigned code_width,
                                                 unsigned length_width);

// A member to be written.
struct Suboption {
  std::uint32_t code;
  base::ByteView value;
};
// Appends code, length and value of each, in the order given, as wide as the space has them. A value longer
// than the length can say is cut into pieces.
void encode_suboptions(const OptionSpace& space, const std::vector<Suboption>& members, base::Bytes& out);

// The order in which the stock program writes the options of a space that was built by hashing: `codes` in
// the order in which they were first set.
std::vector<std::size_t> stock_order(const std::vector<std::uint32_t>& codes);

// A member of the space "fqdn" (codes: FqdnOptionCode) out of option 81; flags are 0 or 1.
std::optional<base::Bytes> fqdn_member(base::ByteView option81, std::uint32_t code);

// Option 81 out of the members of the space "fqdn".
struct Fqdn {
  bool no_client_update = false;
  bool server_update = false;
  bool encoded = false;  // name as DNS labels, not as text
  std::uint8_t rcode1 = 0, rcode2 = 0;
  base::ByteView name;  // with dots
};
base::Bytes encode_fqdn(const Fqdn& fqdn);

}  // namespace dhcp
