#include "lease/record.h"

#include <ctime>

#include "base/log.h"

namespace lease {

namespace {

char* put_digits(char* out, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
  return out + digits;
}

// Days since 1970 to year, month, day (proleptic Gregorian calendar, 400-year eras that start in March).
char* put_date(char* out, std::int64_t days) {
  const std::int64_t shifted = days + 719468;  // since 0000-03-01
  const std::int64_t era = shifted / 146097;
  const auto day_of_era = static_cast<unsigned>(shifted - era * 146097);
  const unsigned year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned month_from_march = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const unsigned month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const auto year = static_cast<unsigned>(era * 400) + year_of_era + (month <= 2 ? 1 : 0);
  out = put_digits(out, year, 4);
  *out++ = '/';
  out = put_digits(out, month, 2);
  *out++ = '/';
  return put_digits(out, day, 2);
}

// "2 2026/11/25 01:02:03;": day of the week, date and time of day in UTC.
void put_utc_time(std::string& out, base::UnixTime time) {
  char text[32];
  const std::int64_t days = time / 86400;
  const auto second = static_cast<unsigned>(time % 86400);
  char* at = text;
  *at++ = static_cast<char>('0' + (days + 4) % 7);  // 1970 began on a Thursday
  *at++ = ' ';
  at = put_date(at, days);
  *at++ = ' ';
  at = put_digits(at, second / 3600, 2);
  *at++ = ':';
  at = put_digits(at, second / 60 % 60, 2);
  *at++ = ':';
  at = put_digits(at, second % 60, 2);
  *at++ = ';';
  *at++ = '\n';
  out.append(text, at);
}

void put_local_time(std::string& out, base::UnixTime time) {
  out += "epoch ";
  out += std::to_string(time);
  const std::time_t seconds = time;
  std::tm broken{};
  char text[40] = "";
  if (localtime_r(&seconds, &broken)) std::strftime(text, sizeof text, "%a %b %d %H:%M:%S %Y", &broken);
  out += "; # ";
  out += text;
  out += '\n';
}

void put_time(std::string& out, const char* word, base::UnixTime time, const FileFormat& format) {
  if (time == 0) return;
  out += "  ";
  out += word;
  out += ' ';
  if (time == kNever) {
    out += "never;\n";
    return;
  }
  if (format.local_time) return put_local_time(out, time);
  put_utc_time(out, time);
}

void put_state(std::string& out, const char* before, BindingState state) {
  out += before;
  out += "binding state ";
  out += state_word(state);
  out += ";\n";
}

void put_hex(std::string& out, base::ByteView bytes) {
  static const char kDigits[] = "0123456789abcdef";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) out += ':';
    out += kDigits[bytes[i] >> 4];
    out += kDigits[bytes[i] & 15];
  }
}

void put_id(std::string& out, base::ByteView bytes, const FileFormat& format) {
  if (format.hex_ids) {
    put_hex(out, bytes);
  } else {
    write_quoted(out, bytes);
  }
}

// Quoted if every byte is printable, else hexadecimal without leading zeros: 0:6:2.
void put_string_value(std::string& out, base::ByteView bytes) {
  if (base::printable(bytes)) return write_quoted(out, bytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    out += base::format(i == 0 ? "%x" : ":%x", bytes[i]);
  }
}

unsigned width_of(dhcp::FieldType type) {
  switch (type) {
    case dhcp::FieldType::kUint8:
      return 1;
    case dhcp::FieldType::kUint16:
      return 2;
    case dhcp::FieldType::kUint32:
    case dhcp::FieldType::kIpAddress:
      return 4;
    default:
      return 0;
  }
}

// A value of one number or address is written as such; everything else as a string.
void put_agent_value(std::string& out, const dhcp::OptionDefinition* definition, base::ByteView value) {
  if (definition && definition->format.fields.size() == 1 && !definition->format.is_array) {
    const dhcp::FieldType type = definition->format.fields[0].type;
    if (width_of(type) == value.size() && !value.empty()) {
      std::uint32_t number = 0;
      for (std::uint8_t byte : value) number = number << 8 | byte;
      out += type == dhcp::FieldType::kIpAddress ? base::Ipv4{number}.text() : std::to_string(number);
      return;
    }
  }
  put_string_value(out, value);
}

void put_agent_options(std::string& out, base::ByteView options, const FileFormat& format) {
  const dhcp::OptionSpace* space = format.options->space("agent");
  base::ByteReader in(options);
  while (!in.at_end()) {
    const auto code = in.u8();
    const auto length = in.u8();
    const auto value = length ? in.bytes(*length) : std::nullopt;
    if (!value) return;
    const dhcp::OptionDefinition* definition =
        space ? format.options->find(dhcp::OptionKey{space->index, *code}) : nullptr;
    out += "  option agent.";
    out += definition ? definition->name : "unknown-" + std::to_string(*code);
    out += ' ';
    put_agent_value(out, definition, *value);
    out += ";\n";
  }
}

