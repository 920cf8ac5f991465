// One `lease ADDRESS { ... }` record: text to Lease. Reads what every release since 3.0.5 wrote.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "dhcp/option.h"
#include "lease/lease.h"
#include "lease/scanner.h"

namespace lease {

enum class ParseStatus {
  kDone,
  kDamaged,     // says why in `reason`; nothing of the record may be used
  kIncomplete,  // the text ended first
};

// A remark about a record that is used nevertheless.
struct Remark {
  std::size_t line;
  std::string text;
};

class LeaseParser {
 public:
  // `now` decides the state of very old records that do not name one. `options` names agent options.
  LeaseParser(base::UnixTime now, const dhcp::OptionRegistry& options) : now_(now), options_(options) {}

  // The scanner stands behind the word `lease`; on kDone behind the closing brace.
  ParseStatus parse(Scanner& scanner, Lease& lease);
  const std::string& reason() const { return reason_; }
  const std::vector<Remark>& remarks() const { return remarks_; }

 private:
  enum class Seen : std::uint32_t;
  ParseStatus body(Scanner& in, Lease& lease);
  ParseStatus statement(Scanner& in, const Token& word, Lease& lease);
  ParseStatus time(Scanner& in, base::UnixTime& out);
  ParseStatus state(Scanner& in, BindingState& out, Lease& lease);
  ParseStatus hardware(Scanner& in, Lease& lease);
  ParseStatus bytes(Scanner& in, base::Bytes& out);
  ParseStatus hostname(Scanner& in, Lease& lease);
  ParseStatus billing(Scanner& in, Lease& lease);
  ParseStatus variable(Scanner& in, Lease& lease);
  ParseStatus named_variable(Scanner& in, Lease& lease, std::string name);
  ParseStatus agent_option(Scanner& in, Lease& lease);
  ParseStatus event(Scanner& in, Lease& lease);
  ParseStatus unknown(Scanner& in, const Token& word);
  ParseStatus semicolon(Scanner& in);
  ParseStatus unexpected(const Token& token, const char* wanted);
  bool once(unsigned bit, const char* name, const Scanner& in, const Lease& lease);
  void complete(Lease& lease) const;

  base::UnixTime now_;
  const dhcp::OptionRegistry& options_;
  std::string reason_;
  std::vector<Remark> remarks_;
  unsigned seen_ = 0;
  base::Bytes list_;  // the last hexadecimal list; kept for its room
};

// Passes over a block whose opening brace has been read; kDone: `inside` is the text between the braces.
ParseStatus skip_block(Scanner& in, std::string_view& inside, bool& torn);

}  // namespace lease
