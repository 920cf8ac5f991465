// Who is told "Unknown transfer ID": nobody twice within a while, and never more than a few a second.
// A client whose transfer has just ended is remembered too, since its last packets may come twice.
#pragma once

#include <array>
#include <chrono>

#include "base/address.h"
#include "base/clock.h"

namespace tftpd {

class Strangers {
 public:
  static constexpr std::chrono::seconds kSilence{10};
  static constexpr int kAnswersASecond = 64;

  // True where `who` may be answered now.
  bool remember(const base::SocketAddress& who, base::MonotonicTime now) {
    Seen& seen = seen_[std::hash<base::SocketAddress>()(who) % seen_.size()];
    const bool known = now - seen.when < kSilence && seen.hash == std::hash<base::SocketAddress>()(who);
    seen = {std::hash<base::SocketAddress>()(who), now};
    if (known) return false;
    if (now - second_ >= std::chrono::seconds(1)) {
      second_ = now;
      answered_ = 0;
    }
    return ++answered_ <= kAnswersASecond;
  }

 private:
  struct Seen {
    std::size_t hash = 0;
    base::MonotonicTime when;
  };
  std::array<Seen, 1024> seen_;
  base::MonotonicTime second_;
  int answered_ = 0;
};

}  // namespace tftpd
