#include "tftpd/admission.h"

#include <algorithm>

namespace tftpd {

namespace {

std::size_t hash_of_host(const base::SocketAddress& who) {
  base::SocketAddress host = who;
  host.set_port(0);
  return std::hash<base::SocketAddress>()(host);
}

}  // namespace

void Admission::refill(Bucket& bucket, std::int64_t rate, std::int64_t most, base::MonotonicTime now) {
  if (bucket.filled == base::MonotonicTime()) {
    bucket = {most, now};
    return;
  }
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now - bucket.filled);
  if (ms.count() <= 0) return;
  const std::int64_t seconds_worth = std::min<std::int64_t>(ms.count(), 3600000);
  bucket.level = std::min(most, bucket.level + rate * seconds_worth / 1000);
  bucket.filled += ms;
}

bool Admission::has_answered(const base::SocketAddress& who, base::MonotonicTime now) const {
  const std::size_t hash = hash_of_host(who);
  const Answered& answered = answered_[hash % answered_.size()];
  return answered.hash == hash && now - answered.when < kTrusted;
}

Admission::Answer Admission::draw(const base::SocketAddress& who, std::size_t octets, bool leave_half,
                                  base::MonotonicTime now) {
  const auto amount = static_cast<std::int64_t>(octets + kPacketOverhead);
  Bucket& source = sources_[hash_of_host(who) % sources_.size()];
  refill(source, limits_.source_rate, limits_.source_rate, now);
  refill(total_, limits_.total_rate, limits_.total_burst, now);
  const bool known = has_answered(who, now);
  const std::int64_t reserve = leave_half ? limits_.total_burst / 2 : 0;
  if (!known && total_.level - reserve < amount) return Answer::kTotalEmpty;
  const std::int64_t lent = known ? (kCrowd - 1) * limits_.source_rate : 0;
  if (source.level + lent < amount) return Answer::kSourceEmpty;
  source.level -= amount;
  if (!known) total_.level -= amount;
  return Answer::kDrawn;
}

void Admission::give_back(const base::SocketAddress& who, std::size_t octets, base::MonotonicTime now,
                          bool answered) {
  const std::size_t hash = hash_of_host(who);
  const auto amount = static_cast<std::int64_t>(octets);
  Bucket& source = sources_[hash % sources_.size()];
  source.level = std::min(limits_.source_rate, source.level + amount);
  Answered& last = answered_[hash % answered_.size()];
  const bool trusted = last.hash == hash && now - last.when < kTrusted;
  if (!trusted) total_.level = std::min(limits_.total_burst, total_.level + amount);
  if (answered) last = {hash, now};
}

}  // namespace tftpd
