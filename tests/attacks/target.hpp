// target.hpp — What an attack is given: a server, a size, and a place to note what it was told.
#pragma once

#include "attacks/bystanders.hpp"
#include "scale/chat.hpp"
#include "support/http_client.hpp"

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chorus::attacks {

using namespace std::chrono_literals;
using testing::milliseconds;
using testing::tcp_socket;
using testing::ws_client;

// How long an attacker waits for an answer that has no deadline of its own.
inline constexpr milliseconds answer_patience{10'000};

// The server under attack as its attacker sees it. Wrong answers do not end an attack, they are gathered: one run tells
// all that is wrong. An exception ends it, and counts as a complaint as well.
class target
{
public:
    target(const testing::program& server, newcomers& others, std::size_t size, milliseconds lasting)
        : server_(server), newcomers_(others), size_(size), lasting_(lasting)
    {
    }

    std::uint16_t port() const { return server_.port(); }
    const testing::program& server() const { return server_; }
    std::size_t size() const { return size_; }        // how many, of whatever the attack is made of
    milliseconds lasting() const { return lasting_; } // how long, where that is for the attack to say

    // The n-th attacker. 250 of them share a loopback address, so that the limit per address can stay on; none shares
    // that of the bystanders.
    testing::connect_options from(std::size_t number) const;

    // Goes on when three newcomers have come in while the attack, as it now stands, lasts.
    void let_newcomers_in() const { newcomers_.wait_for(3); }

    // What the attacker was told, for the report; and whether it is what it should be.
    void told(const std::string& answer, std::size_t times = 1) { answers_[answer] += times; }
    void expect(const std::string& answer, std::initializer_list<std::string_view> right, std::string_view to);
    void check(bool holds, const std::string& otherwise);

    // A field of an event that the server's log must hold, once the server has ended.
    void must_be_logged(std::string key, std::string value) { logged_.emplace_back(std::move(key), std::move(value)); }

    const std::map<std::string, std::size_t>& answers() const { return answers_; }
    const std::vector<std::string>& complaints() const { return complaints_; }
    const std::vector<std::pair<std::string, std::string>>& logged() const { return logged_; }

private:
    const testing::program& server_;
    newcomers& newcomers_;
    std::size_t size_;
    milliseconds lasting_;
    std::map<std::string, std::size_t> answers_;
    std::vector<std::string> complaints_;
    std::vector<std::pair<std::string, std::string>> logged_;
};

// The answers in one word each: a status ("431"), a close code ("1009"), the code of an error or the type of an answer
// ("invalid_json", "joined"); "cut" without a word, "ended" by an orderly end, "nothing" in the time an attacker waits.
std::string answer_to_request(target& whom, std::string_view bytes);
std::string answer_to_frames(target& whom, std::string_view bytes);
std::string answer_to_message(target& whom, std::string_view text);

// The same of a connection that is open, and of what it has sent.
std::string word_for(const testing::frame& frame);
std::string http_answer(tcp_socket& socket, milliseconds patience = answer_patience);
std::string next_answer(ws_client& client, milliseconds patience = answer_patience);
std::string close_answer(ws_client& client, milliseconds patience = answer_patience);

std::string repeated(std::string_view text, std::size_t count);
std::string percent_encoded(std::string_view text);

// Any bytes as they may stand in a log or a report.
std::string printable(std::string_view bytes);

} // namespace chorus::attacks
