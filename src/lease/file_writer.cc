#include "lease/file_writer.h"

#include <cstring>

namespace lease {

namespace {

using std::chrono::seconds;

constexpr std::size_t kWriteAt = 256 << 10;  // bytes gathered for the fresh file before a write
constexpr std::uint64_t kSyncAt = 1 << 20;   // bytes written to it before a sync: bounds each sync
constexpr seconds kComplainEvery{60};        // one line about the same trouble
constexpr std::chrono::milliseconds kShrinkEvery{10};
constexpr seconds kRetryImage{60};  // an image that is not urgent

void write_commit(std::string& out, const Commit& commit, const FileFormat& format) {
  for (const Declaration& declaration : commit.declarations) write_declaration(out, declaration);
  for (const Lease& lease : commit.leases) write_lease(out, lease, format);
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
  std::vector<std::string> texts(work.size());
  std::vector<Pending> changes;
  std::string all;
  for (std::size_t i = 0; i < work.size(); ++i) {
    const Commit* commit = std::get_if<Commit>(&work[i]);
    if (const Dropped* dropped = std::get_if<Dropped>(&work[i])) changes.push_back({dropped->ticket, true});
    if (!commit) continue;
    changes.push_back({commit->ticket, false});
    write_commit(texts[i], *commit, options_.format);
    all += texts[i];
  }
  if (!changes.empty() && !write_changes(changes, all, results)) {
    for (std::string& text : texts) text.clear();  // refused changes are not for the fresh file either
  }
  write_fresh(work, texts, results);
  directory_.shrink_removed();
  const bool old = !all.empty() && now_ - rewritten_at_ > options_.rewrite_interval;
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
  if (directory_.shrinking()) at = std::min(at, now_ + kShrinkEvery);
  return at;
}

bool FileWriter::write_changes(const std::vector<Pending>& changes, const std::string& text,
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

void FileWriter::write_fresh(const std::deque<WriterWork>& work, const std::vector<std::string>& texts,
                             WriterResults& out) {
  for (std::size_t i = 0; i < work.size(); ++i) {
    const ImagePiece* piece = std::get_if<ImagePiece>(&work[i]);
    if (!piece) {
      if (fresh_) fresh_text_ += texts[i];
      continue;
    }
    ++out.pieces_taken;
    if (piece->image != image_) continue;  // of one that failed
    if (piece->first && !begin_image(out)) continue;
    fresh_text_ += piece->text;
    if (piece->last) {
      // What comes behind the last piece is not in the fresh file yet, but may be answered already.
      for (std::size_t rest = i + 1; rest < work.size(); ++rest) fresh_text_ += texts[rest];
      finish_image(piece->count, out);
      for (std::size_t rest = i + 1; rest < work.size(); ++rest) {
        if (std::holds_alternative<ImagePiece>(work[rest])) ++out.pieces_taken;
      }
      return;
    }
    if (fresh_text_.size() >= kWriteAt && !flush_fresh(out)) continue;
  }
  if (fresh_ && fresh_text_.size() >= kWriteAt) flush_fresh(out);
}

bool FileWriter::begin_image(WriterResults& out) {
  base::UniqueFd fd;
  if (const int cause = directory_.create_new(fd)) {
    fail_image("create", cause, out);
    return false;
  }
  fresh_ = AppendFile(std::move(fd), 0);
  fresh_text_.clear();
  fresh_unsynced_ = 0;
  return true;
}

bool FileWriter::flush_fresh(WriterResults& out) {
  if (const int cause = fresh_.append(fresh_text_)) {
    fail_image("write", cause, out);
    return false;
  }
  fresh_unsynced_ += fresh_text_.size();
  fresh_text_.clear();
  if (fresh_unsynced_ < kSyncAt) return true;
  fresh_unsynced_ = 0;
  if (const int cause = fresh_.sync()) {
    fail_image("sync", cause, out);
    return false;
  }
  return true;
}

void FileWriter::finish_image(const ImagePiece::Count& count, WriterResults& out) {
  fresh_unsynced_ = kSyncAt;
  if (!flush_fresh(out)) return;
  std::string warning;
  const int cause = directory_.put_new_in_place(warning);
  if (!warning.empty()) out.lines.push_back({base::Severity::kError, warning});
  const bool in_place = cause == 0 || directory_.is_current(fresh_);
  if (!in_place) return fail_image("rename", cause, out);
  current_.trim();
  current_ = std::move(fresh_);
  fresh_ = AppendFile();
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
