#include "conf/parse_primary.h"

#include <cstdlib>
#include <utility>

#include "conf/config.h"
#include "conf/fold.h"
#include "conf/operators.h"

namespace conf {
namespace {

using Node = std::unique_ptr<Expression>;

// The result words of a DNS update, with the numbers that the stock's libraries give them.
struct ResultCode {
  Keyword word;
  int number;
};
constexpr ResultCode kResultCodes[] = {
    {Keyword::kNoerror, 0},       {Keyword::kFormerr, 1},      {Keyword::kServfail, 393230},
    {Keyword::kNxdomain, 393231}, {Keyword::kNotimp, 27},      {Keyword::kRefused, 393233},
    {Keyword::kYxdomain, 393234}, {Keyword::kYxrrset, 393235}, {Keyword::kNxrrset, 393236},
    {Keyword::kNotauth, 393237},  {Keyword::kNotzone, 393238},
};

// The variant of an operator that has one for each width.
Operator of_width(Operator eight_bit, int bits) {
  const int variant = bits == 8 ? 0 : bits == 16 ? 1 : 2;
  return static_cast<Operator>(static_cast<int>(eight_bit) + variant);
}

std::int64_t decimal(std::string_view digits) {
  // As atoi(): 32 bits.
  return static_cast<std::int32_t>(std::strtoll(std::string(digits).c_str(), nullptr, 10));
}

class PrimaryParser {
 public:
  explicit PrimaryParser(ParseContext& context) : context_(context) {}
  ParsedExpression parse(Reading reading);

 private:
  static ParsedExpression lost() { return {nullptr, true}; }
  ParsedExpression lose(const std::string& message, bool skip) {
    context_.error(message);
    if (skip) skip_to_semicolon(context_);
    return lost();
  }
  static ParsedExpression done(Node node) { return {fold(std::move(node)), false}; }
  Node make(Operator op) {
    auto node = std::make_unique<Expression>();
    node->op = op;
    node->line = context_.lexer->line();
    return node;
  }

  ParsedExpression parse_operator(const OperatorRow& row);
  ParsedExpression parse_listed_operands(const OperatorRow& row);
  bool parse_listed_operand(char kind, Node& node);
  bool parse_width(Node& node);
  ParsedExpression parse_parenthesized(Reading reading);
  ParsedExpression parse_not();
  ParsedExpression parse_option(Operator op);
  ParsedExpression parse_check();
  ParsedExpression parse_defined();
  ParsedExpression parse_host();
  ParsedExpression parse_number(Reading reading);
  ParsedExpression parse_name();

