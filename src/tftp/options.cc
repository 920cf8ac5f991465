#include "tftp/options.h"

#include <algorithm>
#include <cstdio>

namespace tftp {

namespace {

constexpr std::uint32_t kMinBlksize = 8;
constexpr std::uint64_t kMaxWindowsize = 65535;
constexpr std::uint64_t kMinUtimeout = 10000;  // microseconds
constexpr std::uint64_t kMaxUtimeout = 255000000;

struct Name {
  const char* text;
  OptionBit bit;
};
constexpr Name kNames[] = {
    {"blksize", kBlksize},   {"blksize2", kBlksize2}, {"tsize", kTsize},           {"timeout", kTimeout},
    {"utimeout", kUtimeout}, {"rollover", kRollover}, {"windowsize", kWindowsize},
};

// Leading blanks and a sign as strtoumax(3) and so the stock takes them (a negative number is a huge one),
// then decimal digits to the end. Anything else, numbers past 64 bits included, is no value: the option is
// ignored.
std::optional<std::uint64_t> parse_value(std::string_view text) {
  while (!text.empty() && (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r'))) text.remove_prefix(1);
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (UINT64_MAX - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return negative ? 0 - value : value;
}

std::uint32_t power_of_two_at_most(std::uint64_t value) {
  std::uint32_t power = 1;
  while (std::uint64_t{power} * 2 <= value) power *= 2;
  return power;
}

class Negotiation {
 public:
  Negotiation(const Request& request, const OptionPolicy& policy, std::uint64_t file_size)
      : request_(request), policy_(policy), file_size_(file_size) {
    agreed_.timeout = policy.timeout;
  }

  std::variant<Agreement, Refusal> run() {
    for (const auto& [name, text] : request_.options) {
      const auto bit = option_named(name);
      const auto value = parse_value(text);
      if (!bit || !value || (policy_.refused & *bit)) continue;
      if (!take(name, *bit, *value)) {
        return Refusal{ErrorCode::kOptions, "Unsupported option(s) requested"};
      }
    }
    limit_window();
    if (!accepted_.empty() && !write_oack()) {
      return Refusal{ErrorCode::kOptions, "Insufficient space for options"};
    }
    return std::move(agreed_);
  }

 private:
  struct Accepted {
    std::string_view name;
    OptionBit bit;
    std::uint64_t value;
  };

  // False where the value is one that the request dies of.
  bool take(std::string_view name, OptionBit bit, std::uint64_t value) {
    switch (bit) {
      case kBlksize:
      case kBlksize2:
        if (value < kMinBlksize) return false;
        if (bit == kBlksize2 && value <= policy_.max_blksize) value = power_of_two_at_most(value);
        // Above the limit it is the limit, of blksize2 too, as the stock has it.
        agreed_.blksize = static_cast<std::uint32_t>(std::min<std::uint64_t>(value, policy_.max_blksize));
        value = agreed_.blksize;
        break;
      case kTsize:
        if (request_.opcode == Opcode::kRrq) {
          // The size of the converted text is not known before it is converted.
          if (request_.mode == Mode::kNetascii) return false;
          value = file_size_;
        }
        break;
      case kTimeout:
        if (value < 1 || value > 255) return false;
        agreed_.timeout = std::chrono::seconds(value);
        agreed_.timeout_given = true;
        break;
      case kUtimeout:
        if (value < kMinUtimeout || value > kMaxUtimeout) return false;
        agreed_.timeout = std::chrono::microseconds(value);
        agreed_.timeout_given = true;
        break;
      case kRollover:
        if (value > 65535) return false;
        agreed_.rollover = static_cast<std::uint16_t>(value);
        break;
      case kWindowsize:
        if (value == 0) return true;  // not a window; left out of the OACK
        agreed_.windowsize = static_cast<std::uint32_t>(std::min(value, kMaxWindowsize));
        break;
    }
    accepted_.push_back({name, bit, value});
    return true;
  }

  // Only now is the block size known, whichever order the options came in.
  void limit_window() {
    std::uint64_t window = std::min(agreed_.windowsize, policy_.max_windowsize);
    window = std::min(window, policy_.max_window_bytes / agreed_.blksize);
    // A window must be told from the one before by its block numbers.
    window = std::min<std::uint64_t>(window, (65536u - agreed_.rollover) / 2);
    agreed_.windowsize = static_cast<std::uint32_t>(std::max<std::uint64_t>(window, 1));
    for (auto& option : accepted_) {
      if (option.bit == kWindowsize) option.value = agreed_.windowsize;
    }
  }

  bool write_oack() {
    base::Bytes& out = agreed_.oack;
    base::put_u16(out, static_cast<std::uint16_t>(Opcode::kOack));
    for (const auto& option : accepted_) {
      base::put_bytes(out, base::ByteView(option.name));
      base::put_u8(out, 0);
      char digits[24];
      const int length =
          std::snprintf(digits, sizeof digits, "%llu", static_cast<unsigned long long>(option.value));
      base::put_bytes(out, base::ByteView(std::string_view(digits, static_cast<std::size_t>(length))));
      base::put_u8(out, 0);
    }
    return out.size() <= kMaxOack;
  }

  const Request& request_;
  const OptionPolicy& policy_;
  std::uint64_t file_size_;
  Agreement agreed_;
  std::vector<Accepted> accepted_;
};

}  // namespace

std::optional<OptionBit> option_named(std::string_view name) {
  for (const auto& known : kNames) {
    if (equal_ignoring_case(name, known.text)) return known.bit;
  }
  return std::nullopt;
}

std::variant<Agreement, Refusal> negotiate(const Request& request, const OptionPolicy& policy,
                                           std::uint64_t file_size) {
  return Negotiation(request, policy, file_size).run();
}

}  // namespace tftp
