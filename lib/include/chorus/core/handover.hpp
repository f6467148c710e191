// handover.hpp — the way from any thread into a shard: puts are gathered, and the shard is woken once per batch.
#pragma once

#include <chorus/core/task.hpp>

#include <boost/asio/post.hpp>

#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace chorus {

// put() and put_all() from any thread; what one thread puts arrives in the order it put it. `take` runs on the shard,
// from its queue, with everything put so far. Made and destroyed by the shard, or while it does not run, and destroyed
// when nobody puts any more; what has not been taken by then is dropped.
template <class T> class handover
{
public:
    using take_function = std::function<void(std::vector<T>&)>;

    handover(executor to, std::size_t capacity, take_function take)
        : to_{to}, box_{std::make_shared<box>(capacity, std::move(take))}
    {
    }
    ~handover() { box_->take = nullptr; }
    handover(const handover&) = delete;
    handover& operator=(const handover&) = delete;

    // False when `capacity` values wait to be taken: the value is dropped.
    bool put(T value);

    // Never refused: for batches between hubs, which are bounded by those who filled them. Leaves `values` empty.
    void put_all(std::vector<T>& values);

private:
    // In values: a larger batch was a burst, whose memory goes back.
    static constexpr std::size_t memory_kept = 1'024;

    // Shared with the wake-up that is on its way through the shard's queue, which may arrive after the handover is
    // gone.
    struct box
    {
        box(std::size_t limit, take_function function) : capacity{limit}, take{std::move(function)} {}

        const std::size_t capacity;
        std::mutex mutex;
        std::vector<T> waiting; // under the mutex; the shard is on its way while this holds something
        std::vector<T> batch;   // the shard's: swapped with `waiting`, so that both keep their memory
        take_function take;     // the shard's
    };

    void wake_shard();
    static void take_batch(box& box);

    executor to_;
    std::shared_ptr<box> box_;
};

template <class T> bool handover<T>::put(T value)
{
    {
        const std::lock_guard lock{box_->mutex};
        if (box_->waiting.size() >= box_->capacity) return false;
        box_->waiting.push_back(std::move(value));
        if (box_->waiting.size() > 1) return true;
    }
    wake_shard();
    return true;
}

template <class T> void handover<T>::put_all(std::vector<T>& values)
{
    if (values.empty()) return;
    bool first = false;
    {
        const std::lock_guard lock{box_->mutex};
        first = box_->waiting.empty();
        box_->waiting.insert(box_->waiting.end(), std::move_iterator{values.begin()}, std::move_iterator{values.end()});
    }
    values.clear();
    if (first) wake_shard();
}

template <class T> void handover<T>::wake_shard()
{
    asio::post(to_, [box = box_] { take_batch(*box); });
}

template <class T> void handover<T>::take_batch(box& box)
{
    {
        const std::lock_guard lock{box.mutex};
        std::swap(box.waiting, box.batch);
    }
    if (box.take) box.take(box.batch);
    box.batch.clear();
    if (box.batch.capacity() > memory_kept) box.batch = {};
}

} // namespace chorus
