#include "tftpd/idle_wait.h"

#include <sys/resource.h>
#include <unistd.h>

namespace tftpd {

namespace {
constexpr unsigned kLookEvery = 16;  // calls: the system call must not cost what the waking saves
}

IdleWait::IdleWait() : several_processors_(::sysconf(_SC_NPROCESSORS_ONLN) > 1) {}

bool IdleWait::processor_is_free() {
  if (!several_processors_ || sent_ < not_before_) return false;
  if (calls_++ % kLookEvery != 0) return true;
  rusage usage;
  if (::getrusage(RUSAGE_SELF, &usage) < 0) return false;
  const bool wanted = usage.ru_nivcsw != taken_away_;
  taken_away_ = usage.ru_nivcsw;
  if (wanted) not_before_ = sent_ + kPause;
  return !wanted;
}

}  // namespace tftpd
