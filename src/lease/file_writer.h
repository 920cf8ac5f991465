// What the writer thread of a FileStore does: the records of a group of changes become one write and one
// sync; images are written beside and put in place. No thread and no lock is here: the caller hands over work
// and takes the results.
//
// Two files may be open at once: the current one, in which every answered change is durable, and a fresh one
// that takes the pieces of an image and every change that comes meanwhile. Once it is whole and synced, the
// next call renames it over the current one, so that no change waits for both. A current file that cannot be
// trusted any more (a sync failed, somebody replaced it) gets no more changes: those wait for the fresh one.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "lease/append_file.h"
#include "lease/lease_directory.h"
#include "lease/record.h"
#include "lease/store.h"

namespace lease {

struct FileStoreOptions {
  std::string path;
  FileFormat format;
  bool sync = true;          // dont-use-fsync true: false
  unsigned delayed_ack = 0;  // 0: a sync as soon as the last one is over
  std::chrono::microseconds max_ack_delay{250000};
  std::chrono::seconds rewrite_interval{3600};
  std::chrono::milliseconds retry{1000};    // until the next try, when changes cannot be written
  std::uint64_t rewrite_growth = 64 << 20;  // bytes appended, if that is also twice the image
  std::size_t most_pending = 65536;         // commits waiting for the disk; more are answered kFailed
  bool hosts_configured = false;            // words of the log lines of a rewrite
  bool classes_configured = false;
  bool groups_configured = false;
};

// A piece of an image. Pieces of an image that failed meanwhile are dropped by its number.
struct ImagePiece {
  std::uint64_t image = 0;
  bool first = false, last = false;
  std::string text;
  // With the last piece: what the image holds.
  struct Count {
    std::uint64_t leases = 0, classes = 0, deleted_hosts = 0;
  } count;
};

// Changes that came one after the other, and their records.
struct Changes {
  struct Answered {
    std::uint64_t ticket;
    bool dropped;  // not written, since too many wait already: answered kFailed in its turn
  };
  std::vector<Answered> answered;
  std::string text;
};

using WriterWork = std::variant<Changes, ImagePiece>;

struct LogLine {
  base::Severity severity;
  std::string text;
};

struct WriterResults {
  std::vector<CommitAnswer> answers;
  std::vector<LogLine> lines;
  std::uint64_t wanted_image = 0;  // number of an image to begin; 0: none
  std::uint64_t ended_image = 0;   // number of an image that is in place or has failed
  unsigned pieces_taken = 0;
  bool empty() const {
    return answers.empty() && lines.empty() && !wanted_image && !ended_image && !pieces_taken;
  }
};

class FileWriter {
 public:
  // `file` is the current one, open and locked; not `trusted`: it takes no changes, an image is due at once.
  FileWriter(const FileStoreOptions& options, LeaseDirectory directory, AppendFile file, bool trusted);

  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  // All that has come since the last call, in order. Called without work too, when wake_at() has passed.
  void process(std::deque<WriterWork> work, base::MonotonicTime now, WriterResults& results);
  // When something is to be done though no work comes; never: time_point::max().
  base::MonotonicTime wake_at() const;
  // Asks for an image as soon as possible.
  void want_image() { image_due_ = true; }

 private:
  using Pending = Changes::Answered;
  // False: they were refused.
  bool write_changes(const std::vector<Pending>& changes, std::string_view text, WriterResults& out);
  void answer(const std::vector<Pending>& changes, WriterResults& out);
  void shrink_backup();
  void write_fresh(const std::deque<WriterWork>& work, WriterResults& out);
  bool begin_image(WriterResults& out);
  bool flush_fresh(WriterResults& out);
  bool sync_fresh(WriterResults& out);
  void finish_image(const ImagePiece::Count& count, WriterResults& out);
  void fail_image(const char* what, int cause, WriterResults& out);
  void refuse(const std::vector<Pending>& changes, const char* what, int cause, WriterResults& out);
  void complain(const char* what, int cause, WriterResults& out);
  void recovered(WriterResults& out);
  void log_rewrite(const ImagePiece::Count& count, WriterResults& out);

  FileStoreOptions options_;
  LeaseDirectory directory_;
  AppendFile current_;
  bool trusted_;  // changes may be appended to current_
  base::MonotonicTime now_{};

  AppendFile fresh_;
  std::uint64_t image_ = 0;  // number of the image in hand, 0: none
  std::uint64_t last_image_ = 0;
  bool image_due_ = false;
  std::uint64_t fresh_kept_ = 0;            // bytes that the kernel was not yet told to write
  std::string fresh_text_;                  // not yet written
  std::optional<ImagePiece::Count> whole_;  // the fresh file has all of its image and was synced
  std::vector<Pending> held_;               // changes that wait for the image to be in place
  base::MonotonicTime rewritten_at_{};
  base::MonotonicTime retry_at_{};   // no image before
  base::MonotonicTime shrink_at_{};  // no step of shrinking the old backup before
  std::uint64_t image_size_ = 0;     // of the current file when it was put in place

  // One line a minute about what does not work.
  base::MonotonicTime complained_at_{};
  bool failing_ = false;
  int last_cause_ = 0;
  std::uint64_t refused_ = 0;  // since the trouble began
};

}  // namespace lease
