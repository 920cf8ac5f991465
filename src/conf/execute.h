// Executing the body of a function (`define`).
#pragma once

#include "conf/evaluate.h"

namespace conf {

// `result` gets what `return` gives, null where none is reached.
void execute_function_body(const Statements& body, Context& context, Value& result);

}  // namespace conf
