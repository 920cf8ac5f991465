// The names around a lease file F: F itself, its backup F~, the image being written F.new, and damaged files
// kept as F.damaged.TIME. All is done relative to the open directory, so that it works inside a chroot.
//
// The functions return 0 or the errno.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/clock.h"
#include "base/fd.h"
#include "lease/append_file.h"

namespace lease {

class LeaseDirectory {
 public:
  // Throws std::system_error where the directory cannot be opened.
  explicit LeaseDirectory(const std::string& path);

  const std::string& path() const { return path_; }
  // Opens F (or F~) for reading and appending, and locks it against a second server. EAGAIN: it is locked.
  int open_current(base::UniqueFd& fd);
  int open_backup(base::UniqueFd& fd);
  // Makes F.new, empty, in place of one that an interrupted run left.
  int create_new(base::UniqueFd& fd);
  void remove_new();
  // F becomes F~, F.new becomes F, durably. `warning` is set if there is no backup now.
  int put_new_in_place(std::string& warning);
  // Giving back the space of a large F~ at once would take the disk for a tenth of a second and more: it is
  // unlinked at once, and its blocks go in steps, one a call. True: there are more.
  bool shrink_removed();
  bool shrinking() const { return static_cast<bool>(removed_); }
  // Keeps F under another name as well; the oldest of kMostDamaged such files goes.
  static constexpr std::size_t kMostDamaged = 8;
  int keep_damaged(base::UnixTime now, std::string& kept_as);
  // Whether F is still this file, of this size.
  bool is_current(const AppendFile& file) const;

 private:
  int open_and_lock(const std::string& name, base::UniqueFd& fd);
  void remove_old_damaged();
  int remove_backup(const std::string& backup);

  std::string path_;  // as given
  std::string name_;  // its last part
  base::UniqueFd directory_;
  base::UniqueFd removed_;  // the last F~, unlinked, shrinking
  off_t removed_size_ = 0;
};

}  // namespace lease
