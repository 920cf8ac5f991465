// Small values that stand in several places of the language: addresses, names, hardware, dates.
#pragma once

#include <optional>
#include <string>

#include "conf/parser.h"

namespace conf {

// "10.0.0.1". nullopt after an error (reported, the statement skipped).
std::optional<base::Ipv4> parse_ip_address(Parser& parser);

// An address, or a host name (then `name` is not empty).
struct AddressOrName {
  base::Ipv4 address;
  std::string name;
};
std::optional<AddressOrName> parse_address_or_name(Parser& parser, const std::string& hint = {});
// `A, B, name ;` with the semicolon. nullopt after an error.
std::optional<std::vector<FixedAddress>> parse_address_list(Parser& parser);
FixedAddress fixed_address(AddressOrName read);

// Dotted labels, each a word or a number; a dot may end it. "" where none begins here (nothing is taken).
std::string parse_host_name(Parser& parser);
// A quoted string or a host name; "" where neither is there.
std::string parse_name(Parser& parser);

// 16 bytes.
std::optional<base::Bytes> parse_ip6_address(Parser& parser);

// Hexadecimal octets with colons between: those of a hardware address or a uid. nullopt after an error.
std::optional<base::Bytes> parse_octets(Parser& parser);

// `ethernet`, `token-ring`, `fddi`, `infiniband`, `unknown-N`; nullopt: no such word.
std::optional<std::uint8_t> parse_hardware_type(const Token& token);

// `W YYYY/MM/DD HH:MM:SS [offset]`, `epoch N`, `never`. nullopt after an error. Does not take what ends it.
std::optional<base::UnixTime> parse_date(Parser& parser);
inline constexpr base::UnixTime kNever = 0x7fffffff;  // as the stock writes it

// An unsigned decimal number; reports `missing` otherwise.
std::optional<std::uint32_t> parse_decimal(Parser& parser, const char* missing);

}  // namespace conf
