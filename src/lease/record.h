// The text of dhcpd.leases, written as the stock server writes it (dhcpd.leases(5); column by column, since
// other programs read the file by columns).
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "dhcp/option.h"
#include "lease/lease.h"

namespace lease {

struct FileFormat {
  bool local_time = false;  // db-time-format local: `epoch N; # comment`
  bool hex_ids = false;     // lease-id-format hex
  const dhcp::OptionRegistry* options = &dhcp::OptionRegistry::standard();  // names of agent options
};

// The lines that every image starts with.
std::string_view file_header();

// One record, with its last newline. What cannot stand in the file (a host name with a quote) is left out.
void write_lease(std::string& out, const Lease& lease, const FileFormat& format);
void write_server_duid(std::string& out, base::ByteView duid, const FileFormat& format);

// "quoted", with \" \\ and three octal digits for what is not printable.
void write_quoted(std::string& out, base::ByteView bytes);

std::string_view state_word(BindingState state);

}  // namespace lease
