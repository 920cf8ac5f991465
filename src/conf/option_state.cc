#include "conf/option_state.h"

#include <utility>

#include "conf/evaluate.h"

namespace conf {

OptionState::OptionState() {
  entries_.reserve(kUsual);
  index_.fill(kNone);
}

void OptionState::clear() {
  entries_.clear();
  index_.fill(kNone);
}

std::uint16_t OptionState::search(dhcp::OptionKey key) const {
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].key == key) return static_cast<std::uint16_t>(i);
  return kNone;
}

OptionState::Entry& OptionState::entry(dhcp::OptionKey key) {
  const std::uint16_t at = find(key);
  if (at != kNone) return entries_[at];
  const auto added = static_cast<std::uint16_t>(entries_.size());
  if (key.space < 2 && key.code < kIndexed) index_[key.space * kIndexed + key.code] = added;
  entries_.emplace_back().key = key;
  return entries_.back();
}

void OptionState::set(dhcp::OptionKey key, base::Bytes value) { entry(key).hold(std::move(value)); }

void OptionState::set_constant(dhcp::OptionKey key, const base::Bytes* value) {
  Entry& e = entry(key);
  e.form_ = Entry::Form::kConstant;
  e.constant_ = value;
}

void OptionState::set_pending(dhcp::OptionKey key, const Expression* value, Context* context) {
  Entry& e = entry(key);
  e.parts_ = std::make_unique<Entry::Parts>();
  e.parts_->list.push_back({nullptr, value});
  e.parts_->context = context;
  e.form_ = Entry::Form::kParts;
}

void OptionState::extend(dhcp::OptionKey key, const base::Bytes* constant, const Expression* value,
                         Context* context, End end) {
  auto& list = entry(key).make_parts(context).list;
  list.insert(end == End::kBack ? list.end() : list.begin(), {constant, value});
}

void OptionState::erase(dhcp::OptionKey key) {
  const std::uint16_t at = find(key);
  if (at == kNone) return;
  entries_.erase(entries_.begin() + at);
  if (key.space < 2 && key.code < kIndexed) index_[key.space * kIndexed + key.code] = kNone;
  for (std::uint16_t& i : index_)
    if (i != kNone && i > at) --i;
}

void OptionState::Entry::hold(base::Bytes bytes) {
  form_ = Form::kOwn;
  own_ = std::move(bytes);
}

OptionState::Entry::Parts& OptionState::Entry::make_parts(Context* context) {
  if (form_ != Form::kParts) {
    parts_ = std::make_unique<Parts>();
    if (form_ == Form::kOwn) {
      parts_->kept.push_back(std::make_unique<const base::Bytes>(std::move(own_)));
      constant_ = parts_->kept.back().get();
    }
    parts_->list.push_back({constant_, nullptr});
    form_ = Form::kParts;
  }
  parts_->context = context;
  return *parts_;
}

const base::Bytes* OptionState::Entry::evaluated() const {
  // The parts may read this very option: build aside.
  Context& context = *parts_->context;
  const bool nested = std::exchange(context.reading_option, true);
  base::Bytes joined;
  bool whole = true;
  for (const Parts::Part& part : parts_->list) {
    if (part.constant != nullptr) {
      base::put_bytes(joined, *part.constant);
      continue;
    }
    const std::optional<base::Bytes> bytes = evaluate_data(*part.pending, context);
    if (!bytes) {
      whole = false;
    } else if (joined.size() + bytes->size() <= kMaxDataSize) {
      base::put_bytes(joined, *bytes);
    }
  }
  context.reading_option = nested;
  if (!whole) return nullptr;
  own_ = std::move(joined);
  return &own_;
}

}  // namespace conf
