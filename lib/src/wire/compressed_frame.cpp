// compressed_frame.cpp — Finds the compressed form of a message, or makes it.
#include <chorus/wire/compressed_frame.hpp>

#include "frame_form.hpp"

namespace chorus {
namespace {

bool may_shrink(const frame& message, const deflater& with)
{
    const auto least = with.keeps_context() ? smallest_in_context : smallest_compressed;
    return !is_control(message.op()) && !message.is_compressed() && message.payload().size() >= least;
}

} // namespace

shared_frame compressed(const shared_frame& message, deflater& with)
{
    if (!may_shrink(*message, with)) return message;
    const auto form = frame_form::compressed(message);
    if (!with.keeps_context())
        if (auto known = form.get()) return known;
    const auto payload = with.deflate(message->payload());
    if (with.keeps_context()) // what it has seen the client must see in this form, even if that is larger
        return payload ? make_compressed_frame(message->op(), *payload) : message;
    const auto smaller = payload && payload->size() < message->payload().size();
    return form.set(smaller ? make_compressed_frame(message->op(), *payload) : message);
}

} // namespace chorus
