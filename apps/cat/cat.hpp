// cat.hpp — the two sides of chorus-cat: what comes from the server goes out, what comes in goes to the server.
#pragma once

#include "cat_options.hpp"
#include "descriptor.hpp"

#include <chorus/client/client.hpp>
#include <chorus/core/scope.hpp>

#include <boost/asio/basic_signal_set.hpp>

#include <string>
#include <string_view>

namespace chorus::app {

// Exit codes, as --help says them.
inline constexpr int all_said = 0, no_connection = 1, not_all_said = 3;

class cat
{
public:
    cat(shard& where, const cat_options& told, bool at_a_terminal, bool shows_on_a_terminal);

    // The whole program; answers its exit code.
    task<int> run();

private:
    task<> talk();
    task<> hear_all();
    task<> signal_loop();

    void hear_chat(const client_event& event);
    void hear_raw(const event::raw& what);
    std::string line_of_message(const json& payload) const;
    task<> write_out();
    void note(std::string_view line) const;

    task<> input_loop();
    task<> say_lines();
    task<> send_lines();
    task<> send_pieces();
    task<> see_off();
    task<> say(std::string text);
    task<> linger();
    bool obey(const std::string& line);
    void failed(const fault& why, std::string_view line);
    int exit_code_after(const disconnection& end) const;

    shard& shard_;
    const cat_options& told_;
    const bool at_a_terminal_, shows_on_a_terminal_;
    client client_;
    input in_;
    output out_;
    asio::basic_signal_set<executor> signals_;
    scope children_;
    bell connected_, pause_ended_;
    std::string unwritten_;
    time_point last_heard_;
    std::string room_; // where lines go; empty: to everyone
    bool not_all_said_ = false, over_ = false, nobody_reads_ = false;
};

} // namespace chorus::app
