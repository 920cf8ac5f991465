#include "dhcpd/pipeline.h"

#include <algorithm>

#include "base/log.h"

namespace dhcpd {

namespace {

Counter counter_of(std::optional<dhcp::MessageType> type) {
  if (!type) return Counter::kBootRequest;
  switch (*type) {
    case dhcp::MessageType::kDiscover:
      return Counter::kDiscover;
    case dhcp::MessageType::kRequest:
      return Counter::kRequest;
    case dhcp::MessageType::kDecline:
      return Counter::kDecline;
    case dhcp::MessageType::kRelease:
      return Counter::kRelease;
    case dhcp::MessageType::kInform:
      return Counter::kInform;
    case dhcp::MessageType::kLeaseQuery:
      return Counter::kLeaseQuery;
    default:
      return Counter::kOtherType;
  }
}

bool is_same_client(const dhcp::Message& a, const dhcp::Message& b) {
  return a.header.xid == b.header.xid && a.header.chaddr == b.header.chaddr;
}

}  // namespace

Pipeline::Pipeline(const Parts& parts, const Options& options, std::function<void()> fatal)
    : parts_(parts), options_(options), fatal_(std::move(fatal)) {}

World Pipeline::world() {
  return World{*config_,
               parts_.leases,
               memory_,
               now_,
               &parts_.resolver,
               &global_variables_,
               &options_.host_name,
               options_.local_port,
               options_.remote_port,
               options_.broadcast_to,
               &pinged_,
               options_.policy};
}

void Pipeline::message(const Link& link, const UdpPacket& packet) {
  if (group_.empty()) now_ = base::wall_now();
  auto decoded = dhcp::decode(packet.payload);
  if (const auto* error = std::get_if<dhcp::DecodeError>(&decoded)) return refuse(*error);
  Query query{std::move(std::get<dhcp::Message>(decoded)), link.arrival};
  query.arrival.source = packet.source;
  query.arrival.source_port = packet.source_port;
  query.arrival.destination = packet.destination;
  parts_.counters.add(counter_of(query.message.type()));
  if (overloaded(query.message)) return parts_.counters.add(Counter::kDroppedOverload);
  if (short_of_memory(query.message)) return parts_.counters.add(Counter::kDroppedNoMemory);
  decide_on(std::move(query), link.interface.index);
}

void Pipeline::decide_on(Query query, int interface_index) {
  Decision decision = decide(query, world());
  if (!decision.awaits_name) return carry_out(std::move(decision), interface_index);
  hold_for_name(*decision.awaits_name, std::move(query), interface_index);
}

// What a client sends again takes the place of what it sent before.
void Pipeline::hold_for_name(base::Ipv4 address, Query query, int interface_index) {
  const auto [first, last] = unnamed_.equal_range(address);
  const auto earlier = std::find_if(first, last, [&query](const auto& waiting) {
    return is_same_client(waiting.second.first.message, query.message);
  });
  if (earlier != last) {
    parts_.counters.add(Counter::kNoReply);
    earlier->second = {std::move(query), interface_index};
  } else if (unnamed_.size() >= kMostUnnamed) {
    parts_.counters.add(Counter::kDroppedOverload);
  } else {
    unnamed_.emplace(address, std::make_pair(std::move(query), interface_index));
  }
}

void Pipeline::named(base::Ipv4 address) {
  const auto [first, last] = unnamed_.equal_range(address);
  std::vector<std::pair<Query, int>> messages;
  for (auto waiting = first; waiting != last; ++waiting) messages.push_back(std::move(waiting->second));
  unnamed_.erase(first, last);
  if (group_.empty()) now_ = base::wall_now();
  for (auto& [query, interface_index] : messages) decide_on(std::move(query), interface_index);
}

// They speak of the networks of the configuration before; their clients will ask again.
void Pipeline::forget_unnamed() {
  parts_.counters.add(Counter::kNoReply, unnamed_.size());
  unnamed_.clear();
}

void Pipeline::refuse(const dhcp::DecodeError& error) {
  switch (error.fault) {
    case dhcp::DecodeFault::kTooShort:
      return parts_.counters.add(Counter::kDroppedTooShort);
    case dhcp::DecodeFault::kHardwareLength:
      parts_.counters.add(Counter::kDroppedHardwareLength);
      if (bad_packet_lines_.allow(base::monotonic_now()))
        base::log_info("Discarding packet with bogus hlen.");
      return;
    case dhcp::DecodeFault::kMalformedOption:
      break;
  }
  parts_.counters.add(Counter::kDroppedMalformedOption);
  if (!bad_packet_lines_.allow(base::monotonic_now())) return;
  // The stock server has not looked the option up when it finds this, and so never names it.
  base::log_error("parse_option_buffer: malformed option dhcp.<unknown> (code %u): %s.", error.code,
                  error.reason.c_str());
}

bool Pipeline::overloaded(const dhcp::Message& message) {
  return waiting_.size() >= options_.replies_waiting && message.type() != dhcp::MessageType::kDiscover;
}

// What renews costs no memory that lasts.
bool Pipeline::short_of_memory(const dhcp::Message& message) {
  const bool begins = message.type() == dhcp::MessageType::kDiscover || !message.type();
  return begins && memory_reserve_.scarce();
}

void Pipeline::carry_out(Decision decision, int interface_index) {
  for (auto& effect : decision.effects) run(effect);
  apply(decision, parts_.leases);
  if (!decision.reply) {
    if (!decision.changes.empty()) commit(std::move(decision.changes), std::nullopt);
    return parts_.counters.add(Counter::kNoReply);
  }
  if (decision.ping) {
    if (!decision.changes.empty()) commit(std::move(decision.changes), std::nullopt);
    return hold_for_ping(*decision.ping, std::move(*decision.reply), interface_index);
  }
  if (decision.changes.empty()) return deliver(std::move(*decision.reply), interface_index);
  commit(std::move(decision.changes), ReplyTo(std::move(*decision.reply), interface_index));
}

void Pipeline::run(conf::Effect& effect) {
  if (auto* line = std::get_if<conf::LogEffect>(&effect)) {
    base::Log::process().write(line->severity, line->line);
    if (line->fatal) fatal_();
    return;
  }
  auto& script = std::get<conf::ExecuteEffect>(effect);
  if (script.argv.empty()) return;
  const std::string program = script.argv[0];
  if (parts_.helper.execute(std::move(script.argv))) return parts_.counters.add(Counter::kScriptStarted);
  parts_.counters.add(Counter::kScriptRefused);
  base::log_error("execute: %s is not run: too many scripts wait already", program.c_str());
}

// A server that serves is not ended by a log(fatal, ...) that a reload comes by.
void Pipeline::run_global_effects(std::vector<conf::Effect> effects) {
  for (auto& effect : effects) {
    if (auto* line = std::get_if<conf::LogEffect>(&effect)) line->fatal = false;
    run(effect);
  }
}

void Pipeline::hold_for_ping(const Ping& ping, Reply reply, int interface_index) {
  if (!parts_.pinger.start(ping.address, ping.timeout)) {
    parts_.counters.add(Counter::kPingSkipped);
    return deliver(std::move(reply), interface_index);
  }
  parts_.counters.add(Counter::kPingStarted);
  pinged_.insert(ping.address);
  held_[ping.address] = ReplyTo(std::move(reply), interface_index);
}

void Pipeline::pinged(base::Ipv4 address, Pinger::Result result) {
  const auto at = held_.find(address);
  if (at == held_.end()) return;
  ReplyTo held = std::move(at->second);
  held_.erase(at);
  pinged_.erase(address);
  if (group_.empty()) now_ = base::wall_now();
  if (result == Pinger::Result::kSilence) {
    deliver(std::move(held.first), held.second);
  } else {
    parts_.counters.add(Counter::kPingAnswered);
    carry_out(abandon_pinged(address, world()), held.second);
  }
  end_batch();
}

// Sends a reply that changes nothing, as soon as what it promises is durable.
void Pipeline::deliver(Reply reply, int interface_index) {
  if (!reply.lease) return parts_.sender.add(std::move(reply), interface_index);
  if (not_durable_.count(*reply.lease)) {
    auto lease = parts_.leases.find(*reply.lease);
    if (lease && lease->binding == lease::BindingState::kActive)
      return commit({std::move(*lease)}, ReplyTo(std::move(reply), interface_index));
  }
  const auto before = under_way_.find(*reply.lease);
  if (before == under_way_.end()) return parts_.sender.add(std::move(reply), interface_index);
  const auto at = std::lower_bound(waiting_.begin(), waiting_.end(), before->second,
                                   [](const Waiting& w, std::uint64_t ticket) { return w.ticket < ticket; });
  at->replies.emplace_back(std::move(reply), interface_index);
}

void Pipeline::commit(std::vector<lease::Lease> changes, std::optional<ReplyTo> reply) {
  Waiting waiting{++last_ticket_, {}, {}};
  for (const auto& change : changes) {
    waiting.addresses.push_back(change.address);
    under_way_[change.address] = waiting.ticket;
  }
  if (reply) waiting.replies.push_back(std::move(*reply));
  waiting_.push_back(std::move(waiting));
  group_.push_back({last_ticket_, std::move(changes), {}});
}

void Pipeline::end_batch() {
  if (!group_.empty()) {
    std::vector<lease::Commit> group;
    group.swap(group_);
    parts_.store.commit(std::move(group));
  }
  parts_.sender.flush(parts_.links);
  base::Log::process().flush();
}

void Pipeline::committed() {
  for (const auto& answer : parts_.store.answers()) {
    if (waiting_.empty() || waiting_.front().ticket != answer.ticket) continue;
    Waiting done = std::move(waiting_.front());
    waiting_.pop_front();
    for (const base::Ipv4 address : done.addresses) {
      const auto last = under_way_.find(address);
      if (last != under_way_.end() && last->second == answer.ticket) under_way_.erase(last);
      if (answer.result == lease::CommitResult::kDone)
        not_durable_.erase(address);
      else
        not_durable_.insert(address);
    }
    switch (answer.result) {
      case lease::CommitResult::kDone:
        parts_.counters.add(Counter::kLeasesCommitted, done.addresses.size());
        for (auto& [reply, link] : done.replies) parts_.sender.add(std::move(reply), link);
        break;
      case lease::CommitResult::kRefused:
        parts_.counters.add(Counter::kCommitRefused);
        break;
      case lease::CommitResult::kFailed:
        parts_.counters.add(Counter::kCommitFailed);
        break;
    }
  }
  parts_.sender.flush(parts_.links);
  base::Log::process().flush();
}

bool Pipeline::expire(std::size_t most) {
  if (group_.empty()) now_ = base::wall_now();
  const auto due = parts_.leases.due(now_, most);
  for (const base::Ipv4 address : due) {
    parts_.counters.add(Counter::kLeasesExpired);
    carry_out(dhcpd::expire(address, world()), 0);
  }
  end_batch();
  return due.size() < most;
}

}  // namespace dhcpd
