#include "tftpd/request_queue.h"

namespace tftpd {

constexpr std::size_t RequestQueue::kRequests[];

std::size_t RequestQueue::push(Row row, PendingRequest request) {
  Waiting& waiting = rows_[row];
  waiting.octets += request.datagram.size();
  waiting.requests.push_back(std::move(request));
  std::size_t dropped = 0;
  while (waiting.requests.size() > kRequests[row] || waiting.octets > kOctets) {
    waiting.octets -= waiting.requests.front().datagram.size();
    waiting.requests.pop_front();
    ++dropped;
  }
  return dropped;
}

std::optional<PendingRequest> RequestQueue::pop(Row row) {
  Waiting& waiting = rows_[row];
  if (waiting.requests.empty()) return std::nullopt;
  PendingRequest request = std::move(waiting.requests.front());
  waiting.requests.pop_front();
  waiting.octets -= request.datagram.size();
  return request;
}

void RequestQueue::clear() {
  for (auto& waiting : rows_) waiting = Waiting();
}

}  // namespace tftpd
