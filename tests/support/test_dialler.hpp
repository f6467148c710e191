// test_dialler.hpp — a dialler without a network: each attempt gets a memory pair, or the failure a test has planned.
#pragma once

#include "far_end.hpp"

#include <chorus/client/dialler.hpp>
#include <chorus/core/bell.hpp>

#include <deque>
#include <vector>

namespace chorus::test {

class test_dialler final : public dialler
{
public:
    task<result<transport_ptr>> dial(address to) override
    {
        dialled.push_back(to_string(to));
        given_up_ = false;
        while (silent && !given_up_)
            co_await wake_.wait();
        if (given_up_) co_return fault{"given_up", "nobody wants it"};
        if (!failures.empty()) {
            const auto why = failures.front();
            failures.pop_front();
            co_return why;
        }
        auto ends = make_memory_pair(capacity);
        servers.push_back(std::make_unique<far_end>(std::move(ends.second)));
        if (identity) server().begin_tls(*identity);
        co_return std::move(ends.first);
    }

    void give_up() override
    {
        given_up_ = true;
        wake_.ring();
    }

    far_end& server() { return *servers.back(); } // of the latest connection

    bool move()
    {
        bool moved = false;
        for (auto& each : servers) {
            moved |= each->listen();
            moved |= each->push();
        }
        return moved;
    }

    std::deque<fault> failures; // of the next attempts
    bool silent = false;        // neither connects nor fails
    std::size_t capacity = 64 * 1024;
    const tls_identity* identity = nullptr; // of servers that speak TLS from the start
    std::vector<std::string> dialled;
    std::vector<std::unique_ptr<far_end>> servers;

private:
    bell wake_;
    bool given_up_ = false;
};

} // namespace chorus::test
