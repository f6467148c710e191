// idle_load.cpp — opens many connections that do nothing and tells what each costs the server in resident memory.
#include "support/program.hpp"
#include "support/ws_client.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace chorus;

struct idle_options
{
    std::uint16_t port = 0;
    pid_t server = 0;
    std::size_t connections = 10'000;
    std::size_t sources = 4;
    double settle = 1;
};

// Connections spread over 127.0.0.1, 127.0.0.2, …: one address alone may run out of ports or meet a limit per IP.
std::vector<testing::ws_client> open(const idle_options& options)
{
    std::vector<testing::ws_client> clients;
    clients.reserve(options.connections);
    for (std::size_t i = 0; i < options.connections; ++i) {
        const std::string source = "127.0.0." + std::to_string(1 + i % options.sources);
        clients.emplace_back(testing::connect_options{.port = options.port, .source = source});
    }
    return clients;
}

void run(const idle_options& options)
{
    { // what the server allocates once, at its first client, is not the price of a connection
        testing::ws_client first{{.port = options.port}};
    }
    const std::size_t before = testing::resident_bytes(options.server);
    const auto clients = open(options);
    std::this_thread::sleep_for(std::chrono::duration<double>(options.settle));
    const std::size_t after = testing::resident_bytes(options.server);
    std::printf(
        "{\"mode\":\"idle\",\"connections\":%zu,\"rss_before\":%zu,\"rss_after\":%zu,\"bytes_per_connection\":%.0f}\n",
        clients.size(), before, after,
        (static_cast<double>(after) - static_cast<double>(before)) / static_cast<double>(clients.size()));
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
    CLI11_PARSE(app, argc, argv);
    try {
        run(options);
        return 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "idle_load: %s\n", problem.what());
        return 1;
    }
}
