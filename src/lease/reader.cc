#include "lease/reader.h"

#include <algorithm>

#include "base/log.h"
#include "lease/field_text.h"
#include "lease/lease_parser.h"
#include "lease/scanner.h"

namespace lease {

namespace {

using Kind = Token::Kind;

std::size_t count_lines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// Whether a record of a lease begins at the start of `text`. On a line of its own the words up to the brace
// are enough; elsewhere (behind debris) the line must end there, which no string that a client chose can
// bring about.
bool lease_begins(std::string_view text, bool at_line_start) {
  if (!starts_with(text, "lease ")) return false;
  std::size_t at = 6;
  const std::size_t end = std::min(text.size(), at + 15);
  while (at < end && ((text[at] >= '0' && text[at] <= '9') || text[at] == '.')) ++at;
  if (!base::Ipv4::parse(text.substr(6, at - 6))) return false;
  if (at + 2 > text.size() || text[at] != ' ' || text[at + 1] != '{') return false;
  if (at_line_start) return true;
  at += 2;
  if (at < text.size() && text[at] == '\r') ++at;
  return at < text.size() && text[at] == '\n';
}

bool other_begins(std::string_view text) {
  for (std::string_view word : {"host ", "group ", "class ", "subclass ", "failover peer ", "server-duid ",
                                "authoring-byte-order ", "ia-na ", "ia-ta ", "ia-pd "}) {
    if (starts_with(text, word)) return true;
  }
  return false;
}

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";  // left by an editor

// Bytes that are enough to tell that a record begins.
constexpr std::size_t kLongestStart = 40;

class Reader {
 public:
  Reader(const ReadSome& read, const ReadOptions& options, ReadSink& sink)
      : read_(read), options_(options), sink_(sink), parser_(options.now, *options.options) {}

  ReadReport run() {
    while (!at_end_ && rest().size() < kByteOrderMark.size()) fill();
    if (starts_with(rest(), kByteOrderMark)) start_ += kByteOrderMark.size();
    while (record()) {
    }
    return std::move(report_);
  }

 private:
  std::string_view rest() const { return std::string_view(buffer_).substr(start_, end_ - start_); }

  // Reads one more piece behind what is not used up yet.
  void fill() {
    std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(start_), end_ - start_, buffer_.begin());
    end_ -= start_;
    start_ = 0;
    if (buffer_.size() < end_ + options_.piece) buffer_.resize(end_ + options_.piece);
    const std::size_t got = read_(&buffer_[end_], options_.piece);
    end_ += got;
    report_.bytes += got;
    if (got > 0) report_.ends_in_line = buffer_[end_ - 1] != '\n';
    at_end_ = got == 0;
  }

  void message(std::size_t line, const std::string& text) {
    if (report_.messages.size() >= ReadReport::kMostMessages) {
      ++report_.more_messages;
      return;
    }
    report_.messages.push_back(base::format("%s line %zu: %s", options_.name.c_str(), line, text.c_str()));
  }

  void use_up(std::size_t end, std::size_t line) {
    start_ += end;
    line_ = line;
  }

  // One record, or one damaged place; false at the end of the file.
  bool record() {
    for (;;) {
      Scanner& scanner = scanner_;
      scanner.reset(rest(), at_end_, line_);
      what_.clear();
      const ParseStatus status = parse(scanner);
      if (status == ParseStatus::kDone) {
        const bool more = !what_.empty();
        use_up(scanner.position(), scanner.line());
        return more;
      }
      if (status == ParseStatus::kIncomplete) {
        if (!at_end_ && rest().size() < options_.longest_record) {
          fill();
          continue;
        }
        reason_ = at_end_ ? "the file ends in the middle of the record" : "the record has no end";
        damage(line_of_record_);
      } else {
        damage(scanner.line());
      }
      return true;
    }
  }

