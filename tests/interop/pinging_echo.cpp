// pinging_echo.cpp — chorus-echo that pings ten times a second: what is to be seen of its pings is seen at once.
#include <apps/programs.hpp>
#include <apps/run.hpp>

int main(int argument_count, char** arguments)
{
    auto pinging = chorus::app::echo_program();
    pinging.defaults.server.ping_period = std::chrono::milliseconds{100};
    return chorus::app::run(pinging, argument_count, arguments, [](chorus::server&) {});
}
