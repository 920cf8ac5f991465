#include "dhcpd/resolver.h"

namespace dhcpd {

std::vector<base::Ipv4> CachingResolver::addresses(const std::string& name) {
  if (const auto literal = base::Ipv4::parse(name)) return {*literal};
  auto at = entries_.find(name);
  if (at == entries_.end()) {
    if (entries_.size() >= kMostNames) return {};
    at = entries_.emplace(name, Entry()).first;
  }
  Entry& entry = at->second;
  if (!entry.pending && entry.fresh_until <= base::monotonic_now()) ask(name, entry);
  return entry.addresses;
}

void CachingResolver::ask(const std::string& name, Entry& entry) {
  entry.pending = true;
  ++pending_;
  waiting_.push_back(name);
  start();
}

void CachingResolver::start() {
  while (!waiting_.empty()) {
    const std::string name = waiting_.front();
    if (!helper_.resolve(name, [this, name](const std::vector<base::Ipv4>& found) { take(name, found); }))
      break;
    waiting_.pop_front();
  }
  if (helper_.alive()) return;
  for (const auto& name : waiting_) take(name, {});
  waiting_.clear();
}

void CachingResolver::take(const std::string& name, const std::vector<base::Ipv4>& found) {
  Entry& entry = entries_[name];
  entry.pending = false;
  --pending_;
  if (!found.empty()) entry.addresses = found;
  entry.fresh_until = base::monotonic_now() + (found.empty() ? kFailed : kGood);
  if (helper_.alive()) start();
}

std::optional<std::string> CachingResolver::name(base::Ipv4 address) {
  if (!helper_.alive()) return std::string();
  const base::MonotonicTime now = base::monotonic_now();
  const auto at = names_.find(address);
  if (at != names_.end() && at->second.fresh_until > now) return at->second.text;
  if (at == names_.end() && names_.size() >= kMostNames) {
    forget_names();
    if (names_.size() >= kMostNames) return std::string();
  }
  Name& known = names_[address];
  if (!known.pending) unnamed_.push_back(address);
  known.pending = true;
  start_naming();
  return std::nullopt;
}

// All but those that somebody waits for.
void CachingResolver::forget_names() {
  for (auto at = names_.begin(); at != names_.end();) {
    if (at->second.pending)
      ++at;
    else
      at = names_.erase(at);
  }
}

void CachingResolver::start_naming() {
  while (!unnamed_.empty()) {
    const base::Ipv4 address = unnamed_.front();
    if (!helper_.find_name(address, [this, address](const std::string& found) { take_name(address, found); }))
      break;
    unnamed_.pop_front();
  }
}

void CachingResolver::take_name(base::Ipv4 address, const std::string& found) {
  names_[address] = Name{found, base::monotonic_now() + (found.empty() ? kFailed : kGood), false};
  named_(address);
  start_naming();
}

namespace {

void collect(const conf::Expression& expression, std::set<std::string>& names) {
  if (expression.op == conf::Operator::kHostAddress) names.insert(expression.name);
  for (const auto& operand : expression.operands) collect(*operand, names);
}

void collect(const conf::Statements& statements, std::set<std::string>& names) {
  for (const auto& statement : statements) {
    if (statement->value) collect(*statement->value, names);
    if (!statement->detail) continue;
    for (const auto& argument : statement->detail->arguments) collect(*argument, names);
    collect(statement->detail->body, names);
    collect(statement->detail->otherwise, names);
  }
}

template <typename Parts>
void collect_scopes(const Parts& parts, std::set<std::string>& names) {
  for (const auto& part : parts) collect(part->scope.statements, names);
}

}  // namespace

std::set<std::string> host_names(const conf::Config& config) {
  std::set<std::string> names;
  collect(config.global.statements, names);
  collect_scopes(config.groups, names);
  collect_scopes(config.networks, names);
  collect_scopes(config.subnets, names);
  collect_scopes(config.pools, names);
  collect_scopes(config.hosts, names);
  collect_scopes(config.classes, names);
  collect_scopes(config.subclasses, names);
  for (const auto& host : config.hosts) {
    for (const auto& fixed : host->fixed_addresses) {
      if (fixed.host_name) names.insert(*fixed.host_name);
    }
  }
  return names;
}

}  // namespace dhcpd
