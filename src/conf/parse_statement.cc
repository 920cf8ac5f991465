// Executable statements: what a scope does when it is applied to a packet (dhcp-eval(5), dhcpd.conf(5)).
#include <algorithm>

#include "conf/hints.h"
#include "conf/kept_handler.h"
#include "conf/parse_expression.h"
#include "conf/parser.h"
#include "dhcp/option_codes.h"
#include "dhcp/server_options.h"

namespace conf {
namespace {

// Which expressions a `case` has, by the enclosing switch.
enum class CaseKind { kNone, kData, kNumeric };

ParsedStatement lost() { return ParsedStatement{nullptr, false, true}; }
ParsedStatement taken() { return ParsedStatement{nullptr, true, false}; }
ParsedStatement done(std::unique_ptr<Statement> statement) {
  return ParsedStatement{std::move(statement), false, false};
}

// Reports at the current token, skips the rest of the statement.
ParsedStatement broken(Parser& parser, const std::string& message, const std::string& hint = {}) {
  parser.error(message, hint);
  skip_to_semicolon(parser);
  return lost();
}

// Takes the token that must come now.
bool expect(Parser& parser, char punctuation, const char* message) {
  if (parser.next().is(punctuation)) return true;
  broken(parser, message);
  return false;
}

// Whether the word that is only looked at has a colon behind it.
bool next_is_colon(Parser& parser) {
  const Lexer::Mark mark = parser.lexer->mark();
  parser.next();
  const bool colon = parser.peek().is(':');
  parser.lexer->rewind(mark);
  return colon;
}

// Statements up to something that begins none. False where one was broken.
bool parse_statements(Parser& parser, Statements& body, CaseKind cases,
                      std::vector<StatementDetail::Case>* case_list = nullptr);

// Outside a switch, behind `case` or `default`.
ParsedStatement parse_misplaced_case(Parser& parser) {
  if (parser.lexer->current().is(Keyword::kCase))
    return broken(parser, "case statement in inappropriate scope.");
  parser.next();  // the colon
  parser.error("switch default statement in inappropriate scope.");
  return lost();
}

// `case VALUE:` and `default:`, at its first word.
ParsedStatement parse_case(Parser& parser, CaseKind cases, Statements& body,
                           std::vector<StatementDetail::Case>* list) {
  const bool is_default = parser.next().is(Keyword::kDefault);
  if (cases == CaseKind::kNone || list == nullptr) return parse_misplaced_case(parser);
  StatementDetail::Case entry{nullptr, body.size()};
  if (!is_default) {
    // Of any type: one that does not fit is never equal.
    ParsedExpression value =
        parse_expression(parser, cases == CaseKind::kData ? Reading::kData : Reading::kNumeric);
    if (!value) {
      if (!value.lost)
        broken(parser,
               cases == CaseKind::kData ? "expecting data expression." : "expecting numeric expression.");
      return lost();
    }
    entry.value = std::move(value.expression);
  }
  if (!expect(parser, ':', "colon expected.")) return lost();
  list->push_back(std::move(entry));
  return taken();
}

bool parse_statements(Parser& parser, Statements& body, CaseKind cases,
                      std::vector<StatementDetail::Case>* case_list) {
  while (true) {
    const Token& token = parser.peek();
    const bool is_case = token.is(Keyword::kCase);
    if (is_case || (token.is(Keyword::kDefault) && next_is_colon(parser))) {
      if (parse_case(parser, cases, body, case_list).lost) return false;
      continue;
    }
    ParsedStatement parsed = parse_statement(parser);
    if (parsed.statement) {
      body.push_back(std::move(parsed.statement));
    } else if (!parsed.taken) {
      return !parsed.lost;
    }
  }
}

// `{ ... }` whose first brace has been taken.
bool parse_body(Parser& parser, Statements& body) {
  if (!parse_statements(parser, body, CaseKind::kNone)) return false;
  return expect(parser, '}', "right brace expected.");
}

// The value of a statement; reports `missing` where no expression begins.
bool parse_value(Parser& parser, ParsedExpression parsed, ExpressionPtr& value, const char* missing) {
  if (parsed) {
    value = std::move(parsed.expression);
    return true;
  }
  if (!parsed.lost) broken(parser, missing);
  return false;
}

// Condition and body of one branch, behind `if`.
bool parse_branch(Parser& parser, Statement& statement) {
  const bool parenthesis = parser.peek().is('(');
  if (parenthesis) parser.next();
  ParsedExpression condition = parse_boolean_expression(parser);
  if (!condition) {
    if (!condition.lost) parser.error("boolean expression expected.");
    return false;
  }
  statement.value = std::move(condition.expression);
  if (parenthesis && !parser.next().is(')')) {
    parser.error("expecting right paren.");
    return false;
  }
  if (!expect(parser, '{', "left brace expected.")) {
    return false;
  }
  return parse_body(parser, statement.detail->body);
}

ParsedStatement parse_if(Parser& parser) {
  const NestingLevel level(parser);
  if (!level) return lost();
  auto first = new_statement(parser, StatementKind::kIf);
  if (!parse_branch(parser, *first)) return lost();
  // A chain of elsif is a chain of `otherwise`, built here in a loop: it may be long.
  Statements* tail = &first->detail->otherwise;
  while (true) {
    const bool elsif = parser.peek().is(Keyword::kElsif);
    if (!elsif && !parser.peek().is(Keyword::kElse)) return done(std::move(first));
    parser.next();
    const bool chained = elsif || parser.peek().is(Keyword::kIf);
    if (!chained) {
      if (!parser.peek().is('{')) return broken(parser, "left brace or if expected.");
      parser.next();
      if (!parse_body(parser, *tail)) return lost();
      return done(std::move(first));
    }
    if (!elsif) parser.next();
    auto branch = new_statement(parser, StatementKind::kIf);
    if (!parse_branch(parser, *branch)) return lost();
    Statements* const next_tail = &branch->detail->otherwise;
    tail->push_back(std::move(branch));
    tail = next_tail;
  }
}

ParsedStatement parse_switch(Parser& parser) {
  const NestingLevel level(parser);
  if (!level) return lost();
  auto statement = new_statement(parser, StatementKind::kSwitch);
  if (!expect(parser, '(', "expecting left brace.")) return lost();
  if (!parse_value(parser, parse_expression(parser, Reading::kDataOrNumeric), statement->value,
                   "expecting data or numeric expression."))
    return lost();
  if (!expect(parser, ')', "right paren expected.")) return lost();
  if (!expect(parser, '{', "left brace expected.")) return lost();
  const CaseKind cases =
      value_type(*statement->value) == ValueType::kData ? CaseKind::kData : CaseKind::kNumeric;
  if (!parse_statements(parser, statement->detail->body, cases, &statement->detail->cases)) {
    skip_to_right_brace(parser, 1);
    return lost();
  }
  if (!expect(parser, '}', "right brace expected.")) return lost();
  return done(std::move(statement));
}

unsigned event_of(Keyword word) {
  switch (word) {
    case Keyword::kCommit:
      return kEventCommit;
    case Keyword::kRelease:
      return kEventRelease;
    case Keyword::kExpiry:
      return kEventExpiry;
    case Keyword::kTransmission:
      return kEventTransmission;
    default:
      return 0;
  }
}

ParsedStatement parse_on(Parser& parser) {
  const NestingLevel level(parser);
  if (!level) return lost();
  auto statement = new_statement(parser, StatementKind::kOn);
  do {
    const unsigned event = event_of(parser.next().keyword);
    if (event == 0)
      return broken(parser, "expecting a lease event type", "the events are commit, release and expiry");
    statement->detail->events |= event;
    parser.next();
  } while (parser.lexer->current().is(Keyword::kOr));
  if (parser.lexer->current().is(';')) return done(std::move(statement));
  if (!parser.lexer->current().is('{')) return broken(parser, "left brace expected.");
  const Lexer::Mark brace = parser.lexer->mark();
  if (!parse_statements(parser, statement->detail->body, CaseKind::kNone)) {
    while (!parser.next().is_end() && !parser.lexer->current().is('}')) {
    }
    return lost();
  }
  if (!expect(parser, '}', "right brace expected.")) return lost();
  if ((statement->detail->events & (kEventExpiry | kEventRelease)) != 0)
    statement->detail->name = block_text(*parser.lexer, brace);
  return done(std::move(statement));
}

bool is_variable_name(const Token& token) {
  return token.kind == TokenKind::kName || token.kind == TokenKind::kNumberOrName;
}

// `NAME (A, B) { ... }` behind the name: the function that `define` (or `set`) makes.
ParsedStatement parse_function(Parser& parser, std::unique_ptr<Statement> statement) {
  const NestingLevel level(parser);
  if (!level) return lost();
  do {
    const Token name = parser.next();
    if (name.is(')')) break;
    if (!is_variable_name(name)) return broken(parser, "expecting argument name");
    statement->detail->parameters.emplace_back(name.text);
    parser.next();
  } while (parser.lexer->current().is(','));
  if (!parser.lexer->current().is(')')) return broken(parser, "expecting right paren.");
  if (!expect(parser, '{', "expecting left brace.")) return lost();
  if (!parse_statements(parser, statement->detail->body, CaseKind::kNone)) {
    skip_to_semicolon(parser);
    return lost();
  }
  if (!expect(parser, '}', "expecting right brace.")) return lost();
  return done(std::move(statement));
}

// `set` and `define`: a value, or with parameters a function.
ParsedStatement parse_set(Parser& parser, StatementKind kind) {
  auto statement = new_statement(parser, kind);
  const Token name = parser.next();
  if (!is_variable_name(name)) return broken(parser, std::string(name.text) + " can't be a variable name");
  statement->detail->name = std::string(name.text);
  const Token token = parser.next();
  if (token.is('(')) {
    statement->kind = StatementKind::kDefine;
    return parse_function(parser, std::move(statement));
  }
  if (!token.is('='))
    return broken(parser, std::string("expecting '=' in ") +
                              (kind == StatementKind::kDefine ? "define" : "set") + " statement.");
  statement->kind = StatementKind::kSet;
  if (!parse_value(parser, parse_expression(parser), statement->value, "expecting expression."))
    return lost();
  if (!parse_semicolon(parser)) return lost();
  return done(std::move(statement));
}

ParsedStatement parse_unset(Parser& parser) {
  auto statement = new_statement(parser, StatementKind::kUnset);
  const Token name = parser.next();
  if (!is_variable_name(name)) return broken(parser, std::string(name.text) + " can't be a variable name");
  statement->detail->name = std::string(name.text);
  if (!parse_semicolon(parser)) return lost();
  return done(std::move(statement));
}

ParsedStatement parse_eval(Parser& parser) {
  auto statement = new_statement(parser, StatementKind::kEval);
  if (!parse_value(parser, parse_expression(parser), statement->value, "expecting data expression."))
    return lost();
  if (!parse_semicolon(parser)) return lost();
  return done(std::move(statement));
}

ParsedStatement parse_return(Parser& parser) {
  auto statement = new_statement(parser, StatementKind::kReturn);
  if (!parse_value(parser, parse_expression(parser), statement->value, "expecting data expression."))
    return lost();
  if (!parse_semicolon(parser)) return lost();
  return done(std::move(statement));
}

ParsedStatement parse_break(Parser& parser) {
  auto statement = new_statement(parser, StatementKind::kBreak);
  if (!parse_semicolon(parser)) return lost();
  return done(std::move(statement));
}

ParsedStatement parse_execute(Parser& parser) {
  auto statement = new_statement(parser, StatementKind::kExecute);
  if (!expect(parser, '(', "left parenthesis expected.")) return lost();
  const Token command = parser.next();
  if (command.kind != TokenKind::kString) return broken(parser, "Expecting a quoted string.");
  statement->detail->name = std::string(command.text);
  while (parser.next().is(',')) {
    ExpressionPtr argument;
    if (!parse_value(parser, parse_data_expression(parser), argument, "expecting expression.")) return lost();
    statement->detail->arguments.push_back(std::move(argument));
  }
  if (!parser.lexer->current().is(')')) return broken(parser, "right parenthesis expected.");
  if (!parse_semicolon(parser)) return lost();
  return done(std::move(statement));
}

struct LogPriority {
  Keyword word;
  base::Severity severity;
};
constexpr LogPriority kLogPriorities[] = {
    {Keyword::kFatal, base::Severity::kError},
    {Keyword::kError, base::Severity::kError},
    {Keyword::kDebug, base::Severity::kDebug},
    {Keyword::kInfo, base::Severity::kInfo},
};

ParsedStatement parse_log(Parser& parser) {
  auto statement = new_statement(parser, StatementKind::kLog);
  if (!expect(parser, '(', "left parenthesis expected.")) return lost();
  const Keyword word = parser.peek().keyword;
  for (const LogPriority& row : kLogPriorities) {
    if (word != row.word) continue;
    statement->detail->severity = row.severity;
    statement->detail->log_fatal = word == Keyword::kFatal;
    parser.next();
    if (!expect(parser, ',', "comma expected.")) return lost();
  }
  ParsedExpression value = parse_data_expression(parser);
  if (!value) {
    if (!value.lost) parser.warning("log: this statement does nothing", "it has nothing to log");
    skip_to_semicolon(parser);
    return value.lost ? lost() : taken();
  }
  statement->value = std::move(value.expression);
  if (!expect(parser, ')', "right parenthesis expected.")) return lost();
  if (!parse_semicolon(parser)) return lost();
  return done(std::move(statement));
}

ParsedStatement parse_add(Parser& parser) {
  auto statement = new_statement(parser, StatementKind::kAdd);
  const Token name = parser.next();
  if (name.kind != TokenKind::kString) return broken(parser, "expecting class name.");
  statement->detail->name = std::string(name.text);
  if (parser.classes.count(statement->detail->name) == 0)
    return broken(parser, "unknown class " + statement->detail->name + ".",
                  "declare the class before it is used");
  if (!parse_semicolon(parser)) return lost();
  return done(std::move(statement));
}

ParsedStatement parse_vendor_option(Parser& parser) {
  auto statement = new_statement(parser, StatementKind::kParseVendorOption);
  if (!expect(parser, ';', "semicolon expected.")) return lost();
  return done(std::move(statement));
}

// `option`, `supersede`, `append` and so on.
ParsedStatement parse_option(Parser& parser, StatementKind kind) {
  const std::optional<OptionName> name = parse_option_name(parser);
  if (!name) return lost();
  if (name->definition == nullptr)
    return broken(parser, "no option named " + name->name + " in space " + name->space,
                  hint_for_option(*name));
  auto statement = parse_option_statement(parser, kind, *name->definition);
  if (!statement) return lost();
  return done(std::move(statement));
}

struct AllowWord {
  Keyword word;
  dhcp::ServerOption flag;
};
// What `allow`, `deny` and `ignore` may be followed by, and the flag that each sets.
constexpr AllowWord kAllowWords[] = {
    {Keyword::kBootp, dhcp::ServerOption::kAllowBootp},
    {Keyword::kBooting, dhcp::ServerOption::kAllowBooting},
    {Keyword::kDynamicBootp, dhcp::ServerOption::kDynamicBootp},
    {Keyword::kUnknownClients, dhcp::ServerOption::kBootUnknownClients},
    {Keyword::kDuplicates, dhcp::ServerOption::kDuplicates},
    {Keyword::kDeclines, dhcp::ServerOption::kDeclines},
    {Keyword::kClientUpdates, dhcp::ServerOption::kClientUpdates},
    {Keyword::kLeasequery, dhcp::ServerOption::kLeasequery},
};

ParsedStatement parse_allow(Parser& parser, dhcp::FlagValue value) {
  auto statement = new_statement(parser, StatementKind::kOptionSupersede);
  const Token word = parser.next();
  const auto* row = std::find_if(std::begin(kAllowWords), std::end(kAllowWords),
                                 [&](const AllowWord& r) { return r.word == word.keyword; });
  if (row == std::end(kAllowWords))
    return broken(parser, "expecting allow/deny key", hint_for_allow(word.text));
  statement->option = dhcp::server_key(row->flag);
  statement->constant = {value};
  statement->is_constant = true;
  if (!parse_semicolon(parser)) return lost();
  return done(std::move(statement));
}

ParsedStatement parse_db_time_format(Parser& parser) {
  const Token word = parser.next();
  if (!word.is(Keyword::kDefault) && !word.is(Keyword::kLocal)) {
    parser.error("Expecting 'local' or 'default'.");
    if (!word.is(';')) skip_to_semicolon(parser);
    return lost();
  }
  parser.config.local_time_in_leases = word.is(Keyword::kLocal);
  if (parser.next().is(';')) return taken();
  parser.error("Expecting a semicolon.");
  return lost();
}

// The value of a parameter.
ParsedStatement finish_option(Parser& parser, const dhcp::OptionDefinition& option) {
  auto statement = parse_option_statement(parser, StatementKind::kOptionSupersede, option);
  if (!statement) return lost();
  return done(std::move(statement));
}

// A word that is not reserved: a parameter, or else a variable or a function whose value is thrown away.
ParsedStatement parse_word(Parser& parser) {
  const Token word = parser.peek();
  if (!word.is_identifier()) return {};
  if (word.is(Keyword::kServerIdentifier)) {
    parser.next();
    const dhcp::OptionKey key{dhcp::OptionRegistry::kDhcp, dhcp::kOptServerIdentifier};
    return finish_option(parser, *parser.config.options.find(key));
  }
  const dhcp::OptionSpace& space = parser.config.options.space(dhcp::OptionRegistry::kServer);
  if (const dhcp::OptionDefinition* parameter = parser.config.options.find(space.name, word.text)) {
    parser.next();
    return finish_option(parser, *parameter);
  }
  if (!is_variable_name(word)) return {};
  const std::string name(word.text);
  auto statement = std::make_unique<Statement>(StatementKind::kEval);
  statement->file = static_cast<std::uint16_t>(parser.lexer->index());
  statement->line = word.line;
  if (!parse_value(parser, parse_expression(parser), statement->value, "expecting function call."))
    return lost();
  if (!parser.next().is(';')) return broken(parser, "semicolon expected.", hint_for_word(name));
  if (statement->value->op == Operator::kVariable)
    parser.warning(name + ": this statement does nothing", hint_for_word(name));
  return done(std::move(statement));
}

}  // namespace

ParsedStatement parse_statement(Parser& parser) {
  using Kind = StatementKind;
  const auto go = [&](auto parse, auto... arguments) {
    parser.next();
    return parse(parser, arguments...);
  };
  switch (parser.peek().keyword) {
    case Keyword::kIf:
      return go(parse_if);
    case Keyword::kSwitch:
      return go(parse_switch);
    case Keyword::kBreak:
      return go(parse_break);
    case Keyword::kOn:
      return go(parse_on);
    case Keyword::kSet:
      return go(parse_set, Kind::kSet);
    case Keyword::kDefine:
      return go(parse_set, Kind::kDefine);
    case Keyword::kUnset:
      return go(parse_unset);
    case Keyword::kEval:
      return go(parse_eval);
    case Keyword::kExecute:
      return go(parse_execute);
    case Keyword::kReturn:
      return go(parse_return);
    case Keyword::kLog:
      return go(parse_log);
    case Keyword::kAdd:
      return go(parse_add);
    case Keyword::kParseVendorOption:
      return go(parse_vendor_option);
    case Keyword::kOption:
    case Keyword::kSupersede:
      return go(parse_option, Kind::kOptionSupersede);
    case Keyword::kSend:
      return go(parse_option, Kind::kOptionSend);
    case Keyword::kDefault:
      if (next_is_colon(parser)) return go(parse_misplaced_case);
      return go(parse_option, Kind::kOptionDefault);
    case Keyword::kCase:
      return go(parse_misplaced_case);
    case Keyword::kAppend:
      return go(parse_option, Kind::kOptionAppend);
    case Keyword::kPrepend:
      return go(parse_option, Kind::kOptionPrepend);
    case Keyword::kAllow:
      return go(parse_allow, dhcp::kFlagOn);
    case Keyword::kDeny:
      return go(parse_allow, dhcp::kFlagOff);
    case Keyword::kIgnore:
      return go(parse_allow, dhcp::kFlagIgnore);
    case Keyword::kDbTimeFormat:
      return go(parse_db_time_format);
    case Keyword::kZone:
      parser.next();
      return parse_zone(parser) ? taken() : lost();
    case Keyword::kKey:
      parser.next();
      return parse_key(parser) ? taken() : lost();
    default:
      return parse_word(parser);
  }
}

std::unique_ptr<Statement> new_statement(Parser& parser, StatementKind kind) {
  auto statement = std::make_unique<Statement>(kind);
  statement->file = static_cast<std::uint16_t>(parser.lexer->index());
  statement->line = parser.lexer->line();
  switch (kind) {
    case StatementKind::kOptionSupersede:
    case StatementKind::kOptionDefault:
    case StatementKind::kOptionAppend:
    case StatementKind::kOptionPrepend:
    case StatementKind::kOptionSend:
    case StatementKind::kEval:
    case StatementKind::kReturn:
    case StatementKind::kBreak:
    case StatementKind::kParseVendorOption:
      break;
    default:
      statement->detail = std::make_unique<StatementDetail>();
  }
  return statement;
}

}  // namespace conf
