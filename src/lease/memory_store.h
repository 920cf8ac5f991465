// A store without a disk, for simulation and tests: every commit is answered at the next call of answers(),
// as `next_result` says.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "lease/store.h"

namespace lease {

class MemoryStore : public Store {
 public:
  explicit MemoryStore(std::function<void()> wake = [] {}) : wake_(std::move(wake)) {}

  void commit(std::vector<Commit> group) override {
    for (const Commit& commit : group) {
      answers_.push_back({commit.ticket, next_result});
      ++commits;
    }
    wake_();
  }
  std::vector<CommitAnswer> answers() override { return std::exchange(answers_, {}); }
  void drain() override {}

  CommitResult next_result = CommitResult::kDone;
  std::uint64_t commits = 0;

 private:
  std::function<void()> wake_;
  std::vector<CommitAnswer> answers_;
};

}  // namespace lease
