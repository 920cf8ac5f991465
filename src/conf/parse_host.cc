// Groups, hosts and what a host is known by.
#include "conf/parse_value.h"
#include "dhcp/option_codes.h"

namespace conf {
namespace {

// `dynamic;` and `deleted;`, at their word. False where the statement is broken.
bool parse_mark(Parser& parser, bool& mark) {
  parser.next();
  mark = true;
  return parse_semicolon(parser);
}

// `group "g";` within a host. False: the rest of the host is lost.
bool parse_group_of_host(Parser& parser, Host& host) {
  parser.next();
  const Token name = parser.next();
  if (name.kind != TokenKind::kString && !name.is_identifier()) {
    parser.error("expecting string or identifier.");
    skip_to_right_brace(parser, 1);
    return false;
  }
  const auto group = parser.named_groups.find(std::string(name.text));
  if (group == parser.named_groups.end()) {
    parser.error("unknown group " + std::string(name.text) + " in host " + host.name,
                 "declare the group before the host");
  } else {
    host.group = group->second;
  }
  return parse_semicolon(parser);
}

// `uid V;`. False: the rest of the host is lost.
bool parse_uid(Parser& parser, Host& host) {
  parser.next();
  if (host.uid) {
    parser.error("Host '" + host.name + "' already has a uid");
    skip_to_right_brace(parser, 1);
    return false;
  }
  if (parser.peek().kind == TokenKind::kString) {
    host.uid = std::make_unique<const base::Bytes>(base::ByteView(parser.next().text).copy());
  } else {
    std::optional<base::Bytes> octets = parse_octets(parser);
    if (!octets) {
      parser.error("expecting hex list.");
      skip_to_semicolon(parser);
      return false;
    }
    host.uid = std::make_unique<const base::Bytes>(std::move(*octets));
  }
  return parse_semicolon(parser);
}

// `host-identifier option NAME VALUE;` and `host-identifier v6relopt N NAME VALUE;`.
bool parse_host_identifier(Parser& parser, Host& host) {
  const auto refuse = [&](const char* message) {
    parser.error(message);
    skip_to_right_brace(parser, 1);
    return false;
  };
  if (host.identifier) return refuse("only one host-identifier allowed per host");
  parser.next();
  const Token form = parser.next();
  if (form.is(Keyword::kV6relopt)) {
    if (parser.next().kind != TokenKind::kNumber)
      return refuse("host-identifier v6relopt must have a number");
  } else if (!form.is(Keyword::kOption)) {
    return refuse("host-identifier must be an option or v6relopt");
  }
  const std::optional<OptionName> name = parse_option_name(parser);
  if (!name) return false;
  if (name->definition == nullptr)
    return refuse(("unknown option " + name->space + "." + name->name).c_str());
  const auto statement = parse_option_statement(parser, StatementKind::kOptionSupersede, *name->definition);
  if (!statement) return false;
  if (form.is(Keyword::kV6relopt)) {
    parser.not_served("host-identifier v6relopt");
    return true;
  }
  Host::Identifier identifier{statement->option, statement->constant};
  if (!statement->is_constant && statement->value->op == Operator::kConstData)
    identifier.value = statement->value->data;
  host.identifier = std::make_unique<const Host::Identifier>(std::move(identifier));
  return true;
}

// One statement of a host's block. False: the block is over.
bool parse_host_statement(Parser& parser, Block& block) {
  Host& host = *block.host;
  switch (parser.peek().keyword) {
    case Keyword::kDynamic:
      return parse_mark(parser, host.dynamic);
    case Keyword::kDeleted:
      return parse_mark(parser, host.deleted);
    case Keyword::kGroup:
      return parse_group_of_host(parser, host);
    case Keyword::kUid:
      return parse_uid(parser, host);
    case Keyword::kHostIdentifier:
      return parse_host_identifier(parser, host);
    default:
      parse_declaration(parser, block);
      return true;
  }
}

// The statements that set the client identifier: the first in `found`, of those inside an `if` and its like
// only the number.
struct ClientIdentifier {
  const Statement* found = nullptr;
  std::size_t others = 0, conditional = 0;
};

void look_for_client_identifier(const Statements& statements, bool conditional,
                                ClientIdentifier& identifier) {
  const dhcp::OptionKey key{dhcp::OptionRegistry::kDhcp, dhcp::kOptClientIdentifier};
  for (const auto& statement : statements) {
    if (statement->detail) {
      look_for_client_identifier(statement->detail->body, true, identifier);
      look_for_client_identifier(statement->detail->otherwise, true, identifier);
    }
    if (statement->kind != StatementKind::kOptionSupersede || !(statement->option == key)) continue;
    if (conditional) {
      ++identifier.conditional;
    } else if (identifier.found == nullptr) {
      identifier.found = statement.get();
    } else {
      ++identifier.others;
    }
  }
}

// A client identifier among the host's statements is what it is known by.
void take_client_identifier(Parser& parser, Host& host) {
  ClientIdentifier identifier;
  look_for_client_identifier(host.scope.statements, false, identifier);
  for (std::size_t i = 0; i < identifier.conditional; ++i)
    parser.diagnostics.add_warning("dhcp client identifier may not be specified conditionally.");
  for (std::size_t i = 0; i < identifier.others; ++i)
    parser.diagnostics.add_warning("only one dhcp client identifier may be specified");
  const Statement* const statement = identifier.found;
  if (statement == nullptr) return;
  if (statement->is_constant) {
    host.uid = std::make_unique<const base::Bytes>(statement->constant);
  } else if (statement->value && statement->value->op == Operator::kConstData) {
    host.uid = std::make_unique<const base::Bytes>(statement->value->data);
  }
}

// Enters the host under its name; reports where the name is taken.
void enter_host(Parser& parser, std::unique_ptr<Host> host) {
  std::vector<std::unique_ptr<Host>>& hosts = parser.config.hosts;
  const std::size_t hash = base::hash_bytes(base::ByteView(host->name));
  const std::uint32_t taken =
      parser.host_names.find(hash, [&](std::uint32_t i) { return hosts[i]->name == host->name; });
  if (taken != HashIndex::kNone) {
    parser.error("host " + host->name + ": already exists", "the first is on line " +
                                                                std::to_string(hosts[taken]->line) + " of " +
                                                                parser.config.files[hosts[taken]->file]);
    return;
  }
  parser.host_names.insert(hash, static_cast<std::uint32_t>(hosts.size()));
  hosts.push_back(std::move(host));
}

}  // namespace

void parse_host(Parser& parser, Block& block) {
  const NestingLevel level(parser);
  if (!level) return skip_to_semicolon(parser);
  auto host = std::make_unique<Host>();
  host->line = parser.lexer->line();
  host->file = static_cast<std::uint16_t>(parser.lexer->index());
  host->scope.parent = &block.scope;
  host->name = parse_host_name(parser);
  if (host->name.empty()) {
    parser.error("expecting a name for host declaration.", "a host's name is not quoted");
    return skip_to_semicolon(parser);
  }
  if (!parse_left_brace(parser)) return;
  Block inner{BlockKind::kHost, host->scope, block.network, block.subnet, host.get()};
  while (block_goes_on(parser))
    if (!parse_host_statement(parser, inner)) break;
  take_client_identifier(parser, *host);
  if (host->deleted) return;
  host->scope.statements.shrink_to_fit();
  enter_host(parser, std::move(host));
}

void parse_group(Parser& parser, Block& block) {
  const NestingLevel level(parser);
  if (!level) return skip_to_semicolon(parser);
  auto owned = std::make_unique<Group>();
  Group& group = *owned;
  nest(group.scope, block.scope);
  const Token& name = parser.peek();
  if (name.is_identifier() || name.kind == TokenKind::kString) group.name = std::string(parser.next().text);
  if (!parse_left_brace(parser)) return;
  parser.config.groups.push_back(std::move(owned));
  Block inner{BlockKind::kGroup, group.scope, block.network, block.subnet};
  while (block_goes_on(parser)) {
    const Keyword word = parser.peek().keyword;
    if (word == Keyword::kDynamic || word == Keyword::kDeleted || word == Keyword::kStatic) {
      bool is_static = false;
      bool& mark = word == Keyword::kDynamic   ? group.dynamic
                   : word == Keyword::kDeleted ? group.deleted
                                               : is_static;
      if (!parse_mark(parser, mark)) break;
      continue;
    }
    parse_declaration(parser, inner);
  }
  if (!group.name.empty()) parser.named_groups[group.name] = &group;
}

void parse_hardware(Parser& parser, Block& block) {
  if (block.host != nullptr && block.host->hardware) {
    parser.error("Host " + block.host->name + " hardware address already configured.",
                 "one host declaration has one hardware address");
    return skip_to_semicolon(parser);
  }
  const Token word = parser.next();
  const std::optional<std::uint8_t> type = parse_hardware_type(word);
  if (!type) {
    parser.error("expecting a network hardware type",
                 "the types are ethernet, token-ring, fddi and infiniband");
    skip_to_semicolon(parser);
  }
  base::HardwareAddress address;
  if (type) {
    base::Bytes octets;
    if (!parser.peek().is(';')) {
      std::optional<base::Bytes> read = parse_octets(parser);
      if (!read) return;
      octets = std::move(*read);
    }
    if (octets.size() > base::HardwareAddress::kMaxLength) parser.error("hardware address too long");
    address = base::HardwareAddress(*type, octets);
    if (!parser.next().is(';')) {
      parser.error("expecting semicolon.");
      skip_to_semicolon(parser);
    }
  }
  if (block.host == nullptr) {
    parser.error("hardware address parameter not allowed here.", "it belongs into a host's braces");
  } else if (type) {
    block.host->hardware = address;
  }
}

void parse_fixed_address(Parser& parser, Block& block) {
  std::optional<std::vector<FixedAddress>> list = parse_address_list(parser);
  if (block.host == nullptr) {
    parser.error("fixed-address parameter not allowed here.", "it belongs into a host's braces");
  } else if (!block.host->fixed_addresses.empty()) {
    parser.error("Only one fixed address declaration per host.",
                 "write the addresses into one statement, with commas between");
  } else if (list) {
    block.host->fixed_addresses = FixedAddresses(std::move(*list));
  }
}

void parse_fixed_address6(Parser& parser, Block& block) {
  while (true) {
    if (!parse_ip6_address(parser)) return;
    if (!parser.peek().is(',')) break;
    parser.next();
  }
  if (!parse_semicolon(parser)) return;
  if (block.host == nullptr) {
    parser.error("fixed-address parameter not allowed here.");
  } else {
    parser.not_served("fixed-address6");
  }
}

void parse_fixed_prefix6(Parser& parser, Block& block) {
  if (block.host == nullptr) {
    parser.error("fixed-prefix6 declaration not allowed here.");
    return skip_to_semicolon(parser);
  }
  if (!parse_ip6_address(parser)) return;
  if (!parser.next().is('/')) {
    parser.error("expecting '/'.");
    return skip_to_semicolon(parser);
  }
  if (!parse_decimal(parser, "expecting number.")) return;
  if (parse_semicolon(parser)) parser.not_served("fixed-prefix6");
}

}  // namespace conf
