// Block numbers on the wire. Inside, blocks are counted from 1 without end; the 16-bit number goes from 65535
// to the `rollover` number (0 unless the client asked otherwise) and runs on from there.
#pragma once

#include <cstdint>
#include <optional>

namespace tftp {

inline std::uint16_t wire_number(std::uint64_t block, std::uint16_t rollover) {
  if (block <= 65535) return static_cast<std::uint16_t>(block);
  return static_cast<std::uint16_t>(rollover + (block - 65536) % (65536u - rollover));
}

// The least block of [first, last] that has `number` on the wire.
inline std::optional<std::uint64_t> block_numbered(std::uint16_t number, std::uint64_t first,
                                                   std::uint64_t last, std::uint16_t rollover) {
  if (first <= number && number <= last) return number;
  if (number < rollover || last < 65536) return std::nullopt;
  const std::uint64_t lap = 65536u - rollover;
  std::uint64_t block = 65536 + static_cast<std::uint64_t>(number - rollover);
  if (block < first) block += (first - block + lap - 1) / lap * lap;
  if (block > last) return std::nullopt;
  return block;
}

}  // namespace tftp
