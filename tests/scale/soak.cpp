// soak.cpp — Rounds of joins, chats, cuts and members who never read: memory and descriptors of the server stay flat.
#include "scale/restless_crowd.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <thread>

namespace chorus::scale {

namespace {

using steady = std::chrono::steady_clock;

struct soak_options
{
    std::size_t rounds = 0; // 0: as many as fit into the time
    double minutes = 30;
    std::string threads = "2";
};

constexpr std::size_t people = sanitized ? 60 : 200;
constexpr std::size_t steps = sanitized ? 2'000 : 10'000;
constexpr std::size_t deaf = 10;
constexpr std::size_t lectures = 1'500; // of text_bytes each: more than kernel and outbox hold for one who never reads
constexpr std::size_t text_bytes = 1'000;
constexpr std::size_t window = 64;

// What later rounds may take beyond the first: rooms of the last minute linger with their history, and an allocator
// keeps some back.
constexpr std::size_t memory_slack = 8 * 1024 * 1024;

std::size_t open_descriptors(pid_t process)
{
    const std::filesystem::directory_iterator all{"/proc/" + std::to_string(process) + "/fd"};
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// Somebody speaks to ten who never read, until the server has had enough of them.
void lecture(std::uint16_t port, const std::string& room)
{
    testing::crowd clients{deaf + 1};
    for (std::size_t i = 0; i < deaf; ++i) {
        clients.connect_deaf(i, {.port = port, .receive_buffer = 4096, .largest_segment = 536});
        clients[i].send_text(join(room));
    }
    clients.connect(deaf, {.port = port});
    clients[deaf].send_text(join(room));
    std::size_t said = 0, heard = 0;
    const auto count = [&](std::size_t, const testing::frame& frame) {
        require(frame.is_text(), "the speaker was closed: " + std::string(frame.close_reason()));
        if (read_message(frame.payload).type == "chat") ++heard;
    };
    const bool all = clients.pump_until(60s, count, [&] {
        for (; said < lectures && said < heard + window; ++said)
            clients[deaf].send_text(chat(room, std::string(text_bytes, '.')));
        return heard == lectures;
    });
    require(all, "the speaker heard " + std::to_string(heard) + " of " + std::to_string(lectures));
}

void play_round(std::uint16_t port, std::size_t number)
{
    const std::string name = "round " + std::to_string(number);
    lecture(port, name);
    restless_crowd crowd{port, static_cast<unsigned>(number), people, name};
    crowd.live(steps);
    require(crowd.settles(), "not everybody is up to date:\n" + crowd.stragglers());
}

// Everybody has hung up: the server needs a moment to see it.
void wait_for_descriptors(pid_t server, std::size_t expected)
{
    const auto deadline = steady::now() + 20s;
    while (open_descriptors(server) != expected) {
        require(steady::now() < deadline, "descriptors: " + std::to_string(open_descriptors(server)) + ", " +
                                              std::to_string(expected) + " before anybody came");
        std::this_thread::sleep_for(10ms);
    }
}

// The highest of the first fifth of all rounds is the measure of the others.
void judge(const std::vector<std::size_t>& resident)
{
    const auto warm = resident.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(1, resident.size() / 5));
    const std::size_t measure = *std::max_element(resident.begin(), warm);
    const std::size_t highest = *std::ranges::max_element(resident);
    std::printf("%zu rounds: resident %zu KiB at first, at most %zu KiB\n", resident.size(), measure / 1024,
                highest / 1024);
    // A sanitizer keeps what is freed, to notice who still uses it.
    require(sanitized || highest <= measure + memory_slack, "memory grew");
}

void soak(const soak_options& options)
{
    const testing::program server = start_chat({"--threads", options.threads});
    { // what a server opens at its first client stays open
        const testing::ws_client first{{.port = server.port()}};
    }
    std::this_thread::sleep_for(100ms);
    const std::size_t descriptors = open_descriptors(server.id());
    const auto end = steady::now() + std::chrono::duration<double>(60 * options.minutes);
    std::vector<std::size_t> resident;
    do {
        play_round(server.port(), resident.size());
        wait_for_descriptors(server.id(), descriptors);
        resident.push_back(testing::resident_bytes(server.id()));
        std::printf("round %zu: resident %zu KiB, %zu descriptors\n", resident.size(), resident.back() / 1024,
                    descriptors);
        std::fflush(stdout);
    } while (options.rounds > 0 ? resident.size() < options.rounds : steady::now() < end);
    judge(resident);
}

} // namespace

} // namespace chorus::scale

int main(int argc, char** argv)
{
    chorus::scale::soak_options options;
    CLI::App app{"Rounds of joins, chats, cuts and members who never read against chorus-chat: its memory and its "
                 "descriptors must stay flat"};
    app.add_option("--minutes", options.minutes, "how long")->capture_default_str();
    app.add_option("--rounds", options.rounds, "how many rounds instead; 0: as many as fit")->capture_default_str();
    app.add_option("--threads", options.threads, "of the server")->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        chorus::scale::soak(options);
        return 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "soak: %s\n", problem.what());
        return 1;
    }
}
