// attendance.hpp — One caller in one room, as far as it has heard: what must come next, and who else is there.
#pragma once

#include "simulation/answers.hpp"
#include "simulation/settings.hpp"
#include "simulation/story.hpp"

#include <chorus/wire/json.hpp>

#include <set>

namespace chorus::simulation {

// Holds guarantees 1 to 3 against what one caller hears on one connection.
class attendance
{
public:
    attendance(std::string room, std::string user, const settings& rules, ledger& all, story& told)
        : room_(std::move(room)), user_(std::move(user)), settings_(rules), ledger_(all), story_(told)
    {
    }

    bool inside() const { return inside_; }
    bool was_ever_inside() const { return !epoch_.empty(); }
    const std::string& epoch() const { return epoch_; }
    std::uint64_t last() const { return last_; }
    std::uint64_t newest() const { return ledger_.newest(epoch_); }
    // Who is there, if it can know that.
    const std::optional<std::set<std::string>>& present() const { return present_; }
    // Whether it has heard all that it has said itself.
    bool has_heard_itself() const { return unheard_.empty(); }
    // How much it has said, as far as the server has taken it.
    std::uint64_t said() const { return said_; }

    void says(const std::string& text) { unheard_.push_back({++said_, text}); }

    void hear_joined(const json& payload, const debt& paid);
    void hear_left(const debt& paid);
    void hear_message(const json& payload);
    void hear_gap(const json& payload);
    void hear_presence(const json& payload);

private:
    void read_history(const boost::json::array& messages, std::uint64_t newest);
    void check_recovery(const std::optional<stream_position>& since, bool recovered, std::uint64_t given,
                        std::uint64_t newest);
    void check_members(const json& payload);
    void read(const json& message);
    void check_order_of_sender(const std::string& text);

    std::string room_, user_;
    const settings& settings_;
    ledger& ledger_;
    story& story_;

    bool inside_ = false;
    std::string epoch_;
    std::uint64_t last_ = 0; // newest offset it has heard, or been told that it will not hear
    std::optional<std::set<std::string>> present_;
    struct own
    {
        std::uint64_t number;
        std::string text;
    };
    std::deque<own> unheard_;
    std::uint64_t said_ = 0;
    std::map<std::string, std::uint64_t> said_by_; // by who said it: the number of the last
};

} // namespace chorus::simulation
