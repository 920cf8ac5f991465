#include "lease/file_store.h"

#include <pthread.h>
#include <signal.h>

#include <cstring>
#include <system_error>

#include "base/log.h"

namespace lease {

namespace {

constexpr std::size_t kLeasesAPiece = 500;
constexpr unsigned kPiecesUnderWay = 2;
// delayed-ack: acks that come closer than this wait for each other.
constexpr std::chrono::milliseconds kGatherGap{10};

LeaseDirectory open_directory(const std::string& path) {
  try {
    return LeaseDirectory(path);
  } catch (const std::system_error& e) {
    throw LeaseFileError("Can't open lease database " + path + ": " + e.code().message() +
                         " --\n  check for failed database rewrite attempt!\n"
                         "Please read the dhcpd.leases manual page if you\n"
                         "don't know what to do about this.");
  }
}

// A directory in which no file can be made is found at start, not an hour later.
void check_writable(LeaseDirectory& directory) {
  base::UniqueFd fd;
  const int cause = directory.create_new(fd);
  directory.remove_new();
  if (cause == 0 || cause == ENOSPC || cause == EDQUOT) return;
  throw LeaseFileError("Can't create new lease file beside " + directory.path() + ": " +
                       std::strerror(cause) + ". The server must own the directory.");
}

void write_commit(std::string& out, const Commit& commit, const FileFormat& format) {
  for (const Declaration& declaration : commit.declarations) write_declaration(out, declaration);
  for (const Lease& lease : commit.leases) write_lease(out, lease, format);
}

bool worth_writing(const Lease& lease) {
  return lease.binding != BindingState::kFree || !lease.hardware.empty() || !lease.uid.empty() ||
         lease.tsfp != 0 || lease.reserved;
}

}  // namespace

FileStore::FileStore(const FileStoreOptions& options, base::UnixTime now, Table& table,
                     Declarations& declarations, std::function<void()> wake)
    : options_(options), table_(table), declarations_(declarations), wake_(std::move(wake)) {
  LeaseDirectory directory = open_directory(options.path);
  ReadOptions read;
  read.name = options.path;
  read.now = now;
  read.options = options.format.options;
  Recovered recovered = recover(directory, read, table, declarations);
  check_writable(directory);
  report_ = std::move(recovered.report);
  writer_ = std::make_unique<FileWriter>(options, std::move(directory), std::move(recovered.file),
                                         recovered.intact);
  writer_->want_image();
  if (!recovered.intact || table.size() <= kWrittenAtStart) rewrite_at_once();
}

FileStore::~FileStore() {
  if (!thread_.joinable()) return;
  drain();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  for_writer_.notify_one();
  thread_.join();
}

// The writer's work done here, before it has a thread.
void FileStore::rewrite_at_once() {
  do {
    std::deque<WriterWork> work;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      work.swap(work_);
    }
    writer_->process(std::move(work), base::monotonic_now(), results_);
    answers();
  } while (image_ != 0);
}

void FileStore::start() {
  // Signals are for the loop.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { serve(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

// The records are made here and not by the writer, so that only their text changes hands: leases are made and
// freed by one thread.
void FileStore::commit(std::vector<Commit> group) {
  group_.answered.clear();
  group_.text.clear();
  for (const Commit& commit : group) {
    const bool dropped = ++unanswered_ > options_.most_pending;
    group_.answered.push_back({commit.ticket, dropped});
    if (!dropped) write_commit(group_.text, commit, options_.format);
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    newest_ = base::monotonic_now();
    if (commits_waiting_ == 0) oldest_ = newest_;
    commits_waiting_ += group.size();
    if (work_.empty() || !std::holds_alternative<Changes>(work_.back())) work_.emplace_back(Changes());
    Changes& waiting = std::get<Changes>(work_.back());
    waiting.answered.insert(waiting.answered.end(), group_.answered.begin(), group_.answered.end());
    waiting.text += group_.text;
  }
  for_writer_.notify_one();
}

std::vector<CommitAnswer> FileStore::answers() {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    take_results(lock);
  }
  image_work();
  std::vector<CommitAnswer> out;
  out.swap(ready_);
  return out;
}

