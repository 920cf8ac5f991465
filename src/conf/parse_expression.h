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
ParsedExpression parse_expression(ParseContext& context);  // of any type

}  // namespace conf
