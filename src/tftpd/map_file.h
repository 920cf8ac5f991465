// The map file of -m: rules that rewrite or refuse the names clients ask for. The language is the stock's,
// with the family letters of its later versions (in.tftpd(8), FILENAME REMAPPING).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/address.h"

namespace tftpd {

class MapFile {
 public:
  static constexpr int kRuleLimit = 1024;    // rules tried for one name
  static constexpr int kRepeatLimit = 1024;  // rewrites by `g` rules for one name
  static constexpr std::size_t kNameLimit =
      4096;  // octets that a name may grow to: no longer path can be opened

  MapFile();  // no rules: every name stays as it is
  ~MapFile();
  MapFile(MapFile&&) noexcept;
  MapFile& operator=(MapFile&&) noexcept;

  // Either the rules or, where any line is wrong, a message for each such line.
  static std::variant<MapFile, std::vector<std::string>> parse(std::string_view text);

  struct Query {
    std::string name;
    bool write = false;  // WRQ
    base::SocketAddress client;
  };
  struct Refused {
    std::string text;
  };
  // Too many rules were tried; `last` is what the name had become.
  struct Loop {
    std::string last;
  };
  using Result = std::variant<std::string, Refused, Loop>;
  // `trace`, if given, gets a line for each step, as the stock logs them with -vvv.
  Result apply(const Query& query, const std::function<void(const std::string&)>& trace = nullptr) const;

 private:
  struct Rule;
  struct Walk;
  std::vector<std::unique_ptr<Rule>> rules_;
};

}  // namespace tftpd
