#include "base/memory_reserve.h"

#include <atomic>
#include <cstdlib>
#include <new>

#include "base/log.h"

namespace base {

namespace {

std::atomic<void*> reserve{nullptr};

// Of operator new, in whatever thread: it tries again if we return.
void give_back() {
  void* const piece = reserve.exchange(nullptr);
  if (piece == nullptr) throw std::bad_alloc();
  std::free(piece);
}

}  // namespace

MemoryReserve::MemoryReserve() {
  reserve = std::malloc(kBytes);
  std::set_new_handler(give_back);
}

MemoryReserve::~MemoryReserve() {
  std::set_new_handler(nullptr);
  std::free(reserve.exchange(nullptr));
}

bool MemoryReserve::scarce() {
  if (reserve == nullptr) reserve = std::malloc(kBytes);
  const bool is_scarce = reserve == nullptr;
  if (is_scarce && !told_) log_error("Memory is short: new clients are not served until there is more.");
  if (!is_scarce && told_) log_info("There is memory again.");
  told_ = is_scarce;
  return is_scarce;
}

}  // namespace base
