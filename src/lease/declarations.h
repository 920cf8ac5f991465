// What a lease file holds besides leases: hosts, groups and classes made through OMAPI, the state of failover
// peers, the server's DUID. Kept as text, record by record, and written back as it was read.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "lease/record.h"

namespace lease {

struct Declaration {
  // In the order in which an image lists them.
  enum class Kind : std::uint8_t { kClass, kSubclass, kGroup, kHost, kFailover };
  Kind kind = Kind::kHost;
  std::string name;  // what tells it from others of its kind; subclass: class and key as they stand
  std::string text;  // the whole record, from its keyword to the closing brace
  bool dynamic = false, deleted = false;
};

class Declarations {
 public:
  // Replaces what was known by that kind and name.
  void put(Declaration declaration);
  const Declaration* find(Declaration::Kind kind, std::string_view name) const;
  std::vector<const Declaration*> all(Declaration::Kind kind) const;  // in order of first appearance

  // The part of an image before the leases. A dynamic record that was deleted is gone then; a deleted one of
  // the configuration stays, since it hides what dhcpd.conf says.
  void write(std::string& out, const FileFormat& format) const;

  std::optional<base::Bytes> server_duid;

 private:
  struct Entry {
    Declaration declaration;
    std::size_t order = 0;
  };
  std::map<std::pair<Declaration::Kind, std::string>, Entry, std::less<>> entries_;
  std::size_t next_order_ = 0;
};

// One record as it is appended: with the blank lines that its kind has around it.
void write_declaration(std::string& out, const Declaration& declaration);

}  // namespace lease
