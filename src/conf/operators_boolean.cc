// Boolean operators: null is "not known", and what each makes of it is the stock program's rule.
#include <iterator>

#include "conf/operators.h"
#include "conf/regex.h"
#include "conf/request_options.h"

namespace conf {
namespace {

bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

// Data against data is by far the most frequent, and is compared without a copy.
bool operands_equal(const Expression& e, Context& context) {
  const Expression& left = operand(e, 0);
  const Expression& right = operand(e, 1);
  if (value_type(left) == ValueType::kData && value_type(right) == ValueType::kData) {
    const std::optional<Data> a = evaluate_view(left, context);
    const std::optional<Data> b = evaluate_view(right, context);
    if (!a || !b) return !a && !b;
    return a->view() == b->view();
  }
  const Value a = evaluate(left, context);
  const Value b = evaluate(right, context);
  if (is_null(a) || is_null(b)) return is_null(a) && is_null(b);
  return a == b;
}

std::optional<bool> equal(const Expression& e, Context& context) { return operands_equal(e, context); }
std::optional<bool> not_equal(const Expression& e, Context& context) { return !operands_equal(e, context); }

std::optional<bool> regex_match(const Expression& e, Context& context) {
  const std::optional<Data> subject = evaluate_view(operand(e, 0), context);
  if (e.regex) {
    if (!subject) return std::nullopt;
    return e.regex->matches(subject->view());
  }
  const std::optional<Data> pattern = evaluate_view(operand(e, 1), context);
  if (!subject || !pattern) return std::nullopt;
  const bool ignore_case = e.op == Operator::kRegexMatchNoCase;
  return Regex(pattern->view(), ignore_case, Regex::Origin::kComputed).matches(subject->view());
}

// Operands from the left; one that is false or null ends it, and false is not told from null then.
std::optional<bool> all_of(const Expression& e, Context& context) {
  for (std::size_t i = 0; i + 1 < e.operands.size(); ++i)
    if (!evaluate_boolean(operand(e, i), context).value_or(false)) return std::nullopt;
  return evaluate_boolean(*e.operands.back(), context);
}

// Null only where all operands are.
std::optional<bool> any_of(const Expression& e, Context& context) {
  std::optional<bool> result;
  for (const ExpressionPtr& part : e.operands) {
    const std::optional<bool> value = evaluate_boolean(*part, context);
    if (value && *value) return true;
    if (value) result = false;
  }
  return result;
}

std::optional<bool> negate(const Expression& e, Context& context) {
  const std::optional<bool> value = evaluate_boolean(operand(e, 0), context);
  if (!value) return std::nullopt;
  return !*value;
}

std::optional<bool> exists(const Expression& e, Context& context) {
  return request_option(e.option, context).has_value();
}

std::optional<bool> known(const Expression&, Context& context) {
  if (context.message == nullptr) return std::nullopt;
  return context.known;
}

std::optional<bool> is_static(const Expression&, Context& context) { return context.static_lease; }

// The only collection that has a name holds every class.
std::optional<bool> check(const Expression&, Context& context) { return !context.classes.empty(); }

std::optional<bool> variable_exists(const Expression& e, Context& context) {
  const Value* value = find_variable(context, e.name);
  return value != nullptr && !is_null(*value);
}

constexpr OperatorRow kRows[] = {
    {Operator::kEqual, 3, Keyword::kNone, nullptr, equal},
    {Operator::kNotEqual, 38, Keyword::kNone, nullptr, not_equal},
    {Operator::kRegexMatch, 58, Keyword::kNone, nullptr, regex_match},
    {Operator::kRegexMatchNoCase, 59, Keyword::kNone, nullptr, regex_match},
    {Operator::kAnd, 8, Keyword::kNone, nullptr, all_of},
    {Operator::kOr, 9, Keyword::kNone, nullptr, any_of},
    {Operator::kNot, 10, Keyword::kNot, "not", negate},
    {Operator::kExists, 22, Keyword::kExists, "option", exists},
    {Operator::kKnown, 24, Keyword::kKnown, "", known},
    {Operator::kStatic, 33, Keyword::kStatic, "", is_static},
    {Operator::kCheck, 2, Keyword::kCheck, "class", check},
    {Operator::kVariableExists, 40, Keyword::kDefined, "variable", variable_exists},
};

}  // namespace

OperatorRows boolean_operators() { return {std::begin(kRows), std::end(kRows)}; }

}  // namespace conf