void put_hardware(std::string& out, const base::HardwareAddress& hardware) {
  out += "  hardware ";
  switch (hardware.type) {
    case base::kEthernet:
      out += "ethernet";
      break;
    case base::kTokenRing:
      out += "token-ring";
      break;
    case base::kFddi:
      out += "fddi";
      break;
    case base::kInfiniband:
      out += "infiniband";
      break;
    default:
      out += "unknown-" + std::to_string(hardware.type);
  }
  out += ' ';
  put_hex(out, hardware.view());
  out += ";\n";
}

void put_billing(std::string& out, const Lease& lease) {
  out += lease.billing_subclass ? "  billing subclass \"" : "  billing class \"";
  out += lease.billing_class;
  out += '"';
  if (lease.billing_subclass) {
    out += ' ';
    if (base::printable(*lease.billing_subclass)) {
      write_quoted(out, *lease.billing_subclass);
    } else {
      put_hex(out, *lease.billing_subclass);
    }
  }
  out += ";\n";
}

void put_variables(std::string& out, const conf::Variables& variables) {
  for (const auto& [name, value] : variables) {
    const auto* data = std::get_if<base::Bytes>(&value);
    const auto* flag = std::get_if<bool>(&value);
    const auto* number = std::get_if<std::int64_t>(&value);
    if (!data && !flag && !number) continue;  // null
    out += "  set ";
    out += name;
    out += " = ";
    if (flag) {
      out += *flag ? "true" : "false";
    } else if (number) {
      out += '%';
      out += std::to_string(*number);
    } else {
      write_quoted(out, *data);
    }
    out += ";\n";
  }
}

void put_event(std::string& out, const char* events, const std::string& body) {
  if (body.empty()) return;
  out += "  on ";
  out += events;
  out += " {\n";
  if (body[0] != ' ') out += "    ";
  out += body;
  if (body.back() != '\n') out += '\n';
  out += "  }\n";
}

}  // namespace

std::string_view file_header() {
  return "# The format of this file is documented in the dhcpd.leases(5) manual page.\n"
         "# This lease file was written by isc-dhcp-4.4.3-P1\n"
         "\n"
         "# authoring-byte-order entry is generated, DO NOT DELETE\n"
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
         "authoring-byte-order little-endian;\n"
#else
         "authoring-byte-order big-endian;\n"
#endif
         "\n";
}

std::string_view state_word(BindingState state) {
  switch (state) {
    case BindingState::kFree:
      return "free";
    case BindingState::kActive:
      return "active";
    case BindingState::kExpired:
      return "expired";
    case BindingState::kReleased:
      return "released";
    case BindingState::kAbandoned:
      return "abandoned";
    case BindingState::kReset:
      return "reset";
    case BindingState::kBackup:
      return "backup";
  }
  return "free";
}

void write_quoted(std::string& out, base::ByteView bytes) {
  out += '"';
  for (std::uint8_t byte : bytes) {
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += static_cast<char>(byte);
    } else if (byte >= 0x20 && byte <= 0x7e) {
      out += static_cast<char>(byte);
    } else {
      const char octal[] = {'\\', static_cast<char>('0' + (byte >> 6)),
                            static_cast<char>('0' + ((byte >> 3) & 7)), static_cast<char>('0' + (byte & 7))};
      out.append(octal, sizeof octal);
    }
  }
  out += '"';
}

void write_lease(std::string& out, const Lease& lease, const FileFormat& format) {
  out += "lease ";
  out += lease.address.text();
  out += " {\n";
  put_time(out, "starts", lease.starts, format);
  put_time(out, "ends", lease.ends, format);
  put_time(out, "tstp", lease.tstp, format);
  put_time(out, "tsfp", lease.tsfp, format);
  put_time(out, "atsfp", lease.atsfp, format);
  put_time(out, "cltt", lease.cltt, format);
  put_state(out, "  ", lease.binding);
  if (lease.next != lease.binding) put_state(out, "  next ", lease.next);
  if (lease.rewind != lease.binding) put_state(out, "  rewind ", lease.rewind);
  if (lease.reserved) out += "  reserved;\n";
  if (lease.dynamic_bootp) out += "  dynamic-bootp;\n";
  if (!lease.billing_class.empty()) put_billing(out, lease);
  if (!lease.hardware.empty()) put_hardware(out, lease.hardware);
  if (!lease.uid.empty()) {
    out += "  uid ";
    put_id(out, lease.uid, format);
    out += ";\n";
  }
  put_variables(out, lease.variables);
  put_agent_options(out, lease.agent_options, format);
  if (!lease.hostname.empty() && base::printable(base::ByteView(lease.hostname)) &&
      lease.hostname.find_first_of("\"\\") == std::string::npos) {
    out += "  client-hostname \"";
    out += lease.hostname;
    out += "\";\n";
  }
  if (lease.on_expiry == lease.on_release) {
    put_event(out, "expiry or release", lease.on_expiry);
  } else {
    put_event(out, "expiry", lease.on_expiry);
    put_event(out, "release", lease.on_release);
  }
  out += "}\n";
}

void write_server_duid(std::string& out, base::ByteView duid, const FileFormat& format) {
  out += "server-duid ";
  put_id(out, duid, format);
  out += ";\n\n";
}

}  // namespace lease
