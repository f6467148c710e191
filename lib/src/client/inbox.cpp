// inbox.cpp — two bells around a queue.
#include <chorus/client/inbox.hpp>

#include <utility>

namespace chorus {

task<> inbox::room()
{
    while (full() && !abandoned_ && !finished_)
        co_await taken_.wait();
}

void inbox::put(client_event what, std::size_t size)
{
    if (abandoned_ || finished_) return;
    bytes_ += size;
    entries_.push_back({std::move(what), size});
    put_.ring();
}

task<std::optional<client_event>> inbox::next()
{
    while (entries_.empty() && !finished_ && !abandoned_)
        co_await put_.wait();
    if (entries_.empty()) co_return std::nullopt;
    auto first = entries_.pop_front();
    bytes_ -= first.size;
    taken_.ring();
    co_return std::move(first.what);
}

void inbox::finish()
{
    finished_ = true;
    put_.ring();
    taken_.ring();
}

void inbox::abandon()
{
    abandoned_ = true;
    entries_.clear();
    bytes_ = 0;
    put_.ring();
    taken_.ring();
}

} // namespace chorus
