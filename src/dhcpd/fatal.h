// Why the server does not start, or ends: thrown at start, caught in main().
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace dhcpd {

// what() is logged first, then the lines that every fatal error of the stock server ends with.
class Fatal : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Logs the lines (severity err) that follow a fatal error; the last is "exiting.".
void log_fatal_end();

}  // namespace dhcpd
