// Open files and what has been read of them, shared by all transfers.
//
// A file that several clients fetch is open once, and read once in pieces of kChunk. Views go straight into
// sendmsg(2): between the file and the packet nothing is copied twice and nothing is allocated.
#pragma once

#include <sys/stat.h>
#include <sys/uio.h>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "base/fd.h"

namespace tftpd {

class ReadCache;

// A regular file open for reading. What it held when it was opened is what a transfer sends: its size is
// fixed then.
class OpenFile {
 public:
  OpenFile(ReadCache& cache, base::UniqueFd fd, const struct stat& status);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  std::uint64_t size() const { return size_; }
  int fd() const { return fd_.get(); }

 private:
  friend class ReadCache;
  ReadCache& cache_;
  base::UniqueFd fd_;
  std::uint64_t size_;
  std::int32_t first_chunk_ = -1;  // of those in the cache
};

class ReadCache {
 public:
  static constexpr std::size_t kChunk = 16384;

  // Keeps at most `bytes` of file contents.
  explicit ReadCache(std::size_t bytes);
  ~ReadCache();
  ReadCache(const ReadCache&) = delete;
  ReadCache& operator=(const ReadCache&) = delete;

  // Shares the open file with whoever reads the same unchanged file already.
  std::shared_ptr<OpenFile> open(base::UniqueFd fd, const struct stat& status);

  // Whether a transfer reads the file, in whatever state.
  bool is_open(dev_t device, ino_t inode) const;

  enum class Result {
    kOk,
    kShort,   // the file has become shorter
    kFailed,  // errno says why
    kFull,    // everything is in use: send what is viewed, call release(), come again
  };
  // Where the bytes from `offset` lie: writes up to `kMaxViews` pieces to `views` and their number to
  // `count`. `length` is at most kMaxLength. The views hold until release().
  static constexpr std::size_t kMaxLength = 65536;
  static constexpr std::size_t kMaxViews = kMaxLength / kChunk + 1;
  Result view(OpenFile& file, std::uint64_t offset, std::size_t length, iovec* views, std::size_t& count);
  // Nothing viewed so far is used any more.
  void release() { ++turn_; }
  // Reads ahead what will be asked for next.
  void prepare(OpenFile& file, std::uint64_t offset, std::size_t length);
  // What lies before `offset` is not needed again by the only reader.
  void drop_before(OpenFile& file, std::uint64_t offset);

 private:
  friend class OpenFile;
  struct Chunk {
    OpenFile* file = nullptr;
    std::uint64_t number = 0;
    std::uint32_t length = 0;  // octets read
    std::uint32_t turn = 0;    // in which it was viewed last
    std::int32_t bucket_next = -1;
    std::int32_t file_next = -1, file_previous = -1;
    std::int32_t newer = -1, older = -1;  // by use
  };
  struct Identity {
    dev_t device;
    ino_t inode;
    std::int64_t size, modified_s, modified_ns, changed_s, changed_ns;
    bool operator==(const Identity& other) const;
  };
  struct IdentityHash {
    std::size_t operator()(const Identity& id) const noexcept;
  };

  std::size_t bucket_of(const OpenFile* file, std::uint64_t number) const;
  std::int32_t find(const OpenFile& file, std::uint64_t number) const;
  Result load(OpenFile& file, std::uint64_t first, std::uint64_t last);
  std::int32_t take_chunk();
  void insert(std::int32_t index, OpenFile& file, std::uint64_t number, std::uint32_t length);
  void remove(std::int32_t index);
  void use(std::int32_t index);
  void unlink_use(std::int32_t index);
  void link_newest(std::int32_t index);
  std::uint8_t* bytes_of(std::int32_t index) const {
    return memory_ + static_cast<std::size_t>(index) * kChunk;
  }

  std::uint8_t* memory_;
  std::vector<Chunk> chunks_;
  std::vector<std::int32_t> buckets_;
  std::vector<std::int32_t> free_;  // the chunk freed last is used first: its memory is warm
  std::int32_t newest_ = -1, oldest_ = -1;
  std::uint32_t turn_ = 1;
  std::unordered_map<Identity, std::weak_ptr<OpenFile>, IdentityHash> files_;
};

}  // namespace tftpd
