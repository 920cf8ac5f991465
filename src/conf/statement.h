// Executable statements of the dhcpd.conf language: what a scope does when it is applied to a packet.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "conf/expression.h"

namespace conf {

enum class StatementKind : std::uint8_t {
  kOptionSupersede,
  kOptionDefault,
  kOptionAppend,
  kOptionPrepend,
  kOptionSend,
  kIf,
  kSwitch,
  kBreak,
  kOn,
  kSet,
  kUnset,
  kDefine,
  kEval,
  kExecute,
  kReturn,
  kLog,
  kAdd,
  kParseVendorOption,
};

// Bits of `Statement::events`.
enum Event : unsigned { kEventCommit = 1, kEventRelease = 2, kEventExpiry = 4, kEventTransmission = 8 };

struct Statement;
using Statements = std::vector<std::unique_ptr<const Statement>>;

// What the rarer kinds of statement need, apart so that option statements stay small.
struct StatementDetail {
  // kIf: `Statement::value` condition, `body`, `otherwise`. kSwitch: `cases` into `body`. kOn: `events`,
  // `body` (`on commit;` has none). kDefine: `body`.
  Statements body;
  Statements otherwise;
  struct Case {
    ExpressionPtr value;  // null: default
    std::size_t at;       // first statement in `body`
  };
  std::vector<Case> cases;
  unsigned events = 0;

  // set, unset, define, add, execute (command); on expiry or release: the body as text, kept with leases
  std::string name;
  std::vector<std::string> parameters;               // define
  std::vector<ExpressionPtr> arguments;              // execute
  base::Severity severity = base::Severity::kDebug;  // log
  bool log_fatal = false;
};

// A parameter is an option of the space "server"; `max-lease-time 600;` is kOptionSupersede.
struct Statement {
  StatementKind kind;
  bool is_constant = false;  // option statements whose wire bytes are known when read: `constant`, no `value`
  std::uint16_t file = 0;    // index into Config::files
  int line = 0;
  dhcp::OptionKey option;                   // option statements
  ExpressionPtr value;                      // option, set, eval, return, log, switch, if condition
  base::Bytes constant;                     // option statements, as sent
  std::unique_ptr<StatementDetail> detail;  // never null for kinds but option, break, eval and return

  explicit Statement(StatementKind k) : kind(k) {}
};

}  // namespace conf
