#include "base/bytes.h"

#include <algorithm>

namespace base {

std::optional<std::uint8_t> ByteReader::u8() {
  if (remaining() < 1) return std::nullopt;
  return bytes_[position_++];
}

std::optional<std::uint16_t> ByteReader::u16() {
  if (remaining() < 2) return std::nullopt;
  const std::uint16_t value = get_u16(bytes_.data() + position_);
  position_ += 2;
  return value;
}

std::optional<std::uint32_t> ByteReader::u32() {
  if (remaining() < 4) return std::nullopt;
  const std::uint32_t value = get_u32(bytes_.data() + position_);
  position_ += 4;
  return value;
}

std::optional<ByteView> ByteReader::bytes(std::size_t count) {
  if (remaining() < count) return std::nullopt;
  const ByteView part = bytes_.subview(position_, count);
  position_ += count;
  return part;
}

void put_u8(Bytes& out, std::uint8_t value) { out.push_back(value); }

void put_u16(Bytes& out, std::uint16_t value) {
  out.resize(out.size() + 2);
  set_u16(&out[out.size() - 2], value);
}

void put_u32(Bytes& out, std::uint32_t value) {
  out.resize(out.size() + 4);
  set_u32(&out[out.size() - 4], value);
}

void put_bytes(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

std::string hex(ByteView bytes, char separator) {
  static const char kDigits[] = "0123456789abcdef";
  if (bytes.empty()) return {};
  std::string text(bytes.size() * 3 - 1, separator);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text[3 * i] = kDigits[bytes[i] >> 4];
    text[3 * i + 1] = kDigits[bytes[i] & 15];
  }
  return text;
}

bool printable(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b >= 0x20 && b <= 0x7e; });
}

}  // namespace base
