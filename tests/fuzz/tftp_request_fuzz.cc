// A request as a stranger sends it: taken apart, and its options negotiated under a policy that the input
// picks.
#include <cstdlib>

#include "tftp/options.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  tftp::OptionPolicy policy;
  policy.refused = data[0] & 0x7f;
  policy.max_blksize = 512 + data[1] * 254u;
  const auto parsed = tftp::parse_request({data + 2, size - 2});
  const auto* request = std::get_if<tftp::Request>(&parsed);
  if (!request) return 0;
  const auto result = tftp::negotiate(*request, policy, size);
  const auto* agreed = std::get_if<tftp::Agreement>(&result);
  if (!agreed) return 0;
  const bool sound = agreed->blksize >= 8 && agreed->blksize <= policy.max_blksize &&
                     agreed->windowsize >= 1 &&
                     (agreed->windowsize == 1 ||
                      std::uint64_t{agreed->windowsize} * agreed->blksize <= policy.max_window_bytes) &&
                     agreed->oack.size() <= tftp::kMaxOack && agreed->timeout.count() >= 10000;
  if (!sound) std::abort();
  return 0;
}
