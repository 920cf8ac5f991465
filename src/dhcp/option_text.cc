#include "dhcp/option_text.h"

#include <arpa/inet.h>

#include <array>
#include <optional>

#include "base/address.h"
#include "base/log.h"

namespace dhcp {
namespace {

// Text of one field, whose bytes are taken from `in`; nullopt: they do not fit.
using Text = std::optional<std::string>;

Text unsigned_number(base::ByteReader& in, std::size_t width) {
  const auto bytes = in.bytes(width);
  if (!bytes) return std::nullopt;
  std::uint32_t value = 0;
  for (const std::uint8_t b : *bytes) value = value << 8 | b;
  return std::to_string(value);
}

Text signed_number(base::ByteReader& in, std::size_t width) {
  const auto bytes = in.bytes(width);
  if (!bytes) return std::nullopt;
  std::int64_t value = (*bytes)[0] < 128 ? 0 : -1;
  for (const std::uint8_t b : *bytes) value = value * 256 + b;
  return std::to_string(value);
}

Text address(base::ByteReader& in) {
  const auto bytes = in.bytes(4);
  if (!bytes) return std::nullopt;
  return base::Ipv4::from_octets(bytes->data()).text();
}

Text address6(base::ByteReader& in) {
  const auto bytes = in.bytes(16);
  if (!bytes) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_ntop(AF_INET6, bytes->data(), text.data(), text.size()) == nullptr) return std::nullopt;
  return std::string(text.data());
}

Text flag(base::ByteReader& in) {
  const auto byte = in.u8();
  if (!byte) return std::nullopt;
  return std::string(*byte != 0 ? "true" : "false");
}

// RFC 3442: prefix length and as many octets as it covers.
Text destination(base::ByteReader& in) {
  const auto length = in.u8();
  if (!length || *length > 32) return std::nullopt;
  const auto octets = in.bytes((*length + 7U) / 8);
  if (!octets) return std::nullopt;
  std::string text = std::to_string(*length);
  for (const std::uint8_t octet : *octets) text += '.' + std::to_string(octet);
  return text;
}

Text lease_time(base::ByteReader& in) {
  const auto seconds = in.u32();
  if (!seconds) return std::nullopt;
  return *seconds == 0xffffffff ? "infinite" : std::to_string(*seconds);
}

Text enumeration(base::ByteReader& in, std::string_view list) {
  const auto bytes = in.bytes(enumeration_width(list));
  if (!bytes) return std::nullopt;
  const std::string_view word = enumeration_word(list, (*bytes)[bytes->size() - 1]);
  if (word.empty()) return std::nullopt;
  return std::string(word);
}

// One name at `at`, compression pointers followed (RFC 1035 §4.1.4); `at` moves behind it.
Text domain_name(base::ByteView whole, std::size_t& at) {
  std::string name;
  std::size_t read = at;
  bool jumped = false;
  for (int labels = 0; labels < 128 && read < whole.size(); ++labels) {
    const std::size_t length = whole[read];
    if (length == 0) {
      if (!jumped) at = read + 1;
      return name;
    }
    if (length >= 0xc0) {
      if (read + 1 >= whole.size()) return std::nullopt;
      if (!jumped) at = read + 2;
      jumped = true;
      read = (length & 0x3f) << 8 | whole[read + 1];
      continue;
    }
    if (length > 63 || read + 1 + length > whole.size()) return std::nullopt;
    name += std::string(whole.subview(read + 1, length).text()) + '.';
    read += 1 + length;
  }
  return std::nullopt;
}

Text domain_names(base::ByteReader& in, bool many) {
  const base::ByteView whole = in.rest();
  std::string text;
  std::size_t at = 0;
  do {
    const Text name = domain_name(whole, at);
    if (!name) return std::nullopt;
    if (!many) {
      text = *name;
    } else {
      text += (text.empty() ? "" : ", ") + quoted(base::ByteView(*name));
    }
  } while (many && at < whole.size());
  in.bytes(at);
  return text;
}

std::string hex_list(base::ByteView bytes) { return base::hex(bytes); }

Text rest_as_text(base::ByteReader& in, bool may_be_hex) {
  const base::ByteView rest = *in.bytes(in.remaining());
  if (may_be_hex && (rest.empty() || !base::printable(rest))) return hex_list(rest);
  return quoted(rest);
}

Text field_text(const Field& field, base::ByteReader& in) {
  switch (field.type) {
    case FieldType::kFlag:
      return flag(in);
    case FieldType::kUint8:
      return unsigned_number(in, 1);
    case FieldType::kUint16:
      return unsigned_number(in, 2);
    case FieldType::kUint32:
      return unsigned_number(in, 4);
    case FieldType::kInt8:
      return signed_number(in, 1);
    case FieldType::kInt16:
      return signed_number(in, 2);
    case FieldType::kInt32:
      return signed_number(in, 4);
    case FieldType::kIpAddress:
      return address(in);
    case FieldType::kIp6Address:
      return address6(in);
    case FieldType::kText:
    case FieldType::kSpaceName:
    case FieldType::kName:
      return rest_as_text(in, false);
    case FieldType::kString:
    case FieldType::kEncapsulate:
      return rest_as_text(in, true);
    case FieldType::kDomainName:
      return domain_names(in, false);
    case FieldType::kDomainList:
    case FieldType::kDomainListCompressed:
      return domain_names(in, true);
    case FieldType::kZeroLength:
      return std::string();
    case FieldType::kDestination:
      return destination(in);
    case FieldType::kLeaseTime:
      return lease_time(in);
    case FieldType::kEnumeration:
      return enumeration(in, field.enumeration);
  }
  return std::nullopt;
}

Text record_text(const OptionFormat& format, base::ByteReader& in) {
  std::string text;
  for (std::size_t i = 0; i < format.fields.size(); ++i) {
    if (format.fields[i].optional && in.at_end()) break;
    const bool repeats = format.tail_is_array && i + 1 == format.fields.size();
    if (i > 0) text += ' ';
    std::string separator;
    do {
      if (repeats && in.at_end()) break;
      const Text field = field_text(format.fields[i], in);
      if (!field) return std::nullopt;
      text += separator + *field;
      separator = ", ";
    } while (repeats);
  }
  return text;
}

Text value_text(const OptionFormat& format, base::ByteView value) {
  base::ByteReader in(value);
  std::string text;
  do {
    const Text record = record_text(format, in);
    if (!record) return std::nullopt;
    text += (text.empty() ? "" : ", ") + *record;
  } while (format.is_array && !in.at_end());
  if (!in.at_end()) return std::nullopt;
  return text;
}

}  // namespace

std::string quoted(base::ByteView text) {
  std::string out = "\"";
  for (const std::uint8_t b : text) {
    const bool plain = b >= 0x20 && b < 0x7f;
    if (b == '"' || b == '\\') out += '\\';
    out += plain ? std::string(1, static_cast<char>(b)) : base::format("\\%03o", unsigned{b});
  }
  return out + '"';
}

std::string option_text(const OptionDefinition* definition, base::ByteView value) {
  if (definition == nullptr || definition->format.fields.empty()) return hex_list(value);
  return value_text(definition->format, value).value_or(hex_list(value));
}

}  // namespace dhcp
