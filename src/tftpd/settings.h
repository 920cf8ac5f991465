// Section `tftpd` of /etc/bootserver.cfg.
#pragma once

#include <string>

#include "tftpd/admission.h"

namespace tftpd {

struct Settings {
  std::uint32_t window_limit = 64;  // blocks
  std::size_t transfers = 4096;     // at one time
  std::size_t cache_bytes = 16 << 20;
  bool links_outside = false;
  Admission::Limits unproven;
  bool system_call_filter = true;
  bool file_restriction = true;
};

// Throws base::SettingsError. A file that is not there means the defaults.
Settings load_settings(const std::string& path);

}  // namespace tftpd
