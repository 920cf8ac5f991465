#include "dhcpd/fatal.h"

#include "base/log.h"

namespace dhcpd {

void log_fatal_end() {
  for (const char* line : {
           "",
           "This is bootserver's dhcpd, which reads the files of ISC dhcpd. If you think",
           "that the cause is not your configuration but the program itself, please tell",
           "whoever packaged it for you, with the lines above and what dhcpd -t says.",
           "",
           "exiting.",
       }) {
    base::log_error("%s", line);
  }
}

}  // namespace dhcpd
