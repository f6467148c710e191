// compressed_frame.hpp — A message as those hear it who have agreed on compression: made once, and shared like its
// frame.
#pragma once
#include <chorus/wire/deflater.hpp>
#include <chorus/wire/frame.hpp>

#include <cstddef>

namespace chorus {

// Payloads below these go as they are. Alone so little text hardly shrinks (chat messages of 124 bytes to 107); with
// the context of those before it (to 14) nearly any does.
inline constexpr std::size_t smallest_compressed = 128;
inline constexpr std::size_t smallest_in_context = 32;

// The compressed form of a message, or the message itself where that is no smaller: control frames, small payloads,
// what is compressed already or cannot be, and for want of memory. In a context what has been compressed is part of it,
// so there a message goes compressed even when that makes it larger.
//
// Any thread, with a deflater of its own. If the deflater keeps no context the form stays with the message, for all who
// ask after the first; else it is for one connection, and must be sent to it next.
shared_frame compressed(const shared_frame& message, deflater& with);

} // namespace chorus
