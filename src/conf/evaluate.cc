#include "conf/evaluate.h"

#include <strings.h>

#include <algorithm>

#include "conf/execute.h"
#include "conf/operators.h"

namespace conf {
namespace {

// Counts one step and one level for as long as it lives; false once a limit is passed.
class Level {
 public:
  explicit Level(Context& context) : context_(context) {
    if (context.depth == 0) context.steps = 0;
    ok_ = ++context.depth <= kMaxEvaluationDepth && ++context.steps <= kMaxSteps;
    if (ok_ || context.limit_reported) return;
    context.limit_reported = true;
    report(context, base::Severity::kError, "evaluation stopped: expressions nest too deep or take too long");
  }
  ~Level() { --context_.depth; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;
  explicit operator bool() const { return ok_; }

 private:
  Context& context_;
  bool ok_;
};

// How the stock numbers the types of values in its log lines.
int binding_type(const Value& value) {
  if (std::holds_alternative<bool>(value)) return 0;
  if (std::holds_alternative<base::Bytes>(value)) return 1;
  if (std::holds_alternative<std::int64_t>(value)) return 2;
  return 4;  // a function
}

bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

Value call_refused(Context& context, const Expression& e, const char* why) {
  report(context, base::Severity::kError, e.name + ": " + why);
  return {};
}

// Arguments are evaluated in the caller's scope, the body in a scope of its own within it.
Value call(const Expression& e, Context& context) {
  const Value* found = find_variable(context, e.name);
  if (found == nullptr || is_null(*found)) return call_refused(context, e, "no such function.");
  const Function* function = std::get_if<Function>(found);
  if (function == nullptr) return call_refused(context, e, "not a function.");
  const Statement& definition = *function->definition;
  Context::Frame frame;
  const std::size_t count = std::min(definition.detail->parameters.size(), e.operands.size());
  for (std::size_t i = 0; i < count; ++i)
    frame.variables[definition.detail->parameters[i]] = evaluate(*e.operands[i], context);
  if (e.operands.size() > count) return call_refused(context, e, "too many arguments.");
  if (definition.detail->parameters.size() > count) return call_refused(context, e, "too few arguments.");
  frame.outer = context.frame;
  context.frame = &frame;
  Value result;
  execute_function_body(definition.detail->body, context, result);
  context.frame = frame.outer;
  return result;
}

Value variable_or_call(const Expression& e, Context& context) {
  if (e.op == Operator::kFunction) return call(e, context);
  const Value* value = find_variable(context, e.name);
  return value != nullptr ? *value : Value{};
}

// A value of another type than wanted, and every call of a function where a value of one type is wanted, is
// null: the stock reads functions only where any type will do (comparisons, arguments, `set`).
template <typename Wanted>
std::optional<Wanted> of_type(const Expression& e, Context& context, const char* where) {
  const Value value = variable_or_call(e, context);
  const bool is_call = e.op == Operator::kFunction;
  const Wanted* wanted = std::get_if<Wanted>(&value);
  if (wanted == nullptr && !is_null(value)) {
    const std::string type = std::to_string(binding_type(value));
    report(context, base::Severity::kError,
           is_call ? e.name + "() returned type " + type + " in " + where + "."
                   : "binding type " + type + " in " + where + ".");
  }
  if (is_call) {
    constexpr bool kNumeric = std::is_same_v<Wanted, std::int64_t>;
    report(context, base::Severity::kError,
           kNumeric ? std::string(where) + ": bogus opcode 45"
                    : "Bogus opcode in " + std::string(where) + ": 45");
    return std::nullopt;
  }
  if (wanted == nullptr) return std::nullopt;
  return *wanted;
}

// An operator of another type than its place wants: only the parser's leniency lets it get here.
void report_opcode(Context& context, const OperatorRow& row, const char* where) {
  const char* type = row.boolean != nullptr ? "Boolean" : row.data != nullptr ? "Data" : "Numeric";
  report(context, base::Severity::kError, base::format("%s opcode in %s: %d", type, where, row.opcode));
}

}  // namespace

bool NameLess::operator()(std::string_view a, std::string_view b) const {
  const int order = strncasecmp(a.data(), b.data(), std::min(a.size(), b.size()));
  return order != 0 ? order < 0 : a.size() < b.size();
}

void add_effect(Context& context, Effect effect) {
  if (context.effects.size() < kMaxEffects) context.effects.push_back(std::move(effect));
}

void report(Context& context, base::Severity severity, std::string line) {
  add_effect(context, LogEffect{severity, std::move(line), false});
}

std::optional<bool> evaluate_boolean(const Expression& e, Context& context) {
  const Level level(context);
  if (!level) return std::nullopt;
  const OperatorRow* row = operator_row(e.op);
  if (row == nullptr) return of_type<bool>(e, context, "evaluate_boolean_expression");
  if (row->boolean == nullptr) {
    report_opcode(context, *row, "evaluate_boolean_expression");
    return std::nullopt;
  }
  return row->boolean(e, context);
}

std::optional<Data> evaluate_view(const Expression& e, Context& context) {
  const Level level(context);
  if (!level) return std::nullopt;
  const OperatorRow* row = operator_row(e.op);
  if (row == nullptr) {
    std::optional<base::Bytes> data = of_type<base::Bytes>(e, context, "evaluate_data_expression");
    if (!data) return std::nullopt;
    return Data::owning(std::move(*data));
  }
  if (row->data == nullptr) {
    report_opcode(context, *row, "evaluate_data_expression");
    return std::nullopt;
  }
  return row->data(e, context);
}

std::optional<base::Bytes> evaluate_data(const Expression& e, Context& context) {
  std::optional<Data> data = evaluate_view(e, context);
  if (!data) return std::nullopt;
  return std::move(*data).take();
}

std::optional<std::uint64_t> evaluate_unsigned(const Expression& e, Context& context) {
  const Level level(context);
  if (!level) return std::nullopt;
  const OperatorRow* row = operator_row(e.op);
  if (row == nullptr) {
    const auto number = of_type<std::int64_t>(e, context, "evaluate_numeric_expression");
    if (!number) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
  }
  if (row->number == nullptr) {
    report_opcode(context, *row, "evaluate_numeric_expression");
    return std::nullopt;
  }
  return row->number(e, context);
}

std::optional<std::int64_t> evaluate_number(const Expression& e, Context& context) {
  const std::optional<std::uint64_t> number = evaluate_unsigned(e, context);
  if (!number) return std::nullopt;
  return static_cast<std::int64_t>(*number);
}

Value evaluate(const Expression& e, Context& context) {
  Value value;
  switch (value_type(e)) {
    case ValueType::kBoolean:
      if (const auto truth = evaluate_boolean(e, context)) value = *truth;
      break;
    case ValueType::kNumeric:
      if (const auto number = evaluate_number(e, context)) value = *number;
      break;
    case ValueType::kData:
      if (auto data = evaluate_data(e, context)) value = std::move(*data);
      break;
    case ValueType::kUnknown: {
      const Level level(context);
      if (level) value = variable_or_call(e, context);
      break;
    }
  }
  return value;
}

}  // namespace conf
