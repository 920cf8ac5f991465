// An operand of an expression: everything but the binary operators.
#pragma once

#include "conf/parse_expression.h"

namespace conf {

ParsedExpression parse_primary(ParseContext& context, Reading reading);

}  // namespace conf
