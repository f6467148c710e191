// chat_page.hpp — the files of chat/page, which are part of the program.
#pragma once

#include <chorus/server/asset.hpp>

#include <span>

std::span<const chorus::asset> chat_page(); // written by chorus_embed, see CMakeLists.txt
