// line.hpp — One connection between a caller and the server, and what both ends let the simulation see of it.
#pragma once

#include "simulation/promise.hpp"
#include "simulation/settings.hpp"
#include "simulation/story.hpp"

#include <chorus/net/memory_transport.hpp>
#include <chorus/session/session.hpp>

#include <memory>
#include <optional>
#include <string>

namespace chorus::simulation {

// Whoever wants to know what the server does with a line.
class attendant
{
public:
    // It has become a session.
    virtual void on_opened() = 0;
    // The server takes a message.
    // `accepted`: the hub has taken it as a command.
    virtual void on_taken(const message& what, bool accepted) = 0;

protected:
    ~attendant() = default;
};

// What both ends know of a line; it outlives both.
struct line
{
    unsigned number = 0;
    unsigned shard = 0;
    std::string address; // by which the server knows it

    // The caller's end.
    attendant* caller = nullptr;
    bool caller_is_gone = false; // it has hung up
    bool may_break = false;      // from here on the network may cut it

    // The server's end.
    memory_transport* far_end = nullptr; // while the server holds it
    session* talk = nullptr;             // while it is one
    std::string user;                    // of the session
    std::optional<session_ref> ref;      // outlives the session
    time_point began, last_read;
    std::optional<time_point> blocked_since; // the server waits until it may write
    std::optional<time_point> too_slow_since, close_sent_since;
    bool must_end_now = false; // the server is past its deadline and cuts what is left
    bool was_cut = false;      // by the server

    bool is_member() const { return talk && !talk->hub().out().ended(); }

    // Notes since when the server waits for a goodbye; to be called before time passes.
    void look_for_a_goodbye(time_point now);
};

// The server's end of a line. It passes everything on, and looks whether the server has a reason to hang up.
class server_end final : public transport
{
public:
    server_end(std::unique_ptr<memory_transport> end, std::shared_ptr<line> to, const clock& time,
               const settings& rules, story& told, referee& judge);
    ~server_end() override;

    std::size_t read_some(std::span<char> into, error_code& error) override;
    std::size_t write_some(std::span<const asio::const_buffer> from, error_code& error) override;
    waited readable() override { return end_->readable(); }
    waited writable() override;
    void finish() override { end_->finish(); }
    void close() override;
    void cut() override;
    std::string peer() const override { return line_->address; }

private:
    void judge_cut();
    void judge_close() const;

    std::unique_ptr<memory_transport> end_;
    std::shared_ptr<line> line_;
    const clock& clock_;
    const settings& settings_;
    story& story_;
    referee& referee_;
};

} // namespace chorus::simulation
