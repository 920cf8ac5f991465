#include "promises.h"

#include <algorithm>
#include <map>

#include "dhcp/message.h"
#include "dhcp/option_codes.h"
#include "require.h"

namespace {

using dhcp::MessageType;
using lease::BindingState;

constexpr std::size_t kLargestReply = 1500 - 28;  // an Ethernet frame's, without the headers of IP and UDP

// The client of a query: it is known by its identifier, and by its hardware only where one has none
// (RFC 2131 §4.2).
bool is_client(const dhcpd::Query& query, const base::HardwareAddress& hardware, const base::Bytes& uid) {
  const base::Bytes* own = query.message.option(dhcp::kOptClientIdentifier);
  if (own != nullptr && !own->empty() && !uid.empty()) return *own == uid;
  return query.message.header.hardware() == hardware;
}

// Where only one of both is the same it still speaks for the client: who gives up an address need not say
// which of its identifiers holds it.
bool speaks_for(const dhcpd::Query& query, const base::HardwareAddress& hardware, const base::Bytes& uid) {
  const base::Bytes* own = query.message.option(dhcp::kOptClientIdentifier);
  return query.message.header.hardware() == hardware || (own != nullptr && !uid.empty() && *own == uid);
}

bool is_decline_of(const dhcpd::Query& query, base::Ipv4 address) {
  const base::Bytes* asked = query.message.option(dhcp::kOptRequestedAddress);
  return query.message.type() == MessageType::kDecline && asked != nullptr && asked->size() >= 4 &&
         base::get_u32(asked->data()) == address.value;
}

// The options behind the cookie, byte by byte: each within the datagram, an end, and nothing but padding
// after it (RFC 2131 §3).
void require_option_area(base::ByteView area) {
  std::size_t at = 0;
  while (at < area.size() && area[at] != dhcp::kOptEnd) {
    if (area[at] == dhcp::kOptPad) {
      ++at;
      continue;
    }
    require(at + 1 < area.size());
    at += 2U + area[at + 1];
  }
  require(at < area.size());
  require(std::all_of(area.begin() + at + 1, area.end(), [](std::uint8_t byte) { return byte == 0; }));
}

void require_answer_of(const dhcp::Message& query, const dhcp::Message& reply) {
  const dhcp::Header& theirs = query.header;
  const dhcp::Header& ours = reply.header;
  require(ours.op == dhcp::kBootReply && ours.xid == theirs.xid && ours.htype == theirs.htype);
  require(ours.giaddr == theirs.giaddr);
  const auto asked = query.type(), answered = reply.type();
  if (!asked) return require(!answered);
  require(answered.has_value());
  if (*asked != MessageType::kLeaseQuery) require(ours.chaddr == theirs.chaddr && ours.hlen == theirs.hlen);
  switch (*asked) {
    case MessageType::kDiscover:
      return require(answered == MessageType::kOffer);
    case MessageType::kRequest:
      return require(answered == MessageType::kAck || answered == MessageType::kNak);
    case MessageType::kInform:
      return require(answered == MessageType::kAck && ours.yiaddr.is_zero());
    case MessageType::kLeaseQuery:
      return require(answered >= MessageType::kLeaseUnassigned && answered <= MessageType::kLeaseActive);
    default:
      return require(false);  // RELEASE, DECLINE and what no client sends have no answer
  }
}

bool is_fixed_address(const conf::Config& config, base::Ipv4 address) {
  return std::any_of(config.hosts.begin(), config.hosts.end(), [&](const auto& host) {
    return std::any_of(host->fixed_addresses.begin(), host->fixed_addresses.end(),
                       [&](const conf::FixedAddress& fixed) { return fixed.address == address; });
  });
}

}  // namespace

void Promises::check(const dhcpd::Decision& decision, const dhcpd::Query* query, const dhcpd::World& world) {
  for (const lease::Lease& change : decision.changes) check_change(change, query, world.now);
  if (decision.offer) {
    const auto record = records_.find(decision.offer->address);
    const bool is_active = record != records_.end() && record->second.binding == BindingState::kActive;
    require(decision.offer->binding != BindingState::kActive || is_active);
  }
  if (!decision.reply) return;
  require(query != nullptr);
  check_reply(decision, *query, world);
}

void Promises::check_change(const lease::Lease& change, const dhcpd::Query* query, base::UnixTime now) {
  const auto found = promises_.find(change.address);
  if (found != promises_.end() && found->second.until > now) {
    const Promise& promise = found->second;
    require(query != nullptr);  // time alone takes no address from who may use it
    if (change.binding == BindingState::kActive) {
      require(is_client(*query, promise.hardware, promise.uid));
    } else {
      require(speaks_for(*query, promise.hardware, promise.uid) || is_decline_of(*query, change.address));
    }
  }
  if (change.binding != BindingState::kActive) promises_.erase(change.address);
  records_[change.address] = change;
}

