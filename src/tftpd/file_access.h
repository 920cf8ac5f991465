// Which names lead to which files: the root of -s or the directory list, the world-readable rule, regular
// files only.
//
// Nothing is decided about a name that could be another file by the time it is opened: the kernel resolves it
// beneath the root, and the open descriptor is what is judged.
#pragma once

#include <sys/stat.h>

#include <string>
#include <variant>
#include <vector>

#include "base/fd.h"
#include "tftp/packet.h"

namespace tftpd {

// What a client is told instead of a file.
struct Denial {
  tftp::ErrorCode code;
  std::string text;
};

struct OpenedFile {
  base::UniqueFd fd;
  struct stat status;
  bool created = false;
};

class FileAccess {
 public:
  struct Rules {
    bool permissive = false;     // -p
    bool create = false;         // -c
    bool links_outside = false;  // without -s: follow symbolic links that lead out of the directory list
  };

  // The process has its root where names start (chroot).
  static FileAccess in_root(Rules rules);
  // As -s, for a process that may not chroot: the kernel resolves every name inside `directory`. Throws
  // std::system_error.
  static FileAccess beneath(const std::string& directory, Rules rules);
  // Without -s: absolute names only, and only what lies in one of `directories`; none named: anywhere.
  static FileAccess in_directories(const std::vector<std::string>& directories, Rules rules);

  std::variant<OpenedFile, Denial> open_for_reading(const std::string& name) const;
  // Does not touch what the file holds. A file that is `created` has mode 0666 less the process's umask.
  std::variant<OpenedFile, Denial> open_for_writing(const std::string& name) const;
  void remove(const std::string& name) const;

  // Removes "." and empty components and resolves ".." by name: "/a/./b/../c" is "/a/c".
  static std::string normalised(const std::string& path);

 private:
  enum class Kind { kRoot, kBeneath, kDirectories };
  struct Directory {
    std::string path;  // normalised, no slash at its end ("" is the root)
    base::UniqueFd fd;
  };
  FileAccess(Kind kind, Rules rules) : kind_(kind), rules_(rules) {}

  // A descriptor, or -1 with errno.
  int open(const std::string& name, int flags) const;
  const Directory* directory_of(const std::string& path) const;
  std::variant<OpenedFile, Denial> judge(OpenedFile file, mode_t needed, const char* complaint) const;
  std::variant<OpenedFile, Denial> open_checked(const std::string& name, int flags) const;

  Kind kind_;
  Rules rules_;
  std::vector<Directory> directories_;
};

// The code and text for an errno of open(2), as the stock words them.
Denial denial_of(int error);

}  // namespace tftpd
