// direction.hpp — One direction of a connection: who receives, and what was agreed on about compression.
#pragma once
#include <chorus/wire/deflate_parameters.hpp>
#include <chorus/wire/frame_header.hpp>

#include <optional>

namespace chorus::oracle {

struct direction
{
    role receiver = role::server;
    std::optional<deflate_parameters> deflate = {}; // for both directions

    context_takeover takeover() const
    {
        return receiver == role::server ? deflate->client_takeover() : deflate->server_takeover();
    }
    int window() const { return receiver == role::server ? deflate->client_window() : deflate->server_window(); }
};

// The same may be worded in two ways.
inline bool is_same(const direction& one, const direction& other)
{
    if (one.receiver != other.receiver) return false;
    if (!one.deflate || !other.deflate) return !one.deflate && !other.deflate;
    return one.takeover() == other.takeover() && one.window() == other.window();
}

inline role opposite(role of) { return of == role::server ? role::client : role::server; }

} // namespace chorus::oracle
