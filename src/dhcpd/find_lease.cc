#include "dhcpd/find_lease.h"

#include "dhcpd/hosts.h"
#include "dhcpd/release.h"

namespace dhcpd {
namespace {

using lease::BindingState;

constexpr char kNotAvailable[] = "requested address not available";

bool is_free(const lease::Lease& lease) {
  return lease.binding == BindingState::kFree || lease.binding == BindingState::kBackup;
}

// The search, step by step; each step narrows what the earlier ones found.
class Search {
 public:
  Search(Exchange& exchange, const conf::SharedNetwork& network)
      : exchange_(exchange),
        network_(network),
        is_request_(exchange.message.type() == dhcp::MessageType::kRequest),
        renews_(!exchange.message.header.ciaddr.is_zero()) {
    wanted_ = renews_ ? exchange.message.header.ciaddr
                      : address_option(exchange.message, dhcp::kOptRequestedAddress);
  }

  Found run() {
    find_host();
    if (is_request_ && fixed_ && (!wanted_ || fixed_->lease.address != *wanted_)) {
      exchange_.world.memory.nak_message = "requested address is incorrect";
      return {std::nullopt, true};
    }
    find_by_uid();
    find_by_hardware();
    find_by_address();
    prefer_asked_of_duplicates();
    if (is_request_ && fixed_ && by_address_) report_conflict();
    forget_repeated();
    drop_forbidden();
    if (is_request_ && !by_address_ && !fixed_) return {std::nullopt, ours_};
    return choose();
  }

 private:
  void remember_host(conf::HostRange hosts) {
    if (hosts.empty()) return;
    exchange_.context.known = true;
    host_ = *hosts.begin();
    for (const conf::Host* host : hosts) {
      fixed_ = fixed_binding(exchange_, *host, network_);
      if (fixed_) return;
    }
  }

  void find_host() {
    remember_host(hosts_by_uid(exchange_));
    if (!fixed_ && host_ == nullptr) remember_host(hosts_by_hardware(exchange_));
    if (!fixed_ && host_ == nullptr) remember_host(hosts_by_identifier(exchange_));
  }

  // Of the leases a client has on this network the one that the table puts first.
  template <typename Accept>
  std::optional<Binding> first_of(const std::vector<base::Ipv4>& addresses, Accept accept) {
    for (base::Ipv4 address : addresses) {
      auto binding = exchange_.binding_of(address);
      if (!binding || binding->pool->network != &network_ || !accept(binding->lease)) continue;
      if (!is_permitted(exchange_, *binding->pool)) {
        if (!renews_) release_lease(exchange_, std::move(binding->lease));
        continue;
      }
      return binding;
    }
    return std::nullopt;
  }

  void find_by_uid() {
    if (exchange_.uid == nullptr) return;
    by_uid_ = first_of(exchange_.world.leases.by_uid(*exchange_.uid), [](const lease::Lease& l) {
      return l.binding == BindingState::kActive || is_free(l);
    });
  }

  // A lease that another client identifier holds or held is not this client's, though the hardware is.
  void find_by_hardware() {
    by_hardware_ =
        first_of(exchange_.world.leases.by_hardware(exchange_.hardware), [this](const lease::Lease& l) {
          if (!is_free(l) && l.binding != BindingState::kActive) return false;
          const bool bootp = !exchange_.message.type();
          return l.uid.empty() || (bootp && is_free(l)) ||
                 (exchange_.uid != nullptr && *exchange_.uid == l.uid);
        });
  }

  void find_by_address() {
    if (!wanted_) return;
    by_address_ = exchange_.binding_of(*wanted_);
    if (!by_address_) return;
    ours_ = true;
    if (by_address_->pool->network != &network_) {
      exchange_.world.memory.nak_message = "requested address on bad subnet";
      by_address_.reset();
      return;
    }
    const lease::Lease& lease = by_address_->lease;
    const bool is_abandoned = lease.binding == BindingState::kAbandoned;
    if (is_free(lease) || (exchange_.holds(lease) && (!is_abandoned || is_request_))) return;
    if (is_abandoned)
      ours_ = false;  // nobody is told that it cannot be had
    else
      exchange_.world.memory.nak_message = kNotAvailable;
    by_address_.reset();
  }

