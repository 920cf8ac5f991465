// What a fuzz target may not see broken: the place is printed, the process ends, and libFuzzer keeps the
// input.
#pragma once

#include <cstdio>
#include <cstdlib>

inline void require(bool holds, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%d: what is required here does not hold\n", file, line);
  std::abort();
}
