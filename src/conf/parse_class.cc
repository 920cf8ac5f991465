// Classes and subclasses (dhcpd.conf(5), "CLIENT CLASSING").
#include <utility>

#include "conf/hints.h"
#include "conf/parse_expression.h"
#include "conf/parser.h"

namespace conf {
namespace {

// Reports and skips; false: the class's block is over, as in the stock.
bool refuse(Parser& parser, const char* message, const char* hint = "") {
  parser.error(message, hint);
  skip_to_semicolon(parser);
  return false;
}

// An expression and its semicolon.
void parse_value(Parser& parser, ParsedExpression parsed, ExpressionPtr& value, const char* missing) {
  if (!parsed) {
    if (!parsed.lost) refuse(parser, missing);
    return;
  }
  value = std::move(parsed.expression);
  parse_semicolon(parser);
}

// What a block of a class may say once. A class may be opened again: what the last block says counts.
struct Said {
  bool match_if = false, submatch = false;
};

bool parse_submatch(Parser& parser, Class& klass, Said& said) {
  if (std::exchange(said.submatch, true)) return refuse(parser, "can't override existing submatch/spawn.");
  parse_value(parser, parse_data_expression(parser), klass.submatch, "expecting data expr.");
  return true;
}

bool parse_match(Parser& parser, Class& klass, Said& said) {
  if (!parser.peek().is(Keyword::kIf)) return parse_submatch(parser, klass, said);
  parser.next();
  if (std::exchange(said.match_if, true))
    return refuse(parser, "A class may only have one 'match if' clause.",
                  "join the conditions with `and` or `or`");
  parse_value(parser, parse_boolean_expression(parser), klass.match_if, "expecting boolean expr.");
  return true;
}

bool parse_spawn(Parser& parser, Class& klass, Said& said) {
  klass.spawning = true;
  if (!parser.next().is(Keyword::kWith)) return refuse(parser, "expecting with after spawn");
  return parse_submatch(parser, klass, said);
}

bool parse_lease_limit(Parser& parser, std::optional<std::uint32_t>& limit) {
  const Token word = parser.next();
  if (!word.is(Keyword::kLimit)) {
    parser.error("expecting \"limit\"");
    if (!word.is(';')) skip_to_semicolon(parser);
    return false;
  }
  const Token number = parser.next();
  if (number.kind != TokenKind::kNumber) {
    parser.error("expecting a number");
    if (!number.is(';')) skip_to_semicolon(parser);
    return false;
  }
  limit = convert_number(parser, number.text, 10, 32);
  parse_semicolon(parser);
  return true;
}

// One statement of a class's or a subclass's block. False: the block is over.
bool parse_class_statement(Parser& parser, Block& block, Class* klass, Said& said,
                           std::optional<std::uint32_t>& limit) {
  const auto is = [&](Keyword word) { return parser.peek().is(word); };
  if (is(Keyword::kDynamic) || is(Keyword::kDeleted)) {
    parser.next();
    return parse_semicolon(parser);
  }
  if (is(Keyword::kMatch)) {
    parser.next();
    if (klass != nullptr) return parse_match(parser, *klass, said);
    return refuse(parser, "invalid match in subclass.");
  }
  if (is(Keyword::kSpawn)) {
    parser.next();
    if (klass != nullptr) return parse_spawn(parser, *klass, said);
    return refuse(parser, "invalid spawn in subclass.");
  }
  if (is(Keyword::kLease)) {
    parser.next();
    return parse_lease_limit(parser, limit);
  }
  parse_declaration(parser, block);
  return true;
}

void parse_class_block(Parser& parser, Block& block, Class* klass, std::optional<std::uint32_t>& limit) {
  Said said;
  while (block_goes_on(parser))
    if (!parse_class_statement(parser, block, klass, said, limit)) return;
}

// The key of a subclass: a string or hexadecimal bytes. nullopt after an error.
std::optional<base::Bytes> parse_subclass_key(Parser& parser) {
  const Token& token = parser.peek();
  if (token.kind == TokenKind::kString) return base::ByteView(parser.next().text).copy();
  if (token.is_numeric()) return parse_hex_list(parser);
  parser.error("Expecting string or hex list.");
  return std::nullopt;
}

// The subclass with this key, made where it is new.
Subclass& subclass_of(Parser& parser, Class& klass, base::Bytes key) {
  std::string text(base::ByteView(key).text());
  const auto found = klass.subclasses.find(text);
  std::vector<std::unique_ptr<Subclass>>& all = parser.config.subclasses;
  if (found != klass.subclasses.end()) return *all[found->second->index];
  auto owned = std::make_unique<Subclass>();
  Subclass& subclass = *owned;
  subclass.superclass = &klass;
  subclass.key = std::move(key);
  subclass.index = all.size();
  subclass.scope.parent = &klass.scope;
  all.push_back(std::move(owned));
  klass.subclasses.emplace(std::move(text), &subclass);
  return subclass;
}

void parse_subclass(Parser& parser, const Block& block, Class& klass, base::Bytes key) {
  Subclass& subclass = subclass_of(parser, klass, std::move(key));
  if (parser.peek().is(';')) {
    parser.next();
    return;
  }
  if (!parse_left_brace(parser)) return;
  subclass.has_scope = true;
  Block inner{BlockKind::kClass, subclass.scope, block.network, block.subnet};
  parse_class_block(parser, inner, nullptr, subclass.lease_limit);
}

Class& class_of(Parser& parser, const Block& block, const std::string& name) {
  Class*& entry = parser.classes[name];
  if (entry != nullptr) return *entry;
  parser.config.classes.push_back(std::make_unique<Class>());
  entry = parser.config.classes.back().get();
  entry->name = name;
  entry->index = parser.config.classes.size() - 1;
  entry->scope.parent = &block.scope;
  return *entry;
}

}  // namespace

void parse_class(Parser& parser, Block& block, ClassForm form) {
  const NestingLevel level(parser);
  if (!level) return skip_to_semicolon(parser);
  const Token name = parser.next();
  if (name.kind != TokenKind::kString) {
    refuse(parser, "Expecting class name", "quote the class's name");
    return;
  }
  const std::string text(name.text);
  if (form == ClassForm::kClass) {
    if (!parse_left_brace(parser)) return;
    Class& klass = class_of(parser, block, text);
    Block inner{BlockKind::kClass, klass.scope, block.network, block.subnet};
    return parse_class_block(parser, inner, &klass, klass.lease_limit);
  }
  // The old `vendor-class "X"` is subclass "X" of the class "vendor-class"... which must exist under the
  // name that is given.
  const auto found = parser.classes.find(text);
  if (found == parser.classes.end()) {
    parser.error("no class named " + text, hint_for_name(text, parser.classes, "declare the class first"));
    return skip_to_semicolon(parser);
  }
  if (form != ClassForm::kSubclass)
    return parse_subclass(parser, block, *found->second, base::ByteView(name.text).copy());
  std::optional<base::Bytes> key = parse_subclass_key(parser);
  if (key) parse_subclass(parser, block, *found->second, std::move(*key));
}

}  // namespace conf
