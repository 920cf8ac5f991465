#include "lease/file_writer.h"

#include <cstring>
#include <utility>

namespace lease {

namespace {

using std::chrono::seconds;

constexpr std::size_t kWriteAt = 256 << 10;  // bytes gathered for the fresh file before a write
constexpr std::uint64_t kStartAt = 1 << 20;  // bytes written to it before the kernel is to put them on disk
constexpr seconds kComplainEvery{60};        // one line about the same trouble
constexpr std::chrono::milliseconds kShrinkEvery{10};
constexpr seconds kRetryImage{60};  // an image that is not urgent

// All changes among the work as one; a single entry, the usual case, without a copy of its text.
class Gathered {
 public:
  explicit Gathered(std::deque<WriterWork>& work) {
    for (WriterWork& item : work)
      if (Changes* changes = std::get_if<Changes>(&item)) add(*changes);
  }
  const std::vector<Changes::Answered>& answered() const {
    return one_ != nullptr ? one_->answered : answered_;
  }
  std::string_view text() const { return one_ != nullptr ? one_->text : text_; }

 private:
  void add(Changes& changes) {
    if (one_ == nullptr && answered_.empty()) {
      one_ = &changes;
      return;
    }
    if (one_ != nullptr) append(*std::exchange(one_, nullptr));
    append(changes);
  }
  void append(const Changes& changes) {
    answered_.insert(answered_.end(), changes.answered.begin(), changes.answered.end());
    text_ += changes.text;
  }

