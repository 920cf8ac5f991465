#include "tftpd/upload.h"

#include <unistd.h>

#include <cerrno>

namespace tftpd {

namespace {

Denial write_failed() { return denial_of(errno == EDQUOT || errno == EFBIG ? ENOSPC : errno); }

}  // namespace

std::optional<Denial> Upload::store(base::ByteView payload, bool last) {
  if (!started_) {
    started_ = true;
    if (::ftruncate(fd_.get(), 0) < 0) return Denial{tftp::ErrorCode::kAccess, "Cannot reset file size"};
  }
  if (mode_ == tftp::Mode::kNetascii) {
    converted_.clear();
    decoder_.decode(payload, converted_);
    if (last) decoder_.finish(converted_);
    payload = converted_;
  }
  if (auto failure = write(payload)) return failure;
  // A file system may tell only now that there was no room.
  if (last && ::close(fd_.release()) < 0) return write_failed();
  return std::nullopt;
}

std::optional<Denial> Upload::write(base::ByteView octets) {
  while (!octets.empty()) {
    const ssize_t written = ::write(fd_.get(), octets.data(), octets.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return write_failed();
    }
    octets_ += static_cast<std::uint64_t>(written);
    octets = octets.subview(static_cast<std::size_t>(written));
  }
  return std::nullopt;
}

}  // namespace tftpd
