// The options that exist without a definition in the configuration, one row an option.
#pragma once

#include <cstdint>
#include <string_view>

namespace dhcp {

// `format` says what a value looks like: fields separated by blanks, each a word of
//   flag u8 u16 u32 s8 s16 s32 ip ip6 text string domain domains domains-compressed zero destination time
//   space-name name enum:LIST encapsulate:SPACE
// A field with `?` may be missing. `*` after the last field repeats that field; `( ... )*` repeats the
// record.
struct OptionRow {
  std::uint32_t code;
  const char* name;
  const char* format;
};

// An option space with its rows; `code_width` and `length_width` in bytes.
struct SpaceRow {
  const char* name;
  unsigned code_width;
  unsigned length_width;
  const OptionRow* begin;
  const OptionRow* end;
};

// A word of an enumeration and its value on the wire.
struct EnumerationWord {
  const char* word;
  std::uint8_t value;
};

// A named list of words; `width` in bytes on the wire.
struct EnumerationRow {
  const char* list;
  unsigned width;
  const EnumerationWord* begin;
  const EnumerationWord* end;
};

// A view of a table: what a range-based for loop needs.
template <typename Row>
struct Rows {
  const Row* first;
  const Row* last;
  const Row* begin() const { return first; }
  const Row* end() const { return last; }
};

Rows<SpaceRow> standard_spaces();  // "dhcp" first, "server" second
Rows<EnumerationRow> enumeration_rows();

}  // namespace dhcp
