// Expressions of the dhcpd.conf language: tokens in, a tree out (dhcp-eval(5)).
#pragma once

#include "conf/expression.h"
#include "conf/parse_context.h"

namespace conf {

// No expression: either an error has been reported (`lost`; the rest of the statement has been skipped), or
// no expression of the kind begins here and nothing has been taken: the caller says what it expected.
struct ParsedExpression {
  ExpressionPtr expression;
  bool lost = false;
  explicit operator bool() const { return expression != nullptr; }
};

ParsedExpression parse_boolean_expression(ParseContext& context);
ParsedExpression parse_data_expression(ParseContext& context);
ParsedExpression parse_numeric_expression(ParseContext& context);

// Of any type. What stands where it says only how a bare number is read: "10" is the byte 0x10 where data may
// stand, and ten where only or also a number may (the head of `switch`).
enum class Reading : std::uint8_t { kAny, kBoolean, kData, kNumeric, kDataOrNumeric };
ParsedExpression parse_expression(ParseContext& context, Reading reading = Reading::kData);

}  // namespace conf