  const Changes* one_ = nullptr;
  std::vector<Changes::Answered> answered_;
  std::string text_;
};

void forget_texts(std::deque<WriterWork>& work) {
  for (WriterWork& item : work)
    if (Changes* changes = std::get_if<Changes>(&item)) changes->text.clear();
}

// nullptr: a piece of an image.
const std::string* text_of(const WriterWork& item) {
  const Changes* changes = std::get_if<Changes>(&item);
  return changes != nullptr ? &changes->text : nullptr;
}

}  // namespace

FileWriter::FileWriter(const FileStoreOptions& options, LeaseDirectory directory, AppendFile file,
                       bool trusted)
    : options_(options),
      directory_(std::move(directory)),
      current_(std::move(file)),
      trusted_(trusted),
      image_size_(current_.size()) {}

FileWriter::~FileWriter() {
  current_.trim();
  if (fresh_) directory_.remove_new();
}

void FileWriter::process(std::deque<WriterWork> work, base::MonotonicTime now, WriterResults& results) {
  now_ = now;
  const Gathered changes(work);
  const bool has_changes = !changes.text().empty();
  if (!changes.answered().empty() && !write_changes(changes.answered(), changes.text(), results))
    forget_texts(work);  // refused changes are not for the fresh file either
  const bool was_whole = whole_.has_value();
  write_fresh(work, results);
  shrink_backup();
  if (was_whole && whole_) finish_image(*whole_, results);
  const bool old = has_changes && now_ - rewritten_at_ > options_.rewrite_interval;
  const std::uint64_t grown = current_.size() - std::min(image_size_, current_.size());
  const bool large = grown > options_.rewrite_growth && grown > 2 * image_size_;
  if (old || large || !trusted_) image_due_ = true;
  if (image_due_ && image_ == 0 && now_ >= retry_at_) {
    image_due_ = false;
    image_ = results.wanted_image = ++last_image_;
  }
}

base::MonotonicTime FileWriter::wake_at() const {
  base::MonotonicTime at = base::MonotonicTime::max();
  if (image_ == 0 && (image_due_ || !trusted_)) at = retry_at_;
  if (whole_) at = now_;
  if (directory_.shrinking()) at = std::min(at, shrink_at_);
  return at;
}

void FileWriter::shrink_backup() {
  if (!directory_.shrinking() || now_ < shrink_at_) return;
  directory_.shrink_removed();
  shrink_at_ = now_ + kShrinkEvery;
}

bool FileWriter::write_changes(const std::vector<Pending>& changes, std::string_view text,
                               WriterResults& out) {
  if (trusted_ && !directory_.is_current(current_)) {
    trusted_ = false;
    out.lines.push_back({base::Severity::kError, "Lease file " + options_.path +
                                                     " was changed by another program: writing it anew."});
  }
  if (trusted_) {
    if (const int cause = current_.append(text)) {
      trusted_ = current_.trusted();
      refuse(changes, "write to", cause, out);
      return false;
    }
    const int cause = options_.sync ? current_.sync() : 0;
    if (cause == 0) {
      if (failing_) recovered(out);
      answer(changes, out);
      return true;
    }
    trusted_ = false;
    complain("sync", cause, out);
  }
  // Only a fresh file can make these durable. It has them from the table, or from here if it is begun.
  if (image_ == 0 && now_ < retry_at_) {
    refuse(changes, "write to", last_cause_, out);
    return false;
  }
  held_.insert(held_.end(), changes.begin(), changes.end());
  return true;
}

void FileWriter::write_fresh(const std::deque<WriterWork>& work, WriterResults& out) {
  const ImagePiece::Count* last_count = nullptr;
  for (const WriterWork& item : work) {
    if (const std::string* text = text_of(item)) {
      if (fresh_) fresh_text_ += *text;
      continue;
    }
    const ImagePiece* piece = std::get_if<ImagePiece>(&item);
    ++out.pieces_taken;
    if (piece->image != image_) continue;  // of one that failed
    if (piece->first && !begin_image(out)) continue;
    fresh_text_ += piece->text;
    if (piece->last) last_count = &piece->count;
    if (fresh_text_.size() >= kWriteAt) flush_fresh(out);
  }
  if (fresh_ && last_count != nullptr) {
    if (sync_fresh(out)) whole_ = *last_count;
  } else if (fresh_ && fresh_text_.size() >= kWriteAt) {
    flush_fresh(out);
  }
}

bool FileWriter::begin_image(WriterResults& out) {
  base::UniqueFd fd;
  if (const int cause = directory_.create_new(fd)) {
    fail_image("create", cause, out);
    return false;
  }
  fresh_ = AppendFile(std::move(fd), 0);
  fresh_text_.clear();
  fresh_kept_ = 0;
  return true;
}

bool FileWriter::flush_fresh(WriterResults& out) {
  if (const int cause = fresh_.append(fresh_text_)) {
    fail_image("write", cause, out);
    return false;
  }
  fresh_kept_ += fresh_text_.size();
  fresh_text_.clear();
  if (fresh_kept_ < kStartAt) return true;
  fresh_kept_ = 0;
  fresh_.start_writing();
  return true;
}

bool FileWriter::sync_fresh(WriterResults& out) {
  if (!flush_fresh(out)) return false;
  if (const int cause = fresh_.sync()) {
    fail_image("sync", cause, out);
    return false;
  }
  return true;
}

void FileWriter::finish_image(const ImagePiece::Count& count, WriterResults& out) {
  if (!sync_fresh(out)) return;
  std::string warning;
  const int cause = directory_.put_new_in_place(warning);
  if (!warning.empty()) out.lines.push_back({base::Severity::kError, warning});
  const bool in_place = cause == 0 || directory_.is_current(fresh_);
  if (!in_place) return fail_image("rename", cause, out);
  current_.trim();
  current_ = std::move(fresh_);
  fresh_ = AppendFile();
  whole_.reset();
  trusted_ = cause == 0;  // else a power cut may bring the old file back
  image_size_ = current_.size();
  rewritten_at_ = now_;
  if (!trusted_) return fail_image("sync the directory of", cause, out);
  out.ended_image = image_;
  image_ = 0;
  log_rewrite(count, out);
  if (failing_) recovered(out);
  answer(held_, out);
  held_.clear();
}

void FileWriter::fail_image(const char* what, int cause, WriterResults& out) {
  if (fresh_) {
    fresh_ = AppendFile();
    directory_.remove_new();
  }
  fresh_text_.clear();
  whole_.reset();
  out.ended_image = image_;
  image_ = 0;
  image_due_ = true;
  retry_at_ = now_ + (trusted_ ? kRetryImage : options_.retry);
  if (trusted_) {
    out.lines.push_back(
        {base::Severity::kError, base::format("Can't %s new lease file for %s: %s. The old one "
                                              "stays in use, next try in a minute.",
                                              what, options_.path.c_str(), std::strerror(cause))});
  }
  std::vector<Pending> waiting;
  waiting.swap(held_);
  if (!waiting.empty() || !trusted_) refuse(waiting, what, cause, out);
}

void FileWriter::answer(const std::vector<Pending>& changes, WriterResults& out) {
  for (const Pending& change : changes) {
    out.answers.push_back({change.ticket, change.dropped ? CommitResult::kFailed : CommitResult::kDone});
  }
}

void FileWriter::refuse(const std::vector<Pending>& changes, const char* what, int cause,
                        WriterResults& out) {
  refused_ += changes.size();
  complain(what, cause, out);
  for (const Pending& change : changes) out.answers.push_back({change.ticket, CommitResult::kFailed});
}

void FileWriter::complain(const char* what, int cause, WriterResults& out) {
  last_cause_ = cause;
  if (failing_ && now_ - complained_at_ < kComplainEvery) return;
  failing_ = true;
  complained_at_ = now_;
  out.lines.push_back(
      {base::Severity::kError,
       base::format("Can't %s lease file %s: %s. Changes of leases are not answered (%llu so far).", what,
                    options_.path.c_str(), std::strerror(cause), static_cast<unsigned long long>(refused_))});
}

void FileWriter::recovered(WriterResults& out) {
  failing_ = false;
  out.lines.push_back(
      {base::Severity::kInfo,
       base::format("Lease file %s is written again; %llu changes of leases were not answered meanwhile.",
                    options_.path.c_str(), static_cast<unsigned long long>(refused_))});
  refused_ = 0;
}

void FileWriter::log_rewrite(const ImagePiece::Count& count, WriterResults& out) {
  const auto wrote = [&](std::uint64_t number, const char* what) {
    out.lines.push_back({base::Severity::kInfo, base::format("Wrote %llu %s to leases file.",
                                                             static_cast<unsigned long long>(number), what)});
  };
  if (options_.classes_configured || count.classes > 0) wrote(count.classes, "class decls");
  if (options_.groups_configured) wrote(0, "group decls");  // none but those of the configuration
  if (options_.hosts_configured || count.deleted_hosts > 0) {
    wrote(count.deleted_hosts, "deleted host decls");
    wrote(0, "new dynamic host decls");  // the stock never counts them
  }
  wrote(count.leases, "leases");
}

}  // namespace lease
