// A small process that keeps what the server gives up: it can still open the map file and remove the PID
// file. It is forked before the server enters its root, never sees a packet, and ends with the server.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/fd.h"
#include "base/loop.h"

namespace tftpd {

class Keeper {
 public:
  // Forks; empty paths are none of its business. Throws std::system_error.
  Keeper(const std::string& map_file, const std::string& pid_file);

  // Asks for the map file anew. `answer` is called from the loop with its text, or with an error (and an
  // empty text) where it cannot be read.
  using Answer = std::function<void(const std::string& text, const std::string& error)>;
  void watch(base::Loop& loop, Answer answer);
  void ask();

 private:
  void readable();

  base::UniqueFd socket_;
  Answer answer_;
  std::unique_ptr<base::FdWatch> watch_;
};

// The text of a file of at most 16 MB; throws std::system_error.
std::string read_whole_file(const std::string& path);
std::string read_whole_file(int fd);

}  // namespace tftpd
