// visible.hpp — what a stranger wrote, made fit for a terminal: nothing of it moves the cursor or pretends to be a
// line.
#pragma once

#include <string>
#include <string_view>

namespace chorus::app {

// Control characters, separators of lines, and what turns the direction of text become `\n`, `\t` or `\u{1b}`; bytes
// that are no UTF-8 become `\x{ff}`.
std::string visible(std::string_view text);

// Bytes that are no text: "3 bytes: 00 01 ff", the first 32 of them.
std::string visible_bytes(std::string_view bytes);

} // namespace chorus::app