void FileStore::drain() {
  std::unique_lock<std::mutex> lock(mutex_);
  draining_ = true;
  for_writer_.notify_one();
  for (;;) {
    take_results(lock);
    lock.unlock();
    image_work();
    lock.lock();
    if (unanswered_ == 0) break;
    for_loop_.wait(lock, [this] { return !results_.empty(); });
  }
  draining_ = false;
}

void FileStore::rewrite() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    wants_image_ = true;
  }
  for_writer_.notify_one();
}

void FileStore::take_results(std::unique_lock<std::mutex>& lock) {
  WriterResults results;
  std::swap(results, results_);
  lock.unlock();
  for (const LogLine& line : results.lines) base::log(line.severity, "%s", line.text.c_str());
  ready_.insert(ready_.end(), results.answers.begin(), results.answers.end());
  unanswered_ -= results.answers.size();
  pieces_under_way_ -= results.pieces_taken;
  if (results.ended_image != 0 && results.ended_image == image_) image_ = 0;
  if (results.wanted_image != 0) {
    image_ = results.wanted_image;
    image_begun_ = image_taken_ = false;
    image_at_ = 0;
    image_count_ = {};
  }
  lock.lock();
}

void FileStore::image_work() {
  while (image_ != 0 && !image_taken_ && pieces_under_way_ < kPiecesUnderWay) hand_over(next_piece());
}

ImagePiece FileStore::next_piece() {
  ImagePiece piece;
  piece.image = image_;
  piece.first = !image_begun_;
  if (piece.first) {
    image_begun_ = true;
    piece.text = file_header();
    declarations_.write(piece.text, options_.format);
    using Kind = Declaration::Kind;
    image_count_.classes = declarations_.all(Kind::kClass).size() + declarations_.all(Kind::kSubclass).size();
    for (const Declaration* host : declarations_.all(Kind::kHost)) {
      if (host->deleted && !host->dynamic) ++image_count_.deleted_hosts;
    }
  }
  image_at_ = table_.visit(image_at_, kLeasesAPiece, [&](const Lease& lease) {
    if (!worth_writing(lease)) return;
    write_lease(piece.text, lease, options_.format);
    ++image_count_.leases;
  });
  piece.last = image_taken_ = image_at_ == 0;
  piece.count = image_count_;
  return piece;
}

void FileStore::hand_over(ImagePiece piece) {
  ++pieces_under_way_;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    work_.emplace_back(std::move(piece));
  }
  for_writer_.notify_one();
}

// delayed-ack: whether the commits that wait are enough, or have waited enough; else `until` when to look
// again.
bool FileStore::gathered(base::MonotonicTime now, base::MonotonicTime& until) const {
  if (options_.delayed_ack == 0 || draining_ || commits_waiting_ >= options_.delayed_ack) return true;
  until = std::min(newest_ + kGatherGap, oldest_ + options_.max_ack_delay);
  return now >= until;
}

// Returns with the lock held; false: the store ends.
bool FileStore::wait_for_work(std::unique_lock<std::mutex>& lock) {
  for (;;) {
    if (stopping_ && work_.empty()) return false;
    const base::MonotonicTime now = base::monotonic_now();
    base::MonotonicTime until = writer_->wake_at();
    if (wants_image_ || now >= until) return true;
    if (!work_.empty() && (commits_waiting_ == 0 || gathered(now, until))) return true;
    if (until == base::MonotonicTime::max()) {
      for_writer_.wait(lock);
    } else {
      for_writer_.wait_until(lock, until);
    }
  }
}

void FileStore::serve() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (wait_for_work(lock)) {
    std::deque<WriterWork> work;
    work.swap(work_);
    commits_waiting_ = 0;
    if (std::exchange(wants_image_, false)) writer_->want_image();
    lock.unlock();
    WriterResults results;
    writer_->process(std::move(work), base::monotonic_now(), results);
    lock.lock();
    if (results.empty()) continue;
    WriterResults& out = results_;
    out.answers.insert(out.answers.end(), results.answers.begin(), results.answers.end());
    for (LogLine& line : results.lines) out.lines.push_back(std::move(line));
    if (results.wanted_image) out.wanted_image = results.wanted_image;
    if (results.ended_image) out.ended_image = results.ended_image;
    out.pieces_taken += results.pieces_taken;
    for_loop_.notify_one();
    lock.unlock();
    wake_();
    lock.lock();
  }
}

}  // namespace lease
