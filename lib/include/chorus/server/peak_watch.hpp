// peak_watch.hpp — Sees that a crowd has gone, for whoever then gives back what it took.
#pragma once

#include <chorus/core/clock.hpp>

#include <chrono>
#include <cstddef>
#include <functional>

namespace chorus {

// That there are more it is told when somebody comes; whether they have gone it looks at by itself, while anybody is
// here. A crowd may be back at once, and pools keep for a while what it left behind, so it has gone when it was not
// there at three looks in a row. Belongs to the thread of its clock.
class peak_watch
{
public:
    static constexpr std::chrono::seconds period{10}; // between two looks
    static constexpr std::size_t crowd = 1000;        // so many fewer than at the peak

    // `count` says how many are here; `gone` is called when a crowd has gone since it was called last.
    peak_watch(clock& time, std::function<std::size_t()> count, std::function<void()> gone);

    void somebody_came();

private:
    static constexpr int looks_until_sure = 3;

    void look();
    void look_later() { next_.set(clock_.now() + period); }

    clock& clock_;
    std::function<std::size_t()> count_;
    std::function<void()> gone_;
    std::size_t peak_ = 0;
    int missed_ = 0; // at so many looks in a row
    alarm next_;
};

} // namespace chorus
