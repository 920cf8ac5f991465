// Host names in the configuration, answered from memory. The helper process asks the real resolver, so that a
// dead name server never holds up a packet: a name not known yet yields nothing, a name known once yields its
// last addresses until there are newer ones. Names of addresses are awaited.
#pragma once

#include <deque>
#include <functional>
#include <optional>
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

  // `named` is told the addresses whose name() has become known.
  CachingResolver(Helper& helper, std::function<void(base::Ipv4)> named)
      : helper_(helper), named_(std::move(named)) {}
  std::vector<base::Ipv4> addresses(const std::string& name) override;
  // Of addresses of leases. Without the helper they have none, nor beyond kMostNames that are awaited.
  std::optional<std::string> name(base::Ipv4 address) override;
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
  void forget_names();
  void start_naming();
  void take_name(base::Ipv4 address, const std::string& found);

  struct Name {
    std::string text;
    base::MonotonicTime fresh_until{};
    bool pending = false;
  };

  Helper& helper_;
  std::function<void(base::Ipv4)> named_;
  std::unordered_map<base::Ipv4, Name> names_;
  std::deque<base::Ipv4> unnamed_;  // pending, and not asked for yet
  std::unordered_map<std::string, Entry> entries_;
  std::deque<std::string> waiting_;
  std::size_t pending_ = 0;
};

// The names that the configuration itself holds: fixed-address and option values.
std::set<std::string> host_names(const conf::Config& config);

}  // namespace dhcpd
