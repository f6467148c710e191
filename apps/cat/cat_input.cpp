// cat_input.cpp — from the keyboard or the pipe to the server: a line is asked to be said, and waited for.
#include "cat.hpp"

#include "visible.hpp"

#include <chorus/wire/utf8.hpp>

#include <boost/describe/class.hpp>

namespace chorus::app {
namespace {

constexpr std::chrono::milliseconds politeness{500}; // before a line that was too soon is said again

struct say_message
{
    std::optional<std::string> room;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(say_message, (), (room, text))

bool is_for_later(const fault& why)
{
    return why.code == "rate_limited" || why.code == "busy" || why.code == "not_sent";
}

bool takes(std::string_view& line, std::string_view command)
{
    if (line != command && !line.starts_with(std::string(command) + " ")) return false;
    line.remove_prefix(std::min(command.size() + 1, line.size()));
    return true;
}

} // namespace

// Reads nothing before there is somebody to say it to. When the input has ended, and all is said, so has the program.
task<> cat::input_loop()
{
    co_await connected_.wait();
    switch (told_.mode) {
    case cat_options::speech::chat: co_await say_lines(); break;
    case cat_options::speech::text: co_await send_lines(); break;
    case cat_options::speech::bytes: co_await send_pieces(); break;
    }
    not_all_said_ |= !at_a_terminal_ && in_.has_more(); // the connection ended before the input did
    if (in_.line_was_too_long()) {
        not_all_said_ = true;
        note("a line of more than 16 MiB is none: the input ends here");
    }
    co_await linger();
    client_.close();
}

// Some servers forget what they had to say when they hear goodbye.
task<> cat::linger()
{
    last_heard_ = shard_.clock().now();
    while (!over_ && shard_.clock().now() < last_heard_ + told_.linger)
        co_await pause_ended_.wait_until(shard_.clock(), last_heard_ + told_.linger);
}

task<> cat::say_lines()
{
    while (!over_) {
        auto line = co_await in_.line();
        if (!line) co_return;
        if (line->ends_with('\r')) line->pop_back();
        const bool is_command = at_a_terminal_ && line->starts_with('/') && !line->starts_with("//");
        if (is_command) {
            const bool going_on = obey(*line);
            if (!going_on) co_return;
        } else if (!line->empty()) {
            const bool is_escaped = at_a_terminal_ && line->starts_with("//");
            co_await say(line->substr(is_escaped ? 1 : 0));
        }
    }
}

// Waits for the answer, so that lines keep their order and no line is lost behind one that was too soon. What may have
// arrived is not said twice.
task<> cat::say(std::string text)
{
    if (!is_utf8(text)) {
        not_all_said_ = true;
        co_return note("not said, because it is no UTF-8: " + visible(text));
    }
    say_message what{{}, std::move(text)};
    if (!room_.empty()) what.room = room_;
    std::optional<fault> why;
    for (bool again = true; again && !over_;) {
        while (!client_.online() && !over_)
            co_await connected_.wait(); // nothing is spent on an outage
        if (over_) break;
        const auto answer = co_await client_.ask("chat", what);
        if (answer) co_return;
        why = answer.error();
        again = is_for_later(*why);
        if (again) co_await pause_ended_.wait_until(shard_.clock(), shard_.clock().now() + politeness);
    }
    failed(why.value_or(fault{"closed", "the connection has ended"}), what.text);
}

void cat::failed(const fault& why, std::string_view line)
{
    not_all_said_ = true;
    const bool perhaps = why.code == "connection_lost" || why.code == "too_late";
    note((perhaps ? "may not have arrived: " : "not said: ") + visible(line) + " (" + visible(why.message) + ")");
}

task<> cat::send_lines()
{
    for (bool going_on = true; going_on;) {
        auto line = co_await in_.line();
        if (!line) break;
        if (!is_utf8(*line)) {
            not_all_said_ = true;
            note("not sent, because it is no UTF-8 (--binary sends any bytes): " + visible(*line));
            continue;
        }
        const auto answer = client_.send_raw(opcode::text, std::move(*line));
        not_all_said_ |= answer != send_answer::queued;
        going_on = co_await client_.room_to_send();
    }
    co_await see_off();
}

task<> cat::send_pieces()
{
    for (bool going_on = true; going_on;) {
        auto bytes = co_await in_.piece();
        if (!bytes) break;
        if (bytes->empty()) continue;
        const auto answer = client_.send_raw(opcode::binary, std::move(*bytes));
        not_all_said_ |= answer != send_answer::queued;
        going_on = co_await client_.room_to_send();
    }
    co_await see_off();
}

task<> cat::see_off()
{
    const auto all_left = co_await client_.all_sent();
    not_all_said_ |= !all_left;
}

// False: it is over.
bool cat::obey(const std::string& command)
{
    std::string_view rest = command;
    if (takes(rest, "/quit")) return false;
    if (takes(rest, "/join") && !rest.empty()) {
        room_ = rest;
        client_.join(room_);
    } else if (takes(rest, "/leave")) {
        client_.leave(rest.empty() ? room_ : std::string(rest));
        if (rest.empty() || rest == room_) room_.clear();
    } else if (takes(rest, "/to")) {
        room_ = rest;
    } else {
        note("commands: /join ROOM, /leave [ROOM], /to [ROOM], /quit; // begins a line with a /");
        return true;
    }
    note(room_.empty() ? "lines go to everyone" : "lines go to " + visible(room_));
    return true;
}

} // namespace chorus::app
