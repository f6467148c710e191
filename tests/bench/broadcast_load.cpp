// broadcast_load.cpp — keeps messages outstanding on a WebSocket server from one thread and counts verified deliveries.
//
// broadcast: the first of N connections sends; a message is done when all N have it, then the next one goes out.
// echo: every connection keeps its own messages outstanding. chat: as broadcast, in the envelopes of chorus-chat.
// Prints one line of JSON. Every byte received is compared with what should have come.
#include "bench/message_ring.hpp"
#include "support/ws_client.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <span>
#include <stdexcept>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

namespace {

using namespace chorus;
using steady = std::chrono::steady_clock;

struct load_options
{
    std::uint16_t port = 0;
    bool echo = false, chat = false;
    std::size_t connections = 1000;
    std::size_t size = 64;
    std::size_t outstanding = 1;
    double warm_up = 0.3;
    double seconds = 2;
    bool hold = false;
    bool tls = false;
};

struct connection
{
    testing::ws_client client;
    std::uint64_t received_bytes = 0;
    std::uint64_t sent_bytes = 0;

    explicit connection(const load_options& options)
        : client({.port = options.port, .tls = options.tls}, options.chat ? "/ws?name=load" : "/ws")
    {
    }
};

// One thread, one epoll; every failure is an exception, since a load that lost something has no figure to give.
class load
{
public:
    explicit load(const load_options& options);

    void run_for(double seconds);
    std::uint64_t deliveries() const { return deliveries_; }

private:
    void take(connection& from);
    std::size_t without_pings(connection& from, std::size_t length);
    void count(std::uint64_t first, std::uint64_t last);
    void top_up(connection& sender, std::uint64_t done);

