#include "tftpd/read_cache.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <new>

#include "base/address.h"
#include "base/bytes.h"

namespace tftpd {

namespace {
constexpr std::int32_t kNone = -1;
}

OpenFile::OpenFile(ReadCache& cache, base::UniqueFd fd, const struct stat& status)
    : cache_(cache), fd_(std::move(fd)), size_(static_cast<std::uint64_t>(status.st_size)) {}

OpenFile::~OpenFile() {
  while (first_chunk_ != kNone) {
    const std::int32_t chunk = first_chunk_;
    cache_.remove(chunk);
    cache_.free_.push_back(chunk);
  }
}

ReadCache::ReadCache(std::size_t bytes) {
  const std::size_t count = std::max<std::size_t>(bytes / kChunk, 4 * kMaxViews);
  // Mapped, not allocated: memory that was never needed never becomes real.
  void* memory = ::mmap(nullptr, count * kChunk, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  ::madvise(memory, count * kChunk, MADV_HUGEPAGE);
  memory_ = static_cast<std::uint8_t*>(memory);
  chunks_.resize(count);
  std::size_t buckets = 1;
  while (buckets < 2 * count) buckets *= 2;
  buckets_.assign(buckets, kNone);
  free_.reserve(count);
  for (std::size_t i = count; i-- > 0;) free_.push_back(static_cast<std::int32_t>(i));
}

ReadCache::~ReadCache() { ::munmap(memory_, chunks_.size() * kChunk); }

bool ReadCache::Identity::operator==(const Identity& other) const {
  return device == other.device && inode == other.inode && size == other.size &&
         modified_s == other.modified_s && modified_ns == other.modified_ns && changed_s == other.changed_s &&
         changed_ns == other.changed_ns;
}

std::size_t ReadCache::IdentityHash::operator()(const Identity& id) const noexcept {
  return std::hash<std::uint64_t>()(id.inode * 0x9e3779b97f4a7c15u + id.device);
}

std::shared_ptr<OpenFile> ReadCache::open(base::UniqueFd fd, const struct stat& status) {
  const Identity id{status.st_dev,         status.st_ino,          status.st_size,
                    status.st_mtim.tv_sec, status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                    status.st_ctim.tv_nsec};
  auto& known = files_[id];
  if (auto shared = known.lock()) return shared;
  // The table holds open files only, so the entry goes with the file.
  std::shared_ptr<OpenFile> file(new OpenFile(*this, std::move(fd), status), [this, id](OpenFile* f) {
    files_.erase(id);
    delete f;
  });
  known = file;
  return file;
}

bool ReadCache::is_open(dev_t device, ino_t inode) const {
  return std::any_of(files_.begin(), files_.end(), [&](const auto& entry) {
    return entry.first.device == device && entry.first.inode == inode && !entry.second.expired();
  });
}

std::size_t ReadCache::bucket_of(const OpenFile* file, std::uint64_t number) const {
  std::uint64_t h = reinterpret_cast<std::uintptr_t>(file) / alignof(OpenFile) + number * 0x9e3779b97f4a7c15u;
  h ^= h >> 29;
  return static_cast<std::size_t>(h) & (buckets_.size() - 1);
}

std::int32_t ReadCache::find(const OpenFile& file, std::uint64_t number) const {
  std::int32_t at = buckets_[bucket_of(&file, number)];
  while (at != kNone) {
    const Chunk& chunk = chunks_[static_cast<std::size_t>(at)];
    if (chunk.file == &file && chunk.number == number) return at;
    at = chunk.bucket_next;
  }
  return kNone;
}

ReadCache::Result ReadCache::view(OpenFile& file, std::uint64_t offset, std::size_t length, iovec* views,
                                  std::size_t& count) {
  count = 0;
  while (length > 0) {
    const std::uint64_t number = offset / kChunk;
    std::int32_t at = find(file, number);
    if (at == kNone) {
      const Result loaded = load(file, number, (offset + length - 1) / kChunk);
      if (loaded != Result::kOk) return loaded;
      at = find(file, number);
    }
    use(at);
    const std::size_t start = static_cast<std::size_t>(offset % kChunk);
    const std::size_t have = chunks_[static_cast<std::size_t>(at)].length;
    const std::size_t want = std::min(length, kChunk - start);
    if (start + want > have) return Result::kShort;
    views[count++] = {bytes_of(at) + start, want};
    offset += want;
    length -= want;
  }
  return Result::kOk;
}

void ReadCache::prepare(OpenFile& file, std::uint64_t offset, std::size_t length) {
  if (offset >= file.size()) return;
  length =
      static_cast<std::size_t>(std::min<std::uint64_t>(std::min(length, kMaxLength), file.size() - offset));
  std::uint64_t first = offset / kChunk;
  const std::uint64_t last = (offset + length - 1) / kChunk;
  while (first <= last && find(file, first) != kNone) ++first;
  if (first <= last) load(file, first, last);
}

void ReadCache::drop_before(OpenFile& file, std::uint64_t offset) {
  std::uint64_t number = offset / kChunk;
  while (number-- > 0) {
    const std::int32_t at = find(file, number);
    if (at == kNone || chunks_[static_cast<std::size_t>(at)].turn == turn_) return;
    remove(at);
    free_.push_back(at);
  }
}

// Reads the missing ones of the chunks `first` to `last`, from `first` on and in one system call.
ReadCache::Result ReadCache::load(OpenFile& file, std::uint64_t first, std::uint64_t last) {
  std::int32_t taken[kMaxViews + 1];
  iovec places[kMaxViews + 1];
  std::size_t count = 0;
  while (count <= kMaxViews && first + count <= last && find(file, first + count) == kNone) {
    const std::int32_t at = take_chunk();
    if (at == kNone) break;
    places[count] = {bytes_of(at), kChunk};
    taken[count++] = at;
  }
  if (count == 0) return Result::kFull;
  const ssize_t got =
      ::preadv(file.fd(), places, static_cast<int>(count), static_cast<off_t>(first * kChunk));
  const std::size_t have = got > 0 ? static_cast<std::size_t>(got) : 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i * kChunk < have) {
      insert(taken[i], file, first + i, static_cast<std::uint32_t>(std::min(kChunk, have - i * kChunk)));
    } else {
      free_.push_back(taken[i]);
    }
  }
  if (got < 0) return Result::kFailed;
  return have == 0 ? Result::kShort : Result::kOk;
}

