// Bytes as they stand in packets and files: an owning buffer, a view of one, and big-endian reading and
// writing.
//
// A ByteReader never reads past its view: a field that is not wholly there is nullopt, and the position
// stays.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base {

using Bytes = std::vector<std::uint8_t>;

// A view of bytes that somebody else owns; pass it down the stack, do not keep it.
class ByteView {
 public:
  constexpr ByteView() = default;
  constexpr ByteView(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  ByteView(const Bytes& bytes) : data_(bytes.data()), size_(bytes.size()) {}  // NOLINT: a view by design
  explicit ByteView(std::string_view text)
      : data_(reinterpret_cast<const std::uint8_t*>(text.data())), size_(text.size()) {}

  constexpr const std::uint8_t* data() const { return data_; }
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr const std::uint8_t* begin() const { return data_; }
  constexpr const std::uint8_t* end() const { return data_ + size_; }
  constexpr std::uint8_t operator[](std::size_t i) const { return data_[i]; }

  // The part from `offset`, at most `length` long; both are clipped to what is there.
  constexpr ByteView subview(std::size_t offset, std::size_t length = SIZE_MAX) const {
    if (offset > size_) offset = size_;
    if (length > size_ - offset) length = size_ - offset;
    return ByteView(data_ + offset, length);
  }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
  Bytes copy() const { return Bytes(begin(), end()); }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

inline bool operator==(ByteView a, ByteView b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}
inline bool operator!=(ByteView a, ByteView b) { return !(a == b); }

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}
  std::optional<std::uint8_t> u8();
  std::optional<std::uint16_t> u16();
  std::optional<std::uint32_t> u32();
  std::optional<ByteView> bytes(std::size_t count);
  ByteView rest() const { return bytes_.subview(position_); }
  std::size_t position() const { return position_; }
  std::size_t remaining() const { return bytes_.size() - position_; }
  bool at_end() const { return remaining() == 0; }

 private:
  ByteView bytes_;
  std::size_t position_ = 0;
};

// Big-endian values at a place that the caller knows to be wide enough.
inline std::uint16_t get_u16(const std::uint8_t* p) { return static_cast<std::uint16_t>((p[0] << 8) | p[1]); }
inline std::uint32_t get_u32(const std::uint8_t* p) {
  return (std::uint32_t{p[0]} << 24) | (std::uint32_t{p[1]} << 16) | (std::uint32_t{p[2]} << 8) | p[3];
}
inline void set_u16(std::uint8_t* p, std::uint16_t v) {
  p[0] = static_cast<std::uint8_t>(v >> 8);
  p[1] = static_cast<std::uint8_t>(v);
}
inline void set_u32(std::uint8_t* p, std::uint32_t v) {
  set_u16(p, static_cast<std::uint16_t>(v >> 16));
  set_u16(p + 2, static_cast<std::uint16_t>(v));
}

// Big-endian values appended to a buffer.
void put_u8(Bytes& out, std::uint8_t value);
void put_u16(Bytes& out, std::uint16_t value);
void put_u32(Bytes& out, std::uint32_t value);
void put_bytes(Bytes& out, ByteView bytes);

// "02:0a:ff": two lower-case digits a byte, `separator` between them.
std::string hex(ByteView bytes, char separator = ':');

// Whether every byte is printable ASCII, 0x20..0x7e; true of an empty view.
bool printable(ByteView bytes);

}  // namespace base
