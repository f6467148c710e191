// names.cpp — The user names in use: no two guests are called the same, and a user comes in only so often.
#include <chorus/session/names.hpp>

#include <chorus/core/random.hpp>
#include <chorus/wire/utf8.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace chorus {
namespace {

constexpr std::size_t longest_user_name = 32;

// Past so many of one name the next number is drawn, not searched for: else the n-th would cost n look-ups.
constexpr std::uint64_t numbered_in_order = 100;

std::string guest_name()
{
    std::string name = "guest-";
    for (int i = 0; i < 6; ++i)
        name += static_cast<char>(random_between('a', 'z'));
    return name;
}

bool starts_character(char each) { return (static_cast<unsigned char>(each) & 0xC0) != 0x80; }

} // namespace

bool is_user_name(std::string_view name)
{
    const auto characters = static_cast<std::size_t>(std::ranges::count_if(name, starts_character));
    return characters >= 1 && characters <= longest_user_name && is_utf8(name) && !has_control(name);
}

claimed_name::claimed_name(claimed_name&& other) noexcept : from_(std::exchange(other.from_, nullptr)), who_(other.who_)
{
}

claimed_name::~claimed_name()
{
    if (from_) from_->give_back(text());
}

claimed_name names::claim(std::string_view wanted)
{
    const auto base = wanted.empty() ? guest_name() : std::string(wanted);
    auto* taken = take(base, 1);
    for (std::uint64_t number = 2; !taken; ++number) {
        const auto suffix = number <= numbered_in_order ? number : random_between(100'000, 999'999);
        taken = take(base + "#" + std::to_string(suffix), 1);
    }
    return {*this, *taken};
}

std::optional<claimed_name> names::share(std::string_view user, std::size_t most)
{
    auto* const taken = take(std::string(user), most == 0 ? std::numeric_limits<std::size_t>::max() : most);
    if (!taken) return {};
    return claimed_name{*this, *taken};
}

void names::fill_allowances()
{
    const std::lock_guard lock(mutex_);
    for (auto& each : in_use_)
        each.second.may.fill(limited_types_);
}

claimed_name::entry* names::take(const std::string& name, std::size_t most)
{
    const std::lock_guard lock(mutex_);
    auto& entry = *in_use_.try_emplace(name, limited_types_).first;
    if (entry.second.connections >= most) return nullptr;
    ++entry.second.connections;
    return &entry;
}

void names::give_back(const std::string& name)
{
    const std::lock_guard lock(mutex_);
    const auto place = in_use_.find(name);
    if (--place->second.connections == 0) in_use_.erase(place); // by its place: the name itself lies there
}

} // namespace chorus
