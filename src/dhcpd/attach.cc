#include "dhcpd/attach.h"

#include <net/if.h>

#include <algorithm>
#include <map>

namespace dhcpd {

namespace {

bool loopback(base::Ipv4 address) { return address.value >> 24 == 127; }

bool can_be_served(const Interface& interface) {
  return (interface.flags & IFF_UP) != 0 && (interface.flags & IFF_BROADCAST) != 0 &&
         (interface.flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) == 0;
}

// Keeps who came first on each subnet and network, to warn of the second.
struct Matching {
  const conf::Config& config;
  Attachments& result;
  std::map<const conf::Subnet*, std::string> by_subnet;
  std::map<const conf::SharedNetwork*, std::string> by_network;

  void note(std::map<const conf::SharedNetwork*, std::string>& seen, const conf::SharedNetwork* network,
            const std::string& name) {
    const auto [first, fresh] = seen.emplace(network, name);
    if (!fresh && first->second != name) {
      result.complaints.push_back("Multiple interfaces match the same shared network: " + first->second +
                                  " " + name);
    }
  }

  const conf::SharedNetwork* network_of(const Interface& interface) {
    const conf::SharedNetwork* found = nullptr;
    for (const auto& network : config.networks) {
      if (network->interface == interface.name) found = network.get();
    }
    if (found) by_network.emplace(found, interface.name);
    for (const base::Ipv4 address : interface.addresses) {
      if (loopback(address)) continue;
      const conf::Subnet* subnet = config.subnet_of(address);
      if (!subnet) continue;
      const auto [first, fresh] = by_subnet.emplace(subnet, interface.name);
      if (!fresh && first->second != interface.name) {
        result.complaints.push_back("Multiple interfaces match the same subnet: " + first->second + " " +
                                    interface.name);
      }
      if (found && found != subnet->network) {
        result.fatal = "Interface " + interface.name + " matches multiple shared networks";
        return found;
      }
      found = subnet->network;
      note(by_network, found, interface.name);
    }
    return found;
  }
};

void complain_no_subnet(const std::string& name, const std::vector<base::Ipv4>& addresses,
                        std::vector<std::string>& complaints) {
  complaints.emplace_back("");
  complaints.push_back("No subnet declaration for " + name + " (" +
                       (addresses.empty() ? std::string("no IPv4 addresses") : addresses.front().text()) +
                       ").");
  complaints.push_back("** Ignoring requests on " + name + ".  If this is not what");
  complaints.emplace_back("   you want, please write a subnet declaration");
  complaints.emplace_back("   in your dhcpd.conf file for the network segment");
  complaints.push_back("   to which interface " + name + " is attached. **");
  complaints.emplace_back("");
}

}  // namespace

Attachments attach(const std::vector<Interface>& interfaces, const conf::Config& config,
                   const std::vector<std::string>& named) {
  Attachments result;
  Matching matching{config, result, {}, {}};
  std::vector<Interface> wanted;
  for (const auto& interface : interfaces) {
    const bool is_named = std::find(named.begin(), named.end(), interface.name) != named.end();
    if (is_named || (named.empty() && can_be_served(interface))) wanted.push_back(interface);
  }
  for (const auto& name : named) {
    const auto present =
        std::any_of(wanted.begin(), wanted.end(), [&](const Interface& i) { return i.name == name; });
    if (!present) complain_no_subnet(name, {}, result.complaints);
  }
  for (auto& interface : wanted) {
    const conf::SharedNetwork* network = matching.network_of(interface);
    if (!result.fatal.empty()) return result;
    if (!network) {
      complain_no_subnet(interface.name, interface.addresses, result.complaints);
    } else if (interface.hardware.type == 0) {
      result.fatal =
          base::format("Unsupported device type %u for \"%s\"", interface.link_type, interface.name.c_str());
      return result;
    } else {
      result.served.push_back({std::move(interface), network});
    }
  }
  return result;
}

}  // namespace dhcpd
