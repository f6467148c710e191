// battle.cpp — Starts the server, lets the bystanders live, attacks, and reads what the server has written.
#include "attacks/battle.hpp"

#include "attacks/log_reader.hpp"

#include <algorithm>
#include <csignal>
#include <set>
#include <sstream>
#include <sys/mman.h>
#include <unistd.h>

namespace chorus::attacks {

namespace {

// How much is measured, and what is a failure.
struct measure
{
    std::size_t newcomers; // before the attack, twenty a second
    milliseconds least;    // a short attack is repeated for so long
    milliseconds bearable; // nobody may have to wait longer; far above what is usual, since machines are busy
};
constexpr measure briefly{6, 300ms, 2s}, in_full{100, 5s, 10s};

constexpr std::size_t longest_complaint = 8000; // bytes, about
constexpr std::size_t mib = 1024 * 1024;

const std::set<std::string> expected_events = {"session_ended", "request", "signal", "draining", "drained"};

// A file in memory that takes what a server writes on stderr.
class log_file
{
public:
    log_file() : descriptor_(::memfd_create("log", MFD_CLOEXEC)) {}
    log_file(const log_file&) = delete;
    log_file& operator=(const log_file&) = delete;
    ~log_file() { ::close(descriptor_); }

    int descriptor() const { return descriptor_; }

    std::string text() const
    {
        std::string all;
        char buffer[64 * 1024];
        for (ssize_t got = 0; (got = ::pread(descriptor_, buffer, sizeof buffer, static_cast<off_t>(all.size()))) > 0;)
            all.append(buffer, static_cast<std::size_t>(got));
        return all;
    }

private:
    int descriptor_;
};

std::vector<std::string> options_of(const extent& extent, const circumstances& circumstances)
{
    std::vector<std::string> all{"--log-level", "trace"};
    all.insert(all.end(), circumstances.options.begin(), circumstances.options.end());
    all.insert(all.end(), extent.options.begin(), extent.options.end());
    return all;
}

class battle
{
public:
    battle(const attack& attack, const circumstances& circumstances)
        : attack_(attack), extent_(circumstances.in_full ? attack.full : attack.brief),
          measure_(circumstances.in_full ? in_full : briefly), options_(options_of(extent_, circumstances))
    {
        report_.name = attack.name;
        report_.size = extent_.size;
    }

    report run()
    {
        try {
            fight();
        } catch (const std::exception& problem) { // the server has died, most likely
            complain(problem.what());
        }
        end_server();
        read_log();
        judge();
        return std::move(report_);
    }

private:
    void fight();
    void attack_long_enough(target& whom, const newcomers& others, steady::time_point begin);
    void end_server();
    void read_log();
    void judge();
    void judge_delay(const delays& found, const std::string& whose);
    void complain(const std::string& about)
    {
        if (!about.empty()) report_.complaints.push_back(about);
    }

    const attack& attack_;
    const extent& extent_;
    const measure& measure_;
    std::vector<std::string> options_;
    log_file log_;
    testing::program server_{CHORUS_PROGRAM_DIR "/chorus-chat", options_, log_.descriptor()};
    std::vector<std::pair<std::string, std::string>> logged_; // what the attack says must be there
    report report_;
};

void battle::fight()
{
    const auto begin = steady::now();
    chatters residents{server_.port()};
    newcomers others{server_.port()};
    target whom{server_, others, extent_.size, measure_.least};
    others.wait_for(measure_.newcomers);

    report_.resident_before = testing::resident_bytes(server_.id());
    const auto attack_begins = steady::now();
    attack_long_enough(whom, others, attack_begins);
    const auto attack_ends = steady::now();
    report_.resident_at_most = testing::peak_resident_bytes(server_.id());

    others.stop();
    residents.stop();
    report_.chats_before = residents.between(begin, attack_begins);
    report_.chats_during = residents.between(attack_begins, attack_ends);
    report_.visits_during = others.between(attack_begins, attack_ends);
    complain(residents.trouble());
    complain(others.trouble());
    for (const std::string& each : whom.complaints())
        complain(each);
    report_.answers = whom.answers();
    logged_ = whom.logged();
}

// Until somebody has come in meanwhile, at least.
void battle::attack_long_enough(target& whom, const newcomers& others, steady::time_point begin)
{
    try {
        do
            attack_.run(whom);
        while (whom.complaints().empty() && (steady::now() < begin + measure_.least || !others.came_since(begin)));
    } catch (const std::exception& problem) {
        whom.check(false, std::string("the attack broke off: ") + problem.what());
    }
}

// Nobody is left, or about to leave: a server that drains at once has kept no connection.
void battle::end_server()
{
    server_.signal(SIGTERM);
    const auto code = server_.wait(20s);
    if (code != 0) complain(code ? "the server ended with " + std::to_string(*code) : "the server did not end");
}

// Each line must be one event that the server may tell, and what the attack says must be among them.
void battle::read_log()
{
    const auto read = std::ranges::find(options_, "json") == options_.end() ? read_text_line : read_json_line;
    std::set<std::pair<std::string, std::string>> missing(logged_.begin(), logged_.end());
    std::string strange; // as one complaint
    std::istringstream lines(log_.text());
    for (std::string line; std::getline(lines, line);) {
        const auto event = read(line);
        if (!event || !expected_events.contains(event->name)) {
            if (strange.size() < longest_complaint) strange += "\n      " + printable(line);
            continue;
        }
        for (const auto& field : event->fields) {
            missing.erase(field);
            if (field.second == "forged") complain("a forged " + field.first + ": " + printable(line));
        }
    }
    if (!strange.empty()) complain("not lines of log:" + strange);
    for (const auto& [key, value] : missing)
        complain("not in the log: " + key + " " + printable(value));
}

void battle::judge()
{
    judge_delay(report_.chats_during, "a chat");
    judge_delay(report_.visits_during, "a newcomer");
    const std::size_t gained = report_.resident_at_most - std::min(report_.resident_at_most, report_.resident_before);
    if (gained > extent_.most_mib * mib) complain("the server gained " + std::to_string(gained / mib) + " MiB");
}

void battle::judge_delay(const delays& found, const std::string& whose)
{
    if (found.count == 0) return complain(whose + " was not seen during the attack");
    const auto slowest = std::chrono::duration_cast<milliseconds>(found.slowest);
    if (slowest > measure_.bearable) complain(whose + " took " + std::to_string(slowest.count()) + " ms");
}

} // namespace

report fight(const attack& attack, const circumstances& circumstances) { return battle(attack, circumstances).run(); }

} // namespace chorus::attacks
