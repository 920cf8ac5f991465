// The known word nearest to a misspelt one, for "did you mean" hints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace base {

// Number of single-letter insertions, deletions, replacements and swaps of neighbours from `a` to `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The word of `known` that is nearest to `word`, or "" if none is near enough to be meant (a third of its
// length, at most four letters).
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace base
