#include <algorithm>
#include <stdexcept>
#include <utility>

#include "dhcp/option.h"
#include "dhcp/options_table.h"

namespace dhcp {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

struct TypeWord {
  std::string_view word;
  FieldType type;
};

constexpr TypeWord kTypeWords[] = {
    {"flag", FieldType::kFlag},          {"u8", FieldType::kUint8},
    {"u16", FieldType::kUint16},         {"u32", FieldType::kUint32},
    {"s32", FieldType::kInt32},          {"ip", FieldType::kIpAddress},
    {"ip6", FieldType::kIp6Address},     {"text", FieldType::kText},
    {"string", FieldType::kString},      {"domain", FieldType::kDomainName},
    {"domains", FieldType::kDomainList}, {"domains-compressed", FieldType::kDomainListCompressed},
    {"zero", FieldType::kZeroLength},    {"destination", FieldType::kDestination},
    {"time", FieldType::kLeaseTime},     {"space-name", FieldType::kSpaceName},
    {"name", FieldType::kName},
};

// One word of a row's format; `colon` splits a list's or a space's name off.
Field field_of(std::string_view word, std::string& encapsulated) {
  Field field{};
  if (!word.empty() && word.back() == '?') {
    field.optional = true;
    word.remove_suffix(1);
  }
  const std::size_t colon = word.find(':');
  const std::string_view kind = word.substr(0, colon);
  if (kind == "encapsulate") {
    field.type = FieldType::kEncapsulate;
    encapsulated = std::string(word.substr(colon + 1));
    return field;
  }
  if (kind == "enum") {
    field.type = FieldType::kEnumeration;
    field.enumeration = word.substr(colon + 1);  // points into the table
    return field;
  }
  for (const TypeWord& row : kTypeWords) {
    if (row.word != kind) continue;
    field.type = row.type;
    return field;
  }
  throw std::logic_error("options_table.cc: unknown type " + std::string(word));
}

OptionFormat format_of(std::string_view text) {
  OptionFormat format;
  const bool repeats = text.back() == '*';
  if (repeats) text.remove_suffix(1);
  const bool record = text.front() == '(';
  if (record) text = text.substr(1, text.size() - 2);
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    format.fields.push_back(field_of(text.substr(0, blank), format.encapsulated));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  format.is_array = repeats && (record || format.fields.size() == 1);
  format.tail_is_array = repeats && !format.is_array;
  return format;
}

// A space of one's own: each definition, which may stand under a name, under a code or under both, once.
std::shared_ptr<OptionSpace> copy_of(const OptionSpace& theirs) {
  auto space = std::make_shared<OptionSpace>(theirs);
  std::unordered_map<const OptionDefinition*, std::shared_ptr<const OptionDefinition>> copies;
  const auto copied = [&](std::shared_ptr<const OptionDefinition>& definition) {
    std::shared_ptr<const OptionDefinition>& copy = copies[definition.get()];
    if (!copy) {
      auto own = std::make_shared<OptionDefinition>(*definition);
      own->space = space.get();
      copy = std::move(own);
    }
    definition = copy;
  };
  for (auto& [name, definition] : space->by_name) copied(definition);
  for (auto& [code, definition] : space->by_code) copied(definition);
  return space;
}

}  // namespace

std::optional<std::uint8_t> enumeration_value(std::string_view list, std::string_view word) {
  for (const EnumerationRow& row : enumeration_rows()) {
    if (list != row.list) continue;
    for (const EnumerationWord* w = row.begin; w != row.end; ++w)
      if (word == w->word) return w->value;
  }
  return std::nullopt;
}

std::string_view enumeration_word(std::string_view list, std::uint8_t value) {
  for (const EnumerationRow& row : enumeration_rows()) {
    if (list != row.list) continue;
    for (const EnumerationWord* w = row.begin; w != row.end; ++w)
      if (value == w->value) return w->word;
  }
  return {};
}

unsigned enumeration_width(std::string_view list) {
  for (const EnumerationRow& row : enumeration_rows())
    if (list == row.list) return row.width;
  return 1;
}

OptionRegistry OptionRegistry::build_standard() {
  OptionRegistry registry;
  for (const SpaceRow& row : standard_spaces()) {
    OptionSpace& space = registry.add_space(row.name, row.code_width, row.length_width);
    for (const OptionRow* option = row.begin; option != row.end; ++option)
      registry.define(space, option->name, option->code, format_of(option->format));
  }
  for (Slot& slot : registry.spaces_) slot.own = nullptr;  // shared from now on
  return registry;
}

const OptionRegistry& OptionRegistry::standard() {
  static const OptionRegistry registry = build_standard();
  return registry;
}

OptionRegistry::OptionRegistry() = default;

OptionRegistry::OptionRegistry(const OptionRegistry& other) : by_name_(other.by_name_) {
  for (const Slot& theirs : other.spaces_) {
    if (theirs.own == nullptr) {
      spaces_.push_back(theirs);
      continue;
    }
    std::shared_ptr<OptionSpace> own = copy_of(*theirs.space);
    OptionSpace* const changeable = own.get();
    spaces_.push_back(Slot{std::move(own), changeable});
  }
}

const OptionSpace* OptionRegistry::space(std::string_view name) const {
  const auto found = by_name_.find(lower(name));
  return found == by_name_.end() ? nullptr : spaces_[found->second].space.get();
}

OptionSpace* OptionRegistry::mutable_space(std::string_view name) {
  const auto found = by_name_.find(lower(name));
  if (found == by_name_.end()) return nullptr;
  Slot& slot = spaces_[found->second];
  if (slot.own == nullptr) {
    std::shared_ptr<OptionSpace> own = copy_of(*slot.space);
    slot.own = own.get();
    slot.space = std::move(own);
  }
  return slot.own;
}

const OptionDefinition* OptionRegistry::find(std::string_view space_name,
                                             std::string_view option_name) const {
  const OptionSpace* in = space(space_name);
  if (in == nullptr) return nullptr;
  const auto found = in->by_name.find(lower(option_name));
  return found == in->by_name.end() ? nullptr : found->second.get();
}

const OptionDefinition* OptionRegistry::find(OptionKey key) const {
  if (key.space >= spaces_.size()) return nullptr;
  const OptionSpace& in = *spaces_[key.space].space;
  const auto found = in.by_code.find(key.code);
  return found == in.by_code.end() ? nullptr : found->second.get();
}

OptionSpace& OptionRegistry::add_space(std::string_view name, unsigned code_width, unsigned length_width) {
  auto space = std::make_shared<OptionSpace>();
  OptionSpace& own = *space;
  own.name = std::string(name);
  own.index = static_cast<std::uint16_t>(spaces_.size());
  own.code_width = code_width;
  own.length_width = length_width;
  by_name_[lower(name)] = own.index;
  spaces_.push_back(Slot{std::move(space), &own});
  return own;
}

const OptionDefinition& OptionRegistry::define(OptionSpace& space, std::string_view name, std::uint32_t code,
                                               OptionFormat format) {
  auto definition = std::make_shared<OptionDefinition>();
  definition->name = std::string(name);
  definition->code = code;
  definition->format = std::move(format);
  definition->space = &space;
  space.by_name[lower(name)] = definition;
  space.by_code[code] = definition;
  return *definition;
}

}  // namespace dhcp