  // On kDone `what_` names the record, and is empty at the end of the file.
  ParseStatus parse(Scanner& in) {
    const Token word = in.next();
    line_of_record_ = in.line();
    if (word.is(Kind::kEnd)) {
      if (at_end_) return ParseStatus::kDone;
      start_ += in.position();  // blanks; they need not be read again
      line_ = in.line();
      return ParseStatus::kIncomplete;
    }
    begin_ = in.position() - word.text.size();
    what_.assign(word.text.substr(0, 40));
    if (same_word(what_, "lease")) return lease(in);
    const std::string keyword = lower(what_);
    if (keyword == "host") return block(in, Declaration::Kind::kHost);
    if (keyword == "group") return block(in, Declaration::Kind::kGroup);
    if (keyword == "class") return block(in, Declaration::Kind::kClass);
    if (keyword == "subclass") return block(in, Declaration::Kind::kSubclass);
    if (keyword == "failover") return block(in, Declaration::Kind::kFailover);
    if (keyword == "server-duid" || keyword == "authoring-byte-order") return single(in, keyword);
    if (keyword == "ia-na" || keyword == "ia-ta" || keyword == "ia-pd") {
      reason_ = "a record of DHCPv6 in the file of DHCPv4";
    } else {
      reason_ = "no record of a lease file begins here";
    }
    return ParseStatus::kDamaged;
  }

  ParseStatus lease(Scanner& in) {
    const ParseStatus status = parser_.parse(in, lease_);
    if (status == ParseStatus::kDamaged) reason_ = parser_.reason();
    if (status != ParseStatus::kDone) {
      what_ = "lease " + (lease_.address.is_zero() ? std::string() : lease_.address.text());
      return status;
    }
    for (const Remark& remark : parser_.remarks()) message(remark.line, remark.text);
    sink_.lease(lease_);
    ++report_.leases;
    return status;
  }

  ParseStatus single(Scanner& in, const std::string& keyword) {
    const Token value = in.next();
    base::Bytes bytes;
    if (value.is(Kind::kString)) bytes = in.string();
    const Token end = in.next();
    if (value.is(Kind::kEnd) || end.is(Kind::kEnd)) return ParseStatus::kIncomplete;
    if (value.is(Kind::kWord) && keyword == "server-duid") {
      parse_hex_list(value.text, bytes);
    }
    const bool has_value = keyword == "server-duid" ? !bytes.empty() : value.is(Kind::kWord);
    if (!has_value || !end.is(Kind::kSemicolon)) {
      reason_ = "unreadable value";
      return ParseStatus::kDamaged;
    }
    if (keyword == "server-duid") {
      sink_.server_duid(bytes);
      ++report_.others;
    }
    return ParseStatus::kDone;
  }

  // host NAME { ... } and its like: the text is kept whole.
  ParseStatus block(Scanner& in, Declaration::Kind kind) {
    Declaration declaration;
    declaration.kind = kind;
    std::size_t name_begin = 0, name_end = 0;
    for (;;) {
      const Token token = in.next();
      if (token.is(Kind::kEnd)) return ParseStatus::kIncomplete;
      if (token.is(Kind::kOpen)) break;
      const bool torn = token.at_line_start && token.text == "lease";
      if (torn || (!token.is(Kind::kWord) && !token.is(Kind::kString))) {
        reason_ = "expecting '{'";
        return ParseStatus::kDamaged;
      }
      if (kind == Declaration::Kind::kFailover && !token.is(Kind::kString)) continue;
      if (name_begin == 0) name_begin = in.position() - token.text.size();
      name_end = in.position();
    }
    declaration.name = std::string(in.text().substr(name_begin, name_end - name_begin));
    std::string_view inside;
    bool torn = false;
    const ParseStatus status = skip_block(in, inside, torn);
    if (status != ParseStatus::kDone) {
      reason_ = torn ? "the record is not finished, another one begins" : "unreadable record";
      what_ += ' ' + declaration.name;
      return status;
    }
    declaration.text = std::string(in.text().substr(begin_, in.position() - begin_));
    mark(inside, declaration);
    sink_.declaration(std::move(declaration));
    ++report_.others;
    return ParseStatus::kDone;
  }

