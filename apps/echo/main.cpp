// main.cpp — chorus-echo: sends each message back to where it came from.
#include <apps/options.hpp>
#include <apps/run.hpp>

#include <chorus/chorus.hpp>

namespace {

chorus::work echo(chorus::session& from, const chorus::message& what)
{
    from.send(chorus::make_frame(what.op, what.payload));
    return {};
}

} // namespace

int main(int argument_count, char** arguments)
{
    const auto settings = chorus::app::options_or_exit(chorus::app::echo_program(), argument_count, arguments);
    return chorus::app::run(settings, [](chorus::server& server) { server.on_message(echo); });
}
