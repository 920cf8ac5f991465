// The indexes of a finished configuration: what a packet's path looks up in one step.
#pragma once

#include <functional>
#include <map>
#include <unordered_map>
#include <vector>

#include "conf/config.h"
#include "conf/hash_index.h"

namespace conf {

// Hosts by one kind of key.
class HostIndex {
 public:
  // Before build(): a host and the hash of its key.
  void add(const Host& host, std::size_t hash);
  // `same` says whether two hosts have the same key.
  void build(bool (*same)(const Host&, const Host&));

  // All hosts for which `is` holds; they must be those with one key of this hash.
  template <typename Is>
  HostRange find(std::size_t hash, Is is) const {
    const std::uint32_t first = slots_.find(hash, [&](std::uint32_t at) { return is(*hosts_[at]); });
    if (first == HashIndex::kNone) return {};
    std::size_t last = first;
    while (last < hosts_.size() && is(*hosts_[last])) ++last;
    return HostRange{hosts_.data() + first, hosts_.data() + last};
  }

 private:
  struct Entry {
    std::size_t hash;
    const Host* host;
  };
  std::vector<Entry> entries_;      // until built
  std::vector<const Host*> hosts_;  // those with one key side by side
  HashIndex slots_;                 // of the first with each key
};

// Subnets by an address in them: one look-up for each mask that is in use, the longest first.
class SubnetIndex {
 public:
  void build(const std::vector<std::unique_ptr<Subnet>>& subnets);
  const Subnet* find(base::Ipv4 address) const;

 private:
  std::map<std::uint32_t, std::unordered_map<std::uint32_t, const Subnet*>, std::greater<>> by_mask_;
};

struct Config::Index {
  SubnetIndex subnets;
  HostIndex hardware, uid, identifier;
  std::vector<dhcp::OptionKey> identifier_options;
};

std::size_t identifier_hash(dhcp::OptionKey option, base::ByteView value);

// Builds Config::index.
void build_index(Config& config);

}  // namespace conf
