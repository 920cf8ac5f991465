// The configuration as a value: what a dhcpd.conf says, checked, with names resolved. It is built once by
// parse() and never changes; a reload builds another. Everything here is owned by Config and lives as long as
// it does; pointers between parts point inside the same Config.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/address.h"
#include "base/clock.h"
#include "conf/statement.h"
#include "dhcp/option.h"

namespace conf {

// A lexical scope; statements run from the outermost to the innermost.
struct Scope {
  const Scope* parent = nullptr;
  Statements statements;
  std::optional<bool> authoritative;  // as declared here
};

// `group [NAME] { ... }`.
struct Group {
  std::string name;  // "" for most
  bool dynamic = false, deleted = false;
  Scope scope;
};

struct SharedNetwork;
struct Pool;
struct Class;
struct FailoverPeer;

struct Subnet {
  base::Ipv4 number, mask;
  const SharedNetwork* network = nullptr;
  Scope scope;  // parent: the network's scope, or a group between them
  bool contains(base::Ipv4 a) const { return (a & mask) == number; }
};

// allow/deny in a pool.
enum class PermitKind : std::uint8_t {
  kKnownClients,
  kUnknownClients,
  kAllClients,
  kDynamicBootp,
  kMembersOf,
  kAuthenticated,
  kUnauthenticated,
  kAfter,
};
struct Permit {
  PermitKind kind;
  const Class* members_of = nullptr;
  base::UnixTime after = 0;
};

struct AddressRange {
  base::Ipv4 low, high;  // both inside, low <= high
  bool dynamic_bootp = false;
};

struct Pool {
  const SharedNetwork* network = nullptr;
  std::vector<AddressRange> ranges;  // as declared, checked: inside a subnet of the network, no overlap
  std::vector<Permit> allow, deny;
  const FailoverPeer* failover_peer = nullptr;
  bool implicit = false;  // made for a `range` outside `pool`
  Scope scope;            // parent: the network's scope
  std::size_t index = 0;  // in Config::pools, order of creation
};

struct SharedNetwork {
  std::string name;  // "192.168.0.0/24" for an unnamed one
  bool implicit = false;
  std::vector<const Subnet*> subnets;
  std::vector<const Pool*> pools;
  std::string interface;  // `interface "eth0";`
  Scope scope;
};

// An address, or the name of a machine that is resolved when the address is used.
struct FixedAddress {
  base::Ipv4 address;                            // valid where there is no name
  std::unique_ptr<const std::string> host_name;  // null for an address
};

// The addresses of a host: one in nearly every host, which is why one needs no memory of its own.
class FixedAddresses {
 public:
  FixedAddresses() = default;
  explicit FixedAddresses(std::vector<FixedAddress> list);
  const FixedAddress* begin() const { return size_ > 1 ? many_.get() : &one_; }
  const FixedAddress* end() const { return begin() + size_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  FixedAddress one_;
  std::unique_ptr<FixedAddress[]> many_;
  std::size_t size_ = 0;
};

struct Host {
  std::string name;
  FixedAddresses fixed_addresses;
  Scope scope;  // parent: groups, ..., the global scope
  // Null for most hosts.
  std::unique_ptr<const base::Bytes> uid;
  struct Identifier {
    dhcp::OptionKey option;
    base::Bytes value;
  };
  std::unique_ptr<const Identifier> identifier;  // host-identifier
  const Group* group = nullptr;                  // `group "g";`
  int line = 0;
  std::uint16_t file = 0;
  bool dynamic = false, deleted = false;          // forms of the lease file
  std::optional<base::HardwareAddress> hardware;  // `hardware ethernet;` gives one without octets
};

// Hosts that share what identifies a client, in the order of their declaration.
struct HostRange {
  const Host* const* first = nullptr;
  const Host* const* last = nullptr;
  const Host* const* begin() const { return first; }
  const Host* const* end() const { return last; }
  bool empty() const { return first == last; }
  std::size_t size() const { return static_cast<std::size_t>(last - first); }
};

struct Subclass {
  const Class* superclass = nullptr;
  base::Bytes key;
  std::optional<std::uint32_t> lease_limit;
  bool has_scope = false;  // had braces of its own
  std::size_t index = 0;   // in Config::subclasses
  Scope scope;             // parent: the class's scope
};

struct Class {
  std::string name;
  ExpressionPtr match_if;  // member where true
  ExpressionPtr submatch;  // `match` or `spawn with`: key of a subclass
  bool spawning = false;
  std::optional<std::uint32_t> lease_limit;
  std::unordered_map<std::string, const Subclass*> subclasses;  // by key bytes
  Scope scope;
  std::size_t index = 0;  // order of declaration
};

// Kept for later work (DNS updates, OMAPI, failover); named once at start as not served yet.
struct Key {
  std::string name, algorithm;
  base::Bytes secret;
};
struct Zone {
  std::string name;
  std::vector<FixedAddress> primary, secondary;
  std::vector<std::string> primary6, secondary6;
  const Key* key = nullptr;
};
struct FailoverPeer {
  std::string name;
  bool primary = false;
  FixedAddress address, peer_address;
  std::uint16_t port = 647, peer_port = 647;
  std::uint32_t max_response_delay = 20, max_unacked_updates = 100;
  std::optional<std::uint32_t> mclt;
  std::optional<std::uint32_t> split;
  base::Bytes hba;
  std::uint32_t load_balance_max_seconds = 0, max_lease_misbalance = 15, max_lease_ownership = 10,
                max_balance = 3600, min_balance = 60, auto_partner_down = 0;
  int line = 0;
};

// A statement that is read and kept but not obeyed yet: one warning each at start.
struct NotServed {
  std::string what;  // "failover peer", "ddns-update-style interim"
  std::string file;
  int line;
};

struct Config {
  Config();
  explicit Config(const dhcp::OptionRegistry& known);  // nothing but these options
  ~Config();
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;

  std::vector<std::string> files;  // names as given; index 0 is the main file
  dhcp::OptionRegistry options;    // standard ones and the user's
  Scope global;                    // outermost
  std::vector<std::unique_ptr<Group>> groups;
  std::vector<std::unique_ptr<SharedNetwork>> networks;
  std::vector<std::unique_ptr<Subnet>> subnets;
  std::vector<std::unique_ptr<Pool>> pools;
  std::vector<std::unique_ptr<Host>> hosts;
  std::vector<std::unique_ptr<Class>> classes;
  std::vector<std::unique_ptr<Subclass>> subclasses;
  std::vector<std::unique_ptr<Key>> keys;
  std::vector<std::unique_ptr<Zone>> zones;
  std::vector<std::unique_ptr<FailoverPeer>> failover_peers;
  std::map<std::string, const Statement*> functions;  // define
  std::optional<base::Bytes> server_duid;
  bool local_time_in_leases = false;  // db-time-format local
  std::optional<bool> hex_lease_ids;  // lease-id-format hex or octal; octal if not said
  std::vector<NotServed> not_served;

  // The subnet that an address lies in, nullptr if none: the innermost where they nest.
  const Subnet* subnet_of(base::Ipv4 address) const;
  // Hosts by what identifies a client; several hosts may share a key.
  HostRange hosts_by_hardware(const base::HardwareAddress& hardware) const;
  HostRange hosts_by_uid(base::ByteView uid) const;
  // host-identifier: the distinct options to look at, and the lookup.
  const std::vector<dhcp::OptionKey>& host_identifier_options() const;
  HostRange hosts_by_identifier(dhcp::OptionKey option, base::ByteView value) const;

  struct Index;  // built by parse() once everything is read
  std::unique_ptr<Index> index;
};

}  // namespace conf
