// Evaluating expressions and executing scopes for one packet (dhcp-eval(5)).
//
// Everything an expression may look at comes in through Context; everything it may change goes out through it
// (the options of the reply, the variables, the effects). No I/O: log lines and programs to run are collected
// as effects. Work is bounded: depth, steps and the size of values have limits, past which a value is null.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "conf/config.h"
#include "conf/option_state.h"
#include "dhcp/message.h"

namespace conf {

inline constexpr int kMaxEvaluationDepth = 600;     // nested operands, calls, options read by options
inline constexpr std::uint32_t kMaxSteps = 100000;  // operators and statements of one outermost expression
inline constexpr std::size_t kMaxEffects = 1000;    // of one Context: lines and programs beyond are left out
inline constexpr std::size_t kMaxClassesOfPacket = 5;   // beyond: `add` and matches are left out
inline constexpr std::size_t kMaxLogLine = 1023;        // bytes of a line from log()
inline constexpr std::size_t kMaxDataSize = 64 * 1024;  // bytes of a value

// A function (`define`); never kept with a lease, since it lives as long as the Config.
struct Function {
  const Statement* definition;
};
inline bool operator==(Function a, Function b) { return a.definition == b.definition; }

using Value = std::variant<std::monostate, bool, std::int64_t, base::Bytes, Function>;  // monostate: null
struct NameLess {  // letters of either case are the same
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
// A variable that was set to null, or unset, may stay as a null entry.
using Variables = std::map<std::string, Value, NameLess>;

struct LogEffect {
  base::Severity severity;
  std::string line;
  bool fatal = false;  // log(fatal, ...): the daemon ends after this line
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
  // The name of an address, for get-lease-hostnames; empty: it has none; nullopt: asked for, not known yet.
  virtual std::optional<std::string> name(base::Ipv4) { return std::string(); }
};

struct Context {
  Context() = default;
  Context(const Context&) = delete;  // options that are evaluated when read point back at it
  Context& operator=(const Context&) = delete;

  const Config* config = nullptr;
  const dhcp::Message* message = nullptr;  // null: global scope at start, expiry
  const Host* host = nullptr;              // matched host declaration
  std::vector<const Class*> classes;       // memberships of this packet
  std::optional<base::Ipv4> leased_address;
  std::optional<base::HardwareAddress> lease_hardware;  // for events without a packet
  std::optional<std::int64_t> lease_time;               // negative: the lease is over
  base::UnixTime now = 0;                               // for log lines
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
  unsigned event = 0;                         // the event being run, 0: none
  std::optional<std::uint16_t> vendor_space;  // whose members option 43 holds: after `parse-vendor-option`

  // Of the evaluation itself.
  struct Frame {  // arguments and variables of a function that runs
    Variables variables;
    Frame* outer = nullptr;
  };
  Frame* frame = nullptr;
  int depth = 0;
  std::uint32_t steps = 0;
  bool limit_reported = false;
  bool reading_option = false;  // an option of the reply is being read: statements leave options alone
};

std::optional<bool> evaluate_boolean(const Expression& e, Context& context);
std::optional<base::Bytes> evaluate_data(const Expression& e, Context& context);
// Arithmetic is unsigned, 64 bits wide; the result is its bits.
std::optional<std::int64_t> evaluate_number(const Expression& e, Context& context);
Value evaluate(const Expression& e, Context& context);

void execute(const Statements& statements, Context& context);
// Runs the scopes from the outermost down to `scope`, but not those at or above `limit` (already run).
void execute_scope(const Scope& scope, Context& context, const Scope* limit = nullptr);

// The handlers in force for an event (one Event bit), or nullptr.
const Statement* handler_of(const Context& context, unsigned event);

}  // namespace conf
