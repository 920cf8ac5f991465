// One message, what the server has understood of it, and what has been decided so far. It lives while
// decide() runs; the functions of this folder's pure part hand it on from one to the next.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conf/evaluate.h"
#include "dhcp/message.h"
#include "dhcp/option_codes.h"
#include "dhcp/server_options.h"
#include "dhcpd/decide.h"

namespace dhcpd {

inline constexpr std::size_t kMaxClasses = 5;  // memberships of one packet

// The address chosen for a client: a lease of the table, or one made up for a `fixed-address`.
struct Binding {
  lease::Lease lease;
  bool is_static = false;
  const conf::Host* host = nullptr;      // whose fixed address it is, or whose client holds the lease
  const conf::Subnet* subnet = nullptr;  // that the address lies in
  const conf::Pool* pool = nullptr;      // nullptr: static
};

class Exchange {
 public:
  Exchange(const Query& query, const World& world);
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const Query& query;
  const World& world;
  const dhcp::Message& message;
  const conf::SharedNetwork* network = nullptr;  // that the client is on; nullptr: not known
  base::HardwareAddress hardware;
  const base::Bytes* uid = nullptr;  // option 61; nullptr: none
  base::Bytes agent_options;         // option 82 of the message, well-formed; empty: none
  std::string via;                   // giaddr or interface, for the log
  Decision decision;
  conf::OptionState options;  // of the reply
  conf::Context context;      // holds the log lines and programs until finish()

  // What identifies the client in the log: its hardware address, else the uid of its lease.
  std::string client(const lease::Lease* lease) const;
  void log(base::Severity severity, std::string line);
  void info(std::string line) { log(base::Severity::kInfo, std::move(line)); }
  void error(std::string line) { log(base::Severity::kError, std::move(line)); }

  // The lease of an address as it stands after the changes decided so far.
  std::optional<lease::Lease> find(base::Ipv4 address) const;
  // A binding of a pool address, with its record or a blank one; nullopt: in no pool.
  std::optional<Binding> binding_of(base::Ipv4 address) const;

  // Whether the lease is this client's: by the identifier that it was given with, else by hardware address.
  bool holds(const lease::Lease& lease) const;

  // From here on statements and expressions speak of this lease.
  void speak_of(Binding& binding);
  // Runs a scope and those around it, but not those that `limit` and its surroundings have run already.
  void run(const conf::Scope& scope, const conf::Scope* limit = nullptr);
  void run_classes(const conf::Scope* limit);

  bool answers_with(std::uint8_t code) const { return message.option(code) != nullptr; }
  Decision finish();  // moves the decision out

  // The scope of each class in context.classes that classify() found: a subclass's where it has its own.
  struct Membership {
    const conf::Class* of;
    const conf::Subclass* sub;  // nullptr: the class itself or a spawned subclass
    base::Bytes key;            // of a subclass, spawned or not
    bool keyed = false;
  };
  std::vector<Membership> memberships;

 private:
  conf::Variables variables_;  // packet scope
};

// Finds the network, the client's classes, the stashed option 82. Every message goes through it first.
void understand(Exchange& exchange);

// A sub-option of option 82 (RFC 3046).
std::optional<base::ByteView> agent_suboption(base::ByteView agent_options, std::uint8_t code);
// RFC 3527.
std::optional<base::ByteView> link_selection(const dhcp::Message& message);

// Values of parameters as the scopes have set them.
enum class Flag { kUnset, kOff, kOn, kIgnore };
Flag flag(const conf::OptionState& options, dhcp::ServerOption option);
// `otherwise` if it is not set.
bool is_on(const conf::OptionState& options, dhcp::ServerOption option, bool otherwise);
std::optional<std::uint32_t> number(const conf::OptionState& options, dhcp::ServerOption option);
const base::Bytes* dhcp_option(const conf::OptionState& options, std::uint8_t code);
void set_dhcp_option(conf::OptionState& options, std::uint8_t code, base::Bytes value);
// An option of the request that is an address; octets that are missing at its end are 0. nullopt: not sent.
std::optional<base::Ipv4> address_option(const dhcp::Message& message, std::uint8_t code);
base::Bytes address_bytes(base::Ipv4 address);

// The innermost declaration counts.
bool is_authoritative(const conf::Scope& scope);

// "02:00:00:00:00:01"; "" without a type or octets.
std::string hardware_text(const base::HardwareAddress& hardware);
// A client identifier in the log: quoted if it is printable, else hexadecimal; cut.
std::string identifier_text(base::ByteView uid);
// " (name) " as lines carry it, with the blank behind; "" without a name.
std::string hostname_text(const std::string& hostname);

}  // namespace dhcpd
