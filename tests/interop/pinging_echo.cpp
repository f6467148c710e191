// pinging_echo.cpp — chorus-echo that pings ten times a second: what is to be seen of its pings is seen at once.
#include <apps/options.hpp>
#include <apps/programs.hpp>
#include <apps/run.hpp>

int main(int argument_count, char** arguments)
{
    auto settings = chorus::app::options_or_exit(chorus::app::echo_program(), argument_count, arguments);
    settings.server.ping_period = std::chrono::milliseconds{100};
    return chorus::app::run(settings, [](chorus::server&) {});
}
