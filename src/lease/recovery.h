// What a start finds on the disk: reads the lease file into the table and says what it found.
#pragma once

#include <stdexcept>

#include "lease/append_file.h"
#include "lease/declarations.h"
#include "lease/lease_directory.h"
#include "lease/reader.h"
#include "lease/table.h"

namespace lease {

// The file cannot serve; what() has the lines to log, as the stock server words them.
class LeaseFileError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Recovered {
  AppendFile file;  // open and locked
  // The file is whole and may be appended to. Otherwise it has to be written anew before anything is
  // promised; it has been kept under another name then.
  bool intact = false;
  ReadReport report;
};

// Reads F, or F~ where F is missing. Messages go to the log. Throws LeaseFileError.
Recovered recover(LeaseDirectory& directory, const ReadOptions& options, Table& table,
                  Declarations& declarations);

}  // namespace lease
