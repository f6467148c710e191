// bombs.cpp — Compressed messages that are a thousand times larger than their bytes.
#include "attacks/attacks.hpp"

#include "attacks/deflated.hpp"

namespace chorus::attacks {

namespace {

std::string bomb_of(std::size_t mebibytes)
{
    deflated bomb;
    const std::string mebibyte(1024 * 1024, ' '); // text, so that no rule of UTF-8 ends it
    for (std::size_t i = 0; i < mebibytes; ++i)
        bomb.add(mebibyte);
    return bomb.finish();
}

} // namespace

// As large as a message of the largest size can become, whole and in pieces; and a bomb that never ends its message.
void compression_bombs(target& whom)
{
    const std::string bomb = bomb_of(500), half = bomb.substr(0, bomb.size() / 2);
    const std::string pieces =
        compressed_frame(half, false) + testing::client_frame(0, std::string_view(bomb).substr(half.size()));
    std::vector<ws_client> all;
    for (std::size_t i = 0; i < whom.size(); ++i)
        all.emplace_back(whom.from(i), "/ws", deflate_offer);
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i].send_bytes(i % 2 == 0 ? compressed_frame(bomb) : pieces);
    whom.let_newcomers_in();
    for (ws_client& each : all)
        whom.expect(close_answer(each), {"1009"}, "500 MiB in 500 KB");
}

} // namespace chorus::attacks
