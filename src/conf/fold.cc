#include "conf/fold.h"

#include <algorithm>

#include "conf/evaluate.h"
#include "conf/regex.h"

namespace conf {
namespace {

bool is_constant(const ExpressionPtr& e) {
  return e->op == Operator::kConstData || e->op == Operator::kConstNumber;
}

// Whether the operator's value is that of its operands and of nothing else.
bool is_pure(Operator op) {
  switch (op) {
    case Operator::kSubstring:
    case Operator::kSuffix:
    case Operator::kLowerCase:
    case Operator::kUpperCase:
    case Operator::kConcat:
    case Operator::kReverse:
    case Operator::kBinaryToAscii:
    case Operator::kEncodeInt8:
    case Operator::kEncodeInt16:
    case Operator::kEncodeInt32:
    case Operator::kExtractInt8:
    case Operator::kExtractInt16:
    case Operator::kExtractInt32:
    case Operator::kAdd:
    case Operator::kSubtract:
    case Operator::kMultiply:
    case Operator::kDivide:
    case Operator::kRemainder:
    case Operator::kBitAnd:
    case Operator::kBitOr:
    case Operator::kBitXor:
      return true;
    default:
      return false;
  }
}

void compile_pattern(Expression& node) {
  const Expression& pattern = *node.operands[1];
  if (pattern.op != Operator::kConstData) return;
  node.regex = std::make_shared<const Regex>(pattern.data, node.op == Operator::kRegexMatchNoCase,
                                             Regex::Origin::kConfigured);
}

}  // namespace

ExpressionPtr fold(std::unique_ptr<Expression> node) {
  if (node->op == Operator::kRegexMatch || node->op == Operator::kRegexMatchNoCase) compile_pattern(*node);
  if (!is_pure(node->op) || !std::all_of(node->operands.begin(), node->operands.end(), is_constant))
    return node;
  Context context;
  Value value = evaluate(*node, context);
  if (!context.effects.empty()) return node;  // what it logs is logged each time
  if (auto* data = std::get_if<base::Bytes>(&value)) return constant_data(std::move(*data));
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    auto constant = std::make_unique<Expression>();
    constant->op = Operator::kConstNumber;
    constant->number = *number;
    constant->line = node->line;
    return constant;
  }
  return node;
}

}  // namespace conf
