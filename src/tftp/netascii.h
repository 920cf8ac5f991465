// The netascii of RFC 764 and RFC 1350: a line end travels as CR LF, a carriage return as CR NUL.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace tftp {

// Where the conversion of a file stands: the next octet to be read, and the second half of a pair whose first
// one ended a block.
struct NetasciiPosition {
  std::uint64_t offset = 0;
  int pending = -1;
};

// Converts `input`, which stands in the file at `position.offset`, into `room` octets at `out`. Stops where
// either ends; returns the octets written and moves `position`.
std::size_t encode_netascii(base::ByteView input, NetasciiPosition& position, std::uint8_t* out,
                            std::size_t room);

class NetasciiDecoder {
 public:
  // Appends to `out` what `input` stands for. A pair may be split over two calls.
  void decode(base::ByteView input, base::Bytes& out);
  // The text has ended: a carriage return that waits for its second half stands for itself.
  void finish(base::Bytes& out);

 private:
  bool after_cr_ = false;
};

}  // namespace tftp