  static void mark(std::string_view inside, Declaration& declaration) {
    Scanner scanner(inside, true, 1);
    int depth = 0;
    bool first = true;  // of a statement
    for (Token token = scanner.next(); !token.is(Kind::kEnd); token = scanner.next()) {
      if (token.is(Kind::kOpen)) ++depth;
      if (token.is(Kind::kClose)) --depth;
      if (first && depth == 0 && token.is(Kind::kWord)) {
        if (token.text == "dynamic") declaration.dynamic = true;
        if (token.text == "deleted") declaration.deleted = true;
      }
      first = token.is(Kind::kSemicolon) || token.is(Kind::kClose) || token.is(Kind::kOpen);
    }
  }

  // Names the damage and goes on at the next place where a record begins.
  void damage(std::size_t line) {
    ++report_.damaged;
    std::string text = "Corrupt lease file - ";
    for (char c : what_) text += c >= 0x20 && c <= 0x7e ? c : '?';
    if (line != line_of_record_) text += base::format(" (from line %zu)", line_of_record_);
    message(line, text + " left out: " + reason_);
    resynchronize();
  }

  void resynchronize() {
    drop(begin_);
    std::size_t at = 1;  // not where the damaged record itself begins
    bool fresh = false;  // `at` is the start of a line
    for (;;) {
      const std::string_view text = rest();
      while (at < text.size()) {
        const std::size_t newline = text.find('\n', at);
        if (newline == std::string_view::npos && !at_end_) break;  // the line goes on in the next piece
        const std::size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
        if (const auto begin = record_in_line(text, at, end, fresh)) return drop(*begin);
        at = end;
        fresh = true;
      }
      if (at_end_) return drop(text.size());
      if (text.size() - std::min(at, text.size()) > options_.piece) {  // debris without an end of line
        if (const auto begin = record_in_line(text, at, text.size(), fresh)) return drop(*begin);
        at = text.size() - kLongestStart;
        fresh = false;
      }
      const std::size_t done = std::min(at, text.size());
      drop(done);
      at -= done;
      fill();
    }
  }

  void drop(std::size_t bytes) {
    line_ += count_lines(rest().substr(0, bytes));
    start_ += bytes;
  }

  // Where a record begins in text[from, end), which is one line or its rest; `fresh`: from its start.
  static std::optional<std::size_t> record_in_line(std::string_view text, std::size_t from, std::size_t end,
                                                   bool fresh) {
    std::size_t first = from;
    while (first < end && (text[first] == ' ' || text[first] == '\t')) ++first;
    if (fresh && lease_begins(text.substr(first), true)) return first;
    if (fresh && other_begins(text.substr(from))) return from;
    const std::string_view line = text.substr(0, end);
    for (std::size_t at = line.find("lease ", from); at != std::string_view::npos;
         at = line.find("lease ", at + 1)) {
      if (lease_begins(text.substr(at), false)) return at;
    }
    return std::nullopt;
  }

  const ReadSome& read_;
  const ReadOptions& options_;
  ReadSink& sink_;
  LeaseParser parser_;
  ReadReport report_;
  std::string buffer_;
  std::size_t end_ = 0;    // of what was read; the buffer may be larger
  std::size_t start_ = 0;  // what is before it in the buffer is done with
  std::size_t line_ = 1;   // of start_
  std::size_t begin_ = 0;  // of the record in hand, from start_
  std::size_t line_of_record_ = 1;
  bool at_end_ = false;
  Scanner scanner_{{}, false, 1};
  Lease lease_;
  std::string what_, reason_;
};

}  // namespace

ReadReport read_leases(const ReadSome& read, const ReadOptions& options, ReadSink& sink) {
  return Reader(read, options, sink).run();
}

}  // namespace lease
