// restless_crowd.hpp — People who come, go, lose their connection and resume at random while others speak.
#pragma once

#include "scale/member.hpp"
#include "support/crowd.hpp"

#include <random>

namespace chorus::scale {

inline constexpr std::size_t steps_between_reads = 25;
inline constexpr std::size_t crowd_rooms = 3; // with several threads, at home on several shards

class restless_crowd
{
public:
    // Their rooms are called `room` and a number.
    restless_crowd(std::uint16_t port, unsigned seed, std::size_t people, const std::string& room)
        : port_(port), random_(seed), witnesses_(crowd_rooms), clients_(people)
    {
        members_.reserve(people);
        for (std::size_t i = 0; i < people; ++i) {
            const std::size_t at = i % crowd_rooms;
            members_.emplace_back(room + " " + std::to_string(at), witnesses_[at], tally_);
            clients_.connect(i, {.port = port});
        }
    }

    void live(std::size_t steps)
    {
        for (std::size_t step = 0; step < steps; ++step) {
            act(pick(members_.size()));
            if (step % steps_between_reads == 0) listen();
        }
    }

    // Everybody comes back, whatever they were doing, and waits until all have everything.
    bool settles()
    {
        const auto on_frame = [this](std::size_t who, const testing::frame& frame) { hear(who, frame); };
        return clients_.pump_until(20s, on_frame, [this] {
            for (std::size_t i = 0; i < members_.size(); ++i)
                come_back(i);
            return std::ranges::all_of(members_, &member::is_up_to_date);
        });
    }

    // Who is not up to date, and why.
    std::string stragglers() const
    {
        std::string list;
        for (std::size_t i = 0; i < members_.size(); ++i)
            if (!members_[i].is_up_to_date())
                list += std::to_string(i) + (clients_.has(i) ? ": " : " without a connection: ") + members_[i].state() +
                        "\n";
        return list;
    }

    bool knows_every_message() const { return std::ranges::all_of(witnesses_, &witness::is_complete); }
    const tally& counted() const { return tally_; }

private:
    std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>{0, below - 1}(random_); }

    void hear(std::size_t who, const testing::frame& frame)
    {
        require(frame.is_text(),
                "client " + std::to_string(who) + " was closed: " + std::to_string(frame.close_code()));
        members_[who].hear(read_message(frame.payload));
    }

    void listen()
    {
        while (clients_.pump(0ms, [this](auto who, const auto& frame) { hear(who, frame); })) {
        }
    }

    void act(std::size_t number)
    {
        if (!clients_.has(number)) return come_back(number);
        switch (members_[number].where()) {
        case member::place::outside: return enter(number);
        case member::place::inside: return do_something(number);
        case member::place::joining:
        case member::place::leaving: return maybe_vanish(number);
        }
    }

    void come_back(std::size_t number)
    {
        if (!clients_.has(number)) clients_.connect(number, {.port = port_});
        if (members_[number].where() == member::place::outside) clients_[number].send_text(members_[number].resume());
    }

    void enter(std::size_t number)
    {
        member& who = members_[number];
        const std::size_t die = pick(10);
        clients_[number].send_text(die == 0 ? who.join_anew() : die == 1 ? who.resume_wrongly() : who.resume());
    }

    void do_something(std::size_t number)
    {
        member& who = members_[number];
        const std::size_t die = pick(100);
        if (die < 60 && !who.is_waiting())
            clients_[number].send_text(who.say(std::to_string(number) + "-" + std::to_string(++spoken_)));
        else if (die < 80)
            clients_[number].send_text(who.leave());
        else if (die < 85)
            clients_[number].send_text(who.resume());
        else
            vanish(number);
    }

    // Also in the middle of a join or leave, but rarely: most should see their answer.
    void maybe_vanish(std::size_t number)
    {
        if (pick(20) == 0) vanish(number);
    }

    // Half of them with RST; the others go with a Close they do not wait for.
    void vanish(std::size_t number)
    {
        if (pick(2) == 0)
            clients_[number].cut();
        else
            clients_[number].send_close(1000);
        clients_.drop(number);
        members_[number].lose_connection();
    }

    std::uint16_t port_;
    std::mt19937 random_;
    tally tally_;
    std::vector<witness> witnesses_;
    std::vector<member> members_;
    testing::crowd clients_;
    std::size_t spoken_ = 0;
};

} // namespace chorus::scale
