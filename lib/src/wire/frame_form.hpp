// frame_form.hpp — where a message keeps another form of itself, made once for all who hear it so.
#pragma once

#include <chorus/wire/frame.hpp>

#include <atomic>

namespace chorus {

// Two shards may ask at the same time; then one of the two forms stays.
class frame_form
{
public:
    static frame_form compressed(const shared_frame& message) { return {message, message->compressed_}; }
    static frame_form binary(const shared_frame& message) { return {message, message->binary_}; }

    shared_frame get() const { return shared_frame{place_.load(std::memory_order_acquire)}; } // null: nobody has asked

    // The message itself where it has no such form; then the place holds no reference.
    shared_frame set(const shared_frame& made) const
    {
        const frame* known = nullptr;
        if (!place_.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel)) return shared_frame{known};
        if (made != message_) intrusive_ptr_add_ref(made.get());
        return made;
    }

private:
    frame_form(const shared_frame& message, std::atomic<const frame*>& place) : message_(message), place_(place) {}

    const shared_frame& message_;
    std::atomic<const frame*>& place_;
};

} // namespace chorus
