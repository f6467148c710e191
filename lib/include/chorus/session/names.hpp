// names.hpp — The user names in use: no two guests are called the same, and a user comes in only so often.
#pragma once

#include <chorus/core/keyed_hash.hpp>
#include <chorus/session/allowance.hpp>

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chorus {

class names;

// Somebody who is in, in one connection or several.
struct person
{
    explicit person(std::size_t limited_types) : may(limited_types) {}

    std::size_t connections = 0;
    allowance may;
};

// A name that is taken; given back when it ends. The names it came from must outlive it.
class claimed_name
{
public:
    claimed_name(claimed_name&& other) noexcept;
    claimed_name& operator=(claimed_name&&) = delete;
    ~claimed_name();

    const std::string& text() const { return who_->first; }
    allowance& may() const { return who_->second.may; } // shared by all connections of this name

private:
    friend class names;
    using entry = std::pair<const std::string, person>;

    claimed_name(names& from, entry& who) : from_(&from), who_(&who) {}

    names* from_; // null: moved from
    entry* who_;  // where the names in use have it
};

// One for the whole process; any thread may call it. Touched when a client comes and when it goes.
class names
{
public:
    // How many types of message have a rate of their own. Before the first name is taken.
    void limit_types(std::size_t count) { limited_types_ = count; }

    // The wanted name, or with "#2", "#3"... behind it when it is in use (from the 101st on, with a random number of
    // six digits); without a wish, "guest-" and six letters.
    claimed_name claim(std::string_view wanted);

    // The name of a user, who may be in already, but with fewer than `most` connections (0: no limit); else nothing.
    std::optional<claimed_name> share(std::string_view user, std::size_t most);

    // Lets everybody send as after a rest, since the rates have changed.
    void fill_allowances();

private:
    friend class claimed_name;

    claimed_name::entry* take(const std::string& name, std::size_t most); // null: it is in use so often already
    void give_back(const std::string& name);

    std::size_t limited_types_ = 0;
    std::mutex mutex_; // guards what follows
    text_map<person> in_use_;
};

// 1 to 32 characters of UTF-8, none of them a control character.
bool is_user_name(std::string_view name);

} // namespace chorus
