#include "lease/packed.h"

#include <algorithm>
#include <cstring>

namespace lease {

namespace {

// What stands in the block after the hardware address: the uid (if any), a byte of these flags, the fields
// (billing first, since the table reads it again at each put).
enum Has : std::uint8_t {
  kHostname = 1,
  kPartnerTimes = 2,  // tstp, tsfp, atsfp
  kTstpIsEnds = 4,    // tstp = ends, as on every freed lease
  kVariables = 8,
  kAgent = 16,
  kBilling = 32,
  kEvents = 64,
};

// Names that are stored by every server that uses them: one byte for the name.
constexpr const char* kKnownNames[] = {
    "vendor-class-identifier", "ddns-fwd-name", "ddns-rev-name", "ddns-txt", "ddns-dhcid",
    "ddns-client-fqdn"};
constexpr std::uint8_t kSpelledOut = 0xff;

// A value's type in the block; kNull carries nothing.
enum ValueTag : std::uint8_t { kNull, kFalse, kTrue, kNumber, kData };

void put_size(base::Bytes& out, std::size_t size) {
  while (size >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(size | 0x80));
    size >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(size));
}

void put_block(base::Bytes& out, base::ByteView bytes) {
  put_size(out, bytes.size());
  base::put_bytes(out, bytes);
}
void put_block(base::Bytes& out, const std::string& text) { put_block(out, base::ByteView(text)); }

// Reads what the functions above wrote; the block is our own, so nothing is checked.
class BlockReader {
 public:
  explicit BlockReader(const std::uint8_t* at) : at_(at) {}
  std::uint8_t byte() { return *at_++; }
  std::uint32_t u32() {
    at_ += 4;
    return base::get_u32(at_ - 4);
  }
  std::size_t size() {
    std::size_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint8_t b = *at_++;
      value |= static_cast<std::size_t>(b & 0x7f) << shift;
      if (b < 0x80) return value;
    }
  }
  base::ByteView block() {
    const std::size_t length = size();
    at_ += length;
    return {at_ - length, length};
  }
  std::string text() { return std::string(block().text()); }

 private:
  const std::uint8_t* at_;
};

void put_variables(base::Bytes& out, const conf::Variables& variables) {
  put_size(out, variables.size());
  for (const auto& [name, value] : variables) {
    const auto known = std::find(std::begin(kKnownNames), std::end(kKnownNames), name);
    if (known != std::end(kKnownNames)) {
      out.push_back(static_cast<std::uint8_t>(known - std::begin(kKnownNames)));
    } else {
      out.push_back(kSpelledOut);
      put_block(out, name);
    }
    if (const auto* flag = std::get_if<bool>(&value)) {
      out.push_back(*flag ? kTrue : kFalse);
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
      out.push_back(kNumber);
      base::put_u32(out, static_cast<std::uint32_t>(static_cast<std::uint64_t>(*number) >> 32));
      base::put_u32(out, static_cast<std::uint32_t>(*number));
    } else if (const auto* data = std::get_if<base::Bytes>(&value)) {
      out.push_back(kData);
      put_block(out, *data);
    } else {
      out.push_back(kNull);
    }
  }
}

conf::Variables get_variables(BlockReader& in) {
  conf::Variables variables;
  for (std::size_t n = in.size(); n > 0; --n) {
    const std::uint8_t known = in.byte();
    conf::Value& value = variables[known == kSpelledOut ? in.text() : kKnownNames[known]];
    switch (in.byte()) {
      case kFalse:
        value = false;
        break;
      case kTrue:
        value = true;
        break;
      case kNumber: {
        const std::uint64_t high = in.u32();
        value = static_cast<std::int64_t>(high << 32 | in.u32());
        break;
      }
      case kData:
        value = in.block().copy();
        break;
      default:
        break;
    }
  }
  return variables;
}

Billing get_billing(BlockReader& in, const TextPool& texts) {
  Billing billing;
  billing.class_name = texts.text(in.u32());
  if (in.byte()) billing.subclass = in.block();
  return billing;
}

std::uint8_t flags_of(const Lease& lease) {
  int flags = 0;
  if (!lease.hostname.empty()) flags |= kHostname;
  if (lease.tsfp != 0 || lease.atsfp != 0 || (lease.tstp != 0 && lease.tstp != lease.ends)) {
    flags |= kPartnerTimes;
  } else if (lease.tstp != 0) {
    flags |= kTstpIsEnds;
  }
  if (!lease.variables.empty()) flags |= kVariables;
  if (!lease.agent_options.empty()) flags |= kAgent;
  if (!lease.billing_class.empty()) flags |= kBilling;
  if (!lease.on_expiry.empty() || !lease.on_release.empty()) flags |= kEvents;
  return static_cast<std::uint8_t>(flags);
}

// The position after hardware address and uid.
const std::uint8_t* after_uid(const Packed& record) {
  const std::uint8_t* at = record.rest.get() + record.hardware_length;
  if (!record.has_uid) return at;
  BlockReader in(at);
  const base::ByteView uid = in.block();
  return uid.data() + uid.size();
}

}  // namespace

