// compressed_frame.cpp — Finds the compressed form of a message, or makes it.
#include <chorus/wire/compressed_frame.hpp>

namespace chorus {
namespace {

bool may_shrink(const frame& message, const deflater& with)
{
    const auto least = with.keeps_context() ? smallest_in_context : smallest_compressed;
    return !is_control(message.op()) && !message.is_compressed() && message.payload().size() >= least;
}

} // namespace

// Where a message keeps its form. Two shards may ask at the same time; then one of the two forms stays.
class compressed_form
{
public:
    explicit compressed_form(const shared_frame& message) : message_(message) {}

    shared_frame get() const { return shared_frame{message_->compressed_.load(std::memory_order_acquire)}; }

    shared_frame set(const shared_frame& made) const
    {
        const frame* known = nullptr;
        if (!message_->compressed_.compare_exchange_strong(known, made.get(), std::memory_order_acq_rel))
            return shared_frame{known};
        if (made != message_) intrusive_ptr_add_ref(made.get());
        return made;
    }

private:
    const shared_frame& message_;
};

shared_frame compressed(const shared_frame& message, deflater& with)
{
    if (!may_shrink(*message, with)) return message;
    const compressed_form form{message};
    if (!with.keeps_context())
        if (auto known = form.get()) return known;
    const auto payload = with.deflate(message->payload());
    if (with.keeps_context()) // what it has seen the client must see in this form, even if that is larger
        return payload ? make_compressed_frame(message->op(), *payload) : message;
    const auto smaller = payload && payload->size() < message->payload().size();
    return form.set(smaller ? make_compressed_frame(message->op(), *payload) : message);
}

} // namespace chorus
