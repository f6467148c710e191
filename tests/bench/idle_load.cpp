// idle_load.cpp — opens many connections that do nothing, and rooms that are silent, and tells what each costs the
// server in resident memory; or lets crowds come and go, and tells what that costs in time.
#include "support/program.hpp"
#include "support/ws_client.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>
#include <zlib.h>

namespace {

using namespace chorus;
using testing::ws_client;

constexpr testing::milliseconds patience{10'000};

struct idle_options
{
    std::uint16_t port = 0;
    pid_t server = 0;
    std::size_t connections = 10'000;
    std::size_t sources = 4;
    std::size_t at_once = 1;
    double settle = 1;
    std::string offer; // of permessage-deflate; empty: none
    std::string say;
    std::size_t rooms = 0;
    bool tls = false;
    bool churn = false;
};

// As a connection's first message, which refers to no other.
std::string deflated(std::string_view message)
{
    z_stream zlib{};
    std::string out(compressBound(message.size()) + 16, '\0');
    deflateInit2(&zlib, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY);
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(message.data()));
    zlib.avail_in = static_cast<uInt>(message.size());
    zlib.next_out = reinterpret_cast<Bytef*>(out.data());
    zlib.avail_out = static_cast<uInt>(out.size());
    deflate(&zlib, Z_SYNC_FLUSH);
    out.resize(zlib.total_out - 4); // the receiver adds the tail
    deflateEnd(&zlib);
    return out;
}

ws_client connect(const idle_options& options, std::size_t number)
{
    // 127.0.0.1, 127.0.0.2, …: one address alone may run out of ports or meet a limit per IP.
    const std::string source = "127.0.0." + std::to_string(1 + number % options.sources);
    const std::string field = options.offer.empty() ? "" : "Sec-WebSocket-Extensions: " + options.offer + "\r\n";
    ws_client client{{.port = options.port, .source = source, .tls = options.tls}, "/ws", field};
    if (!options.offer.empty() && !client.may_compress()) throw std::runtime_error("the server does not compress");
    return client;
}

// Says it, and waits for one message. True when that came compressed.
bool converse(ws_client& client, const std::string& message)
{
    if (client.may_compress())
        client.send_frame(1, deflated(message), {.reserved_bits = 4});
    else
        client.send_text(message);
    const auto heard = client.receive(patience);
    if (!heard || !heard->is_text()) throw std::runtime_error("no answer");
    return heard->compressed;
}

// Joins a room of its own, in which nothing will be said.
void join(ws_client& client, const std::string& room)
{
    client.send_text(R"({"type":"join","payload":{"room":")" + room + "\"}}");
    const auto answer = client.receive(patience);
    if (!answer || answer->payload.find(R"("type":"joined")") == answer->payload.npos)
        throw std::runtime_error("the server does not let a client into a room");
}

double per(std::size_t count, std::size_t before, std::size_t after)
{
    return (static_cast<double>(after) - static_cast<double>(before)) / static_cast<double>(count);
}

void open_rooms(const idle_options& options, std::vector<ws_client>& clients)
{
    for (std::size_t each = 0; each < clients.size(); ++each)
        join(clients[each], "first-" + std::to_string(each)); // a client's first answer costs it a queue
    const std::size_t before = testing::resident_bytes(options.server);
    for (std::size_t each = 0; each < clients.size(); ++each)
        for (std::size_t room = 0; room < options.rooms; ++room)
            join(clients[each], std::to_string(each) + "-" + std::to_string(room));
    const std::size_t after = testing::resident_bytes(options.server);
    const auto rooms = clients.size() * options.rooms;
    std::printf("{\"mode\":\"rooms\",\"rooms\":%zu,\"rss_before\":%zu,\"rss_after\":%zu,\"bytes_per_room\":%.0f}\n",
                rooms, before, after, per(rooms, before, after));
}

void run(const idle_options& options)
{
    std::vector<ws_client> clients;
    std::size_t compressed = 0;
    const auto open_one = [&] {
        clients.push_back(connect(options, clients.size()));
        if (!options.say.empty() && converse(clients.back(), options.say)) ++compressed;
    };
    open_one(); // what the server allocates once, at its first client, is not the price of a connection
    clients.clear();
    compressed = 0;
    const std::size_t before = testing::resident_bytes(options.server);
    clients.reserve(options.connections);
    while (clients.size() < options.connections)
        open_one();
    std::this_thread::sleep_for(std::chrono::duration<double>(options.settle));
    const std::size_t after = testing::resident_bytes(options.server);
    std::printf("{\"mode\":\"idle\",\"connections\":%zu,\"compressed_answers\":%zu,\"rss_before\":%zu,"
                "\"rss_after\":%zu,\"bytes_per_connection\":%.0f}\n",
                clients.size(), compressed, before, after, per(clients.size(), before, after));
    if (options.rooms > 0) open_rooms(options, clients);
}

// Crowds come and go, as many at a time as --at-once; then memory is looked at when it had time to settle.
void churn(const idle_options& options)
{
    connect(options, 0);
    const std::size_t before = testing::resident_bytes(options.server);
    const auto cpu = testing::cpu_time(options.server);
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t opened = 0; opened < options.connections;) {
        std::vector<ws_client> crowd;
        for (; crowd.size() < options.at_once && opened < options.connections; ++opened)
            crowd.push_back(connect(options, opened));
        for (auto& each : crowd)
            each.send_close(1000);
        for (auto& each : crowd)
            while (each.receive(patience))
                continue;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    const auto spent = testing::cpu_time(options.server) - cpu;
    const std::size_t at_the_end = testing::resident_bytes(options.server);
    std::this_thread::sleep_for(std::chrono::duration<double>(options.settle));
    const auto count = static_cast<double>(options.connections);
    std::printf("{\"mode\":\"churn\",\"connections\":%zu,\"at_once\":%zu,\"connects_per_second\":%.0f,"
                "\"cpu_us_per_connection\":%.1f,\"rss_before\":%zu,\"rss_at_the_end\":%zu,\"rss_settled\":%zu}\n",
                options.connections, options.at_once, count / took.count(),
                std::chrono::duration<double, std::micro>(spent).count() / count, before, at_the_end,
                testing::resident_bytes(options.server));
}

} // namespace

int main(int argc, char** argv)
{
    idle_options options;
    CLI::App app{"Resident memory of a WebSocket server per idle connection"};
    app.add_option("--port", options.port, "port of the server on 127.0.0.1")->required();
    app.add_option("--server", options.server, "process id of the server")->required();
    app.add_option("--connections", options.connections, "how many")->capture_default_str();
    app.add_option("--sources", options.sources, "from how many local addresses")
        ->check(CLI::Range(1, 250))
        ->capture_default_str();
    app.add_option("--settle", options.settle, "seconds to wait before the second look")->capture_default_str();
    app.add_option("--offer", options.offer, "offer this extension, such as permessage-deflate");
    app.add_option("--say", options.say, "a text that each sends once, and that is answered by one message");
    app.add_option("--rooms", options.rooms, "how many rooms each client then opens in chorus-chat")
        ->capture_default_str();
    app.add_flag("--tls", options.tls, "speak TLS");
    app.add_flag("--churn", options.churn, "let them come and go, and tell the time that takes");
    app.add_option("--at-once", options.at_once, "of those that come and go")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    CLI11_PARSE(app, argc, argv);
    try {
        options.churn ? churn(options) : run(options);
        return 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "idle_load: %s\n", problem.what());
        return 1;
    }
}
