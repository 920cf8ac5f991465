#include "dhcpd/find_lease.h"

#include "dhcpd/hosts.h"
#include "dhcpd/release.h"

namespace dhcpd {
namespace {

using lease::BindingState;

bool is_free(const lease::Lease& lease) {
  return lease.binding == BindingState::kFree || lease.binding == BindingState::kBackup;
}

// The search, step by step; each step narrows what the earlier ones found. In each list of a client's leases
// the table has the best one first.
class Search {
 public:
  Search(Exchange& exchange, const conf::SharedNetwork& network)
      : exchange_(exchange),
        network_(network),
        is_discover_(exchange.message.type() == dhcp::MessageType::kDiscover),
        is_request_(exchange.message.type() == dhcp::MessageType::kRequest),
        renews_(!exchange.message.header.ciaddr.is_zero()) {
    wanted_ = renews_ ? exchange.message.header.ciaddr
                      : address_option(exchange.message, dhcp::kOptRequestedAddress);
  }

  Found run() {
    find_host();
    if (is_request_ && fixed_ && (!wanted_ || fixed_->lease.address != *wanted_)) {
      nak_with("requested address is incorrect");
      return {std::nullopt, true};
    }
    find_by_uid();
    find_by_hardware();
    find_by_address();
    prefer_asked_of_duplicates();
    if (is_request_ && fixed_ && by_address_) report_conflict();
    forget_repeated();
    drop_forbidden();
    if (!by_address_) nak_with("requested address not available");
    if (is_request_ && !by_address_ && !fixed_) return {std::nullopt, ours_};
    return choose();
  }

 private:
  void nak_with(const char* text) { exchange_.world.memory.nak_message = text; }

  bool has_uid_of(const lease::Lease& lease) const {
    return exchange_.uid != nullptr && *exchange_.uid == lease.uid;
  }
  // Without a failover partner a lease is either its client's or free.
  static bool may_be_given(const lease::Lease& lease) {
    return lease.binding == BindingState::kActive || lease.rewind == BindingState::kActive || is_free(lease);
  }

  void release(lease::Lease lease) {
    if (!renews_) release_lease(exchange_, std::move(lease));
  }

  void remember_host(conf::HostRange hosts) {
    if (hosts.empty()) return;
    exchange_.context.known = true;
    hosts_ = hosts;
    for (const conf::Host* host : hosts) {
      fixed_ = fixed_binding(exchange_, *host, network_);
      if (fixed_) return;
    }
  }

  void find_host() {
    remember_host(hosts_by_uid(exchange_));
    if (hosts_.empty()) remember_host(hosts_by_hardware(exchange_));
    if (hosts_.empty()) remember_host(hosts_by_identifier(exchange_));
  }

  // Leases of the same identifier that this client may not have are given back.
  void find_by_uid() {
    if (exchange_.uid == nullptr) return;
    for (base::Ipv4 address : exchange_.world.leases.by_uid(*exchange_.uid)) {
      auto binding = exchange_.binding_of(address);
      if (!binding) continue;
      const bool may_be = may_be_given(binding->lease);
      if (may_be && binding->pool->network != &network_) continue;  // one on each network is good
      if (may_be && is_permitted(exchange_, *binding->pool)) {
        by_uid_ = std::move(binding);
        return;
      }
      release(std::move(binding->lease));
    }
  }

  // A lease that another client identifier holds is not this client's, though the hardware is.
  void find_by_hardware() {
    for (base::Ipv4 address : exchange_.world.leases.by_hardware(exchange_.hardware)) {
      auto binding = exchange_.binding_of(address);
      if (!binding || !may_be_given(binding->lease)) continue;
      if (!is_free(binding->lease) && !binding->lease.uid.empty() && !has_uid_of(binding->lease)) continue;
      if (binding->pool->network != &network_) continue;
      if (is_permitted(exchange_, *binding->pool)) {
        by_hardware_ = std::move(binding);
        return;
      }
      release(std::move(binding->lease));
    }
  }

  void find_by_address() {
    if (!wanted_) return;
    by_address_ = exchange_.binding_of(*wanted_);
    if (!by_address_) return;
    ours_ = true;
    if (by_address_->pool->network != &network_) return by_address_.reset();
    const lease::Lease& lease = by_address_->lease;
    if (!exchange_.holds(lease) && !is_free(lease)) {
      if (lease.binding != BindingState::kActive) ours_ = false;  // nobody is told that it cannot be had
      return by_address_.reset();
    }
    const bool has_other = by_uid_ || by_hardware_;
    if (is_discover_ && has_other && !may_be_given(lease)) by_address_.reset();
  }

