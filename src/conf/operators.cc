#include "conf/operators.h"

#include <array>

namespace conf {
namespace {

using Index = std::array<const OperatorRow*, kOperatorCount>;

Index build_index() {
  Index index{};
  for (const OperatorRows& rows : {boolean_operators(), data_operators(), number_operators()})
    for (const OperatorRow& row : rows) index[static_cast<std::size_t>(row.op)] = &row;
  return index;
}

}  // namespace

const OperatorRow* operator_row(Operator op) {
  static const Index index = build_index();
  return index[static_cast<std::size_t>(op)];
}

const OperatorRow* operator_of(Keyword keyword) {
  if (keyword == Keyword::kNone) return nullptr;
  for (const OperatorRows& rows : {boolean_operators(), data_operators(), number_operators()})
    for (const OperatorRow& row : rows)
      if (row.keyword == keyword) return &row;
  return nullptr;
}

ValueType value_type(const Expression& expression) {
  const OperatorRow* row = operator_row(expression.op);
  if (row == nullptr) return ValueType::kUnknown;
  if (row->boolean != nullptr) return ValueType::kBoolean;
  return row->data != nullptr ? ValueType::kData : ValueType::kNumeric;
}

ExpressionPtr constant_data(base::Bytes data) {
  auto node = std::make_unique<Expression>();
  node->op = Operator::kConstData;
  node->data = std::move(data);
  return node;
}

ExpressionPtr host_address(std::string name, std::int64_t count) {
  auto node = std::make_unique<Expression>();
  node->op = Operator::kHostAddress;
  node->name = std::move(name);
  node->number = count;
  return node;
}

ExpressionPtr concatenation(std::vector<ExpressionPtr> parts) {
  auto node = std::make_unique<Expression>();
  node->op = Operator::kConcat;
  for (ExpressionPtr& part : parts) {
    const bool joins = part->op == Operator::kConstData && !node->operands.empty() &&
                       node->operands.back()->op == Operator::kConstData;
    if (!joins) {
      node->operands.push_back(std::move(part));
      continue;
    }
    base::Bytes joined = node->operands.back()->data;
    base::put_bytes(joined, part->data);
    node->operands.back() = constant_data(std::move(joined));
  }
  if (node->operands.size() == 1) return std::move(node->operands.front());
  return node;
}

}  // namespace conf
