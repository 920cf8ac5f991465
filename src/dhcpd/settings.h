// The section "dhcpd" of /etc/bootserver.cfg.
#pragma once

#include <vector>

#include "base/settings.h"

namespace dhcpd {

const std::vector<base::SettingSpec>& setting_specs();

}  // namespace dhcpd
