// A map file and names for it. The first line is the name that is asked, the rest are the rules.
#include <algorithm>
#include <cstdlib>
#include <string>

#include "tftpd/map_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Repetitions inside each other cost the C library time and memory without bound (each `+` doubles a
  // pattern); they are in the administrator's hands, not a stranger's.
  constexpr std::size_t kMostDoubled = 10;
  if (size > 160 || text.find('{') != std::string_view::npos) return 0;
  if (static_cast<std::size_t>(std::count(text.begin(), text.end(), '+')) > kMostDoubled) return 0;
  const std::size_t end = text.find('\n');
  const std::string name(text.substr(0, end));
  const auto parsed = tftpd::MapFile::parse(end == std::string_view::npos ? "" : text.substr(end + 1));
  const auto* map = std::get_if<tftpd::MapFile>(&parsed);
  if (!map) return 0;
  std::size_t traced = 0;
  for (const bool write : {false, true}) {
    const auto result = map->apply({name.c_str(), write, base::SocketAddress(in6addr_loopback, 1)},
                                   [&](const std::string& line) { traced += line.size(); });
    if (const auto* mapped = std::get_if<std::string>(&result);
        mapped && mapped->size() > 2 * tftpd::MapFile::kNameLimit) {
      std::abort();
    }
  }
  return 0;
}
