// The parser of dhcpd.conf: one recursive descent over the tokens, one function a declaration.
//
// A place for everything: a declaration is a row of the table in parse_declaration.cc, an executable
// statement one of the table in parse_statement.cc, a parameter a row of dhcp/options_table.cc (space
// "server"), the value of an option a field type in parse_option_value.cc.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "conf/config.h"
#include "conf/hash_index.h"
#include "conf/parse.h"
#include "conf/parse_context.h"

namespace conf {

// Ends the parse at once, where the stock program exits; the diagnostic has been added.
struct FatalError {};

enum class BlockKind { kRoot, kGroup, kSharedNetwork, kSubnet, kPool, kHost, kClass };

// What a statement stands in.
struct Block {
  BlockKind kind;
  Scope& scope;
  SharedNetwork* network = nullptr;  // also where a group stands between
  Subnet* subnet = nullptr;
  Host* host = nullptr;          // kHost
  bool has_declaration = false;  // wording of "expecting a declaration"
};

// State of one parse that the finished Config does not need.
struct Parser : ParseContext {
  Parser(Config& target, Diagnostics& list, const ReadFile& reader)
      : ParseContext{nullptr, target, list, 0}, read(reader) {}

  const ReadFile& read;
  int include_depth = 0;
  bool warned_of_scoped_host = false;
  HashIndex host_names;
  std::unordered_map<std::string, Class*> classes;
  std::unordered_map<std::string, Group*> named_groups;
  std::unordered_map<std::string, FailoverPeer*> failover_peers;
  std::unordered_map<const SharedNetwork*, const FailoverPeer*> network_peers;  // `failover peer "x";` in one
  std::unordered_map<std::string, Key*> keys;
  std::map<std::uint32_t, std::uint32_t> dynamic_addresses;  // low -> high of every range
  // First address -> last address and subnet, of those that do not overlap an earlier one.
  std::map<std::uint32_t, std::pair<std::uint32_t, const Subnet*>> subnets;
  const Subnet* last_subnet = nullptr;  // the one declared before

  [[noreturn]] void fatal(std::string message, std::string hint = {});
  // Notes that a statement which ends at the current token is not obeyed yet.
  void not_served(std::string what);
};

// Reads statements until the file ends. False where `path` cannot be read (errno says why).
bool parse_file(Parser& parser, const std::string& path, Block& block);
// One statement or declaration.
void parse_declaration(Parser& parser, Block& block);
// Takes a '{', or reports and skips the statement.
bool parse_left_brace(Parser& parser);
// What every block does between its own statements. At the end of the block the brace is taken and false
// returned; at the end of the file too, with "unexpected end of file".
bool block_goes_on(Parser& parser);

// One executable statement; null with `lost` after an error that was reported, null without where none
// begins here. Declarations that may stand wherever a statement may (zone, key, db-time-format) yield
// `taken`.
struct ParsedStatement {
  std::unique_ptr<Statement> statement;
  bool taken = false;
  bool lost = false;
};
ParsedStatement parse_statement(Parser& parser);

// The rest of an option statement behind the option's name: `VALUE;` or `= EXPRESSION;`. Null after an error.
std::unique_ptr<Statement> parse_option_statement(Parser& parser, StatementKind kind,
                                                  const dhcp::OptionDefinition& option);
// Puts a group or network into the scope that it is declared in. Authority is copied, not looked up: an
// `authoritative;` that follows the declaration does not reach into it, as with the stock.
void nest(Scope& inner, const Scope& outer);
// A statement that begins at the current token.
std::unique_ptr<Statement> new_statement(Parser& parser, StatementKind kind);

// Each is called after its first word has been taken.
void parse_option_space(Parser& parser);
// After `option NAME code`.
void parse_option_definition(Parser& parser, const OptionName& name);
void parse_shared_network(Parser& parser, Block& block);
void parse_subnet(Parser& parser, Block& block);
void parse_subnet6(Parser& parser, Block& block);
void parse_range(Parser& parser, Block& block, Pool* pool);
Pool& add_pool(Parser& parser, SharedNetwork& network);
void parse_pool(Parser& parser, Block& block);
void parse_group(Parser& parser, Block& block);
void parse_host(Parser& parser, Block& block);
void parse_hardware(Parser& parser, Block& block);
void parse_fixed_address(Parser& parser, Block& block);
void parse_fixed_address6(Parser& parser, Block& block);
void parse_fixed_prefix6(Parser& parser, Block& block);
enum class ClassForm { kClass, kSubclass, kVendorClass, kUserClass };
void parse_class(Parser& parser, Block& block, ClassForm form);
void parse_failover(Parser& parser, Block& block);
void parse_server_duid(Parser& parser);
bool parse_zone(Parser& parser);
bool parse_key(Parser& parser);

// Sanity checks over the whole configuration, and the indexes.
void finish(Parser& parser);

}  // namespace conf
