// cat.cpp — from the server to the screen or the pipe, and how it all ends.
#include "cat.hpp"

#include "chat_lines.hpp"
#include "visible.hpp"

#include <chorus/wire/utf8.hpp>

#include <array>
#include <csignal>
#include <ctime>
#include <iostream>

#include <unistd.h>

namespace chorus::app {
namespace {

constexpr std::size_t most_unwritten = 64 * 1024; // bytes

// "12:03 ", in the time of the reader.
std::string time_of(const json& payload)
{
    const auto* const members = payload.if_object();
    const auto* const milliseconds = members ? members->if_contains("time") : nullptr;
    if (!milliseconds || !milliseconds->is_int64()) return {};
    const auto seconds = static_cast<std::time_t>(milliseconds->get_int64() / 1000);
    std::tm parts{};
    std::array<char, 16> text;
    if (!::localtime_r(&seconds, &parts)) return {};
    return {text.data(), std::strftime(text.data(), text.size(), "%H:%M ", &parts)};
}

} // namespace

cat::cat(shard& where, const cat_options& told, bool at_a_terminal, bool shows_on_a_terminal)
    : shard_(where), told_(told), at_a_terminal_(at_a_terminal), shows_on_a_terminal_(shows_on_a_terminal),
      client_(where, told.client), in_(where, STDIN_FILENO), out_(where, STDOUT_FILENO),
      signals_(where.get_executor(), SIGINT, SIGTERM), children_(where.get_executor())
{
    for (const auto& room : told.rooms)
        client_.join(room);
    if (!told.rooms.empty()) room_ = told.rooms.front();
}

task<int> cat::run()
{
    const auto end = co_await client_.run(talk());
    const auto code = exit_code_after(end);
    if (code == no_connection) note("no connection: " + visible(to_string(end)));
    co_return code;
}

// Ends when nothing more can be heard.
task<> cat::talk()
{
    children_.spawn(signal_loop());
    if (told_.reads_input) children_.spawn(input_loop());
    co_await hear_all();
    over_ = true;
    in_.stop();
    connected_.ring();
    pause_ended_.ring();
    error_code ignored;
    signals_.cancel(ignored);
    co_await children_.join();
}

task<> cat::hear_all()
{
    for (;;) {
        const auto event = co_await client_.next();
        if (!event) co_return;
        last_heard_ = shard_.clock().now();
        if (std::holds_alternative<event::connected>(*event)) connected_.ring();
        const auto* const raw = std::get_if<event::raw>(&*event);
        if (raw)
            hear_raw(*raw);
        else
            hear_chat(*event);
        // On a terminal what is noted between two messages is to stand between them.
        const bool goes_out = shows_on_a_terminal_ || !client_.has_next() || unwritten_.size() >= most_unwritten;
        if (goes_out) co_await write_out();
    }
}

// The first signal says goodbye, the second ends it at once.
task<> cat::signal_loop()
{
    auto [error, number] = co_await signals_.async_wait(use_task);
    if (error) co_return;
    in_.stop();
    client_.close();
    std::tie(error, number) = co_await signals_.async_wait(use_task);
    if (error) co_return;
    client_.stop();
    nobody_reads_ = true; // or not soon enough
    out_.stop();
    signals_.clear(error); // a third ends the process
}

void cat::hear_chat(const client_event& event)
{
    if (const auto* const joined = std::get_if<event::joined>(&event)) {
        note(line_of(*joined));
        for (const auto& payload : joined->messages)
            unwritten_ += line_of_message(payload);
    } else if (const auto* const heard = std::get_if<event::heard>(&event)) {
        const auto line = heard->type == "chat" ? line_of_message(heard->payload) : std::string{};
        if (!line.empty())
            unwritten_ += line;
        else if (heard->type != "ok" && heard->type != "left")
            note(line_of(*heard));
    } else if (const auto* const lost = std::get_if<event::disconnected>(&event)) {
        note(line_of(*lost));
    } else if (const auto* const refused = std::get_if<event::not_joined>(&event)) {
        not_all_said_ = true;
        note(line_of(*refused));
    } else if (const auto* const gap = std::get_if<event::gap>(&event)) {
        note(line_of(*gap));
    } else if (const auto* const no = std::get_if<event::refused>(&event)) {
        note(line_of(*no));
    }
}

// As it came into a pipe, visible on a terminal.
void cat::hear_raw(const event::raw& what)
{
    const bool as_bytes = told_.mode == cat_options::speech::bytes;
    if (what.op == opcode::binary && !as_bytes) {
        note("not shown: " + visible_bytes(what.payload));
    } else {
        auto shown = what.payload;
        if (shows_on_a_terminal_) shown = is_utf8(shown) ? visible(shown) : "(" + visible_bytes(shown) + ")";
        if (!as_bytes || shows_on_a_terminal_) shown += '\n';
        unwritten_ += shown;
    }
}

std::string cat::line_of_message(const json& payload) const
{
    const auto line = line_of_chat(payload);
    if (line.empty()) return line;
    return (shows_on_a_terminal_ ? time_of(payload) : std::string{}) + line + "\n";
}

// Lines that came together go out together.
task<> cat::write_out()
{
    const auto bytes = std::exchange(unwritten_, {});
    if (nobody_reads_) co_return;
    const auto written = co_await out_.write(bytes);
    if (written) co_return;
    nobody_reads_ = true; // as when `head` has had enough
    client_.close();
}

void cat::note(std::string_view line) const { std::cerr << "* " << line << std::endl; }

int cat::exit_code_after(const disconnection& end) const
{
    const bool said_goodbye = end.clean && (end.code == close_code::normal || end.code == close_code::no_status);
    if (!said_goodbye) return no_connection;
    return not_all_said_ ? not_all_said : all_said;
}

} // namespace chorus::app
