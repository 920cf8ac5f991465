// Expressions of the dhcpd.conf language (dhcp-eval(5)): boolean, data and numeric, as a tree.
//
// A node has an operator, operands, and what a leaf needs. Every operator is one row of a table
// (operators.h): its keyword, its operands, the function that evaluates it. To add an operator, add a
// constant here, its row and its function.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "dhcp/option.h"

namespace conf {

enum class Operator : std::uint8_t {
  // boolean
  kEqual,
  kNotEqual,
  kRegexMatch,
  kRegexMatchNoCase,
  kAnd,
  kOr,
  kNot,
  kExists,
  kKnown,
  kStatic,
  kCheck,
  kVariableExists,
  // data
  kConstData,
  kOption,
  kConfigOption,
  kSubstring,
  kSuffix,
  kLowerCase,
  kUpperCase,
  kConcat,
  kReverse,
  kBinaryToAscii,
  kEncodeInt8,
  kEncodeInt16,
  kEncodeInt32,
  kPick,
  kHardware,
  kPacket,
  kLeasedAddress,
  kHostDeclName,
  kFilename,
  kServerName,
  kGetHostName,
  kGetHostByName,
  kV6Relay,
  kNull,
  kVariable,
  kFunction,
  kClientState,
  kHostAddress,   // a host name where an address stands: resolved when used
  kEncapsulated,  // all options of a space that are set in the reply
  // numeric
  kConstNumber,
  kExtractInt8,
  kExtractInt16,
  kExtractInt32,
  kLeaseTime,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kRemainder,
  kBitAnd,
  kBitOr,
  kBitXor,
};
inline constexpr std::size_t kOperatorCount = static_cast<std::size_t>(Operator::kBitXor) + 1;

enum class ValueType : std::uint8_t {
  kBoolean,
  kData,
  kNumeric,
  kUnknown
};  // unknown: a variable or a function

class Regex;
struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

struct Expression {
  Operator op;
  std::vector<ExpressionPtr> operands;
  base::Bytes data;  // kConstData
  std::string name;  // kVariable, kVariableExists, kFunction, kCheck (class), kHostAddress, kGetHostByName
  // kConstNumber: the value. kHostAddress: how many addresses of the name count, 0 all.
  std::int64_t number = 0;
  dhcp::OptionKey option;              // kOption, kConfigOption, kExists, kEncapsulated (space only)
  std::shared_ptr<const Regex> regex;  // kRegexMatch, kRegexMatchNoCase with a constant right side
  int line = 0;                        // where it stands
};

// What an expression yields when it yields something.
ValueType value_type(const Expression& expression);

// Nodes that the parser makes without source text.
ExpressionPtr constant_data(base::Bytes data);
ExpressionPtr host_address(std::string name, std::int64_t count);
// All parts one after the other; neighbours that are constant become one.
ExpressionPtr concatenation(std::vector<ExpressionPtr> parts);

}  // namespace conf
