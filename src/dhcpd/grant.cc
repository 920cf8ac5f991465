#include "dhcpd/grant.h"

#include <algorithm>

#include "base/log.h"
#include "dhcpd/events.h"
#include "dhcpd/hosts.h"
#include "dhcpd/lease_time.h"
#include "dhcpd/reply.h"

namespace dhcpd {
namespace {

using dhcp::ServerOption;
using lease::BindingState;

constexpr base::UnixTime kOfferTime = 120;  // seconds that an offered address is kept

class Grant {
 public:
  Grant(Exchange& exchange, Binding& binding, Answer answer, std::string line)
      : exchange_(exchange),
        binding_(binding),
        answer_(answer),
        line_(std::move(line)),
        now_(exchange.world.now) {}

  void run() {
    if (is_pinged()) return;
    run_scopes();
    if (exchange_.message.type() == dhcp::MessageType::kRequest &&
        is_on(options(), ServerOption::kOneLeasePerClient, false))
      end_other_leases(exchange_, binding_);
    if (!is_old_enough()) return;
    run_host_scope();
    if (!is_allowed() || awaits_name()) return;
    if (!binding_.is_static && !is_billed()) return;
    decide_term();
    if (answer_ == Answer::kAck) watch_pool(exchange_, binding_);
    make_next();
    commit();
    set_reply_options();
    exchange_.info(std::move(line_));
    make_reply();
  }

 private:
  conf::OptionState& options() { return exchange_.options; }
  const conf::Scope& innermost_scope() const {
    return binding_.pool != nullptr ? binding_.pool->scope : binding_.subnet->scope;
  }

  // An answer for this address waits for a ping: the stock is silent until that is over.
  bool is_pinged() const {
    const auto* pinged = exchange_.world.pinged;
    return !binding_.is_static && pinged != nullptr && pinged->count(binding_.lease.address) != 0;
  }

  void run_scopes() {
    // What an ended lease remembers is over; an offer's variables are still the client's.
    if (answer_ == Answer::kOffer && binding_.lease.ends < now_) binding_.lease.variables.clear();
    exchange_.speak_of(binding_);
    exchange_.run(binding_.subnet->scope);
    if (binding_.pool != nullptr) exchange_.run(binding_.pool->scope, &binding_.pool->network->scope);
    exchange_.run_classes(&innermost_scope());
  }

  bool is_old_enough() {
    if (answer_ != Answer::kOffer) return true;
    const auto least = number(options(), ServerOption::kMinSecs);
    if (!least) return true;
    std::uint32_t secs = exchange_.message.header.secs;
    // A client that counts in the other byte order.
    if (is_on(options(), ServerOption::kCheckSecsByteOrder, false) && secs > 255 && (secs & 0xff) == 0)
      secs >>= 8;
    if (secs >= *least) return true;
    exchange_.info(
        base::format("%s: configured min-secs value (%u) is greater than secs field (%u).  message dropped.",
                     line_.c_str(), static_cast<unsigned>(*least), static_cast<unsigned>(secs)));
    return false;
  }

  void run_host_scope() {
    host_ = binding_.host != nullptr ? binding_.host : host_without_address(exchange_);
    if (host_ == nullptr) return;
    exchange_.context.host = host_;
    run_host(exchange_, *host_, innermost_scope());
  }

  bool is_allowed() {
    if (host_ == nullptr && !passes(ServerOption::kBootUnknownClients, "unknown client")) return false;
    if (answer_ == Answer::kBootp && !passes(ServerOption::kAllowBootp, "bootp disallowed")) return false;
    return passes(ServerOption::kAllowBooting, "booting disallowed");
  }

  bool passes(ServerOption option, const char* refusal) {
    const Flag value = flag(options(), option);
    if (value == Flag::kUnset || value == Flag::kOn) return true;
    if (value != Flag::kIgnore) exchange_.info(line_ + ": " + refusal);
    return false;
  }

  bool is_billed() {
    const lease::Lease& lease = binding_.lease;
    const std::string before = lease.billing_class;
    const std::optional<base::Bytes> subclass = lease.billing_subclass;
    if (!bill(exchange_, binding_, line_)) return false;
    is_rebilled_ = lease.billing_class != before || lease.billing_subclass != subclass;
    return true;
  }

