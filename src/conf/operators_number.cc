// Numeric operators. Numbers are unsigned and 64 bits wide, as on the machines the stock program runs on now;
// options and encode-int() cut them to their width.
#include <iterator>

#include "conf/operators.h"

namespace conf {
namespace {

template <std::size_t width>
std::optional<std::uint64_t> extract(const Expression& e, Context& context) {
  const std::optional<Data> data = evaluate_view(operand(e, 0), context);
  if (!data || data->view().size() < width) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | data->view()[i];
  return value;
}

std::optional<std::uint64_t> constant(const Expression& e, Context&) {
  return static_cast<std::uint64_t>(e.number);
}

std::optional<std::uint64_t> lease_time(const Expression&, Context& context) {
  if (context.lease_time && *context.lease_time >= 0) return static_cast<std::uint64_t>(*context.lease_time);
  if (context.lease_time) {
    report(context, base::Severity::kError,
           "data: lease_time: lease ends at " + std::to_string(context.now + *context.lease_time) +
               " when it is now " + std::to_string(context.now));
    return std::nullopt;
  }
  report(context, base::Severity::kError, "data: leased_lease: not available");
  return std::nullopt;
}

// Of a DHCP client; the server has none.
std::optional<std::uint64_t> client_state(const Expression&, Context&) { return std::nullopt; }

std::optional<std::uint64_t> calculate(Operator op, std::uint64_t a, std::uint64_t b) {
  switch (op) {
    case Operator::kAdd:
      return a + b;
    case Operator::kSubtract:
      return a - b;
    case Operator::kMultiply:
      return a * b;
    case Operator::kBitAnd:
      return a & b;
    case Operator::kBitOr:
      return a | b;
    case Operator::kBitXor:
      return a ^ b;
    case Operator::kDivide:
      if (b != 0) return a / b;
      return std::nullopt;
    case Operator::kRemainder:
      if (b != 0) return a % b;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<std::uint64_t> arithmetic(const Expression& e, Context& context) {
  const std::optional<std::uint64_t> a = evaluate_unsigned(operand(e, 0), context);
  const std::optional<std::uint64_t> b = evaluate_unsigned(operand(e, 1), context);
  if (!a || !b) return std::nullopt;
  return calculate(e.op, *a, *b);
}

constexpr OperatorRow kRows[] = {
    {Operator::kConstNumber, 21, Keyword::kNone, "", constant},
    {Operator::kExtractInt8, 15, Keyword::kExtractInt, "dw", extract<1>},
    {Operator::kExtractInt16, 16, Keyword::kNone, "dw", extract<2>},
    {Operator::kExtractInt32, 17, Keyword::kNone, "dw", extract<4>},
    {Operator::kLeaseTime, 31, Keyword::kLeaseTime, "", lease_time},
    {Operator::kClientState, 55, Keyword::kClientState, "", client_state},
    {Operator::kAdd, 47, Keyword::kNone, nullptr, arithmetic},
    {Operator::kSubtract, 48, Keyword::kNone, nullptr, arithmetic},
    {Operator::kMultiply, 49, Keyword::kNone, nullptr, arithmetic},
    {Operator::kDivide, 50, Keyword::kNone, nullptr, arithmetic},
    {Operator::kRemainder, 51, Keyword::kNone, nullptr, arithmetic},
    {Operator::kBitAnd, 52, Keyword::kNone, nullptr, arithmetic},
    {Operator::kBitOr, 53, Keyword::kNone, nullptr, arithmetic},
    {Operator::kBitXor, 54, Keyword::kNone, nullptr, arithmetic},
};

}  // namespace

OperatorRows number_operators() { return {std::begin(kRows), std::end(kRows)}; }

}  // namespace conf
