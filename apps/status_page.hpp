// status_page.hpp — the files of status/page, which are part of the program.
#pragma once

#include <chorus/server/asset.hpp>

#include <span>

std::span<const chorus::asset> status_page(); // written by chorus_embed, see CMakeLists.txt
