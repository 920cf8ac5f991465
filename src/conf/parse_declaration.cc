// Declarations: which word begins what, and where it may stand.
#include <initializer_list>
#include <utility>

#include "conf/hints.h"
#include "conf/parser.h"

namespace conf {
namespace {

bool in(const Block& block, std::initializer_list<BlockKind> kinds) {
  for (const BlockKind kind : kinds)
    if (block.kind == kind) return true;
  return false;
}

// Reports that the declaration may not stand here, and skips it.
void misplaced(Parser& parser, const std::string& message, const std::string& hint = {}) {
  parser.error(message, hint);
  skip_to_semicolon(parser);
}

void declare_include(Parser& parser, Block& block) {
  const Token name = parser.next();
  if (name.kind != TokenKind::kString) {
    misplaced(parser, "filename string expected.", "put the file's name in double quotes");
    return;
  }
  const std::string path(name.text);
  if (parser.include_depth >= kMaxIncludeDepth)
    parser.fatal(path + ": files include each other too deeply",
                 "at most " + std::to_string(kMaxIncludeDepth) + " levels; does a file include itself?");
  const std::size_t errors = parser.diagnostics.errors();
  if (!parse_file(parser, path, block)) parser.fatal(why_unread(path));
  if (parser.diagnostics.errors() != errors) parser.error(path + ": bad parse.");
  parse_semicolon(parser);
  block.has_declaration = true;
}

void declare_host(Parser& parser, Block& block) {
  block.has_declaration = true;
  if (in(block, {BlockKind::kHost, BlockKind::kClass}))
    return misplaced(parser, "host declarations not allowed here.");
  if (in(block, {BlockKind::kSubnet, BlockKind::kSharedNetwork}) && !parser.warned_of_scoped_host) {
    parser.warned_of_scoped_host = true;
    parser.diagnostics.add_warning(
        "WARNING: Host declarations are global.  They are not limited to the scope you declared them in.");
  }
  parse_host(parser, block);
}

void declare_group(Parser& parser, Block& block) {
  block.has_declaration = true;
  if (in(block, {BlockKind::kHost, BlockKind::kClass}))
    return misplaced(parser, "group declarations not allowed here.");
  parse_group(parser, block);
}

void declare_shared_network(Parser& parser, Block& block) {
  if (in(block, {BlockKind::kSharedNetwork, BlockKind::kHost, BlockKind::kSubnet, BlockKind::kClass}))
    return misplaced(parser, "shared-network parameters not allowed here.");
  parse_shared_network(parser, block);
  block.has_declaration = true;
}

bool subnet_allowed(Parser& parser, Block& block) {
  block.has_declaration = block.kind != BlockKind::kSharedNetwork;  // the stock's
  if (!in(block, {BlockKind::kHost, BlockKind::kSubnet, BlockKind::kClass})) return true;
  misplaced(parser, "subnet declarations not allowed here.");
  return false;
}

void declare_subnet(Parser& parser, Block& block) {
  if (!subnet_allowed(parser, block)) return;
  parse_subnet(parser, block);
}

void declare_subnet6(Parser& parser, Block& block) {
  if (!subnet_allowed(parser, block)) return;
  parse_subnet6(parser, block);
}

template <ClassForm kForm>
void declare_class(Parser& parser, Block& block) {
  if (block.kind == BlockKind::kClass) return misplaced(parser, "class declarations not allowed here.");
  parse_class(parser, block, kForm);
  block.has_declaration = true;
}

void declare_pool(Parser& parser, Block& block) {
  if (block.kind == BlockKind::kPool) return misplaced(parser, "pool declared within pool.");
  if (!in(block, {BlockKind::kSubnet, BlockKind::kSharedNetwork}))
    return misplaced(parser, "pool declared outside of network");
  parse_pool(parser, block);
}

void declare_range(Parser& parser, Block& block) {
  if (block.kind != BlockKind::kSubnet || block.subnet == nullptr)
    return misplaced(parser, "range declaration not allowed here.",
                     "a range stands in a subnet, or in a pool of a subnet or shared-network");
  parse_range(parser, block, nullptr);
}

// `range6` and `prefix6` of a subnet belong to the other protocol; elsewhere they belong nowhere.
void refuse_v6(Parser& parser, const Block& block, const std::string& word) {
  misplaced(parser, word + (block.kind == BlockKind::kSubnet ? " statement is only supported in DHCPv6 mode."
                                                             : " declaration not allowed here."));
}

void declare_range6(Parser& parser, Block& block) { refuse_v6(parser, block, "range6"); }
void declare_prefix6(Parser& parser, Block& block) { refuse_v6(parser, block, "prefix6"); }
void declare_pool6(Parser& parser, Block&) { misplaced(parser, "pool6 declared outside of network"); }

void finish_authoritative(Parser& parser, Block& block, bool value) {
  if (block.kind == BlockKind::kHost) parser.error("authority makes no sense here.");
  block.scope.authoritative = value;
  parse_semicolon(parser);
}

void declare_authoritative(Parser& parser, Block& block) { finish_authoritative(parser, block, true); }

void declare_not(Parser& parser, Block& block) {
  if (!parser.next().is(Keyword::kAuthoritative)) return misplaced(parser, "expecting assertion");
  finish_authoritative(parser, block, false);
}

void declare_option(Parser& parser, Block& block) {
  if (parser.peek().is(Keyword::kSpace)) {
    parser.next();
    if (block.kind != BlockKind::kRoot)
      return misplaced(parser, "option space definitions may not be scoped.");
    return parse_option_space(parser);
  }
  const std::optional<OptionName> name = parse_option_name(parser);
  if (!name) return;
  if (parser.peek().is(Keyword::kCode)) {
    if (block.kind != BlockKind::kRoot)
      return misplaced(parser, "option definitions may not be scoped.",
                       "move the definition to the top level");
    parser.next();
    return parse_option_definition(parser, *name);
  }
  if (name->definition == nullptr)
    return misplaced(parser, "unknown option " + name->space + "." + name->name, hint_for_option(*name));
  auto statement = parse_option_statement(parser, StatementKind::kOptionSupersede, *name->definition);
  if (statement) block.scope.statements.push_back(std::move(statement));
}

void declare_lease_id_format(Parser& parser, Block&) {
  const Token word = parser.next();
  if (word.is(Keyword::kHex) || word.is(Keyword::kOctal)) {
    parser.config.hex_lease_ids = word.is(Keyword::kHex);
  } else {
    parser.error("lease-id-format is invalid:  it must be octal or hex.");
    if (!word.is(';')) skip_to_semicolon(parser);
    return;
  }
  parse_semicolon(parser);
}

void declare_server_duid(Parser& parser, Block&) { parse_server_duid(parser); }

using Declare = void (*)(Parser&, Block&);

Declare declaration_of(Keyword word) {
  switch (word) {
    case Keyword::kInclude:
      return declare_include;
    case Keyword::kHost:
      return declare_host;
    case Keyword::kGroup:
      return declare_group;
    case Keyword::kSharedNetwork:
      return declare_shared_network;
    case Keyword::kSubnet:
      return declare_subnet;
    case Keyword::kSubnet6:
      return declare_subnet6;
    case Keyword::kClass:
      return declare_class<ClassForm::kClass>;
    case Keyword::kSubclass:
      return declare_class<ClassForm::kSubclass>;
    case Keyword::kVendorClass:
      return declare_class<ClassForm::kVendorClass>;
    case Keyword::kUserClass:
      return declare_class<ClassForm::kUserClass>;
    case Keyword::kHardware:
      return parse_hardware;
    case Keyword::kFixedAddress:
      return parse_fixed_address;
    case Keyword::kFixedAddress6:
      return parse_fixed_address6;
    case Keyword::kFixedPrefix6:
      return parse_fixed_prefix6;
    case Keyword::kPool:
      return declare_pool;
    case Keyword::kPool6:
      return declare_pool6;
    case Keyword::kRange:
      return declare_range;
    case Keyword::kRange6:
      return declare_range6;
    case Keyword::kPrefix6:
      return declare_prefix6;
    case Keyword::kAuthoritative:
      return declare_authoritative;
    case Keyword::kNot:
      return declare_not;
    case Keyword::kOption:
      return declare_option;
    case Keyword::kFailover:
      return parse_failover;
    case Keyword::kServerDuid:
      return declare_server_duid;
    case Keyword::kLeaseIdFormat:
      return declare_lease_id_format;
    default:
      return nullptr;
  }
}

}  // namespace

bool parse_left_brace(Parser& parser) {
  if (parser.next().is('{')) return true;
  parser.error("expecting left brace.");
  skip_to_semicolon(parser);
  return false;
}

bool block_goes_on(Parser& parser) {
  const Token& token = parser.peek();
  if (token.is('}')) {
    parser.next();
    return false;
  }
  if (!token.is_end()) return true;
  parser.next();
  parser.error("unexpected end of file", "a '}' is missing");
  return false;
}

void parse_declaration(Parser& parser, Block& block) {
  const Token& token = parser.peek();
  if (token.is(Keyword::kFailover) && !in(block, {BlockKind::kRoot, BlockKind::kSharedNetwork}))
    return misplaced(parser, "failover peers may only be defined in shared-network",
                     "declarations and the outer scope.");
  if (const Declare declare = declaration_of(token.keyword)) {
    // Whether a parameter may still come: some words leave it open, as with the stock.
    const bool leaves_open =
        token.is(Keyword::kOption) || token.is(Keyword::kPool) || token.is(Keyword::kRange);
    if (!leaves_open) block.has_declaration = false;
    parser.next();
    return declare(parser, block);
  }
  if (token.is('%')) {
    block.has_declaration = false;
    parser.next();
    parser.warning("%: what follows does nothing", "comments begin with #");
    return skip_to_semicolon(parser);
  }
  ParsedStatement parsed = parse_statement(parser);
  if (parsed.statement) {
    block.scope.statements.push_back(std::move(parsed.statement));
  } else if (!parsed.taken && !parsed.lost) {
    report_unknown_statement(parser, block.has_declaration);
    skip_to_semicolon(parser);
  }
}

}  // namespace conf
