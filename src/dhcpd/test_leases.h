// `dhcpd -T`: reads the lease file, says what is wrong with it, and writes an image beside it that is removed
// again; the file itself stays untouched.
#pragma once

#include <string>

#include "conf/config.h"

namespace dhcpd {

// Throws Fatal where the file cannot be read or the image not be written.
void test_lease_file(const std::string& path, const conf::Config& config);

}  // namespace dhcpd
