// Data operators: all yield bytes or null. Where the stock program evaluates every operand before it looks at
// the first, so is done here: an operand may leave a line in the log.
#include <algorithm>
#include <iterator>
#include <string>

#include "conf/encapsulate.h"
#include "conf/operators.h"
#include "conf/request_options.h"

namespace conf {
namespace {

using MaybeData = std::optional<Data>;

MaybeData text_data(std::string_view text) { return Data::owning(base::ByteView(text).copy()); }

MaybeData constant(const Expression& e, Context&) { return Data::viewing(e.data); }
MaybeData null(const Expression&, Context&) { return std::nullopt; }
MaybeData option(const Expression& e, Context& context) { return request_option(e.option, context); }

MaybeData config_option(const Expression& e, Context& context) {
  if (context.reply == nullptr) return std::nullopt;
  if (const base::Bytes* value = context.reply->get(e.option)) return Data::owning(*value);
  return std::nullopt;
}

MaybeData substring(const Expression& e, Context& context) {
  MaybeData data = evaluate_view(operand(e, 0), context);
  const std::optional<std::uint64_t> offset = evaluate_unsigned(operand(e, 1), context);
  const std::optional<std::uint64_t> length = evaluate_unsigned(operand(e, 2), context);
  if (!data || !offset || !length) return std::nullopt;
  return std::move(*data).part(*offset, *length);
}

MaybeData suffix(const Expression& e, Context& context) {
  MaybeData data = evaluate_view(operand(e, 0), context);
  const std::optional<std::uint64_t> length = evaluate_unsigned(operand(e, 1), context);
  if (!data || !length) return std::nullopt;
  const std::size_t size = data->view().size();
  return std::move(*data).part(size - std::min<std::uint64_t>(size, *length), size);
}

// Case of the ASCII letters; other bytes stay.
MaybeData change_case(const Expression& e, Context& context, char first, char last) {
  const MaybeData data = evaluate_view(operand(e, 0), context);
  if (!data) return std::nullopt;
  base::Bytes bytes = data->view().copy();
  for (std::uint8_t& b : bytes)
    if (b >= first && b <= last) b = static_cast<std::uint8_t>(b ^ 0x20);
  return Data::owning(std::move(bytes));
}
MaybeData lower_case(const Expression& e, Context& context) { return change_case(e, context, 'A', 'Z'); }
MaybeData upper_case(const Expression& e, Context& context) { return change_case(e, context, 'a', 'z'); }

MaybeData concat(const Expression& e, Context& context) {
  base::Bytes joined;
  bool whole = true;
  for (const ExpressionPtr& part : e.operands) {
    const MaybeData data = evaluate_view(*part, context);
    if (!data) {
      whole = false;
    } else if (joined.size() + data->view().size() > kMaxDataSize) {
      report(context, base::Severity::kError, "concat: value longer than " + std::to_string(kMaxDataSize));
      return std::nullopt;
    } else {
      base::put_bytes(joined, data->view());
    }
  }
  if (!whole) return std::nullopt;
  return Data::owning(std::move(joined));
}

// Whether `size` is a whole number of units; if not, the stock's log line.
bool whole_units(Context& context, const char* name, std::size_t size, std::uint64_t unit) {
  if (unit != 0 && size % unit == 0) return true;
  report(context, base::Severity::kInfo,
         base::format("%s: length of buffer %zu not a multiple of width %lld!", name, size,
                      static_cast<long long>(unit)));
  return false;
}

MaybeData reverse(const Expression& e, Context& context) {
  const std::optional<std::uint64_t> unit = evaluate_unsigned(operand(e, 0), context);
  const MaybeData data = evaluate_view(operand(e, 1), context);
  if (!unit || !data) return std::nullopt;
  const base::ByteView in = data->view();
  if (!whole_units(context, "reverse", in.size(), *unit)) return std::nullopt;
  base::Bytes out;
  out.reserve(in.size());
  for (std::size_t end = in.size(); end > 0; end -= *unit)
    base::put_bytes(out, in.subview(end - *unit, *unit));
  return Data::owning(std::move(out));
}

// Columns for a number. The stock counts powers of the base in 32 bits, and so gives some large numbers one
// more, which it fills with a zero.
unsigned columns(std::uint32_t number, std::uint32_t base) {
  unsigned count = 1;
  for (std::uint32_t power = base; power <= number;) {
    const std::uint32_t next = power * base;
    ++count;
    if (next < power) break;
    power = next;
  }
  return count;
}

void put_number(base::Bytes& out, std::uint32_t number, std::uint32_t base) {
  const std::size_t start = out.size();
  out.resize(start + columns(number, base));
  for (std::size_t at = out.size(); at > start; number /= base)
    out[--at] = static_cast<std::uint8_t>("0123456789abcdef"[number % base]);
}

MaybeData binary_to_ascii(const Expression& e, Context& context) {
  const std::optional<std::uint64_t> base = evaluate_unsigned(operand(e, 0), context);
  const std::optional<std::uint64_t> bits = evaluate_unsigned(operand(e, 1), context);
  const MaybeData separator = evaluate_view(operand(e, 2), context);
  const MaybeData data = evaluate_view(operand(e, 3), context);
  if (!base || !bits || !separator || !data) return std::nullopt;
  if (*bits != 8 && *bits != 16 && *bits != 32) {
    report(context, base::Severity::kInfo,
           base::format("binary_to_ascii: invalid width %lld!", static_cast<long long>(*bits)));
    return std::nullopt;
  }
  const std::size_t width = *bits / 8;
  const base::ByteView in = data->view();
  if (!whole_units(context, "binary-to-ascii", in.size(), width)) return std::nullopt;
  if (*base < 2) return Data::owning({});
  base::Bytes out;
  for (std::size_t i = 0; i < in.size() && out.size() <= kMaxDataSize; i += width) {
    std::uint32_t number = 0;
    for (std::size_t k = 0; k < width; ++k) number = number << 8 | in[i + k];
    if (*base <= 16) put_number(out, number, static_cast<std::uint32_t>(*base));
    if (i + width != in.size()) base::put_bytes(out, separator->view());
  }
  return Data::owning(std::move(out));
}

template <std::size_t width>
MaybeData encode_int(const Expression& e, Context& context) {
  const std::optional<std::uint64_t> number = evaluate_unsigned(operand(e, 0), context);
  if (!number) return std::nullopt;
  base::Bytes out(width);
  for (std::size_t i = 0; i < width; ++i) out[i] = static_cast<std::uint8_t>(*number >> 8 * (width - 1 - i));
  return Data::owning(std::move(out));
}

MaybeData pick(const Expression& e, Context& context) {
  for (const ExpressionPtr& candidate : e.operands) {
    MaybeData data = evaluate_view(*candidate, context);
    if (data) return data;
  }
  return std::nullopt;
}

MaybeData hardware(const Expression&, Context& context) {
  if (context.message != nullptr) return Data::owning(context.message->header.hardware().type_and_address());
  if (context.lease_hardware) return Data::owning(context.lease_hardware->type_and_address());
  report(context, base::Severity::kError, "data: hardware: no raw packet or lease is available");
  return std::nullopt;
}

MaybeData packet(const Expression& e, Context& context) {
  if (context.message == nullptr) {
    report(context, base::Severity::kError, "data: packet: raw packet not available");
    return std::nullopt;
  }
  const std::optional<std::uint64_t> offset = evaluate_unsigned(operand(e, 0), context);
  const std::optional<std::uint64_t> length = evaluate_unsigned(operand(e, 1), context);
  const base::ByteView raw = context.message->raw;
  if (!offset || !length || *offset >= raw.size()) return std::nullopt;
  return Data::viewing(raw.subview(*offset, *length));
}

MaybeData leased_address(const Expression&, Context& context) {
  if (!context.leased_address) {
    report(
        context, base::Severity::kDebug,
        "data: \"leased-address\" configuration directive: there is no lease associated with this client.");
    return std::nullopt;
  }
  const auto octets = context.leased_address->octets();
  return Data::owning(base::Bytes(octets.begin(), octets.end()));
}

MaybeData host_decl_name(const Expression&, Context& context) {
  if (context.host != nullptr) return text_data(context.host->name);
  report(context, base::Severity::kError, "data: host_decl_name: not available");
  return std::nullopt;
}

// A fixed field up to its NUL; empty is null.
MaybeData field(base::ByteView bytes) {
  const base::ByteView text = bytes.subview(
      0, static_cast<std::size_t>(std::find(bytes.begin(), bytes.end(), std::uint8_t{0}) - bytes.begin()));
  if (text.empty()) return std::nullopt;
  return Data::viewing(text);
}
MaybeData filename(const Expression&, Context& context) {
  if (context.message == nullptr) return std::nullopt;
  const auto& file = context.message->header.file;
  return field(base::ByteView(file.data(), file.size()));
}
MaybeData server_name(const Expression&, Context& context) {
  if (context.message == nullptr) return std::nullopt;
  const auto& sname = context.message->header.sname;
  return field(base::ByteView(sname.data(), sname.size()));
}

MaybeData get_host_name(const Expression&, Context& context) {
  if (context.host_name == nullptr) return std::nullopt;
  return text_data(*context.host_name);
}

// kHostAddress and kGetHostByName.
MaybeData host_addresses(const Expression& e, Context& context) {
  if (context.resolver == nullptr) return std::nullopt;
  const std::vector<base::Ipv4> found = context.resolver->addresses(e.name);
  if (found.empty()) {
    report(context, base::Severity::kError, e.name + ": host unknown.");
    return std::nullopt;
  }
  const std::size_t count =
      e.number == 0 ? found.size() : std::min(found.size(), static_cast<std::size_t>(e.number));
  base::Bytes out;
  for (std::size_t i = 0; i < count; ++i) base::put_u32(out, found[i].value);
  return Data::owning(std::move(out));
}

MaybeData encapsulated(const Expression& e, Context& context) {
  if (context.reply == nullptr || context.config == nullptr) return std::nullopt;
  std::optional<base::Bytes> bytes = encapsulate(*context.reply, context.config->options, e.option.space);
  if (!bytes) return std::nullopt;
  return Data::owning(std::move(*bytes));
}

constexpr OperatorRow kRows[] = {
    {Operator::kConstData, 14, Keyword::kNone, "", constant},
    {Operator::kOption, 11, Keyword::kOption, "option", option},
    {Operator::kConfigOption, 28, Keyword::kConfigOption, "option", config_option},
    {Operator::kSubstring, 4, Keyword::kSubstring, "dnn", substring},
    {Operator::kSuffix, 5, Keyword::kSuffix, "dn", suffix},
    {Operator::kLowerCase, 57, Keyword::kLcase, "d", lower_case},
    {Operator::kUpperCase, 56, Keyword::kUcase, "d", upper_case},
    {Operator::kConcat, 6, Keyword::kConcat, "dd*", concat},
    {Operator::kReverse, 25, Keyword::kReverse, "Nd", reverse},
    {Operator::kBinaryToAscii, 27, Keyword::kBinaryToAscii, "NNdd", binary_to_ascii},
    {Operator::kEncodeInt8, 18, Keyword::kEncodeInt, "ew", encode_int<1>},
    {Operator::kEncodeInt16, 19, Keyword::kNone, "ew", encode_int<2>},
    {Operator::kEncodeInt32, 20, Keyword::kNone, "ew", encode_int<4>},
    {Operator::kPick, 30, Keyword::kPick, "d*", pick},
    {Operator::kHardware, 12, Keyword::kHardware, "", hardware},
    {Operator::kPacket, 13, Keyword::kPacket, "nn", packet},
    {Operator::kLeasedAddress, 26, Keyword::kLeasedAddress, "", leased_address},
    {Operator::kHostDeclName, 29, Keyword::kHostDeclName, "", host_decl_name},
    {Operator::kFilename, 42, Keyword::kFilename, "", filename},
    {Operator::kServerName, 43, Keyword::kServerName, "", server_name},
    {Operator::kGetHostName, 60, Keyword::kGethostname, "()", get_host_name},
    {Operator::kGetHostByName, 7, Keyword::kGethostbyname, "host", host_addresses},
    // Relays of DHCPv6 do not exist in a DHCPv4 server.
    {Operator::kV6Relay, 61, Keyword::kV6relay, "Nd", null},
    {Operator::kNull, 39, Keyword::kNull, "", null},
    {Operator::kHostAddress, 7, Keyword::kNone, "", host_addresses},
    {Operator::kEncapsulated, 23, Keyword::kNone, "", encapsulated},
};

}  // namespace

OperatorRows data_operators() { return {std::begin(kRows), std::end(kRows)}; }

}  // namespace conf
