// A file that is being written by a client.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/fd.h"
#include "tftp/netascii.h"
#include "tftp/packet.h"
#include "tftpd/file_access.h"

namespace tftpd {

class Upload {
 public:
  // What the file held stays until the first block is here.
  Upload(OpenedFile file, tftp::Mode mode)
      : fd_(std::move(file.fd)), device_(file.status.st_dev), inode_(file.status.st_ino), mode_(mode) {}

  // Stores a block's octets, and after the last one closes the file. What comes back is to be told the
  // client.
  std::optional<Denial> store(base::ByteView payload, bool last);

  std::uint64_t octets() const { return octets_; }  // in the file
  bool is_open() const { return static_cast<bool>(fd_); }
  dev_t device() const { return device_; }
  ino_t inode() const { return inode_; }

 private:
  std::optional<Denial> write(base::ByteView octets);

  base::UniqueFd fd_;
  dev_t device_;
  ino_t inode_;
  tftp::Mode mode_;
  tftp::NetasciiDecoder decoder_;
  base::Bytes converted_;
  bool started_ = false;
  std::uint64_t octets_ = 0;
};

}  // namespace tftpd
