// compression.cpp — Says which side of a connection keeps its context.
#include <chorus/wire/compression.hpp>

namespace chorus {

struct compression::kept
{
    std::optional<inflater> incoming;
    std::optional<deflater> outgoing;
};

compression::compression(const std::optional<deflate_parameters>& agreed, shared_compression& lent)
{
    if (!agreed) return;
    const auto client_keeps = agreed->client_takeover() == context_takeover::yes;
    const auto server_keeps = agreed->server_takeover() == context_takeover::yes;
    if (client_keeps || server_keeps) kept_ = std::make_unique<kept>();

    incoming_ = client_keeps ? &kept_->incoming.emplace(lent.inflated, context_takeover::yes, agreed->client_window())
                             : &lent.inflater;
    if (server_keeps)
        outgoing_ = &kept_->outgoing.emplace(lent.deflated, context_takeover::yes, agreed->server_window());
    else if (agreed->server_window() == largest_window)
        outgoing_ = &lent.deflater;
}

compression::~compression() = default;

} // namespace chorus
