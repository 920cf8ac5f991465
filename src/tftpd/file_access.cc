#include "tftpd/file_access.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace tftpd {

namespace {

// Of linux/openat2.h, which EL 8 has not.
struct OpenHow {
  std::uint64_t flags;
  std::uint64_t mode;
  std::uint64_t resolve;
};
constexpr std::uint64_t kNoMagicLinks = 0x02;
constexpr std::uint64_t kBeneathRoot = 0x08;
constexpr std::uint64_t kInRoot = 0x10;
constexpr long kOpenat2 = 437;

// Non-blocking, so that a FIFO or a dead device cannot hold the loop; what it is, fstat tells afterwards.
int with_care(int flags) {
  return flags | ((flags & O_PATH) ? O_CLOEXEC : O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}
constexpr mode_t kNewFileMode = 0666;

int open_beneath(int root, const std::string& name, int flags, std::uint64_t resolve) {
  const OpenHow how{static_cast<std::uint64_t>(with_care(flags)), (flags & O_CREAT) ? kNewFileMode : 0,
                    resolve | kNoMagicLinks};
  return static_cast<int>(::syscall(kOpenat2, root, name.c_str(), &how, sizeof how));
}

std::string path_of(int fd) {
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  char path[PATH_MAX];
  const ssize_t length = ::readlink(link, path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : std::string();
}

bool starts_with_directory(const std::string& path, const std::string& directory) {
  return path.compare(0, directory.size(), directory) == 0 &&
         (path.size() == directory.size() || path[directory.size()] == '/');
}

}  // namespace

Denial denial_of(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return {tftp::ErrorCode::kNotFound, "File not found"};
    case ENOSPC:
      return {tftp::ErrorCode::kNoSpace, "Disk full or allocation exceeded"};
    case EEXIST:
      return {tftp::ErrorCode::kExists, "File already exists"};
    case EXDEV:  // a symbolic link out of the directory list
      return {tftp::ErrorCode::kAccess, "Forbidden directory"};
    case ENXIO:  // a FIFO that nobody reads, a socket
      return {tftp::ErrorCode::kAccess, "Not a regular file"};
    default:
      return {tftp::ErrorCode::kUndefined, std::strerror(error)};
  }
}

std::string FileAccess::normalised(const std::string& path) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (at < path.size()) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string part = path.substr(at, end - at);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    at = end + 1;
  }
  std::string out;
  for (const auto& part : parts) out += "/" + part;
  return out;
}

FileAccess FileAccess::in_root(Rules rules) { return FileAccess(Kind::kRoot, rules); }

FileAccess FileAccess::beneath(const std::string& directory, Rules rules) {
  FileAccess access(Kind::kBeneath, rules);
  base::UniqueFd fd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw std::system_error(errno, std::generic_category(), directory);
  access.directories_.push_back({normalised(directory), std::move(fd)});
  return access;
}

FileAccess FileAccess::in_directories(const std::vector<std::string>& directories, Rules rules) {
  FileAccess access(Kind::kDirectories, rules);
  for (const auto& directory : directories) {
    // One that is not there yet is no error: the stock only compares names.
    access.directories_.push_back(
        {normalised(directory), base::UniqueFd(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC))});
  }
  return access;
}

const FileAccess::Directory* FileAccess::directory_of(const std::string& path) const {
  for (const auto& directory : directories_) {
    if (starts_with_directory(path, directory.path)) return &directory;
  }
  return nullptr;
}

