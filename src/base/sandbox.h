// What a process that reads strangers' packets may still do: which files it reaches (Landlock) and which
// system calls it makes (seccomp). Each layer stands alone; a kernel or container without it is reported, not
// fatal.
#pragma once

#include <string>
#include <vector>

namespace base {

enum class Layer { kInForce, kNotThere, kRefused };
struct LayerResult {
  Layer layer = Layer::kInForce;
  std::string reason;  // where it is not in force
};

// Directories below which files may be reached; anything else cannot be opened any more by this thread and
// the threads and processes that it starts.
struct FileReach {
  std::vector<std::string> readable;
  std::vector<std::string> writable;  // files may be made, renamed, linked and removed too
};
LayerResult restrict_files(const FileReach& reach);

// Allows what a serving daemon calls: its open descriptors, files, memory, time. Start threads before: it
// holds for those that run already, and lets none be made. socket(2) fails with EPERM; everything else ends
// the process after a line in the log.
//
// `more`: what a daemon does besides. Sockets of AF_INET, AF_INET6 and AF_UNIX may then be made; or the
// process may fork a child that goes on in its place.
struct MoreCalls {
  bool sockets = false;
  bool fork = false;
};
LayerResult filter_system_calls(const MoreCalls& more = {});

// One line for a layer that is not in force.
void report_layer(const char* what, const LayerResult& result);

}  // namespace base
