// A lease as the table keeps it: one cache line, and one block of bytes for what only some leases have.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "lease/lease.h"
#include "lease/slot_index.h"

namespace lease {

// Texts that many leases share (stored events, names of classes), each kept once.
class TextPool {
 public:
  std::uint32_t add(const std::string& text);  // counts one more user
  void release(std::uint32_t id);
  const std::string& text(std::uint32_t id) const { return entries_[id].text; }

 private:
  struct Entry {
    std::string text;
    std::uint32_t users = 0;
  };
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> unused_;
  std::unordered_map<std::string, std::uint32_t> ids_;
};

// Times are kept as 32-bit unsigned seconds: exact to 2106; what lies beyond is kNever.
std::uint32_t pack_time(base::UnixTime time);

struct Packed {
  // The queue whose heap holds the record.
  enum class Queue : std::uint8_t { kNone, kFree, kDue };

  std::uint32_t address = 0;
  std::uint32_t starts = 0, ends = 0, cltt = 0;
  std::uint32_t sequence = 0;  // of the last put: breaks ties
  std::uint32_t position = 0;  // in the heap of `queue`
  std::uint32_t pool = 0;      // index in Config::pools; kNoPool: in none
  ForwardLink by_address;
  Link by_hardware, by_uid;
  std::uint16_t hardware_tag = 0, uid_tag = 0;  // of their hashes: tell most others apart without `rest`
  std::uint8_t binding : 3, next : 3, reserved : 1, dynamic_bootp : 1;
  std::uint8_t rewind : 3, queue : 2, has_hardware : 1, has_uid : 1, billed : 1;
  std::uint8_t hardware_type = 0, hardware_length = 0;
  std::unique_ptr<std::uint8_t[]> rest;  // hardware octets, uid, and the rest; null: none of them

  Packed()
      : binding(0),
        next(0),
        reserved(0),
        dynamic_bootp(0),
        rewind(0),
        queue(0),
        has_hardware(0),
        has_uid(0),
        billed(0) {}
  BindingState state() const { return static_cast<BindingState>(binding); }
  base::ByteView hardware() const { return {rest.get(), hardware_length}; }
  base::ByteView uid() const;
};
static_assert(sizeof(Packed) <= 64, "a record is one cache line");

inline constexpr std::uint32_t kNoPool = 0xffffffff;

// Everything but the table's own fields (address, links, tags, position, pool, queue).
void pack(const Lease& lease, TextPool& texts, Packed& record);
Lease unpack(const Packed& record, const TextPool& texts);
// To which class an active lease is billed (`lease limit`), and by which key to a subclass of it. The views
// last as long as the record stays as it is.
struct Billing {
  std::string_view class_name;
  std::optional<base::ByteView> subclass;
};
// Of a record that is `billed`.
Billing billing_of(const Packed& record, const TextPool& texts);

// Lets go of the texts that the record uses; to be called before it is packed anew.
void release_texts(const Packed& record, TextPool& texts);

}  // namespace lease
