// damage.hpp — Breaks what is said: a rule of a frame, or bytes wherever they hurt.
#pragma once
#include "oracle/frames.hpp"

namespace chorus::oracle {

// A text that is no longer UTF-8, if there is a text with a byte in it.
void spoil_a_text(std::vector<saying>& sayings, random& chance);

// One rule broken in one frame that is otherwise in order.
void break_a_rule(wire_frame& each, random& chance);

// The first bytes of frames, which begin at `starts`, are preferred to payloads.
void damage(std::string& bytes, const std::vector<std::size_t>& starts, random& chance);

} // namespace chorus::oracle
