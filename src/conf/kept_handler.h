// Handlers that are kept with a lease (`on expiry`, `on release`): as text in the lease and its file, read
// back when the event comes, maybe under another configuration than the one they were written in.
#pragma once

#include <memory>
#include <string>

#include "conf/config.h"
#include "conf/lexer.h"

namespace conf {

// The tokens of a block, one statement a line, without its braces. `brace` is a mark at the opening brace;
// afterwards the lexer stands at the closing one.
std::string block_text(Lexer& lexer, const Lexer::Mark& brace);

// Null: the text cannot be read under this configuration. Options are looked up in it.
std::shared_ptr<const Statements> read_handler(const std::string& text, const Config& config);

}  // namespace conf
