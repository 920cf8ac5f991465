// A file that only grows, and whose every byte is part of a whole record: what could not be written whole is
// cut off again.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/fd.h"

namespace lease {

class AppendFile {
 public:
  AppendFile() = default;
  // Takes over a descriptor open for writing; `size` is that of the file.
  AppendFile(base::UniqueFd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size), reserved_(size) {}

  explicit operator bool() const { return static_cast<bool>(fd_); }
  int get() const { return fd_.get(); }
  std::uint64_t size() const { return size_; }

  // Both return 0 or the errno. After a failed append the file has its old size, or trusted() is false.
  int append(std::string_view text);
  // Makes all that was appended durable. A failure cannot be mended by trying again (the kernel forgets the
  // pages it could not write), so the file is not trusted after one.
  int sync();
  // Has the kernel write what was appended so far, after it has written what the last call was for: a large
  // file is on its way to the disk before its sync, which then takes little time and little of the disk's.
  void start_writing();
  // Whether what was appended and synced is all that the file holds.
  bool trusted() const { return trusted_; }

  // Gives back the space that was reserved ahead.
  void trim();

 private:
  void reserve(std::uint64_t end);

  base::UniqueFd fd_;
  std::uint64_t size_ = 0;
  std::uint64_t reserved_ = 0;  // blocks are allocated up to here, beyond the end that readers see
  std::uint64_t writing_from_ = 0, writing_to_ = 0;  // of the last start_writing()
  bool can_reserve_ = true;
  bool trusted_ = true;
};

}  // namespace lease