void Promises::check_reply(const dhcpd::Decision& decision, const dhcpd::Query& query,
                           const dhcpd::World& world) {
  const base::ByteView bytes = decision.reply->datagram;
  require(bytes.size() >= dhcp::kFixedSize && bytes.size() <= kLargestReply);
  const auto decoded = dhcp::decode(bytes);
  require(std::holds_alternative<dhcp::Message>(decoded));
  const auto& reply = std::get<dhcp::Message>(decoded);
  require_answer_of(query.message, reply);
  if (reply.has_cookie) require_option_area(bytes.subview(dhcp::kFixedSize + dhcp::kCookieSize));
  const auto type = reply.type();
  if (type && *type < MessageType::kLeaseQuery) {
    const base::Bytes* server = reply.option(dhcp::kOptServerIdentifier);
    require(server != nullptr && server->size() == 4);
  }
  if (type == MessageType::kNak) require(reply.header.yiaddr.is_zero() && reply.header.siaddr.is_zero());
  if (!reply.header.yiaddr.is_zero()) check_granted(reply, decision, query, world);
}

void Promises::check_granted(const dhcp::Message& reply, const dhcpd::Decision& decision,
                             const dhcpd::Query& query, const dhcpd::World& world) {
  const base::Ipv4 address = reply.header.yiaddr;
  if (is_fixed_address(world.config, address)) return;
  require(world.leases.pool_of(address) != nullptr && decision.reply->lease == address);
  const base::Bytes* time = reply.option(dhcp::kOptLeaseTime);
  const base::UnixTime term = time != nullptr && time->size() == 4 ? base::get_u32(time->data()) : 0;
  require(!reply.type() || term > 0);

  const auto promise = promises_.find(address);
  if (promise != promises_.end() && promise->second.until > world.now)
    require(is_client(query, promise->second.hardware, promise->second.uid));
  const auto record = records_.find(address);
  const bool is_active = record != records_.end() && record->second.binding == BindingState::kActive;
  if (reply.type() == MessageType::kOffer) {
    // Set aside for this client alone, or its own already.
    const lease::Lease* kept = decision.offer ? &*decision.offer : is_active ? &record->second : nullptr;
    require(kept != nullptr && kept->address == address && is_client(query, kept->hardware, kept->uid));
    return;
  }
  require(is_active && is_client(query, record->second.hardware, record->second.uid));
  require(record->second.ends == lease::kNever || record->second.ends >= world.now + term);
  promises_[address] = {record->second.hardware, record->second.uid, record->second.ends};
}

void Promises::check_table(const conf::Config& config, const lease::Table& table, base::UnixTime now) const {
  for (const auto& [address, record] : records_) {
    const auto lease = table.find(address);
    require(lease.has_value() && lease->binding == record.binding);
    if (record.binding != BindingState::kActive) continue;
    require(lease->hardware == record.hardware && lease->ends >= record.ends);
    // The offer of a renewal may have brought an identifier to a client that had none.
    require(lease->uid == record.uid || record.uid.empty());
    require(lease->ends > now);
  }
  std::map<const conf::Pool*, lease::Table::Count> counted;
  std::map<std::pair<std::string, std::optional<base::Bytes>>, std::uint64_t> billed;
  table.for_each([&](const lease::Lease& lease) {
    lease::Table::Count& count = counted[table.pool_of(lease.address)];
    if (lease.binding == BindingState::kActive) ++count.active;
    if (lease.binding == BindingState::kAbandoned) ++count.abandoned;
    if (lease.binding == BindingState::kActive && !lease.billing_class.empty())
      ++billed[{lease.billing_class, lease.billing_subclass}];
  });
  for (const auto& pool : config.pools) {
    std::uint64_t total = 0;
    for (const conf::AddressRange& range : pool->ranges) total += range.high.value - range.low.value + 1U;
    const lease::Table::Count count = table.count(*pool);
    require(count.total == total && count.active + count.free + count.abandoned <= total);
    require(count.active == counted[pool.get()].active && count.abandoned == counted[pool.get()].abandoned);
  }
  for (const auto& [bill, count] : billed) {
    require(table.billed(bill.first, bill.second) == count);
    for (const auto& c : config.classes)
      if (c->name == bill.first && c->lease_limit) require(count <= *c->lease_limit);
  }
}
