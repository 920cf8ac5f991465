// What the tests of the lease file share: reading a text, a sink that remembers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "lease/reader.h"

namespace lease_test {

struct Remember : lease::ReadSink {
  void lease(const lease::Lease& l) override {
    all.push_back(l);
    last[l.address.text()] = l;
  }
  void declaration(lease::Declaration d) override { declarations.put(std::move(d)); }
  void server_duid(base::ByteView d) override { declarations.server_duid = d.copy(); }
  std::vector<lease::Lease> all;
  std::map<std::string, lease::Lease> last;
  lease::Declarations declarations;
};

// Reads `text` in pieces of `piece` bytes.
inline lease::ReadReport read_text(const std::string& text, lease::ReadSink& sink,
                                   std::size_t piece = 1 << 20, base::UnixTime now = 1800000000) {
  std::size_t at = 0;
  lease::ReadOptions options;
  options.name = "dhcpd.leases";
  options.now = now;
  const lease::ReadSome read = [&](char* to, std::size_t most) {
    const std::size_t n = std::min({most, piece, text.size() - at});
    std::copy_n(text.data() + at, n, to);
    at += n;
    return n;
  };
  return lease::read_leases(read, options, sink);
}

}  // namespace lease_test
