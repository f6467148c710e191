// main.cpp — chorus-broadcast: each message that any client sends goes to every client, the sender included.
#include <apps/run.hpp>

#include <chorus/chorus.hpp>

namespace {

chorus::work to_everyone(chorus::session& from, const chorus::message& what)
{
    from.hub().broadcast(std::string(chorus::everyone), chorus::make_frame(what.op, what.payload));
    return {};
}

} // namespace

int main(int argument_count, char** arguments)
{
    return chorus::app::run(chorus::app::broadcast_program(), argument_count, arguments,
                            [](chorus::server& server) { server.on_message(to_everyone); });
}