  void decide_term() {
    if (answer_ == Answer::kBootp) {
      seconds_ = bootp_lease_time(exchange_);
    } else {
      const LeaseTime time = dhcp_lease_time(exchange_, binding_);
      seconds_ = time.seconds;
      reserve_ = time.reserve;
      if (reserve_)
        exchange_.info("Infinite-leasetime reservation made on " + binding_.lease.address.text() + ".");
    }
  }

  void take_identity(lease::Lease& next) {
    next.hardware = exchange_.hardware;
    next.uid.clear();
    if (exchange_.uid != nullptr && !is_on(options(), ServerOption::kIgnoreClientUids, false))
      next.uid = *exchange_.uid;
    next.hostname.clear();
    if (const base::Bytes* name = exchange_.message.option(dhcp::kOptHostName))
      next.hostname.assign(name->begin(), std::find(name->begin(), name->end(), 0));
    // What came with an offer is over; what came with a lease is kept.
    if (binding_.lease.binding != BindingState::kActive)
      next.agent_options = exchange_.context.stashed_agent_options;
    if (!exchange_.agent_options.empty() && is_on(options(), ServerOption::kStashAgentOptions, true))
      next.agent_options = exchange_.agent_options;
    const base::Bytes* vendor = exchange_.message.option(dhcp::kOptVendorClassIdentifier);
    if (vendor != nullptr && !vendor->empty()) next.variables["vendor-class-identifier"] = *vendor;
  }

  // The lease as it is to be from now on.
  void make_next() {
    next_ = binding_.lease;
    if (!binding_.is_static) keep_handlers(exchange_, next_, answer_ != Answer::kOffer);
    next_.starts = next_.cltt = now_;
    next_.tstp = next_.tsfp = next_.atsfp = 0;
    next_.ends = now_ + seconds_ > lease::kLastTime ? lease::kNever : now_ + seconds_;
    expiry_ = next_.ends;
    take_identity(next_);
    next_.dynamic_bootp = binding_.lease.dynamic_bootp || answer_ == Answer::kBootp;
    next_.reserved = binding_.lease.reserved || reserve_;
    if (answer_ == Answer::kOffer) {
      next_.ends = std::max(now_ + kOfferTime, binding_.lease.ends);
      if (binding_.lease.binding != BindingState::kActive) {
        next_.next = next_.binding;
        next_.billing_class.clear();  // an offer counts against no limit
        next_.billing_subclass.reset();
      }
    } else {
      next_.binding = BindingState::kActive;
      next_.next = BindingState::kFree;
    }
  }

  void run_commit_handler() {
    if (answer_ == Answer::kOffer) return;
    const conf::Statement* handler = conf::handler_of(exchange_.context, conf::kEventCommit);
    if (handler == nullptr || handler->detail == nullptr) return;
    conf::Context& context = exchange_.context;
    context.lease_variables = &next_.variables;
    context.lease_hardware = next_.hardware;
    context.event = conf::kEventCommit;
    conf::execute(handler->detail->body, context);
    context.event = 0;
  }

  // A reserved lease runs out as it is; others are renewed once they are old enough.
  bool may_keep() {
    const bool is_active = binding_.lease.binding == BindingState::kActive;
    if (next_.reserved) return is_active;
    const bool same_name = next_.hostname.empty() || next_.hostname == binding_.lease.hostname;
    return is_active && same_name && !is_rebilled_ &&
           exchange_.world.memory.offered_otherwise.count(binding_.lease.address) == 0 &&
           may_reuse(exchange_, binding_.lease, next_);
  }

