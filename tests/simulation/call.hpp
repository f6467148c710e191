// call.hpp — One call of one caller, from the first byte of its request to the end: what it says, and what it must
// hear.
#pragma once

#include "simulation/attendance.hpp"
#include "simulation/phone.hpp"
#include "simulation/premises.hpp"
#include "simulation/session_model.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace chorus::simulation {

// What all calls of a world share.
struct world
{
    const settings& rules;
    story& told;
    ledger& rooms;
    premises& server;
    std::function<bool(const std::string& room)> look_who_is_in; // and tell the ledger: is certainly somebody?
    unsigned next_line = 1;
};

// How far a caller has come in the rooms, over all its calls: what it resumes with.
using memory = std::map<std::string, stream_position>;

class call final : private phone_holder, private attendant
{
public:
    call(world& all, std::string who, std::shared_ptr<line> to, std::unique_ptr<memory_transport> end, memory& known);
    ~call() { line_->caller = nullptr; }
    call(const call&) = delete;
    call& operator=(const call&) = delete;

    // --- what it does, each only while it makes sense: see `may_speak`

    void ask_to_enter(const std::string& name, bool from_a_foreign_page);
    void ask_for_health(bool ready);
    // In one frame, or cut at those places into several.
    void say(saying what, const std::vector<std::size_t>& cuts = {}, bool with_pings_between = false);
    void ping(const std::string& payload);
    void break_the_protocol(std::string bytes, close_code answered_with, const std::string& how);
    void say_goodbye(close_code code);
    void hang_up();
    void be_cut_after(std::size_t bytes, bool incoming);

    bool push(std::size_t most) { return !is_over() && phone_.push(most); }
    bool listen(std::size_t most) { return phone_.listen(most); }

    // --- what the simulation sees of it

    void expect_note(const std::string& text) { notes_.push_back(text); }

    line& where() { return *line_; }
    const line& where() const { return *line_; }
    bool is_known_to_server() const { return line_->far_end; } // it may still be in its rooms
    const std::string& who() const { return who_; }
    phone& wire() { return phone_; }
    bool is_open() const { return phone_.is_upgraded() && !is_over() && !heard_goodbye_ && !said_goodbye_; }
    bool is_over() const { return phone_.has_ended() || line_->caller_is_gone; }
    bool may_speak() const
    {
        return !is_over() && !said_goodbye_ && !heard_goodbye_ && !talk_is_ending_ && is_entering_;
    }
    bool has_heard_all() const;
    bool is_certainly_in(const std::string& room) const;
    const std::set<std::string>& rooms_asked_for() const { return model_.rooms(); }
    const std::map<std::string, attendance>& attendances() const { return rooms_; }
    bool has_open_joins() const;
    void check_that_all_is_heard() const;

    // Its manners.
    bool answers_pings = true, answers_goodbyes = true;

private:
    void on_opened() override;
    void on_taken(const message& what, bool accepted) override;
    void on_upgraded() override;
    void on_answer(const response& head, const std::string& body) override;
    void on_message(std::string_view text) override;
    void on_ping(std::string_view payload) override;
    void on_pong(std::string_view payload) override;
    void on_close(close_code code, std::string_view reason) override;
    void on_end(bool was_cut) override;

    void on_health(const response& head);
    void on_refusal(const response& head, const std::string& reason);
    void on_chat(const json& payload);
    void on_chat_to_everyone(const std::string& text);
    void on_note(const std::string& text);
    void on_answer_to_command(const std::string& type, const json& payload, const std::string& id);
    void pay(const debt& paid, const json& payload, const std::string& code);
    void check_goodbye(close_code code, std::string_view reason) const;
    bool may_be_closed_with(close_code code, std::string_view reason) const;
    void note_limits(saying& what, std::size_t fragments);
    attendance& in(const std::string& room);
    void remember(const std::string& room);
    template <class... Pieces> void tell(const Pieces&... pieces) { world_.told.tell(who_, pieces...); }

    world& world_;
    std::string who_;
    std::shared_ptr<line> line_;
    phone phone_;
    memory& memory_;
    session_model model_;
    answers answers_;
    std::map<std::string, attendance> rooms_;

    unsigned pings_between_ = 0;
    std::deque<saying> spoken_;                       // and not taken by the server yet
    std::deque<std::string> pings_, notes_, unheard_; // unheard: its own, to everyone
    std::string last_to_everyone_;
    std::set<close_code> codes_; // with which the server may end this call
    std::string wish_;           // to be called so
    bool began_while_draining_;
    bool is_entering_ = false, is_from_a_foreign_page_ = false, asks_whether_ready_ = false;
    bool talk_is_ending_ = false; // it has broken the protocol
    bool said_goodbye_ = false, heard_goodbye_ = false;
};

} // namespace chorus::simulation