std::uint32_t TextPool::add(const std::string& text) {
  const auto found = ids_.find(text);
  if (found != ids_.end()) {
    ++entries_[found->second].users;
    return found->second;
  }
  std::uint32_t id;
  if (unused_.empty()) {
    id = static_cast<std::uint32_t>(entries_.size());
    entries_.emplace_back();
  } else {
    id = unused_.back();
    unused_.pop_back();
  }
  entries_[id] = Entry{text, 1};
  ids_.emplace(text, id);
  return id;
}

void TextPool::release(std::uint32_t id) {
  if (--entries_[id].users > 0) return;
  ids_.erase(entries_[id].text);
  entries_[id].text = std::string();
  unused_.push_back(id);
}

std::uint32_t pack_time(base::UnixTime time) {
  if (time <= 0) return 0;
  return time > kLastTime ? static_cast<std::uint32_t>(kNever) : static_cast<std::uint32_t>(time);
}

base::ByteView Packed::uid() const {
  if (!has_uid) return {};
  BlockReader in(rest.get() + hardware_length);
  return in.block();
}

void pack(const Lease& lease, TextPool& texts, Packed& record) {
  record.starts = pack_time(lease.starts);
  record.ends = pack_time(lease.ends);
  record.cltt = pack_time(lease.cltt);
  record.binding = static_cast<std::uint8_t>(lease.binding) & 7;
  record.next = static_cast<std::uint8_t>(lease.next) & 7;
  record.rewind = static_cast<std::uint8_t>(lease.rewind) & 7;
  record.reserved = lease.reserved;
  record.dynamic_bootp = lease.dynamic_bootp;
  record.has_hardware = !lease.hardware.empty();
  record.hardware_type = lease.hardware.type;
  record.hardware_length = lease.hardware.length;
  record.has_uid = !lease.uid.empty();
  record.billed = lease.binding == BindingState::kActive && !lease.billing_class.empty();

  thread_local base::Bytes block;
  block.clear();
  base::put_bytes(block, lease.hardware.view());
  if (record.has_uid) put_block(block, lease.uid);
  const std::uint8_t flags = flags_of(lease);
  block.push_back(flags);
  if (flags & kBilling) {
    base::put_u32(block, texts.add(lease.billing_class));
    block.push_back(lease.billing_subclass ? 1 : 0);
    if (lease.billing_subclass) put_block(block, *lease.billing_subclass);
  }
  if (flags & kEvents) {
    base::put_u32(block, texts.add(lease.on_expiry));
    base::put_u32(block, texts.add(lease.on_release));
  }
  if (flags & kHostname) put_block(block, lease.hostname);
  if (flags & kPartnerTimes) {
    base::put_u32(block, pack_time(lease.tstp));
    base::put_u32(block, pack_time(lease.tsfp));
    base::put_u32(block, pack_time(lease.atsfp));
  }
  if (flags & kVariables) put_variables(block, lease.variables);
  if (flags & kAgent) put_block(block, lease.agent_options);
  record.rest.reset(new std::uint8_t[block.size()]);
  std::memcpy(record.rest.get(), block.data(), block.size());
}

Lease unpack(const Packed& record, const TextPool& texts) {
  Lease lease;
  lease.address = base::Ipv4{record.address};
  lease.starts = record.starts;
  lease.ends = record.ends;
  lease.cltt = record.cltt;
  lease.binding = record.state();
  lease.next = static_cast<BindingState>(record.next);
  lease.rewind = static_cast<BindingState>(record.rewind);
  lease.reserved = record.reserved;
  lease.dynamic_bootp = record.dynamic_bootp;
  if (record.has_hardware) lease.hardware = base::HardwareAddress(record.hardware_type, record.hardware());
  if (record.has_uid) lease.uid = record.uid().copy();
  BlockReader in(after_uid(record));
  const std::uint8_t flags = in.byte();
  if (flags & kBilling) {
    const Billing billing = get_billing(in, texts);
    lease.billing_class = std::string(billing.class_name);
    if (billing.subclass) lease.billing_subclass = billing.subclass->copy();
  }
  if (flags & kEvents) {
    lease.on_expiry = texts.text(in.u32());
    lease.on_release = texts.text(in.u32());
  }
  if (flags & kHostname) lease.hostname = in.text();
  if (flags & kPartnerTimes) {
    lease.tstp = in.u32();
    lease.tsfp = in.u32();
    lease.atsfp = in.u32();
  } else if (flags & kTstpIsEnds) {
    lease.tstp = lease.ends;
  }
  if (flags & kVariables) lease.variables = get_variables(in);
  if (flags & kAgent) lease.agent_options = in.block().copy();
  return lease;
}

Billing billing_of(const Packed& record, const TextPool& texts) {
  BlockReader in(after_uid(record) + 1);  // behind the flags
  return get_billing(in, texts);
}

void release_texts(const Packed& record, TextPool& texts) {
  if (!record.rest) return;
  BlockReader in(after_uid(record));
  const std::uint8_t flags = in.byte();
  if (flags & kBilling) {
    texts.release(in.u32());
    if (in.byte()) in.block();
  }
  if ((flags & kEvents) == 0) return;
  texts.release(in.u32());
  texts.release(in.u32());
}

}  // namespace lease
