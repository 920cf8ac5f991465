// The rules of a grant that stand on their own: one lease a client, reuse of a young lease, ping, thresholds.
#include <chrono>

#include "base/log.h"
#include "dhcpd/grant.h"
#include "dhcpd/release.h"

namespace dhcpd {
namespace {

using dhcp::ServerOption;
using lease::BindingState;

constexpr std::uint32_t kCacheThreshold = 25;  // per cent
constexpr std::uint32_t kPingSeconds = 1;
constexpr std::uint32_t kPingCltt = 60;

void end_all_but(Exchange& exchange, const lease::Table::Addresses& addresses, base::Ipv4 kept) {
  for (base::Ipv4 address : addresses) {
    if (address == kept) continue;
    auto lease = exchange.find(address);
    if (lease && (lease->binding == BindingState::kActive || lease->binding == BindingState::kAbandoned))
      release_lease(exchange, std::move(*lease));
  }
}

}  // namespace

void end_other_leases(Exchange& exchange, const Binding& binding) {
  const lease::Table& leases = exchange.world.leases;
  const bool has_uid = !binding.lease.uid.empty();
  if (has_uid) end_all_but(exchange, leases.by_uid(binding.lease.uid), binding.lease.address);
  const conf::Host* host = binding.host;
  const Flag duplicates = flag(exchange.options, ServerOption::kDuplicates);
  const bool by_hardware =
      host != nullptr && !host->uid && (duplicates == Flag::kOff || duplicates == Flag::kIgnore);
  if (!has_uid || by_hardware)
    end_all_but(exchange, leases.by_hardware(binding.lease.hardware), binding.lease.address);
}

bool may_reuse(Exchange& exchange, const lease::Lease& old, const lease::Lease& next) {
  std::uint32_t threshold = kCacheThreshold;
  const auto configured = number(exchange.options, ServerOption::kDhcpCacheThreshold);
  if (configured && *configured < 100) threshold = *configured;
  if (threshold == 0) return false;
  const base::UnixTime age = next.starts - old.starts;
  if (age > (old.ends - old.starts) * threshold / 100) return false;
  exchange.log(base::Severity::kDebug,
               base::format("reuse_lease: lease age %lld (secs) under %u%% threshold, reply with unaltered, "
                            "existing lease for %s",
                            static_cast<long long>(age), static_cast<unsigned>(threshold),
                            old.address.text().c_str()));
  return true;
}

std::optional<Ping> ping_before(const Exchange& exchange, const Binding& binding, bool same_client) {
  const conf::OptionState& options = exchange.options;
  if (binding.is_static || !is_on(options, ServerOption::kPingCheck, true)) return std::nullopt;
  const lease::Lease& lease = binding.lease;
  if (lease.binding != BindingState::kAbandoned && same_client) {
    const auto quiet = number(options, ServerOption::kPingCltt).value_or(kPingCltt);
    if (exchange.world.now - lease.cltt < quiet) return std::nullopt;
    if (lease.binding == BindingState::kActive && lease.ends > exchange.world.now) return std::nullopt;
  }
  Ping ping;
  ping.address = lease.address;
  const auto milliseconds = number(options, ServerOption::kPingTimeoutMs).value_or(0);
  if (milliseconds != 0)
    ping.timeout = std::chrono::milliseconds(milliseconds);
  else
    ping.timeout = std::chrono::seconds(number(options, ServerOption::kPingTimeout).value_or(kPingSeconds));
  return ping;
}

void watch_pool(Exchange& exchange, const Binding& binding) {
  if (binding.pool == nullptr) return;
  const auto high = number(exchange.options, ServerOption::kLogThresholdHigh);
  std::vector<std::int64_t>& low_marks = exchange.world.memory.pool_low_mark;
  const std::size_t pool = binding.pool->index;
  const bool is_over = pool < low_marks.size() && low_marks[pool] >= 0;
  if (!is_over && (!high || *high == 0 || *high > 100)) return;
  const lease::Table::Count count = exchange.world.leases.count(*binding.pool);
  const auto total = static_cast<std::int64_t>(count.total);
  const auto used = total - static_cast<std::int64_t>(count.free);
  const std::string where =
      "shared subnet: " + binding.pool->network->name + "; address: " + binding.lease.address.text() + "; ";
  if (is_over) {
    if (used > low_marks[pool]) return;
    low_marks[pool] = -1;
    exchange.error("Pool threshold reset - " + where + "low threshold " +
                   base::format("%lld/%lld.", static_cast<long long>(used), static_cast<long long>(total)));
    return;
  }
  if (used < total * *high / 100) return;
  exchange.error("Pool threshold exceeded - " + where +
                 base::format("high threshold %u%% %lld/%lld.", static_cast<unsigned>(*high),
                              static_cast<long long>(used), static_cast<long long>(total)));
  std::uint32_t low = number(exchange.options, ServerOption::kLogThresholdLow).value_or(0);
  if (low > 100) low = 0;
  if (low >= *high) return;
  if (low_marks.size() <= pool) low_marks.resize(pool + 1, -1);
  low_marks[pool] = total * low / 100;
}

}  // namespace dhcpd
