#include "lease/lease_directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>
#include <vector>

namespace lease {

namespace {

constexpr off_t kShrinkStep = 4 << 20;

struct CloseDirectory {
  void operator()(DIR* d) const { ::closedir(d); }
};

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

LeaseDirectory::LeaseDirectory(const std::string& path) : path_(path) {
  const std::size_t slash = path.rfind('/');
  name_ = slash == std::string::npos ? path : path.substr(slash + 1);
  std::string directory = slash == std::string::npos ? "." : path.substr(0, slash);
  if (directory.empty()) directory = "/";
  directory_.reset(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory_) throw std::system_error(errno, std::generic_category(), directory);
}

int LeaseDirectory::open_and_lock(const std::string& name, base::UniqueFd& fd) {
  fd.reset(::openat(directory_.get(), name.c_str(), O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) return errno;
  struct stat opened {
  }, named{};
  if (::fstat(fd.get(), &opened) != 0) return errno;
  if (!S_ISREG(opened.st_mode)) return S_ISDIR(opened.st_mode) ? EISDIR : EINVAL;
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return errno == EWOULDBLOCK ? EAGAIN : 0;
  // A server that was just replacing the file holds the lock of its successor.
  if (::fstatat(directory_.get(), name.c_str(), &named, 0) != 0) return errno;
  return same_file(opened, named) ? 0 : EAGAIN;
}

int LeaseDirectory::open_current(base::UniqueFd& fd) { return open_and_lock(name_, fd); }
int LeaseDirectory::open_backup(base::UniqueFd& fd) { return open_and_lock(name_ + "~", fd); }

int LeaseDirectory::create_new(base::UniqueFd& fd) {
  remove_new();
  fd.reset(::openat(directory_.get(), (name_ + ".new").c_str(),
                    O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0664));
  if (!fd) return errno;
  // Without a lock (a file system that has none) the file serves all the same.
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return EAGAIN;
  return 0;
}

void LeaseDirectory::remove_new() { ::unlinkat(directory_.get(), (name_ + ".new").c_str(), 0); }

int LeaseDirectory::put_new_in_place(std::string& warning) {
  const int d = directory_.get();
  const std::string backup = name_ + "~", fresh = name_ + ".new";
  if (::faccessat(d, name_.c_str(), F_OK, 0) != 0) {  // then the backup is all there is: it stays
    warning = path_ + " is missing - no lease db to backup.";
  } else if (remove_backup(backup) != 0 && errno != ENOENT) {
    warning = "Can't remove old lease database backup " + path_ + "~: " + std::strerror(errno);
  } else if (::linkat(d, name_.c_str(), d, backup.c_str(), 0) != 0) {
    warning = "Can't backup lease database " + path_ + " to " + path_ + "~: " + std::strerror(errno);
  }
  if (::renameat(d, fresh.c_str(), d, name_.c_str()) != 0) return errno;
  return ::fsync(d) == 0 ? 0 : errno;
}

int LeaseDirectory::remove_backup(const std::string& backup) {
  base::UniqueFd fd(
      ::openat(directory_.get(), backup.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  const bool shrinks = fd && ::fstat(fd.get(), &status) == 0 && S_ISREG(status.st_mode) &&
                       status.st_nlink == 1 && status.st_size > kShrinkStep;
  const int result = ::unlinkat(directory_.get(), backup.c_str(), 0);
  if (result == 0 && shrinks) {
    removed_ = std::move(fd);
    removed_size_ = status.st_size;
  }
  return result;
}

bool LeaseDirectory::shrink_removed() {
  if (!removed_) return false;
  removed_size_ -= std::min<off_t>(removed_size_, kShrinkStep);
  if (::ftruncate(removed_.get(), removed_size_) != 0 || removed_size_ == 0) removed_.reset();
  return shrinking();
}

int LeaseDirectory::keep_damaged(base::UnixTime now, std::string& kept_as) {
  const std::string kept = ".damaged." + std::to_string(now);
  if (::linkat(directory_.get(), name_.c_str(), directory_.get(), (name_ + kept).c_str(), 0) != 0) {
    if (errno != EEXIST) return errno;
  }
  kept_as = path_ + kept;
  remove_old_damaged();
  return 0;
}

void LeaseDirectory::remove_old_damaged() {
  const int copy = ::openat(directory_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return;
  const std::unique_ptr<DIR, CloseDirectory> entries(::fdopendir(copy));
  if (!entries) {
    ::close(copy);
    return;
  }
  const std::string prefix = name_ + ".damaged.";
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(entries.get())) {
    const std::string name = entry->d_name;
    const std::string time = name.compare(0, prefix.size(), prefix) == 0 ? name.substr(prefix.size()) : "";
    if (!time.empty() && time.find_first_not_of("0123456789") == std::string::npos) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  for (std::size_t i = 0; i + kMostDamaged < names.size(); ++i) {
    ::unlinkat(directory_.get(), names[i].c_str(), 0);
  }
}

bool LeaseDirectory::is_current(const AppendFile& file) const {
  struct stat opened {
  }, named{};
  if (::fstat(file.get(), &opened) != 0) return false;
  if (::fstatat(directory_.get(), name_.c_str(), &named, 0) != 0) return false;
  return same_file(opened, named) && static_cast<std::uint64_t>(opened.st_size) == file.size();
}

}  // namespace lease