std::int32_t ReadCache::take_chunk() {
  if (!free_.empty()) {
    const std::int32_t at = free_.back();
    free_.pop_back();
    return at;
  }
  if (oldest_ == kNone || chunks_[static_cast<std::size_t>(oldest_)].turn == turn_) return kNone;
  const std::int32_t at = oldest_;
  remove(at);
  return at;
}

void ReadCache::insert(std::int32_t index, OpenFile& file, std::uint64_t number, std::uint32_t length) {
  Chunk& chunk = chunks_[static_cast<std::size_t>(index)];
  chunk.file = &file;
  chunk.number = number;
  chunk.length = length;
  chunk.turn = turn_;
  std::int32_t& bucket = buckets_[bucket_of(&file, number)];
  chunk.bucket_next = bucket;
  bucket = index;
  chunk.file_previous = kNone;
  chunk.file_next = file.first_chunk_;
  if (chunk.file_next != kNone) chunks_[static_cast<std::size_t>(chunk.file_next)].file_previous = index;
  file.first_chunk_ = index;
  link_newest(index);
}

void ReadCache::remove(std::int32_t index) {
  Chunk& chunk = chunks_[static_cast<std::size_t>(index)];
  std::int32_t* link = &buckets_[bucket_of(chunk.file, chunk.number)];
  while (*link != index) link = &chunks_[static_cast<std::size_t>(*link)].bucket_next;
  *link = chunk.bucket_next;
  if (chunk.file_next != kNone) {
    chunks_[static_cast<std::size_t>(chunk.file_next)].file_previous = chunk.file_previous;
  }
  if (chunk.file_previous != kNone) {
    chunks_[static_cast<std::size_t>(chunk.file_previous)].file_next = chunk.file_next;
  } else {
    chunk.file->first_chunk_ = chunk.file_next;
  }
  unlink_use(index);
  chunk.file = nullptr;
}

void ReadCache::use(std::int32_t index) {
  chunks_[static_cast<std::size_t>(index)].turn = turn_;
  if (index == newest_) return;
  unlink_use(index);
  link_newest(index);
}

void ReadCache::unlink_use(std::int32_t index) {
  Chunk& chunk = chunks_[static_cast<std::size_t>(index)];
  (chunk.newer != kNone ? chunks_[static_cast<std::size_t>(chunk.newer)].older : newest_) = chunk.older;
  (chunk.older != kNone ? chunks_[static_cast<std::size_t>(chunk.older)].newer : oldest_) = chunk.newer;
}

void ReadCache::link_newest(std::int32_t index) {
  Chunk& chunk = chunks_[static_cast<std::size_t>(index)];
  chunk.newer = kNone;
  chunk.older = newest_;
  if (newest_ != kNone) chunks_[static_cast<std::size_t>(newest_)].newer = index;
  newest_ = index;
  if (oldest_ == kNone) oldest_ = index;
}

}  // namespace tftpd
