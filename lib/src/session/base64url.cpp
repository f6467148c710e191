// base64url.cpp — puts the text into plain base64, which OpenSSL knows.
#include "base64url.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace chorus {
namespace {

bool is_in_alphabet(char each)
{
    return (each >= 'A' && each <= 'Z') || (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9') ||
           each == '-' || each == '_';
}

} // namespace

std::optional<std::string> decode_base64(std::string_view text)
{
    std::string bytes(text.size() / 4 * 3, '\0');
    const auto length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    const auto padding = text.size() - std::min(text.find('='), text.size());
    if (length < 0 || padding > 2) return {};
    bytes.resize(static_cast<std::size_t>(length) - padding);
    return bytes;
}

std::optional<std::string> decode_base64url(std::string_view text)
{
    const auto padding = (4 - text.size() % 4) % 4;
    if (padding == 3 || !std::ranges::all_of(text, is_in_alphabet)) return {};
    std::string plain(text);
    std::ranges::replace(plain, '-', '+');
    std::ranges::replace(plain, '_', '/');
    plain.append(padding, '=');
    return decode_base64(plain);
}

} // namespace chorus