  // A client with two active leases keeps the one that it asks for.
  void prefer_asked_of_duplicates() {
    if (!by_address_ || by_address_->lease.binding != BindingState::kActive) return;
    if (by_address_->lease.uid.empty() || is_same(by_address_, by_uid_)) return;
    if (by_uid_ && by_uid_->lease.binding == BindingState::kActive) {
      exchange_.error("client " + hardware_text(exchange_.hardware) + " has duplicate leases on " +
                      network_.name);
      if (is_request_) release(std::move(by_uid_->lease));
    }
    const bool has_other = by_uid_.has_value();
    if (is_request_ && fixed_) {
      fixed_.reset();
      report_conflict();
    }
    if (has_other)
      by_uid_ = by_address_;
    else
      by_address_.reset();
  }

  void report_conflict() {
    const std::string address = wanted_->text();
    exchange_.error("Dynamic and static leases present for " + address + ".");
    exchange_.error("Remove host declaration " + (fixed_ ? fixed_->host->name : address) + " or remove " +
                    address);
    exchange_.error("from the dynamic address pool for " + network_.name);
    if (fixed_) by_address_.reset();
    nak_with("database conflict - call for help!");
  }

  static bool is_same(const std::optional<Binding>& a, const std::optional<Binding>& b) {
    return a && b && a->lease.address == b->lease.address;
  }

  void forget_repeated() {
    if (is_same(by_hardware_, by_uid_)) by_hardware_.reset();
    if (is_same(by_hardware_, by_address_)) by_hardware_.reset();
    if (is_same(by_uid_, by_address_)) by_uid_.reset();
  }

  void drop_forbidden() {
    if (!by_address_ || is_permitted(exchange_, *by_address_->pool)) return;
    if (by_address_->lease.binding == BindingState::kActive) release(std::move(by_address_->lease));
    by_address_.reset();
  }

  Found choose() {
    std::optional<Binding> chosen = std::move(fixed_);
    const bool by_asking = !chosen && by_address_;
    if (chosen && by_address_) release(std::move(by_address_->lease));
    if (by_asking) chosen = std::move(by_address_);
    if (chosen && by_uid_) {
      exchange_.error("uid lease " + by_uid_->lease.address.text() + " for client " +
                      hardware_text(exchange_.hardware) + " is duplicate on " + network_.name);
      if (is_request_ && by_uid_->lease.binding == BindingState::kActive) release(std::move(by_uid_->lease));
    } else if (by_uid_) {
      chosen = std::move(by_uid_);
    }
    if (!chosen && by_hardware_ && may_have(by_hardware_->lease)) chosen = std::move(by_hardware_);
    if (chosen && !chosen->is_static && chosen->lease.binding == BindingState::kActive)
      chosen->host = first_without_address(hosts_);
    if (chosen && chosen->lease.binding == BindingState::kAbandoned)
      return reclaim(std::move(chosen), by_asking);
    if (chosen) exchange_.context.host = chosen->host;
    return {std::move(chosen), ours_};
  }

  // BOOTP clients have no identifier: they are given leases that had one.
  bool may_have(const lease::Lease& lease) const {
    if (lease.uid.empty() || has_uid_of(lease)) return true;
    return exchange_.uid == nullptr && !exchange_.message.type();
  }

  // An abandoned address that was offered again, or whose client asks for it by name.
  Found reclaim(std::optional<Binding> binding, bool by_asking) {
    if (!by_asking || !is_request_) return {std::nullopt, true};
    exchange_.error("Reclaiming REQUESTed abandoned IP address " + binding->lease.address.text() + ".");
    exchange_.context.host = binding->host;
    return {std::move(binding), ours_};
  }

  Exchange& exchange_;
  const conf::SharedNetwork& network_;
  const bool is_discover_, is_request_;
  const bool renews_;  // has ciaddr: the client uses the address now, and nothing of its is given back
  std::optional<base::Ipv4> wanted_;
  bool ours_ = false;
  conf::HostRange hosts_;  // the client's declarations
  std::optional<Binding> fixed_, by_address_, by_uid_, by_hardware_;
};

}  // namespace

Found find_lease(Exchange& exchange, const conf::SharedNetwork& network) {
  return Search(exchange, network).run();
}

}  // namespace dhcpd
