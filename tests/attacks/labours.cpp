// labours.cpp — Messages within every limit that are as laborious to read as their size allows.
#include "attacks/attacks.hpp"

#include "attacks/deflated.hpp"

#include <poll.h>

namespace chorus::attacks {

namespace {

constexpr std::size_t usual_limit = 512 * 1024, small_limit = 32 * 1024;

// At most so many bytes of JSON: objects as large as they may be.
std::string laborious_json(std::size_t size)
{
    std::string text = R"({"type":"chat","payload":{"text":[{"0":1e9)";
    for (int key = 1; text.size() + 32 < size; ++key) {
        if (key % 1024 == 0)
            text.append(R"(},{"0":1e9)");
        else
            text.append(",\"").append(std::to_string(key % 1024)).append("\":1e9");
    }
    return text + "}]}}";
}

// Connections that send the same bytes over and over, all at once, and never read.
class flood
{
public:
    flood(std::vector<ws_client> from, std::string bytes) : from_(std::move(from)), bytes_(std::move(bytes))
    {
        for (const ws_client& each : from_)
            waiting_.push_back({each.descriptor(), POLLOUT, 0});
        at_.resize(from_.size());
    }

    void last_until(steady::time_point end)
    {
        while (steady::now() < end && ::poll(waiting_.data(), waiting_.size(), 100) >= 0)
            for (std::size_t i = 0; i < from_.size(); ++i)
                if (waiting_[i].revents != 0) push(i);
    }

    std::vector<ws_client>& attackers() { return from_; }

private:
    void push(std::size_t who)
    {
        const auto sent = from_[who].send_some(std::string_view(bytes_).substr(at_[who]));
        if (!sent) waiting_[who].fd = -1; // the server has had enough
        at_[who] = (at_[who] + sent.value_or(0)) % bytes_.size();
    }

    std::vector<ws_client> from_;
    std::string bytes_;
    std::vector<pollfd> waiting_;
    std::vector<std::size_t> at_;
};

// As much of it as the connections take.
void flood_with(target& whom, const std::string& frame, std::string_view fields)
{
    std::vector<ws_client> all;
    for (std::size_t i = 0; i < whom.size(); ++i)
        all.emplace_back(whom.from(i), "/ws", fields);
    flood attack{std::move(all), frame};
    attack.last_until(steady::now() + whom.lasting());
    for (ws_client& each : attack.attackers())
        for (each.read(); const auto heard = each.next();)
            whom.told(word_for(*heard));
}

void flood_with_compressed(target& whom, std::size_t size)
{
    deflated text;
    text.add(laborious_json(size));
    flood_with(whom, compressed_frame(text.finish()), deflate_offer);
}

} // namespace

void laborious_messages(target& whom) { flood_with(whom, testing::client_frame(1, laborious_json(usual_limit)), {}); }

// The same in a hundredth of the bytes.
void compressed_laborious_messages(target& whom) { flood_with_compressed(whom, usual_limit); }

// The same where a message has at most 32 KiB, which is all that a chat needs.
void small_laborious_messages(target& whom) { flood_with_compressed(whom, small_limit); }

} // namespace chorus::attacks