  void commit() {
    exchange_.context.lease_time =
        next_.ends - now_;  // also what options read that are evaluated from here on
    run_commit_handler();
    if (binding_.is_static) return;
    same_client_ = binding_.lease.uid == next_.uid && binding_.lease.hardware == next_.hardware &&
                   binding_.host == host_;
    const bool reserves = next_.reserved && !binding_.lease.reserved;
    if (reserves) exchange_.log(base::Severity::kDebug, "Cannot reuse: lease is changing to RESERVED");
    std::unordered_set<base::Ipv4>& changed = exchange_.world.memory.offered_otherwise;
    if (same_client_ && !reserves && may_keep()) {
      expiry_ = binding_.lease.ends;
      next_.hostname = binding_.lease.hostname;
      remember_beside();
      return;
    }
    if (answer_ != Answer::kOffer)
      changed.erase(binding_.lease.address);
    else if (binding_.lease.binding == BindingState::kActive)
      changed.insert(binding_.lease.address);
    if (answer_ == Answer::kOffer)
      exchange_.decision.offer = next_;
    else
      exchange_.decision.changes.push_back(next_);
  }

  // A lease that is left as it is remembers that its client was here and what statements have set all the
  // same, until it is written next.
  void remember_beside() {
    lease::Lease kept = binding_.lease;
    kept.cltt = now_;
    kept.variables = next_.variables;
    kept.on_expiry = next_.on_expiry;
    kept.on_release = next_.on_release;
    exchange_.decision.amended = std::move(kept);
  }

  void set_times() {
    std::int64_t term = expiry_ - now_;
    base::Bytes value;
    base::put_u32(value, static_cast<std::uint32_t>(term));
    set_dhcp_option(options(), dhcp::kOptLeaseTime, std::move(value));
    // T2 and T1 only where T1 < T2 < lease time (RFC 2131 §4.4.5).
    for (std::uint8_t code : {dhcp::kOptRebindingTime, dhcp::kOptRenewalTime}) {
      const base::Bytes* configured = dhcp_option(options(), code);
      if (configured == nullptr || configured->size() != 4) continue;
      const std::int64_t seconds = base::get_u32(configured->data());
      if (seconds >= term)
        options().erase(dhcp::OptionKey{dhcp::OptionRegistry::kDhcp, code});
      else if (code == dhcp::kOptRebindingTime)
        term = seconds;
    }
  }

  void set_reply_options() {
    conf::OptionState& set = options();
    source_ = exchange_.query.arrival.interface_address;
    if (const base::Bytes* selection = exchange_.message.option(dhcp::kOptSubnetSelection))
      set_dhcp_option(set, dhcp::kOptSubnetSelection, *selection);
    if (answer_ != Answer::kBootp) {
      const auto type = answer_ == Answer::kOffer ? dhcp::MessageType::kOffer : dhcp::MessageType::kAck;
      set_dhcp_option(set, dhcp::kOptMessageType, {static_cast<std::uint8_t>(type)});
      source_ = set_server_identifier(exchange_, set, set);
      set_times();
    }
    if (!set.is_set({dhcp::OptionRegistry::kDhcp, dhcp::kOptSubnetMask}))
      set_dhcp_option(set, dhcp::kOptSubnetMask, address_bytes(binding_.subnet->mask));
    set_host_name(exchange_, host_);
    set_lease_name();
    if (is_on(set, ServerOption::kUseLeaseAddrForDefaultRoute, false) &&
        !set.is_set({dhcp::OptionRegistry::kDhcp, dhcp::kOptRouters}))
      set_dhcp_option(set, dhcp::kOptRouters, address_bytes(binding_.lease.address));
  }

  bool wants_lease_name() {
    return is_on(options(), ServerOption::kGetLeaseHostnames, false) &&
           !options().is_set({dhcp::OptionRegistry::kDhcp, dhcp::kOptHostName});
  }

  // get-lease-hostnames: before anything is decided, so that the message can be looked at again.
  bool awaits_name() {
    conf::Resolver* const resolver = exchange_.world.resolver;
    if (resolver == nullptr || !wants_lease_name()) return false;
    // The name of the declaration goes before (set_host_name).
    if (host_ != nullptr && is_on(options(), ServerOption::kUseHostDeclNames, false)) return false;
    const std::optional<std::string> name = resolver->name(binding_.lease.address);
    if (!name) exchange_.decision.awaits_name = binding_.lease.address;
    lease_name_ = name.value_or("");
    return !name;
  }

