// The operators of expressions, one row each: how it is written, what it is applied to, how it is evaluated.
// The rows stand beside their functions in operators_boolean.cc, operators_data.cc and operators_number.cc.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/bytes.h"
#include "conf/evaluate.h"
#include "conf/expression.h"
#include "conf/keywords.h"

namespace conf {

// A data value under evaluation: a view, and the bytes it looks at where nobody else owns them. Moving keeps
// the view good, since a moved vector keeps its buffer.
class Data {
 public:
  static Data viewing(base::ByteView view) {
    Data data;
    data.view_ = view;
    return data;
  }
  static Data owning(base::Bytes bytes) {
    Data data;
    data.own_ = std::move(bytes);
    data.view_ = data.own_;
    data.owns_ = true;
    return data;
  }
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;
  Data(Data&&) = default;
  Data& operator=(Data&&) = default;

  base::ByteView view() const { return view_; }
  base::Bytes take() && { return owns_ && view_.size() == own_.size() ? std::move(own_) : view_.copy(); }
  // Narrows to a part, without a copy.
  Data part(std::size_t offset, std::size_t length) && {
    view_ = view_.subview(offset, length);
    return std::move(*this);
  }

 private:
  Data() = default;
  base::Bytes own_;
  base::ByteView view_;
  bool owns_ = false;
};

using BooleanFunction = std::optional<bool> (*)(const Expression&, Context&);
using DataFunction = std::optional<Data> (*)(const Expression&, Context&);
using NumberFunction = std::optional<std::uint64_t> (*)(const Expression&, Context&);

// What stands behind the keyword of an operator.
//   ""      nothing, not even parentheses
//   "()"    empty parentheses
//   "dnw"   parentheses with operands: d data, n number, N number (reported as data where it is
//           missing), e number (reported also after an error within it), w a
//           literal width of 8, 16 or 32 (picks the operator's variant); a last `*`: one or more of the last
//   "option" an option's name, "class" a quoted name, "variable" a name in parentheses, "host" a quoted name
//   in
//           parentheses, "not" one boolean operand
struct OperatorRow {
  Operator op;
  int opcode;                         // the stock's number for it, which its log lines show
  Keyword keyword;                    // kNone: not written as a word
  const char* operands;               // nullptr: binary (binary_operators() says how it is written)
  BooleanFunction boolean = nullptr;  // one of the three
  DataFunction data = nullptr;
  NumberFunction number = nullptr;

  constexpr OperatorRow(Operator o, int n, Keyword k, const char* s, BooleanFunction f)
      : op(o), opcode(n), keyword(k), operands(s), boolean(f) {}
  constexpr OperatorRow(Operator o, int n, Keyword k, const char* s, DataFunction f)
      : op(o), opcode(n), keyword(k), operands(s), data(f) {}
  constexpr OperatorRow(Operator o, int n, Keyword k, const char* s, NumberFunction f)
      : op(o), opcode(n), keyword(k), operands(s), number(f) {}
};

struct OperatorRows {
  const OperatorRow* first;
  const OperatorRow* last;
  const OperatorRow* begin() const { return first; }
  const OperatorRow* end() const { return last; }
};
OperatorRows boolean_operators();
OperatorRows data_operators();
OperatorRows number_operators();

// nullptr: kVariable and kFunction, whose type is known only when they are evaluated.
const OperatorRow* operator_row(Operator op);
const OperatorRow* operator_of(Keyword keyword);  // nullptr: not the word of an operator

// Evaluation within expressions: as evaluate_*, without copying what can be looked at.
std::optional<Data> evaluate_view(const Expression& e, Context& context);
std::optional<std::uint64_t> evaluate_unsigned(const Expression& e, Context& context);
inline const Expression& operand(const Expression& e, std::size_t i) { return *e.operands[i]; }

// The variable an expression names, nullptr: not set. The innermost scope that has it counts.
const Value* find_variable(const Context& context, std::string_view name);
void set_variable(Context& context, const std::string& name, Value value);
void unset_variable(Context& context, const std::string& name);

void add_effect(Context& context, Effect effect);
void report(Context& context, base::Severity severity, std::string line);

}  // namespace conf
