// What is checked once the whole configuration has been read.
#include <algorithm>

#include "conf/config_index.h"
#include "conf/parser.h"
#include "dhcp/server_options.h"

namespace conf {
namespace {

// A network's `failover peer "x";` holds for its pools that name none.
void spread_failover_peers(Parser& parser) {
  for (auto& pool : parser.config.pools) {
    const auto found = parser.network_peers.find(pool->network);
    if (pool->failover_peer == nullptr && found != parser.network_peers.end())
      pool->failover_peer = found->second;
  }
}

void check_failover(Parser& parser) {
  bool lost = false;
  for (const auto& peer : parser.config.failover_peers) {
    const auto& pools = parser.config.pools;
    const bool used = std::any_of(pools.begin(), pools.end(),
                                  [&](const auto& pool) { return pool->failover_peer == peer.get(); });
    if (used) continue;
    Diagnostic diagnostic;
    diagnostic.message =
        "ERROR: Failover peer, " + peer->name +
        ", has no referring pools. You must refer to each peer in at least one pool declaration.";
    parser.diagnostics.add(std::move(diagnostic));
    lost = true;
  }
  if (lost) parser.fatal("Failover configuration sanity check failed");
}

// The key that the global omapi-key names must be declared.
void check_omapi_key(Parser& parser) {
  for (const auto& statement : parser.config.global.statements) {
    if (!(statement->option == dhcp::server_key(dhcp::ServerOption::kOmapiKey)) || !statement->is_constant)
      continue;
    const std::string name(base::ByteView(statement->constant).text());
    if (parser.keys.count(name) == 0)
      parser.fatal("OMAPI key " + name + ": not found", "declare the key first");
  }
}

// The names that functions have, for who wants to list them; the last definition counts.
void collect_functions(Parser& parser, const Statements& statements) {
  for (const auto& statement : statements)
    if (statement->kind == StatementKind::kDefine)
      parser.config.functions[statement->detail->name] = statement.get();
}

struct Unserved {
  dhcp::ServerOption option;
  const char* what;
};
// Parameters of what is not served yet; a value of `off` or `none` asks for nothing.
constexpr Unserved kUnserved[] = {
    {dhcp::ServerOption::kOmapiPort, "omapi-port"},
    {dhcp::ServerOption::kOmapiKey, "omapi-key"},
    {dhcp::ServerOption::kDdnsUpdateStyle, "ddns-update-style"},
};

void note_unserved(Parser& parser, const Statements& statements) {
  for (const auto& statement : statements) {
    for (const Unserved& row : kUnserved) {
      if (!(statement->option == dhcp::server_key(row.option)) || !statement->is_constant) continue;
      const base::Bytes& value = statement->constant;
      const bool off = value.size() == 1 && (value[0] == 0 || value[0] == dhcp::kFlagIgnore) &&
                       row.option != dhcp::ServerOption::kDdnsUpdateStyle;
      const bool none =
          row.option == dhcp::ServerOption::kDdnsUpdateStyle && value == base::Bytes{dhcp::kDdnsNone};
      if (!off && !none)
        parser.config.not_served.push_back(
            NotServed{row.what, parser.config.files[statement->file], statement->line});
    }
  }
}

}  // namespace

void finish(Parser& parser) {
  Config& config = parser.config;
  collect_functions(parser, config.global.statements);
  note_unserved(parser, config.global.statements);
  if (parser.diagnostics.errors() == 0) {
    spread_failover_peers(parser);
    check_failover(parser);
    check_omapi_key(parser);
  }
  config.hosts.shrink_to_fit();
  build_index(config);
}

}  // namespace conf
