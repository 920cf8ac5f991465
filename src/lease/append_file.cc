#include "lease/append_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace lease {

namespace {
// Space is reserved in steps of this size, so that most syncs have no blocks to allocate.
constexpr std::uint64_t kReserve = 4 << 20;
// Whole pages only are written ahead: the last one still grows.
constexpr std::uint64_t kPage = 4096;
}  // namespace

void AppendFile::reserve(std::uint64_t end) {
  if (!can_reserve_ || end <= reserved_) return;
#ifdef FALLOC_FL_KEEP_SIZE
  // The size stays: readers follow the file to its end and must never see zeros there.
  const auto from = static_cast<off_t>(size_);
  const auto length = static_cast<off_t>(end - size_ + kReserve);
  if (::fallocate(fd_.get(), FALLOC_FL_KEEP_SIZE, from, length) == 0) {
    reserved_ = end + kReserve;
    return;
  }
  // Full: what is there may still be enough for the record. Not supported: do not ask again.
  if (errno == ENOSPC || errno == EDQUOT || errno == EINTR) return;
#endif
  can_reserve_ = false;
}

int AppendFile::append(std::string_view text) {
  reserve(size_ + text.size());
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n =
        ::pwrite(fd_.get(), text.data() + done, text.size() - done, static_cast<off_t>(size_ + done));
    if (n > 0) {
      done += static_cast<std::size_t>(n);
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    const int cause = n < 0 ? errno : EIO;
    if (done > 0 && ::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) trusted_ = false;
    reserved_ = size_;
    return cause;
  }
  size_ += text.size();
  return 0;
}

int AppendFile::sync() {
  if (::fdatasync(fd_.get()) == 0) return 0;
  trusted_ = false;
  return errno;
}

void AppendFile::start_writing() {
#ifdef SYNC_FILE_RANGE_WRITE
  const std::uint64_t end = size_ / kPage * kPage;
  // An error is told by sync(), which is what counts.
  ::sync_file_range(fd_.get(), static_cast<off_t>(writing_from_), static_cast<off_t>(end - writing_from_),
                    SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE);
  writing_from_ = writing_to_;
  writing_to_ = end;
#endif
}

void AppendFile::trim() {
  if (reserved_ <= size_) return;
  reserved_ = size_;
  // A failure leaves space allocated behind the end, no more.
  if (::ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) return;
}

}  // namespace lease
