// phone.hpp — A caller's end of a line: HTTP first, then frames; speaks and listens in pieces of any size.
#pragma once

#include "simulation/line.hpp"

#include <chorus/wire/handshake.hpp>
#include <chorus/wire/parser.hpp>
#include <chorus/wire/response.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace chorus::simulation {

// Whoever holds the phone.
class phone_holder
{
public:
    virtual void on_upgraded() = 0;
    virtual void on_answer(const response& head, const std::string& body) = 0; // anything but 101
    virtual void on_message(std::string_view text) = 0;
    virtual void on_ping(std::string_view payload) = 0;
    virtual void on_pong(std::string_view payload) = 0;
    virtual void on_close(close_code code, std::string_view reason) = 0;
    virtual void on_end(bool was_cut) = 0; // nothing more comes

protected:
    ~phone_holder() = default;
};

// It keeps to the RFC itself, and holds the server to it: what does not parse, and what follows a Close, is a broken
// promise.
class phone
{
public:
    phone(std::unique_ptr<memory_transport> end, phone_holder& who, const clock& time)
        : end_(std::move(end)), holder_(who), clock_(time)
    {
    }

    // Asks for an upgrade, or for anything else.
    void call(std::string_view target, const http_fields& fields);
    void ask(std::string_view target);

    void say(std::string_view bytes);
    void say_frame(opcode op, std::string_view payload, bool fin = true);
    bool has_unsent() const { return !unsent_.empty(); }
    // The longest time in which there was always something that it had said and not sent.
    duration longest_delay() const;

    // At most so many bytes each; whether any moved.
    bool push(std::size_t most);
    bool listen(std::size_t most);
    std::size_t waiting() const { return end_->waiting().size(); }

    bool is_upgraded() const { return is_upgraded_; }
    bool has_ended() const { return has_ended_; }
    memory_transport& end() { return *end_; }

private:
    void hear(std::span<char> bytes);
    void hear_http(std::span<char>& bytes);
    void hear_head();
    void hear_body(std::span<char>& bytes);
    void hear_frames(std::span<char> bytes);
    void hear(const parser::event& what);
    void end(bool was_cut);

    std::unique_ptr<memory_transport> end_;
    phone_holder& holder_;
    const chorus::clock& clock_;
    std::string unsent_;
    std::optional<time_point> unsent_since_;
    duration longest_delay_{};
    response_reader head_;
    std::optional<response> answer_; // whose body is awaited
    std::string body_;
    parser parser_{role::client, {.max_message = 0, .max_fragments = 0}};
    bool is_upgraded_ = false, has_heard_close_ = false, has_ended_ = false;
};

} // namespace chorus::simulation
