// The store that is dhcpd.leases: group commit on a writer thread, rewriting beside the serving.
//
// While a sync runs, the next group gathers. The hourly image is made of pieces which the loop takes from the
// table, a few hundred leases at each call of answers(), so that no packet waits longer than that.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "lease/file_writer.h"
#include "lease/recovery.h"
#include "lease/table.h"

namespace lease {

class FileStore : public Store {
 public:
  // Leases that an image at start may hold and still be written before the constructor returns; a larger one
  // is written beside the serving, unless the file was damaged.
  static constexpr std::size_t kWrittenAtStart = 20000;

  // Reads the file into the table (which has adopted its pools) and writes it anew. Throws LeaseFileError.
  // No thread yet: a daemon forks between this and start().
  FileStore(const FileStoreOptions& options, base::UnixTime now, Table& table, Declarations& declarations,
            std::function<void()> wake);
  ~FileStore() override;  // drains
  FileStore(const FileStore&) = delete;
  FileStore& operator=(const FileStore&) = delete;

  void start();

  void commit(std::vector<Commit> group) override;
  std::vector<CommitAnswer> answers() override;
  void drain() override;

  // Writes the file anew as soon as possible, beside the serving.
  void rewrite();
  bool rewriting() const { return image_ != 0; }
  const ReadReport& recovered() const { return report_; }

 private:
  void serve();  // the writer thread
  bool wait_for_work(std::unique_lock<std::mutex>& lock);
  bool gathered(base::MonotonicTime now, base::MonotonicTime& until) const;
  void take_results(std::unique_lock<std::mutex>& lock);
  void image_work();
  ImagePiece next_piece();
  void hand_over(ImagePiece piece);
  void rewrite_at_once();

  const FileStoreOptions options_;
  const Table& table_;
  const Declarations& declarations_;
  const std::function<void()> wake_;
  ReadReport report_;

  // The loop's side.
  Changes group_;  // kept for its room
  std::vector<CommitAnswer> ready_;
  std::size_t unanswered_ = 0;
  std::uint64_t image_ = 0;  // number of the image in hand
  bool image_begun_ = false, image_taken_ = false;
  std::size_t image_at_ = 0;
  ImagePiece::Count image_count_;
  unsigned pieces_under_way_ = 0;

  // Between the two sides.
  std::mutex mutex_;
  std::condition_variable for_writer_, for_loop_;
  std::deque<WriterWork> work_;
  std::size_t commits_waiting_ = 0;
  base::MonotonicTime oldest_{}, newest_{};  // arrival of the commits waiting
  WriterResults results_;
  bool stopping_ = false, wants_image_ = false, draining_ = false;

  std::unique_ptr<FileWriter> writer_;  // the writer thread's, once it runs
  std::thread thread_;
};

}  // namespace lease
