#include "dhcpd/decline_limit.h"

namespace dhcpd {

// A clock that was set back ends the minute too: nobody is shut out until it has caught up.
bool DeclineLimit::Minute::is_over(base::UnixTime now) const { return now >= began + 60 || now < began; }

bool DeclineLimit::allow(const base::HardwareAddress& client, base::UnixTime now) {
  const base::ByteView octets = client.view();
  std::string key(1, static_cast<char>(client.type));
  key.append(octets.begin(), octets.end());
  if (clients_.size() >= kClients && clients_.find(key) == clients_.end()) {
    for (auto at = clients_.begin(); at != clients_.end();)
      at = at->second.is_over(now) ? clients_.erase(at) : std::next(at);
    if (clients_.size() >= kClients) return false;
  }
  Minute& minute = clients_[key];
  if (minute.declines == 0 || minute.is_over(now)) minute = {now, 0};
  if (minute.declines == kDeclinesAMinute) return false;
  ++minute.declines;
  return true;
}

}  // namespace dhcpd
