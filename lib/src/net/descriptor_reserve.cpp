// descriptor_reserve.cpp — descriptors that are there for a moment, all at once, leave their states behind.
#include <chorus/net/descriptor_reserve.hpp>

#include <algorithm>

#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

namespace chorus {
namespace {

// Descriptors are numbered from below, so whoever leaves those from here on alone leaves a quarter to others.
rlim_t first_of_others()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
    return limit.rlim_cur - limit.rlim_cur / 4;
}

} // namespace

std::vector<spare_descriptor> spare_descriptors(shard& of, std::size_t at_most)
{
    const auto end = first_of_others();
    const int first = ::eventfd(0, EFD_CLOEXEC);
    std::vector<spare_descriptor> all;
    all.reserve(at_most);
    while (first >= 0 && all.size() < at_most) {
        const int copy = ::dup(first);
        error_code error;
        const auto is_ours = copy >= 0 && static_cast<rlim_t>(copy) < end;
        if (is_ours) all.emplace_back(of.get_executor()).assign(copy, error);
        if (copy >= 0 && (!is_ours || error)) ::close(copy);
        if (!is_ours || error) break;
    }
    if (first >= 0) ::close(first);
    return all;
}

// Those that nobody uses are taken first, so as many more have to be there at once.
void descriptor_reserve::get_more(std::size_t in_use)
{
    const auto unused = covered_ - std::min(covered_, in_use);
    spare_descriptors(shard_, unused + step);
    covered_ += step;
}

} // namespace chorus
