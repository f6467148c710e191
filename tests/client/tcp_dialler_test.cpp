// tcp_dialler_test.cpp — real sockets of this machine: every kind of address, every way to fail, and a clock set by
// hand where one never answers.
#include "support/coroutine_test.hpp"

#include <chorus/client/tcp_dialler.hpp>
#include <chorus/core/run.hpp>
#include <chorus/core/scope.hpp>
#include <chorus/net/listener.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <optional>
#include <vector>

using namespace chorus;
using namespace chorus::test;
using namespace std::chrono_literals;
using asio::ip::tcp;

namespace {

std::string outcome_of(const result<transport_ptr>& came_to)
{
    return came_to ? "connected to " + (*came_to)->peer() : came_to.error().code + ": " + came_to.error().message;
}

std::string dialled(address to)
{
    shard here(0);
    tcp_dialler network(here);
    return outcome_of(run(here, network.dial(std::move(to))));
}

address at(std::string host, std::uint16_t port) { return {.host = std::move(host), .port = port, .path = {}}; }

// A listener whose queue is full: whoever connects now is neither taken nor refused.
class crowded_port
{
public:
    crowded_port() : acceptor_(context_, tcp::v4())
    {
        acceptor_.bind({asio::ip::address_v4::loopback(), 0});
        acceptor_.listen(0);
        const auto where = acceptor_.local_endpoint();
        for (int i = 0; i < 4; ++i) {
            auto& waiting = waiting_.emplace_back(context_, tcp::v4());
            waiting.native_non_blocking(true);
            ::connect(waiting.native_handle(), where.data(), static_cast<socklen_t>(where.size())); // Asio's would wait
        }
    }
    std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

private:
    asio::io_context context_;
    tcp::acceptor acceptor_;
    std::vector<tcp::socket> waiting_;
};

// One attempt on a clock set by hand.
struct attempt
{
    void begin(address to)
    {
        running.spawn(dial(*this, std::move(to)));
        here.shard.poll();
    }
    static task<> dial(attempt& all, address to)
    {
        const auto came_to = co_await all.network.dial(std::move(to));
        all.outcome = outcome_of(came_to);
    }
    // Asio's resolver answers from a thread of its own, whenever it does; what it says is not heard any more.
    void end()
    {
        while (running.size() > 0)
            here.shard.poll();
    }

    test_shard here;
    tcp_dialler network{here.shard};
    scope running{here.shard.get_executor()};
    std::string outcome = "runs";
};

} // namespace

BOOST_AUTO_TEST_SUITE(client_tcp_dialler)

BOOST_AUTO_TEST_CASE(a_number_a_name_and_a_path_are_dialled)
{
    shard here(0);
    listener numbers(here.get_executor(), at("127.0.0.1", 0));
    BOOST_TEST(dialled(numbers.where()) == "connected to 127.0.0.1");
    // Where the name is ::1, too, that address refuses, and the next is tried.
    BOOST_TEST(dialled(at("localhost", numbers.where().port)) == "connected to 127.0.0.1");

    const auto path = std::filesystem::temp_directory_path() / ("chorus-dial-" + std::to_string(numbers.where().port));
    listener paths(here.get_executor(), {.host = {}, .port = 0, .path = path});
    BOOST_TEST(dialled(paths.where()) == "connected to unix");
}

BOOST_AUTO_TEST_CASE(who_is_not_there_is_told_from_who_does_not_exist)
{
    shard here(0);
    std::optional<listener> gone(std::in_place, here.get_executor(), at("127.0.0.1", 0));
    const auto where = gone->where();
    gone.reset();
    BOOST_TEST(dialled(where) == "cannot_connect: cannot connect to " + to_string(where) + ": Connection refused");
    BOOST_TEST(dialled({.host = {}, .port = 0, .path = "/nowhere/at/all"}) ==
               "cannot_connect: cannot connect to unix:/nowhere/at/all: No such file or directory");
    BOOST_TEST(dialled(at("no such host", 80)).starts_with("no_such_host: cannot look up 'no such host'"));
}

BOOST_AUTO_TEST_CASE(who_neither_takes_nor_refuses_is_given_up_in_time)
{
    const crowded_port crowd;
    attempt one;
    one.begin(at("127.0.0.1", crowd.port()));
    one.here.clock.advance(9999ms);
    one.here.shard.poll();
    BOOST_TEST(one.outcome == "runs");
    one.here.clock.advance(1ms);
    one.end();
    BOOST_TEST(one.outcome.starts_with("too_late: cannot connect to 127.0.0.1:"), one.outcome);
}

BOOST_AUTO_TEST_CASE(an_attempt_can_be_given_up_while_it_connects_and_while_it_looks_up)
{
    const crowded_port crowd;
    attempt connecting;
    connecting.begin(at("127.0.0.1", crowd.port()));
    connecting.network.give_up();
    connecting.end();
    BOOST_TEST(connecting.outcome.starts_with("given_up"));

    attempt looking_up;
    looking_up.begin(at("localhost", 1));
    looking_up.network.give_up();
    looking_up.end();
    BOOST_TEST(looking_up.outcome.starts_with("given_up"));
}

BOOST_AUTO_TEST_SUITE_END()
