// main.cpp — chorus-echo: sends each message back to where it came from.
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
    return chorus::app::run(chorus::app::echo_program(), argument_count, arguments,
                            [](chorus::server& server) { server.on_message(echo); });
}
