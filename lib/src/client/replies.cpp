// replies.cpp — rings whoever asked.
#include <chorus/client/replies.hpp>

#include <utility>

namespace chorus {

task<result<answered>> replies::wait(std::uint64_t id, clock& clock, time_point deadline)
{
    question mine;
    waiting_.emplace(id, &mine);
    co_await mine.ready.wait_until(clock, deadline);
    waiting_.erase(id);
    if (mine.answer) co_return std::move(*mine.answer);
    co_return fault{"too_late", "no answer in time"};
}

bool replies::settle(std::uint64_t id, result<answered> answer)
{
    const auto found = waiting_.find(id);
    if (found == waiting_.end() || found->second->answer) return false;
    found->second->answer = std::move(answer);
    found->second->ready.ring();
    return true;
}

void replies::settle_up_to(std::uint64_t id)
{
    for (auto each = waiting_.begin(); each != waiting_.end() && each->first <= id; ++each)
        settle(each->first, answered{});
}

void replies::fail_if(const std::function<bool(std::uint64_t id)>& concerned, const fault& why)
{
    for (const auto& [id, asked] : waiting_)
        if (concerned(id)) settle(id, why);
}

void replies::fail_all(const fault& why)
{
    fail_if([](std::uint64_t) { return true; }, why);
}

} // namespace chorus
