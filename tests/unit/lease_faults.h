// Faults in the calls that the lease store makes to the kernel: this program's own pwrite(), fdatasync(), ...
// stand before those of the C library, count, and fail or end the process at the call that a test names.
#pragma once

namespace lease_test {

enum class Fault {
  kNone,
  kKillBefore,  // SIGKILL instead of the call
  kKillAfter,   // SIGKILL once the call is done
  kKillHalf,    // pwrite: SIGKILL when half is written; other calls: as kKillAfter
  kError,       // the call fails with `error`
  kShort,       // pwrite: writes a third and says so, the next one fails with `error`
};

struct FaultPlan {
  Fault fault = Fault::kNone;
  int error = 0;
  long at = 0;     // the number of the call, from 1
  long lasts = 1;  // that call and the following ones, how many
};

// Starts counting anew.
void set_fault(const FaultPlan& plan);
long calls_made();

}  // namespace lease_test
