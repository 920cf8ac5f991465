// Variables of dhcpd.conf: which scope a name is found in, and where a new one goes.
#include <array>

#include "conf/operators.h"

namespace conf {
namespace {

// Scopes of the packet, the innermost first; functions have theirs before these.
std::array<Variables*, 3> scopes(const Context& context) {
  if (context.event != 0)
    return {context.lease_variables, context.packet_variables, context.global_variables};
  return {context.packet_variables, context.lease_variables, context.global_variables};
}

// Where the name stands already, as a value or as null; nullptr: nowhere.
Value* find_slot(const Context& context, std::string_view name) {
  for (Context::Frame* frame = context.frame; frame != nullptr; frame = frame->outer) {
    const auto found = frame->variables.find(name);
    if (found != frame->variables.end()) return &found->second;
  }
  for (Variables* variables : scopes(context)) {
    if (variables == nullptr) continue;
    const auto found = variables->find(name);
    if (found != variables->end()) return &found->second;
  }
  return nullptr;
}

// Functions belong to the configuration and are not kept with a lease.
Variables* innermost(Context& context, const Value& value) {
  if (context.frame != nullptr) return &context.frame->variables;
  const bool is_function = std::holds_alternative<Function>(value);
  for (Variables* variables : scopes(context))
    if (variables != nullptr && !(is_function && variables == context.lease_variables)) return variables;
  return nullptr;
}

}  // namespace

const Value* find_variable(const Context& context, std::string_view name) { return find_slot(context, name); }

void set_variable(Context& context, const std::string& name, Value value) {
  if (Value* slot = find_slot(context, name)) {
    *slot = std::move(value);
  } else if (Variables* variables = innermost(context, value)) {
    (*variables)[name] = std::move(value);
  }
}

void unset_variable(Context& context, const std::string& name) {
  if (Value* slot = find_slot(context, name)) *slot = Value{};
}

}  // namespace conf