    load_options options_;
    bench::message_ring ring_;
    std::vector<connection> connections_;
    std::vector<std::uint32_t> receivers_of_; // by message modulo the ring: how many have it
    std::uint64_t done_ = 0;                  // broadcast: messages that every connection has
    std::uint64_t deliveries_ = 0;
    std::vector<char> buffer_;
    int epoll_;
};

// More slots than can be outstanding, so that a slot is free again before its number comes round.
constexpr std::size_t ring_slots = 1024;
constexpr std::size_t read_size = 256 * 1024;
constexpr std::string_view ping{"\x89\0", 2};

load::load(const load_options& options)
    : options_(options), ring_(ring_slots, options.size, options.chat ? bench::of_chat() : bench::wrapping{}),
      receivers_of_(ring_slots), buffer_(read_size + ping.size()), epoll_(::epoll_create1(EPOLL_CLOEXEC))
{
    connections_.reserve(options.connections);
    for (std::size_t i = 0; i < options.connections; ++i) {
        connections_.emplace_back(options);
        epoll_event interest{.events = EPOLLIN, .data = {.ptr = &connections_.back()}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_.back().client.descriptor(), &interest);
    }
}

void load::run_for(double seconds)
{
    const auto end =
        steady::now() + std::chrono::duration_cast<steady::duration>(std::chrono::duration<double>(seconds));
    epoll_event events[1024];
    while (steady::now() < end) {
        if (!options_.echo) top_up(connections_.front(), done_);
        const int ready = ::epoll_wait(epoll_, events, 1024, 100);
        for (int i = 0; i < ready; ++i)
            take(*static_cast<connection*>(events[i].data.ptr));
        if (options_.echo && ready <= 0)
            for (connection& each : connections_) // the first messages, and whatever a full socket left over
                top_up(each, each.received_bytes / ring_.received_frame_bytes());
    }
}

void load::take(connection& from)
{
    std::size_t length = 0;
    const auto got = from.client.read_bytes(std::span(buffer_).first(read_size), length);
    if (got == testing::read_result::nothing) return;
    if (got != testing::read_result::some) throw std::runtime_error("the server ended a connection");
    if (!ring_.matches(from.received_bytes, buffer_.data(), length)) {
        length = without_pings(from, length);
        if (!ring_.matches(from.received_bytes, buffer_.data(), length))
            throw std::runtime_error("a message was lost, doubled, reordered or damaged");
    }
    const std::uint64_t before = from.received_bytes / ring_.received_frame_bytes();
    from.received_bytes += length;
    const std::uint64_t after = from.received_bytes / ring_.received_frame_bytes();
    deliveries_ += after - before;
    if (options_.echo)
        top_up(from, after);
    else
        count(before, after);
}

// Takes empty pings out of the buffer and answers them. Between messages only: anywhere else they would be damage.
std::size_t load::without_pings(connection& from, std::size_t length)
{
    const std::size_t frame = ring_.received_frame_bytes();
    std::size_t at = (frame - from.received_bytes % frame) % frame;
    for (; at < length; at += frame) {
        if (buffer_[at] != ping[0]) continue;
        while (at + ping.size() > length) { // it comes in two parts
            std::size_t more = 0;
            from.client.read_bytes(std::span(buffer_).subspan(length, at + ping.size() - length), more);
            length += more;
        }
        std::memmove(&buffer_[at], &buffer_[at + ping.size()], length - at - ping.size());
        length -= ping.size();
        from.client.send_frame(10, {});
    }
    return length;
}

// Order per connection makes messages complete in order, so counting up from done_ finds them all.
void load::count(std::uint64_t first, std::uint64_t last)
{
    for (std::uint64_t message = first; message < last; ++message)
        ++receivers_of_[message % ring_slots];
    while (receivers_of_[done_ % ring_slots] == connections_.size())
        receivers_of_[done_++ % ring_slots] = 0;
}

void load::top_up(connection& sender, std::uint64_t done)
{
    const std::size_t frame = ring_.sent_frame_bytes();
    const std::uint64_t target = (done + options_.outstanding) * frame;
    while (sender.sent_bytes < target) {
        const std::uint64_t first = sender.sent_bytes / frame;
        const std::size_t into_first = sender.sent_bytes % frame;
        const auto bytes = ring_.outgoing(first, target / frame - first).substr(into_first);
        const auto sent = sender.client.send_some(bytes);
        if (!sent) throw std::runtime_error("the server ended a connection");
        if (*sent == 0) return;
        sender.sent_bytes += *sent;
    }
}

load_options read_options(int argc, char** argv)
{
    load_options options;
    CLI::App app{"Load for a WebSocket server that broadcasts or echoes"};
    app.add_option("--port", options.port, "port of the server on 127.0.0.1")->required();
    app.add_flag("--tls", options.tls, "speak TLS");
    app.add_flag("--echo", options.echo, "expect each message back on its own connection only");
    app.add_flag("--chat", options.chat, "speak the protocol of chorus-chat")->excludes("--echo");
    app.add_option("--connections", options.connections, "how many connections")->capture_default_str();
    app.add_option("--size", options.size, "bytes of a message")->check(CLI::Range(8, 65535))->capture_default_str();
    app.add_option("--outstanding", options.outstanding, "messages under way at a time")
        ->check(CLI::Range(std::size_t{1}, ring_slots / 2))
        ->capture_default_str();
    app.add_option("--warm-up", options.warm_up, "seconds before counting")->capture_default_str();
    app.add_option("--seconds", options.seconds, "seconds to count")->capture_default_str();
    app.add_flag("--hold", options.hold, "say `ready` when connected; start, and later leave, at a line on stdin");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error));
    }
    return options;
}

void hold_until_told()
{
    while (std::getchar() != '\n' && !std::feof(stdin)) {
    }
}

void run(const load_options& options)
{
    load work{options};
    if (options.hold) {
        std::puts("ready");
        std::fflush(stdout);
        hold_until_told();
    }
    work.run_for(options.warm_up);
    const std::uint64_t before = work.deliveries();
    const auto start = steady::now();
    work.run_for(options.seconds);
    const double took = std::chrono::duration<double>(steady::now() - start).count();
    const auto counted = static_cast<double>(work.deliveries() - before);
    std::printf("{\"mode\":\"%s\",\"connections\":%zu,\"size\":%zu,\"outstanding\":%zu,\"seconds\":%.3f,"
                "\"deliveries_per_second\":%.0f,\"deliveries_in_all\":%llu}\n",
                options.echo   ? "echo"
                : options.chat ? "chat"
                               : "broadcast",
                options.connections, options.size, options.outstanding, took, counted / took,
                static_cast<unsigned long long>(work.deliveries()));
    std::fflush(stdout);
    if (options.hold) hold_until_told();
}

} // namespace

int main(int argc, char** argv)
{
    try {
        run(read_options(argc, argv));
        return 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "broadcast_load: %s\n", problem.what());
        return 1;
    }
}
