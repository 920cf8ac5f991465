// Evaluating expressions and executing scopes for one packet (dhcp-eval(5)).
//
// Everything an expression may look at comes in through Context; everything it may change goes out through it
// (the options of the reply, the variables, the effects). No I/O: log lines and programs to run are collected
// as effects.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "conf/config.h"
#include "dhcp/message.h"

namespace conf {

// The options (and server parameters) that scopes have set so far, by key; keeps the order in which they were
// set.
class OptionState {
 public:
  const base::Bytes* get(dhcp::OptionKey key) const;  // nullptr: not set
  void set(dhcp::OptionKey key, base::Bytes value);
  void erase(dhcp::OptionKey key);
  struct Entry {
    dhcp::OptionKey key;
    base::Bytes value;
  };
  const std::vector<Entry>& entries() const { return entries_; }  // in order of first setting
  void clear() { entries_.clear(); }

 private:
  std::vector<Entry> entries_;
};

using Value = std::variant<std::monostate, bool, std::int64_t, base::Bytes>;  // monostate: null
using Variables = std::map<std::string, Value>;                               // names in lower case

struct LogEffect {
  base::Severity severity;
  std::string line;
  bool fatal = false;
};
struct ExecuteEffect {
  std::vector<std::string> argv;
};
using Effect = std::variant<LogEffect, ExecuteEffect>;

// Resolves a host name to addresses; asked for `option routers gw.example;` and gethostbyname(). May answer
// from a cache.
class Resolver {
 public:
  virtual ~Resolver() = default;
  virtual std::vector<base::Ipv4> addresses(const std::string& name) = 0;  // empty: unknown
};

struct Context {
  const Config* config = nullptr;
  const dhcp::Message* message = nullptr;  // null: global scope at start, expiry
  const Host* host = nullptr;              // matched host declaration
  std::vector<const Class*> classes;       // memberships of this packet
  std::optional<base::Ipv4> leased_address;
  std::optional<base::HardwareAddress> lease_hardware;  // for events without a packet
  std::optional<std::int64_t> lease_time;
  bool known = false;
  bool static_lease = false;
  base::Bytes stashed_agent_options;     // option 82 kept with the lease
  OptionState* reply = nullptr;          // config-option reads it, option statements write it
  Variables* lease_variables = nullptr;  // `set` in events; null: none
  Variables* packet_variables = nullptr;
  Variables* global_variables = nullptr;
  Resolver* resolver = nullptr;
  const std::string* host_name = nullptr;  // gethostname()
  std::vector<Effect> effects;
  struct Handler {  // `on` statements that are in force after the scopes have run
    unsigned events;
    const Statement* statement;
  };
  std::vector<Handler> handlers;
  unsigned event = 0;  // the event being run, 0: none
};

std::optional<bool> evaluate_boolean(const Expression& e, Context& context);
std::optional<base::Bytes> evaluate_data(const Expression& e, Context& context);
std::optional<std::int64_t> evaluate_number(const Expression& e, Context& context);
Value evaluate(const Expression& e, Context& context);

void execute(const Statements& statements, Context& context);
// Runs the scopes from the outermost down to `scope`, but not those at or above `limit` (already run).
void execute_scope(const Scope& scope, Context& context, const Scope* limit = nullptr);

}  // namespace conf