int FileAccess::open(const std::string& name, int flags) const {
  // The root is the working directory too, so that "a" and "/a" are one file.
  if (kind_ == Kind::kRoot) return ::open(name.c_str(), with_care(flags), kNewFileMode);
  if (kind_ == Kind::kBeneath) return open_beneath(directories_[0].fd.get(), name, flags, kInRoot);
  const std::string path = normalised(name);
  const Directory* directory = directory_of(path);
  if (!directory || rules_.links_outside) return ::open(name.c_str(), with_care(flags), kNewFileMode);

  // The list may name a directory that was made, or remade, after the start.
  base::UniqueFd root(
      ::open(directory->path.empty() ? "/" : directory->path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return -1;
  const std::string rest =
      path.size() > directory->path.size() ? path.substr(directory->path.size() + 1) : ".";
  const int fd = open_beneath(root.get(), rest, flags, kBeneathRoot);
  if (fd >= 0 || errno != ENOSYS) return fd;

  // A kernel before 5.6 (EL 8): look where the name led before anything is opened for use.
  base::UniqueFd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place) {
    // A new file: its directory is what must lie within.
    if (errno != ENOENT || !(flags & O_CREAT)) return -1;
    const std::size_t slash = path.rfind('/');
    base::UniqueFd parent(::open(path.substr(0, slash + 1).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!parent) return -1;
    if (!starts_with_directory(path_of(parent.get()), path_of(root.get()))) {
      errno = EXDEV;
      return -1;
    }
    return ::openat(parent.get(), path.c_str() + slash + 1, with_care(flags | O_EXCL | O_NOFOLLOW),
                    kNewFileMode);
  }
  if (!starts_with_directory(path_of(place.get()), path_of(root.get()))) {
    errno = EXDEV;
    return -1;
  }
  char link[64];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", place.get());
  return ::open(link, with_care(flags & ~(O_CREAT | O_EXCL)));
}

std::variant<OpenedFile, Denial> FileAccess::open_checked(const std::string& name, int flags) const {
  if (kind_ == Kind::kDirectories) {
    if (name.empty() || name[0] != '/') {
      return Denial{tftp::ErrorCode::kAccess, "Only absolute filenames allowed"};
    }
    if (name.find("/../") != std::string::npos) {
      return Denial{tftp::ErrorCode::kAccess, "Reverse path not allowed"};
    }
    if (!directories_.empty() && !directory_of(normalised(name))) {
      return Denial{tftp::ErrorCode::kAccess, "Forbidden directory"};
    }
  }
  OpenedFile file;
  file.fd.reset(open(name, flags));
  if (!file.fd) return denial_of(errno);
  if (::fstat(file.fd.get(), &file.status) < 0) return denial_of(errno);
  return file;
}

std::variant<OpenedFile, Denial> FileAccess::judge(OpenedFile file, mode_t needed,
                                                   const char* complaint) const {
  if (!rules_.permissive && !(file.status.st_mode & needed)) {
    return Denial{tftp::ErrorCode::kAccess, complaint};
  }
  if (S_ISDIR(file.status.st_mode)) return Denial{tftp::ErrorCode::kUndefined, std::strerror(EISDIR)};
  if (!S_ISREG(file.status.st_mode)) return Denial{tftp::ErrorCode::kAccess, "Not a regular file"};
  return file;
}

std::variant<OpenedFile, Denial> FileAccess::open_for_reading(const std::string& name) const {
  auto opened = open_checked(name, O_RDONLY);
  if (std::holds_alternative<Denial>(opened)) return opened;
  return judge(std::move(std::get<OpenedFile>(opened)), S_IROTH, "File must have global read permissions");
}

std::variant<OpenedFile, Denial> FileAccess::open_for_writing(const std::string& name) const {
  auto opened = open_checked(name, O_WRONLY);
  bool created = false;
  if (auto* denial = std::get_if<Denial>(&opened);
      denial && denial->code == tftp::ErrorCode::kNotFound && rules_.create) {
    opened = open_checked(name, O_WRONLY | O_CREAT | O_EXCL);
    created = std::holds_alternative<OpenedFile>(opened);
    // A symbolic link to what is not there: the upload makes its target, as the stock does.
    denial = std::get_if<Denial>(&opened);
    if (denial && denial->code == tftp::ErrorCode::kExists) opened = open_checked(name, O_WRONLY | O_CREAT);
  }
  if (std::holds_alternative<Denial>(opened)) return opened;
  auto judged =
      judge(std::move(std::get<OpenedFile>(opened)), S_IWOTH, "File must have global write permissions");
  if (auto* file = std::get_if<OpenedFile>(&judged)) {
    file->created = created;
  } else if (created) {
    remove(name);  // a refused upload leaves nothing behind
  }
  return judged;
}

void FileAccess::remove(const std::string& name) const {
  if (kind_ == Kind::kRoot) {
    ::unlink(name.c_str());
    return;
  }
  // The directory is resolved as for opening, the last component is taken as it is.
  const std::size_t slash = name.rfind('/');
  const std::string parent = slash == std::string::npos ? "." : name.substr(0, slash + 1);
  const std::string last = slash == std::string::npos ? name : name.substr(slash + 1);
  base::UniqueFd directory(open(parent, O_PATH | O_DIRECTORY));
  if (directory) ::unlinkat(directory.get(), last.c_str(), 0);
}

}  // namespace tftpd
