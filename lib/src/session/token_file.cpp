// token_file.cpp — reads lines TOKEN USER, and finds the user of a token by its hash.
#include <chorus/session/token_file.hpp>

#include <chorus/core/system_message.hpp>

#include <openssl/sha.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <stdexcept>

namespace chorus {
namespace {

constexpr std::string_view blanks = " \t\r";

struct entry
{
    std::string_view token, user;
};

// Empty where the line says nothing.
entry split_line(std::string_view line)
{
    const auto begin = line.find_first_not_of(blanks);
    if (begin == line.npos || line[begin] == '#') return {};
    line = line.substr(begin, line.find_last_not_of(blanks) - begin + 1);
    const auto end = std::min(line.find_first_of(blanks), line.size());
    const auto user = std::min(line.find_first_not_of(blanks, end), line.size());
    return {line.substr(0, end), line.substr(user)};
}

[[noreturn]] void refuse_line(const std::string& path, std::size_t number, std::string_view why)
{
    throw std::runtime_error(path + ":" + std::to_string(number) + ": " + std::string(why));
}

} // namespace

token_file::token_file(std::string path) : path_(std::move(path)), users_(read(path_)) {}

void token_file::reload()
{
    auto fresh = read(path_);
    const std::lock_guard lock(mutex_);
    users_.swap(fresh);
}

verdict token_file::judge(const std::optional<std::string>& token) const
{
    if (!token) return token_missing();
    const auto hashed = hash(*token);
    const std::lock_guard lock(mutex_);
    const auto found = users_.find(hashed);
    if (found == users_.end()) return token_refused("this token is not known here");
    return identity{found->second};
}

token_file::digest token_file::hash(std::string_view token)
{
    digest result;
    SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), result.data());
    return result;
}

token_file::users token_file::read(const std::string& path)
{
    std::ifstream file(path);
    if (!file) throw std::runtime_error(path + ": cannot be read: " + system_message(errno));
    users known;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        const auto [token, user] = split_line(line);
        if (token.empty()) continue;
        if (user.empty()) refuse_line(path, number, "expected TOKEN USER, got one word");
        if (!is_identified_name(user))
            refuse_line(path, number, "user: expected 1 to 128 bytes of UTF-8 without control characters");
        if (!known.emplace(hash(token), user).second)
            refuse_line(path, number, "this token stands in the file already");
    }
    if (file.bad() || !file.eof()) throw std::runtime_error(path + ": cannot be read: " + system_message(errno));
    return known;
}

} // namespace chorus
