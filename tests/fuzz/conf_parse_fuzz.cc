// libFuzzer target: any bytes as a dhcpd.conf. A file that reads itself by `include` gets the same bytes, so
// that nesting is tried too; other files are missing. It may do so twice: down to the limit of the nesting an
// input would cost forty times as much, and show the one error that a unit test knows.
#include <cerrno>
#include <cstdint>
#include <string>

#include "conf/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  int reads = 0;
  const conf::ReadFile read = [&](const std::string& name) -> std::optional<std::string> {
    if (name == "dhcpd.conf" && ++reads <= 3) return text;
    errno = ENOENT;
    return std::nullopt;
  };
  const conf::ParseResult result = conf::parse("dhcpd.conf", read);
  for (const conf::Diagnostic& diagnostic : result.diagnostics) conf::render(diagnostic);
  return 0;
}
