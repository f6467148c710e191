// names.hpp — The user names in use: no two guests are called the same, and a user comes in only so often.
#pragma once

#include <chorus/core/keyed_hash.hpp>

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace chorus {

class names;

// A name that is taken; given back when it ends. The names it came from must outlive it.
class claimed_name
{
public:
    claimed_name(claimed_name&& other) noexcept;
    claimed_name& operator=(claimed_name&&) = delete;
    ~claimed_name();

    const std::string& text() const { return *text_; }

private:
    friend class names;
    claimed_name(names& from, const std::string& text) : from_(&from), text_(&text) {}

    names* from_;             // null: moved from
    const std::string* text_; // where the names in use have it
};

// One for the whole process; any thread may call it. Touched when a client comes and when it goes.
class names
{
public:
    // The wanted name, or with "#2", "#3"... behind it when it is in use (from the 101st on, with a random number of
    // six digits); without a wish, "guest-" and six letters.
    claimed_name claim(std::string_view wanted);

    // The name of a user, who may be in already, but with fewer than `most` connections (0: no limit); else nothing.
    std::optional<claimed_name> share(std::string_view user, std::size_t most);

private:
    friend class claimed_name;

    const std::string* take(const std::string& name, std::size_t most); // null: it is in use so often already
    void give_back(const std::string& name);

    std::mutex mutex_;
    text_map<std::size_t> in_use_; // by how many connections
};

// 1 to 32 characters of UTF-8, none of them a control character.
bool is_user_name(std::string_view name);

} // namespace chorus
