// A piece of memory that is given back to the system when an allocation fails, so that the work in hand is
// finished and nothing is left half done. While it is gone a server takes on no new work (scarce()); it gets
// the piece back as soon as there is memory again. One reserve a process.
#pragma once

#include <cstddef>

namespace base {

class MemoryReserve {
 public:
  // Large enough to be a mapping of its own, so that giving it back helps against every kind of limit.
  static constexpr std::size_t kBytes = 2 << 20;

  MemoryReserve();
  ~MemoryReserve();
  MemoryReserve(const MemoryReserve&) = delete;
  MemoryReserve& operator=(const MemoryReserve&) = delete;

  // Whether the reserve is in use; tries to fill it again. The first answer after a change is told in the
  // log.
  bool scarce();

 private:
  bool told_ = false;
};

}  // namespace base
