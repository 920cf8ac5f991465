// The options (and server parameters) that scopes have set so far.
//
// A value that is not constant is kept as its expression and evaluated whenever it is read, as the stock
// does: it may look at options and variables that are set after it. Setting an option to null hides what an
// outer scope gave it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "conf/expression.h"
#include "dhcp/option.h"

namespace conf {

struct Context;

class OptionState {
 public:
  OptionState();
  // Not copied: entries point at the context in which they are evaluated.
  OptionState(const OptionState&) = delete;
  OptionState& operator=(const OptionState&) = delete;
  OptionState(OptionState&&) = default;
  OptionState& operator=(OptionState&&) = default;

  // nullptr: not set, or null. The pointer is good until the next change of the same option.
  const base::Bytes* get(dhcp::OptionKey key) const {
    const std::uint16_t at = find(key);
    return at == kNone ? nullptr : entries_[at].value();
  }
  bool is_set(dhcp::OptionKey key) const { return find(key) != kNone; }  // also to null
  void set(dhcp::OptionKey key, base::Bytes value);
  void set_constant(dhcp::OptionKey key, const base::Bytes* value);  // outlives this; not copied
  void set_pending(dhcp::OptionKey key, const Expression* value, Context* context);
  // Adds behind or before what is set; null if either side is.
  enum class End { kBack, kFront };
  void extend(dhcp::OptionKey key, const base::Bytes* constant, const Expression* value, Context* context,
              End end);
  void erase(dhcp::OptionKey key);

  class Entry {
   public:
    dhcp::OptionKey key;
    const base::Bytes* value() const {  // nullptr: null
      if (form_ == Form::kOwn) return &own_;
      return form_ == Form::kConstant ? constant_ : evaluated();
    }

   private:
    friend class OptionState;
    // What is evaluated when it is read: rare, and apart so that an entry stays small.
    struct Parts {
      struct Part {  // one of the two
        const base::Bytes* constant;
        const Expression* pending;
      };
      std::vector<Part> list;
      std::vector<std::unique_ptr<const base::Bytes>> kept;  // constants that the list points at
      Context* context = nullptr;
    };
    const base::Bytes* evaluated() const;
    void hold(base::Bytes bytes);
    Parts& make_parts(Context* context);
    enum class Form : std::uint8_t { kOwn, kConstant, kParts } form_ = Form::kOwn;
    const base::Bytes* constant_ = nullptr;
    mutable base::Bytes own_;  // kParts: the latest evaluation
    std::unique_ptr<Parts> parts_;
  };
  const std::vector<Entry>& entries() const { return entries_; }  // in order of first setting
  void clear();

 private:
  static constexpr std::uint16_t kNone = 0xffff;
  static constexpr std::uint32_t kIndexed = 256;  // codes of the first two spaces found without a search
  static constexpr std::size_t kUsual = 16;       // entries of a usual reply: room from the start
  std::uint16_t find(dhcp::OptionKey key) const {
    return key.space < 2 && key.code < kIndexed ? index_[key.space * kIndexed + key.code] : search(key);
  }
  std::uint16_t search(dhcp::OptionKey key) const;
  Entry& entry(dhcp::OptionKey key);

  std::vector<Entry> entries_;
  std::array<std::uint16_t, 2 * kIndexed> index_;
};

}  // namespace conf
