// Requests that have been read and wait for their first answer.
//
// In a crowd those go first whose sender is known to be real, then those whose first answer is small; a flood
// of forged requests for large answers waits behind both. A full row gives up its oldest: they are the ones
// whose client will have asked again.
#pragma once

#include <array>
#include <deque>
#include <optional>

#include "base/bytes.h"
#include "base/clock.h"
#include "tftpd/transfers.h"

namespace tftpd {

struct PendingRequest {
  Transfers::Peer peer;
  base::Bytes datagram;
  base::MonotonicTime arrived;
  bool put_off = false;  // has been looked at before
};

class RequestQueue {
 public:
  enum Row : std::size_t { kKnown, kSmallAnswer, kLargeAnswer, kRows };
  static constexpr std::size_t kRequests[kRows] = {8192, 8192, 2048};
  static constexpr std::size_t kOctets = 2 << 20;  // of each row

  // Number of older requests that had to go.
  std::size_t push(Row row, PendingRequest request);
  std::optional<PendingRequest> pop(Row row);
  std::size_t size(Row row) const { return rows_[row].requests.size(); }
  std::size_t size() const { return size(kKnown) + size(kSmallAnswer) + size(kLargeAnswer); }
  void clear();

 private:
  struct Waiting {
    std::deque<PendingRequest> requests;
    std::size_t octets = 0;
  };
  std::array<Waiting, kRows> rows_;
};

}  // namespace tftpd
