// Binary operators: which tokens write them, how tightly they bind, what they may relate. The order of ranks
// is the stock program's and not the textbook's ("2 * 3 + 4" is 14), and so is reading everything to the
// right of a tighter operator as its right side.
#include "conf/parse_expression.h"

#include <optional>
#include <utility>

#include "conf/fold.h"
#include "conf/operators.h"
#include "conf/parse_primary.h"

namespace conf {
namespace {

struct BinaryRow {
  Operator op;
  const char* symbol;  // nullptr: a keyword
  Keyword keyword;
  int rank;            // higher binds tighter
  Reading reading;     // of a right side that begins a subexpression
  ValueType operands;  // kUnknown: data or numbers
  const char* wrong;   // the stock's words for an operand of another type
};

constexpr const char* kNumbers = "expecting numeric expressions";
constexpr const char* kBooleans = "expecting boolean expressions";
constexpr const char* kValues = "expecting data/numeric expression";

constexpr BinaryRow kBinaryRows[] = {
    {Operator::kBitAnd, "&", Keyword::kNone, 5, Reading::kNumeric, ValueType::kNumeric, kNumbers},
    {Operator::kBitOr, "|", Keyword::kNone, 5, Reading::kNumeric, ValueType::kNumeric, kNumbers},
    {Operator::kBitXor, "^", Keyword::kNone, 5, Reading::kNumeric, ValueType::kNumeric, kNumbers},
    {Operator::kEqual, "=", Keyword::kNone, 4, Reading::kAny, ValueType::kUnknown, kValues},
    {Operator::kNotEqual, "!=", Keyword::kNone, 4, Reading::kAny, ValueType::kUnknown, kValues},
    {Operator::kRegexMatch, "~=", Keyword::kNone, 4, Reading::kAny, ValueType::kData, kValues},
    {Operator::kRegexMatchNoCase, "~~", Keyword::kNone, 4, Reading::kAny, ValueType::kData, kValues},
    {Operator::kAnd, nullptr, Keyword::kAnd, 3, Reading::kAny, ValueType::kBoolean, kBooleans},
    {Operator::kOr, nullptr, Keyword::kOr, 3, Reading::kAny, ValueType::kBoolean, kBooleans},
    {Operator::kAdd, "+", Keyword::kNone, 2, Reading::kNumeric, ValueType::kNumeric, kNumbers},
    {Operator::kSubtract, "-", Keyword::kNone, 2, Reading::kNumeric, ValueType::kNumeric, kNumbers},
    {Operator::kMultiply, "*", Keyword::kNone, 1, Reading::kNumeric, ValueType::kNumeric, kNumbers},
    {Operator::kDivide, "/", Keyword::kNone, 1, Reading::kNumeric, ValueType::kNumeric, kNumbers},
    {Operator::kRemainder, "%", Keyword::kNone, 1, Reading::kNumeric, ValueType::kNumeric, kNumbers},
};

const BinaryRow& row_of(const char* symbol) {
  for (const BinaryRow& row : kBinaryRows)
    if (row.symbol != nullptr && std::string_view(row.symbol) == symbol) return row;
  return kBinaryRows[0];  // not reached: the callers name rows that exist
}

Reading reading_like(const Expression& e) {
  switch (value_type(e)) {
    case ValueType::kBoolean:
      return Reading::kBoolean;
    case ValueType::kData:
      return Reading::kData;
    case ValueType::kNumeric:
      return Reading::kNumeric;
    case ValueType::kUnknown:
      break;
  }
  return Reading::kAny;
}

class BinaryParser {
 public:
  explicit BinaryParser(ParseContext& context) : context_(context) {}

  // Reads `lhs first_operator ...`, or a whole expression where there is no left side yet.
  ParsedExpression parse(Reading reading, ExpressionPtr lhs, const BinaryRow* binary);

 private:
  ParsedExpression lose(const char* message) {
    context_.error(message);
    skip_to_semicolon(context_);
    return {nullptr, true};
  }
  // The operator that follows, its last token not taken yet; nullptr: none. `bad` after an error.
  const BinaryRow* peek_operator(bool& bad);
  const char* mismatch(const BinaryRow& binary, const Expression& lhs, const Expression& rhs) const;
  ParsedExpression combine(const BinaryRow& binary, ExpressionPtr lhs, ExpressionPtr rhs);

