// What options exist: spaces ("dhcp", "agent", a user's own), the definitions in them, and the format of a
// value.
//
// The standard table (table of options: options_table.cc) is one row an option. A configuration copies the
// registry and adds its own definitions; after that the registry does not change. Sources: RFC 2132 and those
// named at each row.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace dhcp {

// One field of a value. Widths and wire forms: see the rows of reference dhcpd.conf "option definitions".
enum class FieldType : std::uint8_t {
  kFlag,  // on/off, 1 byte
  kUint8,
  kUint16,
  kUint32,
  kInt8,
  kInt16,
  kInt32,
  kIpAddress,   // 4 bytes; text form may be a host name, resolved when used
  kIp6Address,  // 16 bytes
  kText,        // string; no NUL on the wire
  kString,      // string or hex list
  kDomainName,  // RFC 1035 labels, unquoted name
  kDomainList,  // quoted names, labels uncompressed
  kDomainListCompressed,
  kZeroLength,
  kEncapsulate,  // options of another space
  kDestination,  // RFC 3442 prefix length and significant octets
  kLeaseTime,    // 4 bytes; text form may be `infinite`
  kEnumeration,  // 1 byte; a word of a named list
  kSpaceName,    // names an option space (vendor-option-space)
  kName,         // a dotted name, quoted or not, kept as text (omapi-key)
};

// The words of an enumeration (ddns-styles, syslog-facilities, ...), case-sensitive; value on the wire.
std::optional<std::uint8_t> enumeration_value(std::string_view list, std::string_view word);
std::string_view enumeration_word(std::string_view list, std::uint8_t value);  // "": no such value
unsigned enumeration_width(std::string_view list);                             // bytes on the wire

struct Field {
  FieldType type;
  bool optional = false;              // may be missing at the end of a value
  std::string_view enumeration = {};  // kEnumeration: list name
};

// A value is one record of fields, or an array of such records; `tail_is_array`: the last field repeats.
struct OptionFormat {
  std::vector<Field> fields;
  bool is_array = false;
  bool tail_is_array = false;
  // kEncapsulate: name of the space; "" for vendor-encapsulated-options, whose space vendor-option-space
  // names
  std::string encapsulated;
};

struct OptionSpace;

struct OptionDefinition {
  std::string name;
  std::uint32_t code = 0;
  OptionFormat format;
  const OptionSpace* space = nullptr;
};

struct OptionSpace {
  std::string name;
  std::uint16_t index = 0;    // position in the registry; part of an OptionKey
  unsigned code_width = 1;    // bytes: 1, 2, 4
  unsigned length_width = 1;  // bytes: 0, 1, 2
  // Names in lower case. The last definition of a code owns it on the wire.
  std::unordered_map<std::string, std::shared_ptr<const OptionDefinition>> by_name;
  std::unordered_map<std::uint32_t, std::shared_ptr<const OptionDefinition>> by_code;
};

// Says which option a value belongs to, wherever values are kept.
struct OptionKey {
  std::uint16_t space = 0;
  std::uint32_t code = 0;
};
inline bool operator==(OptionKey a, OptionKey b) { return a.space == b.space && a.code == b.code; }
inline bool operator<(OptionKey a, OptionKey b) {
  return a.space != b.space ? a.space < b.space : a.code < b.code;
}

class OptionRegistry {
 public:
  // The standard spaces. "dhcp" has index 0, "server" (the parameters of the server themselves) index 1.
  static const OptionRegistry& standard();
  static constexpr std::uint16_t kDhcp = 0;
  static constexpr std::uint16_t kServer = 1;

  OptionRegistry();                             // empty
  OptionRegistry(const OptionRegistry& other);  // changes of either are not seen by the other
  OptionRegistry& operator=(const OptionRegistry&) = delete;

  const OptionSpace* space(std::string_view name) const;  // nullptr: no such space; case-insensitive
  const OptionSpace& space(std::uint16_t index) const { return *spaces_[index].space; }
  std::size_t space_count() const { return spaces_.size(); }
  const OptionDefinition* find(std::string_view space_name, std::string_view option_name) const;
  const OptionDefinition* find(OptionKey key) const;  // nullptr: unknown code (its value is opaque bytes)

  OptionSpace& add_space(std::string_view name, unsigned code_width = 1, unsigned length_width = 1);
  const OptionDefinition& define(OptionSpace& space, std::string_view name, std::uint32_t code,
                                 OptionFormat format);
  // nullptr: no such space. Definitions found in the space before this call must be looked up anew.
  OptionSpace* mutable_space(std::string_view name);

 private:
  static OptionRegistry build_standard();

  // A standard space is shared by all registries until one of them changes it.
  struct Slot {
    std::shared_ptr<const OptionSpace> space;
    OptionSpace* own = nullptr;  // the same space where it is this registry's own
  };
  std::vector<Slot> spaces_;
  std::unordered_map<std::string, std::uint16_t> by_name_;  // lower case
};

}  // namespace dhcp
