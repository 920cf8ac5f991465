// Working out at parse time what does not depend on a packet.
#pragma once

#include <memory>

#include "conf/expression.h"

namespace conf {

// The node itself, or the constant it comes to. Constant patterns of regular expressions are compiled.
ExpressionPtr fold(std::unique_ptr<Expression> node);

}  // namespace conf