  ParseContext& context_;
};

ParsedExpression PrimaryParser::parse(Reading reading) {
  const Token token = context_.peek();
  if (token.is('(')) return parse_parenthesized(reading);
  if (token.kind == TokenKind::kString) {
    context_.next();
    Node node = make(Operator::kConstData);
    node->data = base::ByteView(token.text).copy();
    return done(std::move(node));
  }
  if (token.is_numeric()) return parse_number(reading);
  if (token.kind == TokenKind::kName) return parse_name();
  Keyword keyword = token.keyword;
  if (keyword == Keyword::kPickFirstValue) keyword = Keyword::kPick;
  if (keyword == Keyword::kV6relopt) keyword = Keyword::kV6relay;
  if (const OperatorRow* row = operator_of(keyword)) return parse_operator(*row);
  for (const ResultCode& code : kResultCodes) {
    if (code.word != keyword) continue;
    context_.next();
    Node node = make(Operator::kConstNumber);
    node->number = code.number;
    return done(std::move(node));
  }
  return {};
}

ParsedExpression PrimaryParser::parse_operator(const OperatorRow& row) {
  context_.next();
  const std::string_view operands = row.operands;
  if (operands.empty()) return done(make(row.op));
  if (operands == "not") return parse_not();
  if (operands == "option") return parse_option(row.op);
  if (operands == "class") return parse_check();
  if (operands == "variable") return parse_defined();
  if (operands == "host") return parse_host();
  return parse_listed_operands(row);
}

ParsedExpression PrimaryParser::parse_parenthesized(Reading reading) {
  context_.next();
  ParsedExpression inner = parse_expression(context_, reading);
  if (!inner) return inner.lost ? std::move(inner) : lose("expression expected", true);
  if (!context_.next().is(')')) return lose("right paren expected", true);
  return inner;
}

ParsedExpression PrimaryParser::parse_not() {
  const NestingLevel level(context_);
  if (!level) return lost();
  ParsedExpression inner = parse_primary(context_, Reading::kBoolean);
  if (!inner) return inner.lost ? std::move(inner) : lose("expression expected", true);
  if (value_type(*inner.expression) != ValueType::kBoolean) return lose("boolean expression expected", true);
  Node node = make(Operator::kNot);
  node->operands.push_back(std::move(inner.expression));
  return done(std::move(node));
}

ParsedExpression PrimaryParser::parse_option(Operator op) {
  const std::optional<OptionName> name = parse_option_name(context_);
  if (!name) return lost();
  Node node = make(op);
  node->option.space = name->option_space->index;
  if (name->definition == nullptr)
    return lose("no option named " + name->name + " in space " + name->option_space->name, false);
  node->option.code = name->definition->code;
  return done(std::move(node));
}

// Of the collections of classes only the one that holds all has a name.
ParsedExpression PrimaryParser::parse_check() {
  const Token token = context_.next();
  if (token.kind != TokenKind::kString) return lose("string expected.", true);
  if (token.text != "default") return lose("unknown collection.", true);
  return done(make(Operator::kCheck));
}

ParsedExpression PrimaryParser::parse_defined() {
  if (!context_.next().is('(')) return lose("left parenthesis expected.", false);
  const Token name = context_.next();
  if (name.kind != TokenKind::kName && name.kind != TokenKind::kNumberOrName)
    return lose(std::string(name.text) + " can't be a variable name", true);
  Node node = make(Operator::kVariableExists);
  node->name = std::string(name.text);
  if (!context_.next().is(')')) return lose("right parenthesis expected.", false);
  return done(std::move(node));
}

ParsedExpression PrimaryParser::parse_host() {
  if (!context_.next().is('(')) return lose("left parenthesis expected.", false);
  const Token name = context_.next();
  if (name.kind != TokenKind::kString) return lose("Expecting quoted literal: \"foo.example.com\"", true);
  Node node = make(Operator::kGetHostByName);
  node->name = std::string(name.text);
  if (!context_.next().is(')')) return lose("right parenthesis expected.", false);
  return done(std::move(node));
}

ParsedExpression PrimaryParser::parse_listed_operands(const OperatorRow& row) {
  Node node = make(row.op);
  if (!context_.next().is('(')) return lose("left parenthesis expected.", false);
  std::string_view kinds = row.operands;
  if (kinds == "()") {
    if (!context_.next().is(')')) return lose("right parenthesis expected.", false);
    return done(std::move(node));
  }
  const bool repeats = kinds.back() == '*';
  if (repeats) kinds.remove_suffix(1);
  for (std::size_t i = 0;; ++i) {
    if (!parse_listed_operand(kinds[std::min(i, kinds.size() - 1)], node)) return lost();
    const bool last = i + 1 >= kinds.size();
    const Token token = context_.next();
    if (token.is(',') && (!last || repeats)) continue;
    if (!last) return lose("comma expected.", false);
    if (!token.is(')')) return lose("right parenthesis expected.", false);
    return done(std::move(node));
  }
}

bool PrimaryParser::parse_listed_operand(char kind, Node& node) {
  if (kind == 'w') return parse_width(node);
  ParsedExpression parsed =
      kind == 'd' ? parse_data_expression(context_) : parse_numeric_expression(context_);
  if (!parsed) {
    const bool says_numeric = kind == 'n' || kind == 'e';
    const char* wanted = says_numeric ? "expecting numeric expression." : "expecting data expression.";
    if (!parsed.lost || kind == 'e') lose(wanted, true);
    return false;
  }
  node->operands.push_back(std::move(parsed.expression));
  return true;
}

bool PrimaryParser::parse_width(Node& node) {
  const Token token = context_.next();
  if (token.kind != TokenKind::kNumber) {
    lose("number expected.", false);
    return false;
  }
  const std::int64_t bits = decimal(token.text);
  if (bits != 8 && bits != 16 && bits != 32) {
    lose("unsupported integer size " + std::to_string(bits), true);
    return false;
  }
  node->op = of_width(node->op, static_cast<int>(bits));
  return true;
}

ParsedExpression PrimaryParser::parse_number(Reading reading) {
  const Token token = context_.peek();
  const bool may_count = reading == Reading::kNumeric || reading == Reading::kDataOrNumeric;
  if (token.kind == TokenKind::kNumber && may_count) {
    context_.next();
    Node node = make(Operator::kConstNumber);
    node->number = decimal(token.text);
    return done(std::move(node));
  }
  std::optional<base::Bytes> bytes = parse_hex_list(context_);
  if (!bytes) return {};
  Node node = make(Operator::kConstData);
  node->data = std::move(*bytes);
  return done(std::move(node));
}

ParsedExpression PrimaryParser::parse_name() {
  Node node = make(Operator::kVariable);
  node->name = std::string(context_.next().text);
  node->line = context_.lexer->line();
  if (!context_.peek().is('(')) return done(std::move(node));
  context_.next();
  node->op = Operator::kFunction;
  while (true) {
    ParsedExpression argument = parse_expression(context_, Reading::kAny);
    if (!argument) {
      if (!argument.lost) context_.error("expecting expression.");
      skip_to_semicolon(context_);
      return lost();
    }
    node->operands.push_back(std::move(argument.expression));
    const Token token = context_.next();
    if (token.is(',')) continue;
    if (!token.is(')')) return lose("Right parenthesis expected.", true);
    return done(std::move(node));
  }
}

}  // namespace

ParsedExpression parse_primary(ParseContext& context, Reading reading) {
  return PrimaryParser(context).parse(reading);
}

}  // namespace conf
