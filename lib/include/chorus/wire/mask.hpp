// mask.hpp — The xor that clients put over their payloads (RFC 6455, 5.3), eight bytes at a time.
#pragma once
#include <boost/endian/conversion.hpp>

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

namespace chorus {

// Masks or unmasks `bytes` in place. Returns the key turned to the byte that comes next, so that a payload may be
// given in pieces of any size.
inline std::uint32_t apply_mask(std::span<char> bytes, std::uint32_t key)
{
    const std::uint64_t in_memory_order = boost::endian::native_to_big(key);
    const std::uint64_t twice = in_memory_order << 32 | in_memory_order;
    const std::size_t in_words = bytes.size() & ~std::size_t{7};
    for (std::size_t i = 0; i < in_words; i += 8) {
        std::uint64_t word;
        std::memcpy(&word, bytes.data() + i, 8);
        word ^= twice;
        std::memcpy(bytes.data() + i, &word, 8);
    }
    for (char& byte : bytes.subspan(in_words)) {
        byte = static_cast<char>(byte ^ static_cast<char>(key >> 24));
        key = std::rotl(key, 8);
    }
    return key;
}

} // namespace chorus
