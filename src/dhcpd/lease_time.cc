#include "dhcpd/lease_time.h"

#include <algorithm>

#include "base/log.h"

namespace dhcpd {
namespace {

using dhcp::ServerOption;

constexpr std::int64_t kDefault = 43200, kLongest = 86400, kShortest = 300;

// deny after: the time at which the pool closes.
std::optional<base::UnixTime> closing_time(const conf::Pool& pool) {
  for (const conf::Permit& permit : pool.deny)
    if (permit.kind == conf::PermitKind::kAfter) return permit.after;
  return std::nullopt;
}

std::int64_t adapt(Exchange& exchange, const Binding& binding, std::int64_t seconds, std::int64_t shortest) {
  const auto threshold = number(exchange.options, ServerOption::kAdaptiveLeaseTimeThreshold);
  if (binding.pool == nullptr || !threshold || *threshold == 0 || *threshold >= 100) return seconds;
  const lease::Table::Count count = exchange.world.leases.count(*binding.pool);
  if (count.total == 0) return seconds;
  const std::uint64_t filled = 100 * (count.total - count.free) / count.total;
  // Nobody loses what is left of a lease.
  const std::int64_t adaptive =
      std::max(shortest != 0 ? shortest : kShortest, binding.lease.ends - exchange.world.now);
  exchange.log(
      base::Severity::kDebug,
      base::format("Adap-lease: Total: %llu, Free: %llu, Ends: %lld, Adaptive: %lld, Fill: %llu, "
                   "Threshold: %u",
                   static_cast<unsigned long long>(count.total), static_cast<unsigned long long>(count.free),
                   static_cast<long long>(binding.lease.ends - exchange.world.now),
                   static_cast<long long>(adaptive), static_cast<unsigned long long>(filled),
                   static_cast<unsigned>(*threshold)));
  if (filled < *threshold || seconds <= adaptive) return seconds;
  exchange.info(base::format("Pool over threshold, time for %s reduced from %lld to %lld.",
                             binding.lease.address.text().c_str(), static_cast<long long>(seconds),
                             static_cast<long long>(adaptive)));
  return adaptive;
}

}  // namespace

LeaseTime dhcp_lease_time(Exchange& exchange, const Binding& binding) {
  const conf::OptionState& options = exchange.options;
  LeaseTime time;
  time.seconds = number(options, ServerOption::kDefaultLeaseTime).value_or(kDefault);
  const base::Bytes* asked = exchange.message.option(dhcp::kOptLeaseTime);
  const std::int64_t normal = time.seconds;
  if (asked != nullptr && asked->size() == 4) {
    time.seconds = base::get_u32(asked->data());
    time.reserve = time.seconds == 0xffffffff && is_on(options, ServerOption::kInfiniteIsReserved, false);
  }
  const std::int64_t longest = number(options, ServerOption::kMaxLeaseTime).value_or(kLongest);
  time.seconds = std::min(time.seconds, longest);
  if (binding.pool != nullptr)
    if (const auto closing = closing_time(*binding.pool))
      time.seconds = std::min(time.seconds, std::max<std::int64_t>(0, *closing - exchange.world.now));
  std::int64_t shortest = std::min(kShortest, longest);
  if (const auto configured = number(options, ServerOption::kMinLeaseTime)) shortest = *configured;
  if (time.seconds < shortest) time.seconds = shortest != 0 ? shortest : normal;
  time.seconds = adapt(exchange, binding, time.seconds, shortest);
  return time;
}

std::int64_t bootp_lease_time(const Exchange& exchange) {
  std::int64_t seconds = lease::kNever - exchange.world.now;
  if (const auto length = number(exchange.options, ServerOption::kDynamicBootpLeaseLength)) seconds = *length;
  if (const auto cutoff = number(exchange.options, ServerOption::kDynamicBootpLeaseCutoff))
    seconds = *cutoff - exchange.world.now;
  return seconds;
}

}  // namespace dhcpd
