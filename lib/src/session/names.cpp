// names.cpp — The user names in use, so that no two guests are called the same.
#include <chorus/session/names.hpp>

#include <chorus/wire/utf8.hpp>

#include <algorithm>
#include <random>
#include <utility>

namespace chorus {
namespace {

constexpr std::size_t longest_name = 32;

std::string guest_name()
{
    static thread_local std::mt19937 random{std::random_device{}()};
    std::uniform_int_distribution<int> letter{'a', 'z'};
    std::string name = "guest-";
    for (int i = 0; i < 6; ++i)
        name += static_cast<char>(letter(random));
    return name;
}

bool starts_character(char each) { return (static_cast<unsigned char>(each) & 0xC0) != 0x80; }

} // namespace

bool is_user_name(std::string_view name)
{
    const auto characters = static_cast<std::size_t>(std::ranges::count_if(name, starts_character));
    return characters >= 1 && characters <= longest_name && is_utf8(name) && !has_control(name);
}

claimed_name::claimed_name(claimed_name&& other) noexcept
    : from_(std::exchange(other.from_, nullptr)), text_(other.text_)
{
}

claimed_name::~claimed_name()
{
    if (from_) from_->give_back(*text_);
}

claimed_name names::claim(std::string_view wanted)
{
    const auto base = wanted.empty() ? guest_name() : std::string(wanted);
    const auto* taken = take(base);
    for (int number = 2; !taken; ++number)
        taken = take(base + "#" + std::to_string(number));
    return {*this, *taken};
}

const std::string* names::take(const std::string& name)
{
    const std::lock_guard lock(mutex_);
    const auto [place, is_new] = in_use_.insert(name);
    return is_new ? &*place : nullptr;
}

void names::give_back(const std::string& name)
{
    const std::lock_guard lock(mutex_);
    in_use_.erase(in_use_.find(name)); // by its place: the name itself lies there
}

} // namespace chorus
