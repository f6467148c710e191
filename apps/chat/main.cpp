// main.cpp — chorus-chat: the reference server, with its page.
#include <apps/chat/chat.hpp>
#include <apps/chat_page.hpp>
#include <apps/run.hpp>
#include <apps/status_page.hpp>

int main(int argument_count, char** arguments)
{
    return chorus::app::run(chorus::app::chat_program(), argument_count, arguments, [](chorus::server& server) {
        chorus::app::make_chat(server);
        server.serve(chat_page());
        server.serve_operators(status_page());
    });
}
