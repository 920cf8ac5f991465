#include "base/settings.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <libconfig.h++>

#include "base/log.h"
#include "base/nearest.h"

namespace base {

namespace {

const char* const kSections[] = {"dhcpd", "tftpd"};

[[noreturn]] void fail(const std::string& path, unsigned line, const std::string& what) {
  throw SettingsError(format("%s line %u: %s", path.c_str(), line, what.c_str()));
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? std::string() : " Did you mean \"" + near + "\"?";
}

SettingValue read_value(const std::string& path, const libconfig::Setting& setting, const SettingSpec& spec) {
  using libconfig::Setting;
  const unsigned line = setting.getSourceLine();
  if (std::holds_alternative<bool>(spec.standard)) {
    if (setting.getType() != Setting::TypeBoolean)
      fail(path, line, format("\"%s\" is true or false.", spec.key));
    return static_cast<bool>(setting);
  }
  if (std::holds_alternative<std::string>(spec.standard)) {
    if (setting.getType() != Setting::TypeString)
      fail(path, line, format("\"%s\" is a text in quotes.", spec.key));
    return std::string(setting.c_str());
  }
  if (setting.getType() != Setting::TypeInt && setting.getType() != Setting::TypeInt64) {
    fail(path, line, format("\"%s\" is a whole number.", spec.key));
  }
  const std::int64_t value =
      setting.getType() == Setting::TypeInt ? static_cast<int>(setting) : static_cast<long long>(setting);
  if (value < spec.least || value > spec.most) {
    fail(path, line,
         format("\"%s\" is %lld; it must be between %lld and %lld.", spec.key, static_cast<long long>(value),
                static_cast<long long>(spec.least), static_cast<long long>(spec.most)));
  }
  return value;
}

void check_sections(const std::string& path, const libconfig::Setting& root) {
  for (int i = 0; i < root.getLength(); ++i) {
    const std::string name = root[i].getName();
    const std::vector<std::string> known(std::begin(kSections), std::end(kSections));
    bool found = false;
    for (const auto& section : known) found = found || section == name;
    if (!found) {
      fail(path, root[i].getSourceLine(),
           format("no section \"%s\" is known.", name.c_str()) + did_you_mean(name, known));
    }
    if (!root[i].isGroup())
      fail(path, root[i].getSourceLine(),
           format("\"%s\" is a section: %s: { ... };", name.c_str(), name.c_str()));
  }
}

}  // namespace

Settings Settings::load(const std::string& path, const std::string& section,
                        const std::vector<SettingSpec>& specs) {
  Settings settings;
  std::vector<std::string> keys;
  for (const auto& spec : specs) {
    settings.values_[spec.key] = spec.standard;
    keys.emplace_back(spec.key);
  }
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return settings;

  libconfig::Config config;
  try {
    config.readFile(path.c_str());
  } catch (const libconfig::ParseException& e) {
    fail(e.getFile() ? e.getFile() : path, static_cast<unsigned>(e.getLine()),
         std::string(e.getError()) + ".");
  } catch (const libconfig::FileIOException&) {
    throw SettingsError(format("%s: cannot be read: %s.", path.c_str(), std::strerror(errno)));
  }
  check_sections(path, config.getRoot());
  if (!config.exists(section)) return settings;

  const libconfig::Setting& group = config.lookup(section);
  for (int i = 0; i < group.getLength(); ++i) {
    const libconfig::Setting& setting = group[i];
    const SettingSpec* match = nullptr;
    for (const auto& spec : specs) {
      if (std::strcmp(spec.key, setting.getName()) == 0) match = &spec;
    }
    if (!match) {
      fail(path, setting.getSourceLine(),
           format("no key \"%s\" is known in section \"%s\".", setting.getName(), section.c_str()) +
               did_you_mean(setting.getName(), keys));
    }
    settings.values_[match->key] = read_value(path, setting, *match);
  }
  return settings;
}

bool Settings::flag(const std::string& key) const { return std::get<bool>(values_.at(key)); }
std::int64_t Settings::number(const std::string& key) const {
  return std::get<std::int64_t>(values_.at(key));
}
const std::string& Settings::text(const std::string& key) const {
  return std::get<std::string>(values_.at(key));
}

}  // namespace base
