// Failover peers: read, checked and kept; not served yet (dhcpd.conf(5), "DHCP FAILOVER").
#include "conf/parse_value.h"

namespace conf {
namespace {

bool refuse(Parser& parser, const char* message) {
  parser.error(message);
  if (!parser.lexer->current().is(';')) skip_to_semicolon(parser);
  return false;
}

struct NumberRow {
  std::string_view word;
  std::uint32_t FailoverPeer::*member;
};
// Parameters that are a number.
constexpr NumberRow kNumbers[] = {
    {"max-response-delay", &FailoverPeer::max_response_delay},
    {"max-unacked-updates", &FailoverPeer::max_unacked_updates},
    {"max-transmit-idle", &FailoverPeer::max_response_delay},
    {"max-lease-misbalance", &FailoverPeer::max_lease_misbalance},
    {"max-lease-ownership", &FailoverPeer::max_lease_ownership},
    {"max-balance", &FailoverPeer::max_balance},
    {"min-balance", &FailoverPeer::min_balance},
    {"auto-partner-down", &FailoverPeer::auto_partner_down},
};

// What the stock says where no number stands: with a period where it reads a time or a count.
constexpr char kNoNumber[] = "expecting number", kNoCount[] = "expecting number.";

bool parse_number(Parser& parser, std::uint32_t& number, const char* missing) {
  const Token token = parser.next();
  if (token.kind != TokenKind::kNumber) return refuse(parser, missing);
  number = convert_number(parser, token.text, 10, 32);
  return parse_semicolon(parser);
}

bool parse_peer_address(Parser& parser, FixedAddress& address) {
  std::optional<AddressOrName> read = parse_address_or_name(parser);
  if (!read) return false;
  address = fixed_address(std::move(*read));
  return parse_semicolon(parser);
}

bool parse_port(Parser& parser, std::uint16_t& port) {
  std::uint32_t number = 0;
  if (!parse_number(parser, number, kNoNumber)) return false;
  port = static_cast<std::uint16_t>(number);
  return true;
}

bool parse_split(Parser& parser, FailoverPeer& peer) {
  std::uint32_t number = 0;
  const Token token = parser.next();
  if (token.kind != TokenKind::kNumber) return refuse(parser, kNoNumber);
  number = convert_number(parser, token.text, 10, 32);
  if (number > 256) return refuse(parser, "split must be between 0 and 256, inclusive");
  peer.split = number;
  return parse_semicolon(parser);
}

bool parse_hba(Parser& parser, FailoverPeer& peer) {
  constexpr std::size_t kHbaSize = 32;
  std::optional<base::Bytes> bytes = parse_octets(parser);
  if (!bytes) return false;
  if (bytes->size() < kHbaSize) {
    parser.next();
    return refuse(parser, "too few numbers.");
  }
  peer.hba = std::move(*bytes);
  return parse_semicolon(parser);
}

// `load balance max seconds N;` behind `load`.
bool parse_load_balance(Parser& parser, FailoverPeer& peer) {
  if (!parser.next().is(Keyword::kBalance)) return refuse(parser, "expecting 'balance'");
  if (!parser.next().is(Keyword::kMax)) return refuse(parser, "expecting 'max'");
  if (!parser.next().is(Keyword::kSeconds)) return refuse(parser, "expecting 'secs'");
  return parse_number(parser, peer.load_balance_max_seconds, kNoNumber);
}

struct Given {
  bool address = false, peer_address = false;
};

// One statement of a peer's block.
bool parse_peer_statement(Parser& parser, FailoverPeer& peer, Given& given) {
  const Token word = parser.next();
  switch (word.keyword) {
    case Keyword::kPrimary:
      peer.primary = true;
      return parse_semicolon(parser);
    case Keyword::kSecondary:
      peer.primary = false;
      return parse_semicolon(parser);
    case Keyword::kAddress:
      given.address = true;
      return parse_peer_address(parser, peer.address);
    case Keyword::kPort:
      return parse_port(parser, peer.port);
    case Keyword::kMclt: {
      std::uint32_t mclt = 0;
      if (!parse_number(parser, mclt, kNoCount)) return false;
      peer.mclt = mclt;
      return true;
    }
    case Keyword::kSplit:
      return parse_split(parser, peer);
    case Keyword::kHba:
      return parse_hba(parser, peer);
    case Keyword::kLoad:
      return parse_load_balance(parser, peer);
    case Keyword::kPeer: {
      Token second = parser.next();
      while (second.is(Keyword::kPeer)) second = parser.next();  // the stock counts one of many
      if (second.is(Keyword::kPort)) return parse_port(parser, peer.peer_port);
      if (!second.is(Keyword::kAddress)) return refuse(parser, "invalid statement in peer declaration");
      given.peer_address = true;
      return parse_peer_address(parser, peer.peer_address);
    }
    default:
      break;
  }
  for (const NumberRow& row : kNumbers)
    if (word.text == row.word) return parse_number(parser, peer.*row.member, kNoCount);
  return refuse(parser, "invalid statement in peer declaration");
}

void check_peer(Parser& parser, const FailoverPeer& peer, const Given& given) {
  if (!given.peer_address) parser.error("peer address may not be omitted");
  const bool balances = peer.split || !peer.hba.empty();
  if (peer.primary && !balances) parser.error("primary failover server must have hba or split.");
  if (peer.primary && balances && !peer.mclt) parser.error("primary failover server must have mclt.");
  if (!peer.primary && balances) parser.error("secondary may not define load balance settings.");
}

// `failover peer "NAME";` in a network: its pools without a peer of their own belong to it.
void parse_reference(Parser& parser, Block& block, const std::string& name) {
  parser.next();
  if (block.kind != BlockKind::kSharedNetwork) {
    parser.error("failover peer reference not in shared-network declaration");
    return;
  }
  const auto found = parser.failover_peers.find(name);
  if (found == parser.failover_peers.end()) {
    parser.error("reference to unknown failover peer " + name, "declare the peer before the network");
    return;
  }
  parser.network_peers[block.network] = found->second;
}

}  // namespace

void parse_failover(Parser& parser, Block& block) {
  if (!parser.next().is(Keyword::kPeer)) {
    refuse(parser, "expecting \"peer\"");
    return;
  }
  const int line = parser.lexer->line();
  const Token name = parser.next();
  if (name.kind != TokenKind::kString && !name.is_identifier()) {
    refuse(parser, "expecting failover peer name.");
    return;
  }
  auto peer = std::make_unique<FailoverPeer>();
  peer->name = std::string(name.text);
  peer->primary = true;
  peer->line = line;
  if (parser.peek().is(';')) return parse_reference(parser, block, peer->name);
  if (parser.peek().is(Keyword::kState)) {
    parser.error("state declaration for unknown failover peer " + peer->name,
                 "states stand in the lease file");
    return skip_to_semicolon(parser);
  }
  if (!parse_left_brace(parser)) return;
  if (parser.failover_peers.count(peer->name) != 0) {
    parser.error("redeclaration of failover peer " + peer->name);
    return skip_to_right_brace(parser, 1);
  }
  Given given;
  while (!parser.peek().is('}') && !parser.peek().is_end()) parse_peer_statement(parser, *peer, given);
  if (parser.next().is_end()) parser.error("invalid statement in peer declaration", "a '}' is missing");
  check_peer(parser, *peer, given);
  parser.not_served("failover peer \"" + peer->name + "\"");
  parser.failover_peers[peer->name] = peer.get();
  parser.config.failover_peers.push_back(std::move(peer));
}

}  // namespace conf
