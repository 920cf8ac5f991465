#include "dhcpd/exchange.h"

#include <algorithm>

#include "base/log.h"

namespace dhcpd {

namespace {
constexpr std::size_t kUsualEffects = 2;  // log lines of a message
}

Exchange::Exchange(const Query& q, const World& w) : query(q), world(w), message(q.message) {
  hardware = message.header.hardware();
  uid = message.option(dhcp::kOptClientIdentifier);
  via = message.header.giaddr.is_zero() ? query.arrival.interface : message.header.giaddr.text();
  context.config = &world.config;
  context.message = &message;
  context.reply = &options;
  context.packet_variables = &variables_;
  context.global_variables = world.global_variables;
  context.resolver = world.resolver;
  context.host_name = world.host_name;
  context.now = world.now;
  context.effects.reserve(kUsualEffects);
}

std::string Exchange::client(const lease::Lease* lease) const {
  if (message.header.htype != 0) return hardware_text(hardware);
  if (lease != nullptr) return identifier_text(lease->uid);
  return "<no identifier>";
}

void Exchange::log(base::Severity severity, std::string line) {
  context.effects.emplace_back(conf::LogEffect{severity, std::move(line), false});
}

std::optional<lease::Lease> Exchange::find(base::Ipv4 address) const {
  for (auto change = decision.changes.rbegin(); change != decision.changes.rend(); ++change)
    if (change->address == address) return *change;
  return world.leases.find(address);
}

bool Exchange::holds(const lease::Lease& lease) const {
  if (!lease.uid.empty()) return uid != nullptr && *uid == lease.uid;
  return lease.hardware == hardware;
}

std::optional<Binding> Exchange::binding_of(base::Ipv4 address) const {
  const conf::Pool* pool = world.leases.pool_of(address);
  if (pool == nullptr) return std::nullopt;
  Binding binding;
  binding.pool = pool;
  binding.subnet = world.config.subnet_of(address);
  if (binding.subnet == nullptr) return std::nullopt;
  if (auto known = find(address))
    binding.lease = std::move(*known);
  else
    binding.lease.address = address;
  return binding;
}

void Exchange::speak_of(Binding& binding) {
  context.leased_address = binding.lease.address;
  context.lease_hardware = binding.lease.hardware;
  context.lease_variables = &binding.lease.variables;
  context.packet_variables = &binding.lease.variables;  // `set` outside of events is kept, too
  context.static_lease = binding.is_static;
  // What `lease-time` yields: the term of the lease as it was before this message.
  context.lease_time = binding.lease.ends - world.now;
}

void Exchange::run(const conf::Scope& scope, const conf::Scope* limit) {
  conf::execute_scope(scope, context, limit);
}

void Exchange::run_classes(const conf::Scope* limit) {
  // The class declared first runs last and wins. `add` may have added some behind.
  for (std::size_t i = std::min(context.classes.size(), kMaxClasses); i-- > 0;) {
    const conf::Class* of = context.classes[i];
    const conf::Scope* scope = &of->scope;
    if (i < memberships.size() && memberships[i].of == of && memberships[i].sub != nullptr &&
        memberships[i].sub->has_scope)
      scope = &memberships[i].sub->scope;
    run(*scope, limit);
  }
}

Decision Exchange::finish() {
  if (decision.effects.empty()) {
    decision.effects = std::move(context.effects);
  } else {
    for (auto& effect : context.effects) decision.effects.push_back(std::move(effect));
  }
  context.effects.clear();
  return std::move(decision);
}

Flag flag(const conf::OptionState& options, dhcp::ServerOption option) {
  const base::Bytes* value = options.get(dhcp::server_key(option));
  if (value == nullptr) return options.is_set(dhcp::server_key(option)) ? Flag::kOff : Flag::kUnset;
  if (value->empty() || value->front() == dhcp::kFlagOff) return Flag::kOff;
  return value->front() == dhcp::kFlagIgnore ? Flag::kIgnore : Flag::kOn;
}

bool is_on(const conf::OptionState& options, dhcp::ServerOption option, bool otherwise) {
  const Flag value = flag(options, option);
  return value == Flag::kUnset ? otherwise : value == Flag::kOn;
}

std::optional<std::uint32_t> number(const conf::OptionState& options, dhcp::ServerOption option) {
  const base::Bytes* value = options.get(dhcp::server_key(option));
  if (value == nullptr) return std::nullopt;
  switch (value->size()) {
    case 1:
      return value->front();
    case 2:
      return base::get_u16(value->data());
    case 4:
      return base::get_u32(value->data());
    default:
      return std::nullopt;
  }
}

const base::Bytes* dhcp_option(const conf::OptionState& options, std::uint8_t code) {
  return options.get(dhcp::OptionKey{dhcp::OptionRegistry::kDhcp, code});
}

void set_dhcp_option(conf::OptionState& options, std::uint8_t code, base::Bytes value) {
  options.set(dhcp::OptionKey{dhcp::OptionRegistry::kDhcp, code}, std::move(value));
}

std::optional<base::Ipv4> address_option(const dhcp::Message& message, std::uint8_t code) {
  const base::Bytes* value = message.option(code);
  if (value == nullptr || value->empty()) return std::nullopt;
  std::uint8_t octets[4] = {};
  std::copy_n(value->begin(), std::min<std::size_t>(value->size(), sizeof octets), octets);
  return base::Ipv4::from_octets(octets);
}

base::Bytes address_bytes(base::Ipv4 address) {
  const auto octets = address.octets();
  return base::Bytes(octets.begin(), octets.end());
}

bool is_authoritative(const conf::Scope& scope) {
  for (const conf::Scope* s = &scope; s != nullptr; s = s->parent)
    if (s->authoritative) return *s->authoritative;
  return false;
}

std::string hardware_text(const base::HardwareAddress& hardware) {
  return hardware.type == 0 || hardware.length == 0 ? "" : hardware.text();
}

std::string identifier_text(base::ByteView uid) {
  constexpr std::size_t kMostText = 57, kMostOctets = 20;
  if (base::printable(uid.subview(0, kMostText)))
    return "\"" + std::string(uid.subview(0, kMostText).text()) + "\"";
  return base::hex(uid.subview(0, kMostOctets));
}

std::string hostname_text(const std::string& hostname) {
  if (hostname.empty()) return {};
  const bool fit = hostname.size() <= 64 && base::printable(base::ByteView(hostname)) &&
                   hostname.find_first_of("\"\\") == std::string::npos;
  return "(" + (fit ? hostname : std::string("Hostname Unsuitable for Printing")) + ") ";
}

}  // namespace dhcpd
