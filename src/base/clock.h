// Time. Leases are kept in wall-clock seconds, since the lease file is; waiting is done on the monotonic
// clock, since the wall clock jumps. Code below the daemon folders is handed the time and never asks for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace base {

using UnixTime = std::int64_t;                                // seconds since 1970, wall clock
using MonotonicTime = std::chrono::steady_clock::time_point;  // for timers
using Duration = std::chrono::steady_clock::duration;

inline UnixTime wall_now() { return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()); }
inline MonotonicTime monotonic_now() { return std::chrono::steady_clock::now(); }

}  // namespace base
