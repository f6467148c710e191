// chat_lines.hpp — what happens in the chat, each thing as a line for people.
#pragma once

#include <chorus/client/event.hpp>

#include <string>
#include <vector>

namespace chorus::app {

// Everything in these lines is visible().

// A payload of `chat`: "[tea] ada: hello", without a room "ada: hello"; empty when it is none.
std::string line_of_chat(const json& payload);

std::string line_of(const event::disconnected& what);
std::string line_of(const event::joined& what);
std::string line_of(const event::not_joined& what);
std::string line_of(const event::gap& what);
std::string line_of(const event::refused& what);
// A presence, a leave, or any type we do not know.
std::string line_of(const event::heard& what);

} // namespace chorus::app
