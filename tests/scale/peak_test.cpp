// peak_test.cpp — A crowd comes and goes: what it took of the server's memory goes back to the system.
#include "scale/chat.hpp"

#include <boost/test/unit_test.hpp>

#include <thread>

namespace chorus::scale {

namespace {

constexpr std::size_t crowd = sanitized ? 300 : 4000;
constexpr auto patience = 60s; // the server waits half a minute for who may be back

void come_and_go(std::uint16_t port)
{
    std::vector<testing::ws_client> people;
    people.reserve(crowd);
    for (std::size_t i = 0; i < crowd; ++i)
        people.emplace_back(testing::connect_options{.port = port});
    for (auto& each : people)
        each.send_close(1000);
    for (auto& each : people)
        while (each.receive(10s))
            continue;
}

// Connections that never become sessions: each has had one answer, and hangs up in the middle of its next request.
void come_and_go_half_open(std::uint16_t port)
{
    std::vector<testing::tcp_socket> people;
    people.reserve(crowd);
    for (std::size_t i = 0; i < crowd; ++i)
        people.emplace_back(testing::connect_options{.port = port}).send("GET /healthz HTTP/1.1\r\nHost: chat\r\n\r\n");
    for (auto& each : people) {
        std::string answer;
        BOOST_TEST_REQUIRE(each.wait_readable(10s));
        each.read(answer);
        each.send("GET /ws HTTP/1.1\r\nHost: ");
    }
}

std::size_t settled_at(pid_t server, std::size_t wanted)
{
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::size_t now = testing::resident_bytes(server);
    for (; now > wanted && std::chrono::steady_clock::now() < deadline; now = testing::resident_bytes(server))
        std::this_thread::sleep_for(100ms);
    return now;
}

// All but one part of so many.
void check_that_memory_returns(pid_t server, std::size_t before, std::size_t parts)
{
    const auto peak = testing::peak_resident_bytes(server);
    BOOST_TEST_MESSAGE("before " << before << ", peak " << peak);
    if (sanitized) return; // their allocators keep what is freed
    const auto wanted = before + (peak - before) / parts;
    const auto after = settled_at(server, wanted);
    BOOST_TEST_MESSAGE("after " << after);
    BOOST_TEST(after <= wanted);
}

} // namespace

BOOST_AUTO_TEST_SUITE(scale_peak)

BOOST_AUTO_TEST_CASE(memory_returns_when_a_crowd_has_gone)
{
    auto chat = start_chat({"--max-connections", "0"});
    const auto before = testing::resident_bytes(chat.id());
    come_and_go(chat.port());
    const auto peak = testing::peak_resident_bytes(chat.id());
    check_that_memory_returns(chat.id(), before, 4);
    if (sanitized) return;
    come_and_go(chat.port());
    BOOST_TEST(testing::peak_resident_bytes(chat.id()) <= peak + (peak - before) / 10, "a second crowd takes no more");
}

BOOST_AUTO_TEST_CASE(memory_returns_from_a_crowd_that_never_shook_hands_whatever_threads_it_was_on)
{
    auto chat = start_chat({"--max-connections", "0", "--threads", "8"});
    const auto before = testing::resident_bytes(chat.id());
    come_and_go_half_open(chat.port());
    check_that_memory_returns(chat.id(), before, 2); // each thread keeps some for the next who come
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus::scale
