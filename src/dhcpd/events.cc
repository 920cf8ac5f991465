#include "dhcpd/events.h"

#include "conf/kept_handler.h"
#include "dhcpd/release.h"

namespace dhcpd {

namespace {

// Reads each text once; the cache is dropped with the configuration and when it is full.
const conf::Statements* handler(Exchange& exchange, const std::string& text) {
  constexpr std::size_t kMostHandlers = 256;
  Memory& memory = exchange.world.memory;
  if (memory.handlers_of != &exchange.world.config || memory.handlers.size() >= kMostHandlers) {
    memory.handlers.clear();
    memory.handlers_of = &exchange.world.config;
  }
  auto known = memory.handlers.find(text);
  if (known == memory.handlers.end())
    known = memory.handlers.emplace(text, conf::read_handler(text, exchange.world.config)).first;
  return known->second.get();
}

}  // namespace

void run_event(Exchange& exchange, lease::Lease& lease, unsigned event) {
  const std::string& text = event == conf::kEventExpiry ? lease.on_expiry : lease.on_release;
  if (text.empty()) return;
  const conf::Statements* statements = handler(exchange, text);
  if (statements == nullptr)
    return exchange.error("lease " + lease.address.text() +
                          ": its event cannot be read under this configuration");
  conf::Context& context = exchange.context;
  conf::OptionState options;
  conf::OptionState* const reply = context.reply;
  conf::Variables* const variables = context.lease_variables;
  context.reply = &options;
  context.leased_address = lease.address;
  context.lease_hardware = lease.hardware;
  context.lease_variables = &lease.variables;
  context.lease_time = lease.ends - exchange.world.now;
  context.event = event;
  conf::execute(*statements, context);
  context.event = 0;
  context.reply = reply;
  context.lease_variables = variables;
}

void leave_client(Exchange& exchange, lease::Lease& lease) {
  if (lease.binding != lease::BindingState::kActive) return;
  run_event(exchange, lease, conf::kEventExpiry);
  lease.on_expiry.clear();
  lease.on_release.clear();
  lease.hostname.clear();
  lease.agent_options.clear();
  lease.billing_class.clear();
  lease.billing_subclass.reset();
  lease.tstp = lease.ends;
}

void keep_handlers(const Exchange& exchange, lease::Lease& lease, bool is_grant) {
  const auto text = [&](unsigned event) {
    const conf::Statement* on = conf::handler_of(exchange.context, event);
    return on != nullptr && on->detail != nullptr ? on->detail->name : std::string();
  };
  if (is_grant && lease.ends <= exchange.world.now) {
    lease.on_expiry.clear();
    lease.on_release.clear();
  }
  if (conf::handler_of(exchange.context, conf::kEventExpiry) != nullptr)
    lease.on_expiry = text(conf::kEventExpiry);
  if (conf::handler_of(exchange.context, conf::kEventRelease) != nullptr)
    lease.on_release = text(conf::kEventRelease);
}

Decision abandon_pinged(base::Ipv4 address, const World& world) {
  const Query none;
  Exchange exchange(none, world);
  exchange.context.message = nullptr;
  auto lease = world.leases.find(address);
  if (!lease) {
    lease.emplace();
    lease->address = address;
  }
  if (lease->ends > world.now)
    exchange.log(base::Severity::kDebug, "ICMP Echo reply while lease " + address.text() + " valid.");
  abandon_lease(exchange, std::move(*lease), "pinged before offer");
  return exchange.finish();
}

Decision expire(base::Ipv4 address, const World& world) {
  using lease::BindingState;
  const Query none;
  Exchange exchange(none, world);
  exchange.context.message = nullptr;
  auto lease = world.leases.find(address);
  if (!lease || lease->ends > world.now || lease->next == lease->binding) return exchange.finish();
  leave_client(exchange, *lease);
  lease->binding = lease->next = BindingState::kFree;
  exchange.decision.changes.push_back(std::move(*lease));
  return exchange.finish();
}

}  // namespace dhcpd