  void set_lease_name() {
    if (!wants_lease_name()) return;
    if (lease_name_.empty()) return exchange_.error("No hostname for " + binding_.lease.address.text());
    base::Bytes value(lease_name_.begin(), lease_name_.end());
    value.push_back(0);  // the stock sends the end of the text, too
    set_dhcp_option(options(), dhcp::kOptHostName, std::move(value));
  }

  void make_reply() {
    conf::OptionState& set = options();
    LayoutRules rules = layout_rules(exchange_, set);
    rules.is_bootp = answer_ == Answer::kBootp;
    if (rules.is_bootp) rules.mirror_nul = false;
    if (exchange_.uid != nullptr && is_on(set, ServerOption::kEchoClientId, false)) {
      set_dhcp_option(set, dhcp::kOptClientIdentifier, *exchange_.uid);
      rules.echo_client_id = true;
    }
    dhcp::Header header = reply_header(exchange_.message);
    header.yiaddr = binding_.lease.address;
    if (is_on(set, ServerOption::kAlwaysBroadcast, false)) header.flags |= dhcp::kBroadcastFlag;
    const unsigned used = set_boot_fields(exchange_, set, header);
    rules.overload = ~used & (dhcp::kOverloadFile | dhcp::kOverloadSname);

    Reply reply;
    reply.datagram = datagram(exchange_, header, rules);
    reply.source = source_;
    reply.destination = destination(header);
    reply.log_when_sent = sent_line();
    if (!binding_.is_static) reply.lease = binding_.lease.address;
    if (answer_ == Answer::kOffer) exchange_.decision.ping = ping_before(exchange_, binding_, same_client_);
    exchange_.decision.reply = std::move(reply);
  }

  std::string sent_line() const {
    const char* name = answer_ == Answer::kOffer ? "DHCPOFFER"
                       : answer_ == Answer::kAck ? "DHCPACK"
                                                 : "BOOTREPLY";
    const std::string hostname = binding_.is_static ? std::string() : hostname_text(next_.hostname);
    return base::concat({name, " on ", binding_.lease.address.text(), " to ",
                         hardware_text(exchange_.hardware), " ", hostname, "via ", exchange_.via});
  }

  // RFC 2131 §4.1; the second case takes in old clients that renew with a server identifier.
  Destination destination(const dhcp::Header& header) const {
    if (!header.giaddr.is_zero()) return to_relay(exchange_, header.giaddr);
    const bool asks_here =
        exchange_.answers_with(dhcp::kOptServerIdentifier) || (header.flags & dhcp::kBroadcastFlag) != 0;
    const bool is_local = exchange_.query.arrival.network == binding_.subnet->network;
    if (!header.ciaddr.is_zero() && answer_ == Answer::kAck && !(asks_here && is_local))
      return to_address(exchange_.world, header.ciaddr);
    if ((header.flags & dhcp::kBroadcastFlag) == 0) return to_hardware(exchange_, header.yiaddr);
    return to_everyone(exchange_.world);
  }

  Exchange& exchange_;
  Binding& binding_;
  const Answer answer_;
  std::string line_;  // of the request; until it is logged
  const base::UnixTime now_;
  const conf::Host* host_ = nullptr;
  std::int64_t seconds_ = 0;
  bool reserve_ = false;
  bool is_rebilled_ = false;
  bool same_client_ = false;
  base::UnixTime expiry_ = 0;  // what the client is told
  base::Ipv4 source_;
  std::string lease_name_;  // of the address; "": not known, or not wanted
  lease::Lease next_;
};

}  // namespace

void set_host_name(Exchange& exchange, const conf::Host* host) {
  const dhcp::OptionKey host_name{dhcp::OptionRegistry::kDhcp, dhcp::kOptHostName};
  conf::OptionState& options = exchange.options;
  if (host == nullptr || options.is_set(host_name)) return;
  if (!is_on(options, ServerOption::kUseHostDeclNames, false)) return;
  options.set(host_name, base::Bytes(host->name.begin(), host->name.end()));
}

void grant(Exchange& exchange, Binding binding, Answer answer, std::string line) {
  Grant(exchange, binding, answer, std::move(line)).run();
}

}  // namespace dhcpd
