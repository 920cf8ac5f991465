// Any bytes as a lease file. What must hold: no crash; the same result in pieces of any size; a lease that
// was read is written and read again the same; an intact record behind any debris is found.
#include <algorithm>
#include <map>
#include <string>

#include "lease/reader.h"
#include "lease/record.h"
#include "require.h"

namespace {

struct Texts : lease::ReadSink {
  void lease(const lease::Lease& l) override {
    std::string text;
    lease::write_lease(text, l, {});
    leases[l.address.text()] = text;
    ++count;
  }
  void declaration(lease::Declaration d) override { declarations.put(std::move(d)); }
  void server_duid(base::ByteView duid) override { declarations.server_duid = duid.copy(); }
  std::map<std::string, std::string> leases;
  lease::Declarations declarations;
  std::size_t count = 0;
};

lease::ReadReport read(const std::string& text, std::size_t piece, Texts& into) {
  std::size_t at = 0;
  lease::ReadOptions options;
  options.name = "fuzz";
  options.now = 1800000000;
  options.piece = 4096;
  const lease::ReadSome some = [&](char* to, std::size_t most) {
    const std::size_t n = std::min({most, piece, text.size() - at});
    std::copy_n(text.data() + at, n, to);
    at += n;
    return n;
  };
  return lease::read_leases(some, options, into);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  Texts whole, pieces;
  const lease::ReadReport report = read(text, SIZE_MAX, whole);
  // Small pieces, yet not many: a record is scanned anew with each piece of it that comes.
  const lease::ReadReport again = read(text, std::max(1 + size % 7, size / 32), pieces);
  require(whole.leases == pieces.leases && whole.count == pieces.count);
  require(report.damaged == again.damaged && report.messages == again.messages);

  std::string image;
  whole.declarations.write(image, {});
  for (const auto& [address, lease] : whole.leases) image += lease;
  Texts round;
  require(read(image, SIZE_MAX, round).damaged == 0);
  require(round.leases == whole.leases);

  Texts with_good;
  read(text + "\nlease 10.99.99.99 {\n  binding state active;\n  uid \"good\";\n}\n", SIZE_MAX, with_good);
  require(with_good.leases.count("10.99.99.99") == 1);
  require(with_good.leases["10.99.99.99"].find("uid \"good\"") != std::string::npos);
  return 0;
}
