#include "tftpd/settings.h"

#include "base/settings.h"

namespace tftpd {

namespace {

std::vector<base::SettingSpec> specs() {
  const Settings standard;
  return {
      {"window_limit", std::int64_t{standard.window_limit}, 1, 65535,
       "largest windowsize to agree on, in blocks"},
      {"transfers", static_cast<std::int64_t>(standard.transfers), 1, 1000000,
       "transfers at one time; further requests wait"},
      {"cache", std::int64_t{16}, 1, 65536, "memory for file contents, in MB"},
      {"links_outside", standard.links_outside, 0, 0,
       "without -s: follow symbolic links that lead out of the directories named"},
      {"unproven_source", standard.unproven.source_rate, 1024, INT64_MAX,
       "octets a second to one address that has not answered"},
      {"unproven_total", standard.unproven.total_rate, 1024, INT64_MAX,
       "octets a second to all addresses that have not answered"},
      {"system_call_filter", standard.system_call_filter, 0, 0,
       "allow only the system calls that serving needs (seccomp)"},
      {"file_restriction", standard.file_restriction, 0, 0,
       "without -s: reach only the directories named (Landlock)"},
  };
}

}  // namespace

Settings load_settings(const std::string& path) {
  const auto file = base::Settings::load(path, "tftpd", specs());
  Settings settings;
  settings.window_limit = static_cast<std::uint32_t>(file.number("window_limit"));
  settings.transfers = static_cast<std::size_t>(file.number("transfers"));
  settings.cache_bytes = static_cast<std::size_t>(file.number("cache")) << 20;
  settings.links_outside = file.flag("links_outside");
  settings.unproven.source_rate = file.number("unproven_source");
  settings.unproven.total_rate = file.number("unproven_total");
  settings.unproven.total_burst = 2 * settings.unproven.total_rate;
  settings.system_call_filter = file.flag("system_call_filter");
  settings.file_restriction = file.flag("file_restriction");
  return settings;
}

}  // namespace tftpd
