// names.hpp — The user names in use, so that no two guests are called the same.
#pragma once

#include <chorus/core/keyed_hash.hpp>

#include <mutex>
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

private:
    friend class claimed_name;

    const std::string* take(const std::string& name); // null: it is in use
    void give_back(const std::string& name);

    std::mutex mutex_;
    text_set in_use_;
};

// 1 to 32 characters of UTF-8, none of them a control character.
bool is_user_name(std::string_view name);

} // namespace chorus
