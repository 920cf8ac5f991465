// /etc/bootserver.cfg (libconfig): what the stock files have no words for. Every key is optional; a key that
// no daemon knows, a value of the wrong type or outside its bounds is an error that names file and line.
//
//   dhcpd: { ... };     read by dhcpd
//   tftpd: { ... };     read by in.tftpd
//
// A daemon gives the table of its own section; the other daemon's section is left to that daemon.
#pragma once

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace base {

inline constexpr const char* kSettingsFile = SYSCONFDIR "/bootserver.cfg";

using SettingValue = std::variant<bool, std::int64_t, std::string>;

// One key: its default (whose type is the key's type), its bounds (integers), and a line of help that says
// the unit.
struct SettingSpec {
  const char* key;
  SettingValue standard;
  std::int64_t least = 0;
  std::int64_t most = INT64_MAX;
  const char* help = "";
};

// what(): "FILE line N: what is wrong. How to mend it."
class SettingsError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Settings {
 public:
  // Reads `section` of `path`; a missing file means all defaults. Throws SettingsError.
  static Settings load(const std::string& path, const std::string& section,
                       const std::vector<SettingSpec>& specs);

  bool flag(const std::string& key) const;
  std::int64_t number(const std::string& key) const;
  const std::string& text(const std::string& key) const;

 private:
  std::map<std::string, SettingValue> values_;
};

}  // namespace base
