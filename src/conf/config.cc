#include "conf/config.h"

#include <algorithm>

#include "conf/config_index.h"

namespace conf {

Config::Config() : options(dhcp::OptionRegistry::standard()) {}
Config::Config(const dhcp::OptionRegistry& known) : options(known) {}
Config::~Config() = default;

FixedAddresses::FixedAddresses(std::vector<FixedAddress> list) : size_(list.size()) {
  if (size_ == 1) {
    one_ = std::move(list[0]);
  } else if (size_ > 1) {
    many_ = std::make_unique<FixedAddress[]>(size_);
    std::move(list.begin(), list.end(), many_.get());
  }
}

const Subnet* Config::subnet_of(base::Ipv4 address) const {
  return index ? index->subnets.find(address) : nullptr;
}

HostRange Config::hosts_by_hardware(const base::HardwareAddress& hardware) const {
  if (!index) return {};
  return index->hardware.find(std::hash<base::HardwareAddress>()(hardware),
                              [&](const Host& host) { return *host.hardware == hardware; });
}

HostRange Config::hosts_by_uid(base::ByteView uid) const {
  if (!index) return {};
  return index->uid.find(base::hash_bytes(uid),
                         [&](const Host& host) { return base::ByteView(*host.uid) == uid; });
}

const std::vector<dhcp::OptionKey>& Config::host_identifier_options() const {
  static const std::vector<dhcp::OptionKey> none;
  return index ? index->identifier_options : none;
}

HostRange Config::hosts_by_identifier(dhcp::OptionKey option, base::ByteView value) const {
  if (!index) return {};
  return index->identifier.find(identifier_hash(option, value), [&](const Host& host) {
    return host.identifier->option == option && base::ByteView(host.identifier->value) == value;
  });
}

std::size_t identifier_hash(dhcp::OptionKey option, base::ByteView value) {
  return base::hash_bytes(value) ^ (std::size_t{option.space} << 32 | option.code);
}

void HostIndex::add(const Host& host, std::size_t hash) { entries_.push_back(Entry{hash, &host}); }

void HostIndex::build(bool (*same)(const Host&, const Host&)) {
  // Hosts with the same key side by side, in the order of declaration.
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.hash < b.hash; });
  hosts_.reserve(entries_.size());
  for (std::size_t from = 0; from < entries_.size();) {
    std::size_t to = from;
    while (to < entries_.size() && entries_[to].hash == entries_[from].hash) ++to;
    // Keys with the same hash are rare; they are parted by comparing.
    for (std::size_t i = from; i < to; ++i) {
      if (entries_[i].host == nullptr) continue;
      const Host& first = *entries_[i].host;
      slots_.insert(entries_[i].hash, static_cast<std::uint32_t>(hosts_.size()));
      hosts_.push_back(&first);
      for (std::size_t k = i + 1; k < to; ++k) {
        if (entries_[k].host == nullptr || !same(first, *entries_[k].host)) continue;
        hosts_.push_back(entries_[k].host);
        entries_[k].host = nullptr;
      }
    }
    from = to;
  }
  entries_ = {};
}

namespace {

void add_hosts(const Config& config, Config::Index& index) {
  for (const auto& host : config.hosts) {
    if (host->hardware) index.hardware.add(*host, std::hash<base::HardwareAddress>()(*host->hardware));
    if (host->uid) index.uid.add(*host, base::hash_bytes(*host->uid));
    if (!host->identifier) continue;
    const dhcp::OptionKey option = host->identifier->option;
    index.identifier.add(*host, identifier_hash(option, host->identifier->value));
    auto& options = index.identifier_options;
    if (std::find(options.begin(), options.end(), option) == options.end()) options.push_back(option);
  }
  index.hardware.build([](const Host& a, const Host& b) { return *a.hardware == *b.hardware; });
  index.uid.build([](const Host& a, const Host& b) { return *a.uid == *b.uid; });
  index.identifier.build([](const Host& a, const Host& b) {
    return a.identifier->option == b.identifier->option && a.identifier->value == b.identifier->value;
  });
}

}  // namespace

void SubnetIndex::build(const std::vector<std::unique_ptr<Subnet>>& subnets) {
  for (const auto& subnet : subnets) {
    auto& group = by_mask_[subnet->mask.value];
    group.emplace(subnet->number.value, subnet.get());  // the first of equal ones
  }
}

const Subnet* SubnetIndex::find(base::Ipv4 address) const {
  for (const auto& [mask, group] : by_mask_) {
    const auto found = group.find(address.value & mask);
    if (found != group.end()) return found->second;
  }
  return nullptr;
}

void build_index(Config& config) {
  config.index = std::make_unique<Config::Index>();
  config.index->subnets.build(config.subnets);
  add_hosts(config, *config.index);
}

}  // namespace conf
