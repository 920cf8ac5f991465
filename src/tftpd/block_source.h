// The blocks of one read transfer, as views of the read cache or, in netascii, of a buffer of the transfer's
// own.
#pragma once

#include <optional>

#include "tftp/netascii.h"
#include "tftp/packet.h"
#include "tftpd/read_cache.h"

namespace tftpd {

class BlockSource {
 public:
  BlockSource(ReadCache& cache, std::shared_ptr<OpenFile> file, tftp::Mode mode, std::uint32_t blksize)
      : cache_(cache), file_(std::move(file)), mode_(mode), blksize_(blksize) {}

  // The number of the last block where it is known beforehand.
  std::optional<std::uint64_t> last_block() const;

  // Up to kMaxViews pieces of block `block`; `acknowledged` blocks will not be asked for again. `slot` counts
  // the blocks that wait to be sent together. `length` is shorter than the block size at the last block only.
  ReadCache::Result fetch(std::uint64_t block, std::uint64_t acknowledged, std::size_t slot, iovec* pieces,
                          std::size_t& count, std::size_t& length);
  // Reads ahead.
  void prepare(std::uint64_t block);

  const OpenFile& file() const { return *file_; }
  std::uint64_t octets() const { return file_->size(); }

 private:
  struct Place {
    std::uint64_t block = 1;  // the next one to be converted
    tftp::NetasciiPosition position;
  };
  void drop_behind(std::uint64_t offset);
  ReadCache::Result convert(Place& place, std::uint8_t* out, std::size_t& length);

  ReadCache& cache_;
  std::shared_ptr<OpenFile> file_;
  tftp::Mode mode_;
  std::uint32_t blksize_;
  std::uint64_t dropped_ = 0;  // chunks of the cache, from the file's start
  // netascii: block n stands at no fixed place, so the conversion goes on from where the last one ended, and
  // from `kept_` again where blocks are sent again.
  Place kept_;
  Place next_;
  base::Bytes converted_;
};

}  // namespace tftpd
