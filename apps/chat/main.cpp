// main.cpp — chorus-chat: the reference server, with its page.
#include <apps/chat/chat.hpp>
#include <apps/chat_page.hpp>
#include <apps/options.hpp>
#include <apps/run.hpp>
#include <apps/status_page.hpp>

int main(int argument_count, char** arguments)
{
    const auto settings = chorus::app::options_or_exit(chorus::app::chat_program(), argument_count, arguments);
    return chorus::app::run(settings, [](chorus::server& server) {
        chorus::app::make_chat(server);
        server.serve(chat_page());
        server.serve_operators(status_page());
    });
}
