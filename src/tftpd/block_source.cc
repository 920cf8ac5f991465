#include "tftpd/block_source.h"

#include <algorithm>

namespace tftpd {

std::optional<std::uint64_t> BlockSource::last_block() const {
  if (mode_ == tftp::Mode::kNetascii) return std::nullopt;
  return file_->size() / blksize_ + 1;
}

ReadCache::Result BlockSource::fetch(std::uint64_t block, std::uint64_t acknowledged, std::size_t slot,
                                     iovec* pieces, std::size_t& count, std::size_t& length) {
  if (mode_ == tftp::Mode::kOctet) {
    const std::uint64_t offset = (block - 1) * blksize_;
    length = static_cast<std::size_t>(std::min<std::uint64_t>(file_->size() - offset, blksize_));
    drop_behind(acknowledged * blksize_);
    return cache_.view(*file_, offset, length, pieces, count);
  }
  // Slots never move while they are pointed at: a message holds no more than this.
  if (converted_.empty()) converted_.resize(std::size_t{64} << 10);
  if (next_.block == acknowledged + 1) kept_ = next_;
  if (block < next_.block) next_ = kept_;
  std::uint8_t* out = converted_.data() + slot * blksize_;
  do {
    const auto result = convert(next_, out, length);
    if (result != ReadCache::Result::kOk) return result;
  } while (next_.block <= block);
  pieces[0] = {out, length};
  count = length > 0 ? 1 : 0;
  return ReadCache::Result::kOk;
}

// The only reader of a file needs no memory for what lies behind it; and memory used again soon is fast.
void BlockSource::drop_behind(std::uint64_t offset) {
  if (offset / ReadCache::kChunk == dropped_ || file_.use_count() != 1) return;
  dropped_ = offset / ReadCache::kChunk;
  cache_.drop_before(*file_, offset);
}

ReadCache::Result BlockSource::convert(Place& place, std::uint8_t* out, std::size_t& length) {
  Place at = place;
  length = 0;
  while (length < blksize_) {
    const std::uint64_t left = file_->size() - at.position.offset;
    if (left == 0 && at.position.pending < 0) break;
    iovec pieces[ReadCache::kMaxViews];
    std::size_t count = 0;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left, blksize_ - length));
    const auto result = cache_.view(*file_, at.position.offset, wanted, pieces, count);
    if (result != ReadCache::Result::kOk) return result;
    const base::ByteView input =
        count == 0 ? base::ByteView()
                   : base::ByteView(static_cast<const std::uint8_t*>(pieces[0].iov_base), pieces[0].iov_len);
    length += tftp::encode_netascii(input, at.position, out + length, blksize_ - length);
  }
  ++at.block;
  place = at;
  return ReadCache::Result::kOk;
}

void BlockSource::prepare(std::uint64_t block) {
  if (mode_ == tftp::Mode::kOctet) cache_.prepare(*file_, (block - 1) * blksize_, blksize_);
}

}  // namespace tftpd
