// fake_member.cpp — a member's seat between its hub and a client; it stands in for the session.
#include <chorus/test/fake_member.hpp>

#include <utility>
#include <vector>

namespace chorus::test {
namespace {

lines brief_lines_of(const std::vector<parser::event>& heard)
{
    lines told;
    for (const auto& each : heard)
        told.push_back(each.what == parser::kind::message ? line_of_text(each.payload) : in_words(each));
    return told;
}

} // namespace

fake_member::fake_member(hub& where, std::uint64_t id, std::string user, const outbox_limits& limits,
                         std::size_t capacity)
    : limits_(limits), wire_(make_memory_pair(capacity)),
      seat_(where, id, std::move(user), *wire_.first, *this, limits_),
      peer_(std::move(wire_.second),
            [this](const parser::event& heard) {
                return brief_lines_of(seat_.out().batches() ? apart(heard) : std::vector{heard});
            }),
      hub_(where)
{
}

accepted fake_member::say(const std::string& room, const std::string& words, std::optional<json> id)
{
    return seat_.publish(room, "chat", json{{"text", words}}, std::move(id));
}

void fake_member::expect_compressed()
{
    seat_.out().compress_with(hub_.compression().deflater);
    peer_.expect_compressed(context_takeover::no);
}

lines fake_member::heard()
{
    stall(false);
    for (bool moved = true; moved;) {
        seat_.out().unblock();
        seat_.out().flush();
        seat_.out().end_wait();
        moved = peer_.listen();
    }
    return peer_.heard();
}

lines fake_member::heard_in(const std::string& room)
{
    auto all = heard();
    std::erase_if(all, [&](const std::string& each) { return !each.starts_with(room + " "); });
    return all;
}

} // namespace chorus::test
