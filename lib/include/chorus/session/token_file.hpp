// token_file.hpp — the simplest way to know people: a file of tokens, each with the user it stands for.
#pragma once

#include <chorus/session/identity.hpp>

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace chorus {

// Lines TOKEN USER, apart by blanks; the user is the rest of the line. Empty lines and those that begin with # say
// nothing. A user may have several tokens. Any thread may ask.
class token_file
{
public:
    // Throws std::runtime_error with FILE:LINE and what is wrong there; never with the token.
    explicit token_file(std::string path);

    // Reads the file anew. Throws as above, and what was known before stays known.
    void reload();

    verdict judge(const std::optional<std::string>& token) const;

private:
    // Tokens are compared by hash: how long that takes tells nothing of how much of a guess was right.
    using digest = std::array<unsigned char, 32>;
    using users = std::map<digest, std::string>;

    static digest hash(std::string_view token);
    static users read(const std::string& path);

    const std::string path_;
    mutable std::mutex mutex_; // guards what follows
    users users_;
};

} // namespace chorus
