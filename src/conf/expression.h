// Expressions of the dhcpd.conf language (dhcp-eval(5)): boolean, data and numeric, as a tree.
//
// A node has an operator, operands, and what a leaf needs. Every operator is one row of the table in
// operators.cc: its keyword, its type, its operands, the function that evaluates it. To add an operator, add
// a row.
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

enum class ValueType : std::uint8_t {
  kBoolean,
  kData,
  kNumeric,
  kUnknown
};  // unknown: a variable or a function

struct Expression;
using ExpressionPtr = std::unique_ptr<const Expression>;

struct Expression {
  Operator op;
  std::vector<ExpressionPtr> operands;
  base::Bytes data;         // kConstData; names of variables, functions, classes
  std::int64_t number = 0;  // kConstNumber
  dhcp::OptionKey option;   // kOption, kConfigOption, kExists, kEncapsulated (space only)
  int line = 0;             // where it stands, for run-time messages
};

}  // namespace conf
