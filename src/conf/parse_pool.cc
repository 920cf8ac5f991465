// Pools and who may have an address from them (dhcpd.conf(5), "pool").
#include "conf/parse_value.h"

namespace conf {
namespace {

// Reports and skips; the permit is lost.
bool refuse(Parser& parser, const std::string& message, const std::string& hint = {}) {
  parser.error(message, hint);
  skip_to_semicolon(parser);
  return false;
}

bool expect_word(Parser& parser, Keyword word, const char* message) {
  return parser.next().is(word) || refuse(parser, message);
}

struct PermitWord {
  Keyword word;
  PermitKind kind;
  bool clients;  // `clients` follows
};
constexpr PermitWord kPermits[] = {
    {Keyword::kKnownClients, PermitKind::kKnownClients, false},
    {Keyword::kUnknownClients, PermitKind::kUnknownClients, false},
    {Keyword::kKnown, PermitKind::kKnownClients, true},
    {Keyword::kUnknown, PermitKind::kUnknownClients, true},
    {Keyword::kAuthenticated, PermitKind::kAuthenticated, true},
    {Keyword::kUnauthenticated, PermitKind::kUnauthenticated, true},
    {Keyword::kAll, PermitKind::kAllClients, true},
};

bool parse_class_permit(Parser& parser, Permit& permit) {
  if (!expect_word(parser, Keyword::kOf, "expecting \"of\"")) return false;
  const Token name = parser.next();
  if (name.kind != TokenKind::kString)
    return refuse(parser, "expecting class name.", "quote the class's name");
  permit.kind = PermitKind::kMembersOf;
  const auto found = parser.classes.find(std::string(name.text));
  if (found == parser.classes.end()) {
    parser.error("no such class: " + std::string(name.text), "declare the class before the pool");
  } else {
    permit.members_of = found->second;
  }
  return true;
}

bool has_after(const Pool& pool) {
  for (const auto* list : {&pool.allow, &pool.deny})
    for (const Permit& permit : *list)
      if (permit.kind == PermitKind::kAfter) return true;
  return false;
}

// What is behind `allow` or `deny`, without the semicolon. False after an error that skipped the statement.
bool parse_permit(Parser& parser, const Pool& pool, Permit& permit) {
  const Token word = parser.next();
  for (const PermitWord& row : kPermits) {
    if (!word.is(row.word)) continue;
    permit.kind = row.kind;
    return !row.clients || expect_word(parser, Keyword::kClients, "expecting \"clients\"");
  }
  switch (word.keyword) {
    case Keyword::kDynamic:
      permit.kind = PermitKind::kDynamicBootp;
      return expect_word(parser, Keyword::kBootp, "expecting \"bootp\"") &&
             expect_word(parser, Keyword::kClients, "expecting \"clients\"");
    case Keyword::kMembers:
      return parse_class_permit(parser, permit);
    case Keyword::kAfter: {
      if (has_after(pool)) return refuse(parser, "duplicate \"after\" clause.");
      const std::optional<base::UnixTime> date = parse_date(parser);
      if (!date) return false;
      permit.kind = PermitKind::kAfter;
      permit.after = *date;
      return true;
    }
    default:
      return refuse(
          parser, "expecting permit type.",
          "in a pool stand known-clients, unknown-clients, members of \"CLASS\" and so on; a general "
          "flag is written allow-bootp on;");
  }
}

void parse_pool_failover(Parser& parser, Pool& pool) {
  if (!parser.next().is(Keyword::kPeer)) {
    refuse(parser, "expecting 'peer'.");
    return;
  }
  const Token name = parser.next();
  if (name.kind != TokenKind::kString) {
    refuse(parser, "expecting string.");
    return;
  }
  const auto found = parser.failover_peers.find(std::string(name.text));
  if (found == parser.failover_peers.end()) {
    parser.error("failover peer " + std::string(name.text) + ": not found",
                 "declare the peer before the pool");
  } else {
    pool.failover_peer = found->second;
  }
  parse_semicolon(parser);
}

// `no failover peer`; the semicolon may be left out, as the stock wants it.
void parse_no_failover(Parser& parser, Pool& pool) {
  if (!parser.next().is(Keyword::kFailover) || !parser.next().is(Keyword::kPeer)) {
    refuse(parser, "expecting \"failover peer\".");
    return;
  }
  pool.failover_peer = nullptr;
  if (parser.peek().is(';')) parser.next();
}

// One statement of a pool.
void parse_pool_statement(Parser& parser, Block& block, Pool& pool) {
  const Keyword word = parser.peek().keyword;
  switch (word) {
    case Keyword::kNo:
      parser.next();
      return parse_no_failover(parser, pool);
    case Keyword::kFailover:
      parser.next();
      return parse_pool_failover(parser, pool);
    case Keyword::kRange:
      parser.next();
      return parse_range(parser, block, &pool);
    case Keyword::kAllow:
    case Keyword::kDeny: {
      parser.next();
      Permit permit{};
      if (!parse_permit(parser, pool, permit)) return;
      (word == Keyword::kAllow ? pool.allow : pool.deny).push_back(permit);
      parse_semicolon(parser);
      return;
    }
    default:
      parse_declaration(parser, block);
  }
}

bool same(const std::vector<Permit>& a, const std::vector<Permit>& b) {
  const auto has = [](const std::vector<Permit>& list, const Permit& p) {
    for (const Permit& other : list)
      if (other.kind == p.kind && other.members_of == p.members_of && other.after == p.after) return true;
    return false;
  };
  for (const Permit& p : a)
    if (!has(b, p)) return false;
  for (const Permit& p : b)
    if (!has(a, p)) return false;
  return true;
}

// A pool that says the same as an earlier one of its network becomes part of it.
void merge(Parser& parser, SharedNetwork& network, Pool& pool) {
  if (!pool.scope.statements.empty() || pool.scope.authoritative) return;
  for (const Pool* other : network.pools) {
    if (other == &pool || !other->scope.statements.empty() || other->scope.authoritative ||
        other->failover_peer != pool.failover_peer || !same(other->allow, pool.allow) ||
        !same(other->deny, pool.deny))
      continue;
    Pool& target = *parser.config.pools[other->index];
    target.ranges.insert(target.ranges.end(), pool.ranges.begin(), pool.ranges.end());
    network.pools.pop_back();  // pool is the last of both
    parser.config.pools.pop_back();
    return;
  }
}

}  // namespace

void parse_pool(Parser& parser, Block& block) {
  const NestingLevel level(parser);
  if (!level) return skip_to_semicolon(parser);
  if (!parse_left_brace(parser)) return;
  SharedNetwork& network = *block.network;
  Pool& pool = add_pool(parser, network);
  Block inner{BlockKind::kPool, pool.scope, &network, block.subnet};
  while (block_goes_on(parser)) parse_pool_statement(parser, inner, pool);
  if (pool.ranges.empty()) {
    parser.error("Pool declaration with no address range.",
                 "Pool declarations must always contain at least one range statement.");
    return;
  }
  merge(parser, network, pool);
}

}  // namespace conf
