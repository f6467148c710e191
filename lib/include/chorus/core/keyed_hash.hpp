// keyed_hash.hpp — hashes text that strangers choose, under a secret of the process, so that they cannot make it
// collide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace chorus {

struct hash_key
{
    std::uint64_t low = 0, high = 0;
};

// SipHash-1-3 (Aumasson and Bernstein, 2012): without its key nobody can tell which texts collide.
std::uint64_t siphash(hash_key key, std::string_view text);

// The key of this process, drawn at its first use: the same for all threads, so that shards agree.
hash_key process_hash_key();

// (Not noexcept: a container then keeps each hash beside its text, and does not compute it again when it grows.)
struct keyed_hash
{
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return siphash(process_hash_key(), text); }
};

// For keys that come from clients.
template <class Value> using text_map = std::unordered_map<std::string, Value, keyed_hash, std::equal_to<>>;
using text_set = std::unordered_set<std::string, keyed_hash, std::equal_to<>>;

} // namespace chorus
