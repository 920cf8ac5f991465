#include "tftp/netascii.h"

namespace tftp {

std::size_t encode_netascii(base::ByteView input, NetasciiPosition& position, std::uint8_t* out,
                            std::size_t room) {
  std::size_t written = 0;
  std::size_t at = 0;
  while (written < room) {
    if (position.pending >= 0) {
      out[written++] = static_cast<std::uint8_t>(position.pending);
      position.pending = -1;
      continue;
    }
    if (at == input.size()) break;
    const std::uint8_t octet = input[at++];
    if (octet == '\n') {
      out[written++] = '\r';
      position.pending = '\n';
    } else {
      out[written++] = octet;
      if (octet == '\r') position.pending = '\0';
    }
  }
  position.offset += at;
  return written;
}

void NetasciiDecoder::decode(base::ByteView input, base::Bytes& out) {
  for (const std::uint8_t octet : input) {
    if (after_cr_) {
      after_cr_ = false;
      if (octet == '\n' || octet == '\0') {
        out.push_back(octet == '\n' ? '\n' : '\r');
        continue;
      }
      out.push_back('\r');
    }
    if (octet == '\r') {
      after_cr_ = true;
    } else {
      out.push_back(octet);
    }
  }
}

void NetasciiDecoder::finish(base::Bytes& out) {
  if (after_cr_) out.push_back('\r');
  after_cr_ = false;
}

}  // namespace tftp
