// What a fuzz target may not see broken: the process ends, and libFuzzer keeps the input.
#pragma once

#include <cstdlib>

inline void require(bool holds) {
  if (!holds) std::abort();
}
