#include "lease/lease_parser.h"

#include <cctype>

#include "base/log.h"
#include "lease/field_text.h"

namespace lease {

namespace {

using Kind = Token::Kind;

void clear(Lease& lease) {
  lease.address = base::Ipv4{};
  lease.starts = lease.ends = lease.tstp = lease.tsfp = lease.atsfp = lease.cltt = 0;
  lease.binding = lease.next = lease.rewind = BindingState::kFree;
  lease.reserved = lease.dynamic_bootp = false;
  lease.hardware = base::HardwareAddress();
  lease.uid.clear();
  lease.hostname.clear();
  lease.variables.clear();
  lease.agent_options.clear();
  lease.billing_class.clear();
  lease.billing_subclass.reset();
  lease.on_expiry.clear();
  lease.on_release.clear();
}

// Statements that may stand once in a record.
enum Once : unsigned {
  kStarts = 1,
  kEnds = 2,
  kTstp = 4,
  kTsfp = 8,
  kAtsfp = 16,
  kCltt = 32,
  kBinding = 64,
  kNext = 128,
  kRewind = 256,
  kHardware = 512,
  kUid = 1024,
  kHostname = 2048,
};

}  // namespace

ParseStatus skip_block(Scanner& in, std::string_view& inside, bool& torn) {
  const std::size_t start = in.position();
  for (int depth = 1;;) {
    const Token token = in.next();
    switch (token.kind) {
      case Kind::kEnd:
        return ParseStatus::kIncomplete;
      case Kind::kBad:
        return ParseStatus::kDamaged;
      case Kind::kOpen:
        ++depth;
        break;
      case Kind::kClose:
        if (--depth == 0) {
          inside = in.text().substr(start, in.position() - 1 - start);
          return ParseStatus::kDone;
        }
        break;
      case Kind::kWord:
        torn = token.at_line_start &&
               (token.text == "lease" || token.text == "host" || token.text == "class" ||
                token.text == "subclass" || token.text == "group" || token.text == "failover");
        if (torn) return ParseStatus::kDamaged;
        break;
      default:
        break;
    }
  }
}

ParseStatus LeaseParser::parse(Scanner& in, Lease& lease) {
  clear(lease);
  seen_ = 0;
  remarks_.clear();
  const Token address = in.next();
  if (address.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  const auto parsed = address.is(Kind::kWord) ? base::Ipv4::parse(address.text) : std::nullopt;
  if (!parsed) return unexpected(address, "an address");
  lease.address = *parsed;
  const Token open = in.next();
  if (open.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (!open.is(Kind::kOpen)) return unexpected(open, "'{'");
  const ParseStatus status = body(in, lease);
  if (status == ParseStatus::kDone) complete(lease);
  return status;
}

ParseStatus LeaseParser::body(Scanner& in, Lease& lease) {
  for (;;) {
    const Token word = in.next();
    if (word.is(Kind::kClose)) return ParseStatus::kDone;
    if (word.is(Kind::kEnd)) return ParseStatus::kIncomplete;
    if (word.is(Kind::kSemicolon)) continue;
    if (!word.is(Kind::kWord)) return unexpected(word, "a statement");
    if (word.at_line_start && word.text == "lease") {
      reason_ = "the record is not finished, another one begins";
      return ParseStatus::kDamaged;
    }
    const ParseStatus status = statement(in, word, lease);
    if (status != ParseStatus::kDone) return status;
  }
}

ParseStatus LeaseParser::statement(Scanner& in, const Token& word, Lease& lease) {
  const std::string_view w = word.text;
  const auto timed = [&](unsigned bit, const char* name, base::UnixTime& out) {
    once(bit, name, in, lease);
    return time(in, out);
  };
  const auto flag = [&](bool& out) {
    out = true;
    return semicolon(in);
  };
  if (same_word(w, "starts")) return timed(kStarts, "starts", lease.starts);
  if (same_word(w, "ends")) return timed(kEnds, "ends", lease.ends);
  if (same_word(w, "tstp")) return timed(kTstp, "tstp", lease.tstp);
  if (same_word(w, "tsfp")) return timed(kTsfp, "tsfp", lease.tsfp);
  if (same_word(w, "atsfp")) return timed(kAtsfp, "atsfp", lease.atsfp);
  if (same_word(w, "cltt")) return timed(kCltt, "cltt", lease.cltt);
  if (same_word(w, "timestamp")) {
    base::UnixTime ignored;
    return time(in, ignored);
  }
  if (same_word(w, "binding") || same_word(w, "next") || same_word(w, "rewind")) {
    BindingState* out = &lease.binding;
    unsigned bit = kBinding;
    if (!same_word(w, "binding")) {
      const bool is_next = same_word(w, "next");
      out = is_next ? &lease.next : &lease.rewind;
      bit = is_next ? kNext : kRewind;
      const Token binding = in.next();
      if (binding.is(Kind::kEnd)) return ParseStatus::kIncomplete;
      if (!binding.is(Kind::kWord) || !same_word(binding.text, "binding")) {
        return unexpected(binding, "'binding'");
      }
    }
    once(bit, "binding state", in, lease);
    return state(in, *out, lease);
  }
  if (same_word(w, "hardware")) return hardware(in, lease);
  if (same_word(w, "uid")) {
    once(kUid, "uid", in, lease);
    return bytes(in, lease.uid);
  }
  if (same_word(w, "client-hostname") || same_word(w, "hostname")) return hostname(in, lease);
  if (same_word(w, "set")) return variable(in, lease);
  if (same_word(w, "option") || same_word(w, "supersede")) return agent_option(in, lease);
  if (same_word(w, "on")) return event(in, lease);
  if (same_word(w, "billing")) return billing(in, lease);
  if (same_word(w, "reserved")) return flag(lease.reserved);
  if (same_word(w, "dynamic-bootp")) return flag(lease.dynamic_bootp);
  if (same_word(w, "abandoned")) {
    seen_ |= kBinding;
    lease.binding = BindingState::kAbandoned;
    return semicolon(in);
  }
  if (same_word(w, "ddns-fwd-name") || same_word(w, "ddns-rev-name")) {
    return named_variable(in, lease, lower(w));
  }
  return unknown(in, word);
}

// A statement of a release to come, or of another program: passed over if it is well formed.
ParseStatus LeaseParser::unknown(Scanner& in, const Token& word) {
  for (char c : word.text) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') {
      return unexpected(word, "a statement");
    }
  }
  if (!same_word(word.text, "class")) {
    remarks_.push_back({in.line(), "unknown statement '" + std::string(word.text) + "' ignored"});
  }
  for (;;) {
    const Token token = in.next();
    if (token.is(Kind::kSemicolon)) return ParseStatus::kDone;
    if (token.is(Kind::kEnd)) return ParseStatus::kIncomplete;
    if (token.is(Kind::kOpen)) {
      std::string_view inside;
      bool torn = false;
      return skip_block(in, inside, torn);
    }
    if (token.is(Kind::kClose) || token.is(Kind::kBad)) return unexpected(token, "';'");
    if (token.at_line_start && token.text == "lease") return unexpected(token, "';'");
  }
}

ParseStatus LeaseParser::time(Scanner& in, base::UnixTime& out) {
  Token word = in.next();
  if (word.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (!word.is(Kind::kWord)) return unexpected(word, "a time");
  if (same_word(word.text, "never")) {
    out = kNever;
    return semicolon(in);
  }
  if (same_word(word.text, "epoch")) {
    word = in.next();
    if (word.is(Kind::kEnd)) return ParseStatus::kIncomplete;
    if (!word.is(Kind::kWord) || !parse_number(word.text, out) || out < 0) {
      return unexpected(word, "seconds since 1970");
    }
    if (out > kLastTime) out = kNever;
    return semicolon(in);
  }
  int weekday = 0;
  if (!parse_number(word.text, weekday)) return unexpected(word, "a day of the week");
  const Token date = in.next();
  const Token clock = in.next();
  if (date.is(Kind::kEnd) || clock.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  const auto parsed =
      date.is(Kind::kWord) && clock.is(Kind::kWord) ? parse_date(date.text, clock.text) : std::nullopt;
  if (!parsed) return unexpected(date, "a date as 2026/11/22 10:59:03");
  out = *parsed;
  word = in.next();
  if (word.is(Kind::kWord)) {  // zone offset in seconds; OpenBSD writes UTC
    int offset = 0;
    if (!same_word(word.text, "utc") && !parse_number(word.text, offset)) {
      return unexpected(word, "a time zone offset or ';'");
    }
    out += offset;
    word = in.next();
  }
  if (word.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (!word.is(Kind::kSemicolon)) return unexpected(word, "';'");
  if (out < 0) out = 0;
  if (out > kLastTime) out = kNever;
  return ParseStatus::kDone;
}

ParseStatus LeaseParser::state(Scanner& in, BindingState& out, Lease& lease) {
  const Token word = in.next();
  const Token name = in.next();
  if (word.is(Kind::kEnd) || name.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (!word.is(Kind::kWord) || !same_word(word.text, "state")) return unexpected(word, "'state'");
  if (!name.is(Kind::kWord)) return unexpected(name, "a binding state");
  if (same_word(name.text, "reserved") || same_word(name.text, "bootp")) {  // 3.0
    (same_word(name.text, "bootp") ? lease.dynamic_bootp : lease.reserved) = true;
    out = BindingState::kActive;
    return semicolon(in);
  }
  const auto parsed = state_of(name.text);
  if (!parsed) return unexpected(name, "a binding state");
  out = *parsed;
  return semicolon(in);
}

ParseStatus LeaseParser::hardware(Scanner& in, Lease& lease) {
  once(kHardware, "hardware", in, lease);
  const Token type = in.next();
  if (type.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  const auto number = type.is(Kind::kWord) ? hardware_type(type.text) : std::nullopt;
  if (!number) return unexpected(type, "a hardware type");
  const Token octets = in.next();
  if (octets.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (octets.is(Kind::kSemicolon)) {  // a type without an address
    lease.hardware = base::HardwareAddress(*number, {});
    return ParseStatus::kDone;
  }
  if (!octets.is(Kind::kWord) || !parse_hex_list(octets.text, list_) ||
      list_.size() > base::HardwareAddress::kMaxLength) {
    return unexpected(octets, "a hardware address");
  }
  lease.hardware = base::HardwareAddress(*number, list_);
  return semicolon(in);
}

ParseStatus LeaseParser::bytes(Scanner& in, base::Bytes& out) {
  const Token value = in.next();
  if (value.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (value.is(Kind::kString)) {
    out = in.string();
    return semicolon(in);
  }
  if (!value.is(Kind::kWord) || !parse_hex_list(value.text, out)) {
    return unexpected(value, "a string or a hexadecimal list");
  }
  return semicolon(in);
}

ParseStatus LeaseParser::hostname(Scanner& in, Lease& lease) {
  once(kHostname, "client-hostname", in, lease);
  const Token value = in.next();
  if (value.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (value.is(Kind::kString)) {
    lease.hostname.assign(in.string().begin(), in.string().end());
  } else if (value.is(Kind::kWord)) {
    lease.hostname = std::string(value.text);
  } else {
    return unexpected(value, "a host name");
  }
  return semicolon(in);
}

ParseStatus LeaseParser::billing(Scanner& in, Lease& lease) {
  const Token what = in.next();
  if (what.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  const bool subclass = what.is(Kind::kWord) && same_word(what.text, "subclass");
  if (!subclass && !(what.is(Kind::kWord) && same_word(what.text, "class"))) {
    return unexpected(what, "'class' or 'subclass'");
  }
  const Token name = in.next();
  if (name.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (!name.is(Kind::kString)) return unexpected(name, "the name of a class");
  lease.billing_class.assign(in.string().begin(), in.string().end());
  if (!subclass) return semicolon(in);
  return bytes(in, lease.billing_subclass.emplace());
}

ParseStatus LeaseParser::variable(Scanner& in, Lease& lease) {
  const Token name = in.next();
  if (name.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (!name.is(Kind::kWord)) return unexpected(name, "the name of a variable");
  const Token equals = in.next();
  if (equals.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (!equals.is(Kind::kEquals)) return unexpected(equals, "'='");
  return named_variable(in, lease, std::string(name.text));
}

ParseStatus LeaseParser::named_variable(Scanner& in, Lease& lease, std::string name) {
  const Token value = in.next();
  if (value.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  std::int64_t number = 0;
  if (value.is(Kind::kString)) {
    lease.variables[name] = in.string();
  } else if (!value.is(Kind::kWord)) {
    return unexpected(value, "a value");
  } else if (same_word(value.text, "true") || same_word(value.text, "false")) {
    lease.variables[name] = same_word(value.text, "true");
  } else if (value.text[0] == '%' && parse_number(value.text.substr(1), number)) {
    lease.variables[name] = number;
  } else if (parse_hex_list(value.text, list_)) {
    lease.variables[name] = list_;
  } else {
    return unexpected(value, "a value");
  }
  return semicolon(in);
}

ParseStatus LeaseParser::agent_option(Scanner& in, Lease& lease) {
  const Token name = in.next();
  if (name.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (!name.is(Kind::kWord)) return unexpected(name, "the name of an option");
  if (name.text.size() < 7 || !same_word(name.text.substr(0, 6), "agent.")) return unknown(in, name);
  const std::string option = lower(name.text.substr(6));
  std::uint32_t code = 0;
  const dhcp::OptionDefinition* definition = options_.find("agent", option);
  if (definition) {
    code = definition->code;
  } else if (option.rfind("unknown-", 0) != 0 || !parse_number(std::string_view(option).substr(8), code) ||
             code > 255) {
    return unknown(in, name);
  }
  base::Bytes value;
  Token token = in.next();
  if (token.is(Kind::kString)) {
    value = in.string();
    token = in.next();
  } else if (token.is(Kind::kWord)) {
    const bool is_number = definition && definition->format.fields.size() == 1 &&
                           definition->format.fields[0].type == dhcp::FieldType::kUint32;
    std::uint32_t number = 0;
    if (const auto address = base::Ipv4::parse(token.text)) {
      base::put_u32(value, address->value);
    } else if (is_number && parse_number(token.text, number)) {
      base::put_u32(value, number);
    } else if (!parse_hex_list(token.text, value)) {
      return unexpected(token, "the value of an agent option");
    }
    token = in.next();
  }
  if (token.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  if (!token.is(Kind::kSemicolon) || value.size() > 255) return unexpected(token, "';'");
  lease.agent_options.push_back(static_cast<std::uint8_t>(code));
  lease.agent_options.push_back(static_cast<std::uint8_t>(value.size()));
  base::put_bytes(lease.agent_options, value);
  return ParseStatus::kDone;
}

ParseStatus LeaseParser::event(Scanner& in, Lease& lease) {
  bool expiry = false, release = false;
  for (;;) {
    const Token word = in.next();
    if (word.is(Kind::kEnd)) return ParseStatus::kIncomplete;
    if (word.is(Kind::kOpen)) break;
    if (!word.is(Kind::kWord)) return unexpected(word, "an event");
    if (same_word(word.text, "expiry")) {
      expiry = true;
    } else if (same_word(word.text, "release")) {
      release = true;
    } else if (!same_word(word.text, "or") && !same_word(word.text, "commit")) {
      return unexpected(word, "an event");
    }
  }
  std::string_view inside;
  bool torn = false;
  const ParseStatus status = skip_block(in, inside, torn);
  if (status == ParseStatus::kDamaged) reason_ = "unreadable statements of an event";
  if (status != ParseStatus::kDone) return status;
  if (expiry) lease.on_expiry = event_text(inside);
  if (release) lease.on_release = event_text(inside);
  return ParseStatus::kDone;
}

ParseStatus LeaseParser::semicolon(Scanner& in) {
  const Token token = in.next();
  if (token.is(Kind::kSemicolon)) return ParseStatus::kDone;
  if (token.is(Kind::kEnd)) return ParseStatus::kIncomplete;
  return unexpected(token, "';'");
}

ParseStatus LeaseParser::unexpected(const Token& token, const char* wanted) {
  reason_ = std::string("expecting ") + wanted;
  if (token.is(Kind::kBad)) {
    reason_ += ", found a byte or a string that no lease file has";
  } else {
    reason_ += ", found '";
    for (char c : token.text.substr(0, 40)) reason_ += c >= 0x20 && c <= 0x7e ? c : '?';
    reason_ += "'";
  }
  return ParseStatus::kDamaged;
}

bool LeaseParser::once(unsigned bit, const char* name, const Scanner& in, const Lease& lease) {
  const bool again = (seen_ & bit) != 0;
  if (again) {
    remarks_.push_back(
        {in.line(), base::format("Too many %s parameters in lease %s", name, lease.address.text().c_str())});
  }
  seen_ |= bit;
  return !again;
}

// What a record leaves unsaid: very old ones have no state. One that has a state and no next one stays in it,
// as with the stock.
void LeaseParser::complete(Lease& lease) const {
  if (!(seen_ & kBinding)) {
    const bool events = !lease.on_expiry.empty() || !lease.on_release.empty();
    lease.binding = lease.ends > now_ || events ? BindingState::kActive : BindingState::kFree;
    lease.next = BindingState::kFree;
  } else if (!(seen_ & kNext)) {
    lease.next = lease.binding;
  }
  if (!(seen_ & kRewind)) lease.rewind = lease.binding;
  if (lease.tstp == 0) lease.tstp = lease.ends;
}

}  // namespace lease