  // A client with two active leases keeps the one that it asks for.
  void prefer_asked_of_duplicates() {
    if (!by_address_ || by_address_->lease.binding != BindingState::kActive) return;
    if (by_address_->lease.uid.empty() || is_same(by_address_, by_uid_)) return;
    if (!by_uid_) return;
    if (by_uid_->lease.binding == BindingState::kActive) {
      exchange_.error("client " + hardware_text(exchange_.hardware) + " has duplicate leases on " +
                      network_.name);
      if (is_request_ && !renews_) release_lease(exchange_, by_uid_->lease);
    }
    by_uid_ = by_address_;
  }

  void report_conflict() {
    const std::string address = wanted_->text();
    exchange_.error("Dynamic and static leases present for " + address + ".");
    exchange_.error("Remove host declaration " + fixed_->host->name + " or remove " + address);
    exchange_.error("from the dynamic address pool for " + network_.name);
    by_address_.reset();
    exchange_.world.memory.nak_message = "database conflict - call for help!";
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
    if (by_address_ && !is_permitted(exchange_, *by_address_->pool)) {
      if (!renews_ && by_address_->lease.binding == BindingState::kActive)
        release_lease(exchange_, std::move(by_address_->lease));
      by_address_.reset();
      exchange_.world.memory.nak_message = kNotAvailable;
    }
    if (!by_address_ && !by_uid_ && !by_hardware_ && !fixed_)
      exchange_.world.memory.nak_message = kNotAvailable;
  }

  Found choose() {
    std::optional<Binding> chosen = std::move(fixed_);
    const bool by_asking = !chosen && by_address_;
    if (chosen && by_address_) {
      if (!renews_) release_lease(exchange_, std::move(by_address_->lease));
    } else if (by_address_) {
      chosen = std::move(by_address_);
    }
    if (chosen && by_uid_) {
      exchange_.error("uid lease " + by_uid_->lease.address.text() + " for client " +
                      hardware_text(exchange_.hardware) + " is duplicate on " + network_.name);
      if (is_request_ && !renews_ && by_uid_->lease.binding == BindingState::kActive)
        release_lease(exchange_, std::move(by_uid_->lease));
    } else if (by_uid_) {
      chosen = std::move(by_uid_);
    }
    if (!chosen) chosen = std::move(by_hardware_);
    if (chosen && chosen->lease.binding == BindingState::kAbandoned)
      return reclaim(std::move(chosen), by_asking);
    // A client that only asks for an address has no host declaration yet, as far as statements see.
    if (chosen && chosen->is_static)
      exchange_.context.host = chosen->host;
    else if (chosen && chosen->lease.binding == BindingState::kActive && host_ != nullptr &&
             host_->fixed_addresses.empty())
      exchange_.context.host = host_;
    return {std::move(chosen), ours_};
  }

  // An abandoned address that was offered again, or whose client asks for it by name.
  Found reclaim(std::optional<Binding> binding, bool by_asking) {
    if (!by_asking || !is_request_) return {std::nullopt, true};
    exchange_.error("Reclaiming REQUESTed abandoned IP address " + binding->lease.address.text() + ".");
    return {std::move(binding), ours_};
  }

  Exchange& exchange_;
  const conf::SharedNetwork& network_;
  const bool is_request_;
  const bool renews_;  // has ciaddr: the client uses the address now
  std::optional<base::Ipv4> wanted_;
  bool ours_ = false;
  const conf::Host* host_ = nullptr;
  std::optional<Binding> fixed_, by_address_, by_uid_, by_hardware_;
};

}  // namespace

Found find_lease(Exchange& exchange, const conf::SharedNetwork& network) {
  return Search(exchange, network).run();
}

}  // namespace dhcpd
