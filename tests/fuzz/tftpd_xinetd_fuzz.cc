// A service file of xinetd, and the host lists in it.
#include "tftpd/host_list.h"
#include "tftpd/xinetd_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = tftpd::parse_xinetd_file({reinterpret_cast<const char*>(data), size});
  const auto meaning = tftpd::interpret(file);
  tftpd::HostList hosts;
  for (const auto& entry : meaning.no_access) {
    // Not the ones that the resolver would be asked.
    if (entry.find_first_not_of("0123456789.:/{},abcdefABCDEF") == std::string::npos &&
        entry.find_first_of("./:{") != std::string::npos) {
      if (entry.find('{') != std::string::npos || entry.find('/') != std::string::npos) hosts.add(entry);
    }
  }
  hosts.contains(base::SocketAddress(base::Ipv4{0x0a000001}, 1));
  return 0;
}
