// Statements: one function a kind where it does more than a line. Source: dhcp-eval(5), and the stock program
// where the manual is silent (`break` leaves one list, `return` outside a function does nothing).
#include "conf/execute.h"

#include <array>

#include "conf/operators.h"
#include "dhcp/server_options.h"

namespace conf {
namespace {

class Executor {
 public:
  Executor(Context& context, Value* result) : context_(context), result_(result) {}

  // False once the function that runs has returned.
  bool run(const Statements& list, std::size_t from = 0) {
    for (std::size_t i = from; i < list.size(); ++i) {
      if (++context_.steps > kMaxSteps) return false;
      if (list[i]->kind == StatementKind::kBreak) return true;
      if (!run(*list[i])) return false;
    }
    return true;
  }

 private:
  bool run(const Statement& statement);
  bool run_if(const Statement& statement);
  bool run_switch(const Statement& statement);
  void set_option(const Statement& statement);
  void extend_option(const Statement& statement, OptionState::End end);
  void log(const Statement& statement);
  void run_program(const Statement& statement);
  void set_handler(const Statement& statement);
  void add_class(const Statement& statement);
  void read_vendor_option();

  Context& context_;
  Value* result_;  // of the function that runs; nullptr: none
};

bool Executor::run(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kOptionDefault:
      if (context_.reply != nullptr && !context_.reply->is_set(statement.option)) set_option(statement);
      break;
    case StatementKind::kOptionSupersede:
    case StatementKind::kOptionSend:
      set_option(statement);
      break;
    case StatementKind::kOptionAppend:
      extend_option(statement, OptionState::End::kBack);
      break;
    case StatementKind::kOptionPrepend:
      extend_option(statement, OptionState::End::kFront);
      break;
    case StatementKind::kIf:
      return run_if(statement);
    case StatementKind::kSwitch:
      return run_switch(statement);
    case StatementKind::kOn:
      set_handler(statement);
      break;
    case StatementKind::kSet: {
      // The old value is gone before the new one is evaluated: `set x = concat(x, "a")` reads null.
      unset_variable(context_, statement.detail->name);
      set_variable(context_, statement.detail->name, evaluate(*statement.value, context_));
      break;
    }
    case StatementKind::kUnset:
      unset_variable(context_, statement.detail->name);
      break;
    case StatementKind::kDefine:
      set_variable(context_, statement.detail->name, Function{&statement});
      break;
    case StatementKind::kEval:
      evaluate(*statement.value, context_);
      break;
    case StatementKind::kExecute:
      run_program(statement);
      break;
    case StatementKind::kReturn: {
      Value value;
      if (statement.value) value = evaluate(*statement.value, context_);
      if (result_ == nullptr) break;
      *result_ = std::move(value);
      return false;
    }
    case StatementKind::kLog:
      log(statement);
      break;
    case StatementKind::kAdd:
      add_class(statement);
      break;
    case StatementKind::kParseVendorOption:
      read_vendor_option();
      break;
    case StatementKind::kBreak:
      break;
  }
  return true;
}

bool Executor::run_if(const Statement& statement) {
  const bool truth = evaluate_boolean(*statement.value, context_).value_or(false);
  return run(truth ? statement.detail->body : statement.detail->otherwise);
}

// Data is compared with data; anything else, a variable too, as a number.
bool Executor::run_switch(const Statement& statement) {
  const bool is_data = value_type(*statement.value) == ValueType::kData;
  std::optional<Data> data;
  std::optional<std::uint64_t> number;
  if (is_data) {
    data = evaluate_view(*statement.value, context_);
  } else {
    number = evaluate_unsigned(*statement.value, context_);
  }
  const StatementDetail::Case* otherwise = nullptr;
  for (const StatementDetail::Case& c : statement.detail->cases) {
    if (!c.value) {
      if (otherwise == nullptr) otherwise = &c;
    } else if (data) {
      const std::optional<Data> value = evaluate_view(*c.value, context_);
      if (value && value->view() == data->view()) return run(statement.detail->body, c.at);
    } else if (number) {
      const std::optional<std::uint64_t> value = evaluate_unsigned(*c.value, context_);
      if (value && *value == *number) return run(statement.detail->body, c.at);
    }
  }
  return otherwise == nullptr || run(statement.detail->body, otherwise->at);
}

void Executor::set_option(const Statement& statement) {
  if (context_.reply == nullptr || context_.reading_option) return;
  if (statement.is_constant) {
    context_.reply->set_constant(statement.option, &statement.constant);
  } else {
    context_.reply->set_pending(statement.option, statement.value.get(), &context_);
  }
}

void Executor::extend_option(const Statement& statement, OptionState::End end) {
  if (context_.reply == nullptr || context_.reading_option) return;
  if (!context_.reply->is_set(statement.option)) return set_option(statement);
  const base::Bytes* constant = statement.is_constant ? &statement.constant : nullptr;
  context_.reply->extend(statement.option, constant, statement.value.get(), &context_, end);
}

void Executor::log(const Statement& statement) {
  const std::optional<Data> data = evaluate_view(*statement.value, context_);
  if (!data) return;
  const std::string_view text = data->view().text();
  const std::string line(text.substr(0, text.find('\0')).substr(0, kMaxLogLine));
  add_effect(context_, LogEffect{statement.detail->severity, line, statement.detail->log_fatal});
}

void Executor::run_program(const Statement& statement) {
  ExecuteEffect program;
  program.argv.push_back(statement.detail->name);
  report(context_, base::Severity::kDebug, "execute_statement argv[0] = " + statement.detail->name);
  for (const ExpressionPtr& argument : statement.detail->arguments) {
    const std::optional<Data> data = evaluate_view(*argument, context_);
    const std::string number = std::to_string(program.argv.size());
    if (!data) {
      report(context_, base::Severity::kDebug, "execute: bad arg " + number);
      return;
    }
    const std::string_view text = data->view().text();
    program.argv.emplace_back(text.substr(0, text.find('\0')));
    report(context_, base::Severity::kDebug,
           "execute_statement argv[" + number + "] = " + program.argv.back());
  }
  add_effect(context_, std::move(program));
}

// A later `on` takes the place of an earlier one for the same event.
void Executor::set_handler(const Statement& statement) {
  for (Context::Handler& handler : context_.handlers) handler.events &= ~statement.detail->events;
  context_.handlers.push_back(Context::Handler{statement.detail->events, &statement});
}

void Executor::add_class(const Statement& statement) {
  if (context_.config == nullptr || context_.classes.size() >= kMaxClassesOfPacket) return;
  for (const std::unique_ptr<Class>& c : context_.config->classes) {
    if (c->name != statement.detail->name) continue;
    context_.classes.push_back(c.get());
    return;
  }
}

// From here on `option SPACE.x` looks into the request's option 43.
void Executor::read_vendor_option() {
  if (context_.reply == nullptr || context_.config == nullptr) return;
  const base::Bytes* name = context_.reply->get(dhcp::server_key(dhcp::ServerOption::kVendorOptionSpace));
  if (name == nullptr) return;
  const dhcp::OptionSpace* space = context_.config->options.space(base::ByteView(*name).text());
  if (space != nullptr) context_.vendor_space = space->index;
}

bool is_at_or_around(const Scope* scope, const Scope* limit) {
  for (const Scope* s = limit; s != nullptr; s = s->parent)
    if (s == scope) return true;
  return false;
}

// Scopes from `scope` outwards, those of `limit` and beyond left out; a configuration nests less deep.
void execute_outwards(const Scope* scope, Context& context, const Scope* limit) {
  if (scope == nullptr || is_at_or_around(scope, limit)) return;
  execute_outwards(scope->parent, context, limit);
  execute(scope->statements, context);
}

}  // namespace

void execute(const Statements& statements, Context& context) { Executor(context, nullptr).run(statements); }

void execute_function_body(const Statements& body, Context& context, Value& result) {
  Executor(context, &result).run(body);
}

void execute_scope(const Scope& scope, Context& context, const Scope* limit) {
  execute_outwards(&scope, context, limit);
}

const Statement* handler_of(const Context& context, unsigned event) {
  for (const Context::Handler& handler : context.handlers)
    if ((handler.events & event) != 0) return handler.statement;
  return nullptr;
}

}  // namespace conf
