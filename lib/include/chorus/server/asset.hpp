// asset.hpp — a file that is part of the program and served as it is.
#pragma once

#include <string_view>

namespace chorus {

// Points into the program itself (cmake/chorus_embed.cmake puts files there), so it lives as long as the process.
struct asset
{
    std::string_view path;         // as a client asks for it, with the slash: "/", "/chat.js"
    std::string_view content_type; // with its charset where it has one
    std::string_view body;
};

} // namespace chorus
