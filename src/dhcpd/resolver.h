// Host names in the configuration, answered from memory. The helper process asks the real resolver, so that a
// dead name server never holds up a packet: a name not known yet yields nothing, a name known once yields its
// last addresses until there are newer ones.
#pragma once

#include <deque>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "conf/evaluate.h"
#include "dhcpd/helper.h"

namespace dhcpd {

class CachingResolver : public conf::Resolver {
 public:
  static constexpr std::size_t kMostNames = 4096;  // expressions can make names of what clients send
  static constexpr base::Duration kGood = std::chrono::hours(1);
  static constexpr base::Duration kFailed = std::chrono::minutes(1);

  explicit CachingResolver(Helper& helper) : helper_(helper) {}
  std::vector<base::Ipv4> addresses(const std::string& name) override;
  // Names asked for and not answered yet.
  std::size_t pending() const { return pending_; }

 private:
  struct Entry {
    std::vector<base::Ipv4> addresses;
    base::MonotonicTime fresh_until{};
    bool pending = false;
  };
  void ask(const std::string& name, Entry& entry);
  void start();
  void take(const std::string& name, const std::vector<base::Ipv4>& found);

  Helper& helper_;
  std::unordered_map<std::string, Entry> entries_;
  std::deque<std::string> waiting_;
  std::size_t pending_ = 0;
};

// The names that the configuration itself holds: fixed-address and option values.
std::set<std::string> host_names(const conf::Config& config);

}  // namespace dhcpd
