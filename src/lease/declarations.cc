#include "lease/declarations.h"

#include <algorithm>

namespace lease {

void Declarations::put(Declaration declaration) {
  auto key = std::make_pair(declaration.kind, declaration.name);
  const auto [entry, added] = entries_.try_emplace(std::move(key));
  if (added) entry->second.order = next_order_++;
  entry->second.declaration = std::move(declaration);
}

const Declaration* Declarations::find(Declaration::Kind kind, std::string_view name) const {
  const auto found = entries_.find(std::make_pair(kind, std::string(name)));
  return found == entries_.end() ? nullptr : &found->second.declaration;
}

std::vector<const Declaration*> Declarations::all(Declaration::Kind kind) const {
  std::vector<const Entry*> entries;
  for (const auto& [key, entry] : entries_) {
    if (key.first == kind) entries.push_back(&entry);
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry* a, const Entry* b) { return a->order < b->order; });
  std::vector<const Declaration*> found;
  for (const Entry* entry : entries) found.push_back(&entry->declaration);
  return found;
}

void Declarations::write(std::string& out, const FileFormat& format) const {
  if (server_duid) write_server_duid(out, *server_duid, format);
  using Kind = Declaration::Kind;
  for (Kind kind : {Kind::kClass, Kind::kSubclass, Kind::kGroup, Kind::kHost, Kind::kFailover}) {
    for (const Declaration* d : all(kind)) {
      if (!(d->dynamic && d->deleted)) write_declaration(out, *d);
    }
  }
}

void write_declaration(std::string& out, const Declaration& declaration) {
  if (declaration.kind == Declaration::Kind::kFailover || declaration.kind == Declaration::Kind::kClass) {
    out += '\n';
  }
  out += declaration.text;
  out += '\n';
}

}  // namespace lease
