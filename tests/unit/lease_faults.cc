#include "lease_faults.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace {

lease_test::FaultPlan plan;
std::atomic<long> calls{0};

using lease_test::Fault;

void end_process() { ::kill(::getpid(), SIGKILL); }

// What is to become of this call.
Fault now() {
  const long n = ++calls;
  if (n < plan.at || n >= plan.at + plan.lasts) return Fault::kNone;
  if (plan.fault == Fault::kKillBefore) end_process();
  return plan.fault;
}

template <typename... Arguments>
long call(long number, Arguments... arguments) {
  const Fault fault = now();
  if (fault == Fault::kError || fault == Fault::kShort) {
    errno = plan.error;
    return -1;
  }
  const long result = ::syscall(number, arguments...);
  if (fault != Fault::kNone) end_process();
  return result;
}

}  // namespace

namespace lease_test {

void set_fault(const FaultPlan& p) {
  plan = p;
  calls = 0;
}
long calls_made() { return calls; }

}  // namespace lease_test

extern "C" {

ssize_t pwrite(int fd, const void* data, size_t size, off_t at) {
  const Fault fault = now();
  if (fault == Fault::kError) {
    errno = plan.error;
    return -1;
  }
  const bool part = fault == Fault::kKillHalf || (fault == Fault::kShort && calls == plan.at);
  if (fault == Fault::kShort && !part) {
    errno = plan.error;
    return -1;
  }
  const size_t length = part ? size / (fault == Fault::kShort ? 3 : 2) : size;
  const ssize_t result = ::syscall(SYS_pwrite64, fd, data, length, at);
  if (fault == Fault::kKillHalf || fault == Fault::kKillAfter) end_process();
  return result;
}
int fdatasync(int fd) { return static_cast<int>(call(SYS_fdatasync, fd)); }
int fsync(int fd) { return static_cast<int>(call(SYS_fsync, fd)); }
int ftruncate(int fd, off_t size) noexcept { return static_cast<int>(call(SYS_ftruncate, fd, size)); }
int fallocate(int fd, int mode, off_t at, off_t size) {
  return static_cast<int>(call(SYS_fallocate, fd, mode, at, size));
}
int unlinkat(int d, const char* name, int flags) noexcept {
  return static_cast<int>(call(SYS_unlinkat, d, name, flags));
}
int linkat(int d, const char* from, int e, const char* to, int flags) noexcept {
  return static_cast<int>(call(SYS_linkat, d, from, e, to, flags));
}
int renameat(int d, const char* from, int e, const char* to) noexcept {
  return static_cast<int>(call(SYS_renameat, d, from, e, to));
}

}  // extern "C"
