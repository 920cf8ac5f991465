// The codes of the options to send, in order.
#pragma once

#include <array>
#include <cstdint>

#include "dhcpd/option_layout.h"

namespace dhcpd {

// The site-option-space and the first code that is looked up there (RFC 3942).
struct SiteSpace {
  std::uint16_t space = dhcp::OptionRegistry::kDhcp;
  unsigned first_code = 0;
};
SiteSpace site_space(const Exchange& exchange, const conf::OptionState& options);

// Codes in the order in which they were added first.
class CodeList {
 public:
  void add(std::uint8_t code) {
    ++added_;
    if (seen_[code]) return;
    seen_[code] = true;
    codes_[size_++] = code;
  }
  std::uint8_t* begin() { return codes_.data(); }
  std::uint8_t* end() { return codes_.data() + size_; }
  std::uint8_t operator[](std::size_t i) const { return codes_[i]; }
  std::size_t size() const { return size_; }
  std::size_t added() const { return added_; }  // repetitions too

 private:
  std::array<std::uint8_t, 256> codes_;
  std::array<bool, 256> seen_{};
  std::size_t size_ = 0, added_ = 0;
};

// No code twice; the subnet mask goes before the routers.
CodeList codes_to_send(const Exchange& exchange, const LayoutRules& rules, const SiteSpace& site);

}  // namespace dhcpd
