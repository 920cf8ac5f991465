#include "dhcp/message.h"

#include <algorithm>
#include <utility>

#include "dhcp/option_codes.h"

namespace dhcp {
namespace {

constexpr std::uint8_t kCookie[kCookieSize] = {99, 130, 83, 99};

// Where the fields stand in the datagram (RFC 951 §3).
enum Offset : std::size_t {
  kOp = 0,
  kHtype = 1,
  kHlen = 2,
  kHops = 3,
  kXid = 4,
  kSecs = 8,
  kFlags = 10,
  kCiaddr = 12,
  kYiaddr = 16,
  kSiaddr = 20,
  kGiaddr = 24,
  kChaddr = 28,
  kSname = 44,
  kFile = 108,
};

Header decode_header(const std::uint8_t* p) {
  Header h;
  h.op = p[kOp];
  h.htype = p[kHtype];
  h.hlen = p[kHlen];
  h.hops = p[kHops];
  h.xid = base::get_u32(p + kXid);
  h.secs = base::get_u16(p + kSecs);
  h.flags = base::get_u16(p + kFlags);
  h.ciaddr = base::Ipv4::from_octets(p + kCiaddr);
  h.yiaddr = base::Ipv4::from_octets(p + kYiaddr);
  h.siaddr = base::Ipv4::from_octets(p + kSiaddr);
  h.giaddr = base::Ipv4::from_octets(p + kGiaddr);
  std::copy_n(p + kChaddr, kChaddrSize, h.chaddr.begin());
  std::copy_n(p + kSname, kSnameSize, h.sname.begin());
  std::copy_n(p + kFile, kFileSize, h.file.begin());
  return h;
}

// Collects the options of several areas; the pieces of one option are joined (RFC 3396 §5).
class OptionCollector {
 public:
  explicit OptionCollector(Message& message) : message_(message), options_(message.options) {
    options_.reserve(kUsualOptions);
    place_.fill(kNone);
  }

  // Reads one area up to its END or its last byte. Nullopt: read; else what is wrong.
  std::optional<DecodeError> read(base::ByteView area) {
    std::size_t at = 0;
    while (at < area.size()) {
      const std::uint8_t code = area[at++];
      if (code == kOptEnd) break;
      if (code == kOptPad) continue;
      if (at == area.size()) return DecodeError{DecodeFault::kMalformedOption, code, kNoLength};
      const std::size_t length = area[at++];
      if (length > area.size() - at) return DecodeError{DecodeFault::kMalformedOption, code, kTooLong};
      add(code, area.subview(at, length));
      at += length;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::uint16_t kNone = 0xffff;
  static constexpr std::size_t kUsualOptions = 12;

  void add(std::uint8_t code, base::ByteView value) {
    // Some clients send an empty host name; it counts as none.
    if (code == kOptHostName && value.empty()) {
      message_.had_empty_host_name = true;
      return;
    }
    if (place_[code] == kNone) {
      // A client that ends its name with NUL wants texts that end so, too.
      const std::size_t size = value.size();
      while (code == kOptHostName && !value.empty() && value[value.size() - 1] == 0)
        value = value.subview(0, value.size() - 1);
      if (value.size() != size) message_.had_nul_in_host_name = true;
      place_[code] = static_cast<std::uint16_t>(options_.size());
      options_.push_back(RawOption{code, value.copy()});
    } else {
      base::put_bytes(options_[place_[code]].value, value);
    }
  }

  Message& message_;
  std::vector<RawOption>& options_;
  std::array<std::uint16_t, 256> place_;  // index of a code in options_
};

std::uint8_t overload_of(const Message& message) {
  const base::Bytes* overload = message.option(kOptOverload);
  return overload != nullptr && !overload->empty() ? overload->front() : std::uint8_t{0};
}

template <std::size_t N>
std::string text_of(const std::array<std::uint8_t, N>& field) {
  return std::string(field.begin(), std::find(field.begin(), field.end(), 0));
}

}  // namespace

base::HardwareAddress Header::hardware() const {
  return base::HardwareAddress(htype,
                               base::ByteView(chaddr.data(), std::min<std::size_t>(hlen, kChaddrSize)));
}

const base::Bytes* Message::option(std::uint8_t code) const {
  for (const RawOption& option : options)
    if (option.code == code) return &option.value;
  return nullptr;
}

std::optional<MessageType> Message::type() const {
  const base::Bytes* type = option(kOptMessageType);
  if (type == nullptr || type->empty() || type->front() == 0) return std::nullopt;
  return static_cast<MessageType>(type->front());
}

std::string Message::file() const {
  return (overload_of(*this) & kOverloadFile) != 0 ? std::string() : text_of(header.file);
}

std::string Message::sname() const {
  return (overload_of(*this) & kOverloadSname) != 0 ? std::string() : text_of(header.sname);
}

std::variant<Message, DecodeError> decode(base::ByteView datagram) {
  if (datagram.size() < kFixedSize)
    return DecodeError{DecodeFault::kTooShort, 0, "shorter than a BOOTP header"};
  Message message;
  message.header = decode_header(datagram.data());
  if (message.header.hlen > kChaddrSize)
    return DecodeError{DecodeFault::kHardwareLength, 0, "Discarding packet with bogus hlen."};
  message.raw = datagram.copy();

  const base::ByteView vendor = datagram.subview(kFixedSize);
  if (vendor.subview(0, kCookieSize) != base::ByteView(kCookie, kCookieSize)) return message;
  message.has_cookie = true;

  OptionCollector collector(message);
  if (auto fault = collector.read(vendor.subview(kCookieSize))) return *fault;
  const std::uint8_t overload = overload_of(message);
  if ((overload & kOverloadFile) != 0) {
    if (auto fault = collector.read(datagram.subview(kFile, kFileSize))) return *fault;
  }
  if ((overload & kOverloadSname) != 0) {
    if (auto fault = collector.read(datagram.subview(kSname, kSnameSize))) return *fault;
  }
  return message;
}

void encode(const Header& h, std::uint8_t* p) {
  p[kOp] = h.op;
  p[kHtype] = h.htype;
  p[kHlen] = h.hlen;
  p[kHops] = h.hops;
  base::set_u32(p + kXid, h.xid);
  base::set_u16(p + kSecs, h.secs);
  base::set_u16(p + kFlags, h.flags);
  base::set_u32(p + kCiaddr, h.ciaddr.value);
  base::set_u32(p + kYiaddr, h.yiaddr.value);
  base::set_u32(p + kSiaddr, h.siaddr.value);
  base::set_u32(p + kGiaddr, h.giaddr.value);
  std::copy(h.chaddr.begin(), h.chaddr.end(), p + kChaddr);
  std::copy(h.sname.begin(), h.sname.end(), p + kSname);
  std::copy(h.file.begin(), h.file.end(), p + kFile);
}

}  // namespace dhcp