  ParseContext& context_;
  int combined_ = 0;
};

const BinaryRow* BinaryParser::peek_operator(bool& bad) {
  const Token token = context_.peek();
  if (token.is('!')) {
    context_.next();
    if (context_.peek().is('=')) return &row_of("!=");
    lose("! in boolean context without =");
    bad = true;
    return nullptr;
  }
  if (token.is('~')) {
    context_.next();
    if (context_.peek().is('=')) return &row_of("~=");
    if (context_.peek().is('~')) return &row_of("~~");
    lose("expecting ~= or ~~ operator");
    bad = true;
    return nullptr;
  }
  for (const BinaryRow& row : kBinaryRows) {
    if (row.keyword != Keyword::kNone ? token.is(row.keyword)
                                      : row.symbol[1] == '\0' && token.is(row.symbol[0]))
      return &row;
  }
  return nullptr;
}

// What is wrong with relating the two sides; nullptr: nothing.
const char* BinaryParser::mismatch(const BinaryRow& binary, const Expression& lhs,
                                   const Expression& rhs) const {
  const ValueType left = value_type(lhs), right = value_type(rhs);
  if (left != ValueType::kUnknown && right != ValueType::kUnknown && left != right)
    return "illegal expression relating different types";
  if (right == ValueType::kUnknown) return nullptr;
  const bool fits =
      binary.operands == ValueType::kUnknown ? right != ValueType::kBoolean : right == binary.operands;
  return fits ? nullptr : binary.wrong;
}

ParsedExpression BinaryParser::combine(const BinaryRow& binary, ExpressionPtr lhs, ExpressionPtr rhs) {
  const bool chains = binary.op == Operator::kAnd || binary.op == Operator::kOr;
  auto node = std::make_unique<Expression>();
  node->op = binary.op;
  node->line = context_.lexer->line();
  if (chains && lhs->op == binary.op) {
    // A long chain is one node, so that its depth does not grow with its length.
    auto* left = const_cast<Expression*>(lhs.get());  // made here, not shared yet
    node->operands = std::move(left->operands);
  } else if (++combined_ > kMaxNesting) {
    return lose("expression too long");
  } else {
    node->operands.push_back(std::move(lhs));
  }
  node->operands.push_back(std::move(rhs));
  return {fold(std::move(node)), false};
}

ParsedExpression BinaryParser::parse(Reading reading, ExpressionPtr lhs, const BinaryRow* binary) {
  while (true) {
    ParsedExpression rhs = parse_primary(context_, reading);
    if (!rhs) {
      if (lhs != nullptr && !rhs.lost) return lose("expecting right-hand side.");
      return rhs;
    }
    bool bad = false;
    const BinaryRow* next = peek_operator(bad);
    if (bad) return {nullptr, true};
    if (next != nullptr) reading = reading_like(*rhs.expression);
    if (lhs == nullptr) {
      if (next == nullptr) return rhs;
    } else {
      if (next != nullptr && binary->rank < next->rank) {
        context_.next();
        rhs = parse(next->reading, std::move(rhs.expression), next);
        if (!rhs) return rhs.lost ? std::move(rhs) : lose("expecting a subexpression");
        next = nullptr;
      }
      if (const char* wrong = mismatch(*binary, *lhs, *rhs.expression)) return lose(wrong);
      rhs = combine(*binary, std::move(lhs), std::move(rhs.expression));
      if (!rhs || next == nullptr) return rhs;
    }
    lhs = std::move(rhs.expression);
    binary = next;
    context_.next();
  }
}

ParsedExpression parse_typed(ParseContext& context, Reading reading, ValueType type, const char* wrong) {
  ParsedExpression parsed = parse_expression(context, reading);
  if (!parsed) return parsed;
  const ValueType found = value_type(*parsed.expression);
  if (found == type || found == ValueType::kUnknown) return parsed;
  context.error(wrong);
  return {nullptr, true};
}

}  // namespace

ParsedExpression parse_expression(ParseContext& context, Reading reading) {
  const NestingLevel level(context);
  if (!level) return {nullptr, true};
  return BinaryParser(context).parse(reading, nullptr, nullptr);
}

ParsedExpression parse_boolean_expression(ParseContext& context) {
  return parse_typed(context, Reading::kBoolean, ValueType::kBoolean, "Expecting a boolean expression.");
}

ParsedExpression parse_data_expression(ParseContext& context) {
  return parse_typed(context, Reading::kData, ValueType::kData, "Expecting a data expression.");
}

ParsedExpression parse_numeric_expression(ParseContext& context) {
  return parse_typed(context, Reading::kNumeric, ValueType::kNumeric, "Expecting a numeric expression.");
}

}  // namespace conf
