// descriptor_reserve.cpp — descriptors that are there for a moment, all at once, leave their states behind.
#include <chorus/net/descriptor_reserve.hpp>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <algorithm>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

namespace chorus {

// Those that nobody uses are taken first, so as many more have to be there at once.
void descriptor_reserve::get_more(std::size_t in_use)
{
    const auto unused = covered_ - std::min(covered_, in_use);
    using descriptor = asio::posix::basic_stream_descriptor<executor>;
    const int first = ::eventfd(0, EFD_CLOEXEC);
    std::vector<descriptor> all;
    all.reserve(unused + step);
    while (first >= 0 && all.size() < unused + step) {
        const int copy = ::dup(first);
        error_code error;
        if (copy >= 0) all.emplace_back(shard_.get_executor()).assign(copy, error);
        if (error) ::close(copy); // it is nobody's
        if (copy < 0 || error) break;
    }
    if (first >= 0) ::close(first);
    covered_ += step;
}

} // namespace chorus
