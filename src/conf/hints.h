// How to mend what is wrong: the line that follows a diagnostic. Every function yields "" where it knows no
// better.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "conf/parser.h"

namespace conf {

// "did you mean X?" for the nearest of `known`.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

// An option that does not exist.
std::string hint_for_option(const OptionName& name);
// A word that begins no statement, a parameter or a declaration misspelt.
std::string hint_for_word(std::string_view word);
// A token where a value of the option should be.
std::string hint_for_value(const dhcp::OptionDefinition& option, const Token& token);
// A word that an enumeration does not have.
std::string hint_for_enumeration(std::string_view list, std::string_view word);
// What may stand behind allow, deny and ignore.
std::string hint_for_allow(std::string_view word);
// A type of an option definition.
std::string hint_for_type(std::string_view word);

// A name that is not declared; `otherwise` where no declared one is near.
template <typename Map>
std::string hint_for_name(const std::string& name, const Map& declared, const char* otherwise) {
  std::vector<std::string> names;
  for (const auto& entry : declared) names.push_back(entry.first);
  const std::string near = did_you_mean(name, names);
  return near.empty() ? otherwise : near;
}

// "expecting a declaration" (or a parameter) for the token that comes next.
void report_unknown_statement(Parser& parser, bool has_declaration);

}  // namespace conf
