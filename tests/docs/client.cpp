// client.cpp — The programs of docs/client.md; each is a region.
// [client]
#include <chorus/client.hpp>

#include <boost/json/serialize.hpp>

#include <iostream>

chorus::task<> talk(chorus::client& chat)
{
    chat.join("tea");
    chat.send("chat", chorus::json{{"room", "tea"}, {"text", "Milk?"}});
    for (;;) {
        const auto event = co_await chat.next();
        if (!event) co_return;
        if (const auto* heard = std::get_if<chorus::event::heard>(&*event))
            std::cout << heard->type << " " << heard->payload << std::endl;
    }
}

int main()
{
    chorus::shard here(0);
    chorus::client chat(here, {.url = "ws://127.0.0.1:8080/ws?name=ada"});
    const auto end = chorus::run(here, chat.run(talk(chat)));
    return end.clean ? 0 : 1;
}
// [/client]

// [ask]
chorus::task<> say(chorus::client& chat, std::string text)
{
    const chorus::json what{{"room", "tea"}, {"text", text}};
    const auto answer = co_await chat.ask("chat", what);
    if (answer)
        std::cout << "said as number " << answer->payload.at("offset") << std::endl;
    else
        std::cout << "not said: " << answer.error().message << std::endl;
}
// [/ask]

// [socket]
chorus::task<> echo(chorus::websocket*& socket)
{
    for (;;) {
        auto heard = co_await socket->read();
        if (!heard) co_return;
        socket->send({.op = heard->op, .payload = std::move(heard->payload)});
    }
}

chorus::task<> connect(chorus::shard& here, std::string where)
{
    chorus::tcp_dialler network(here);
    chorus::opener door(here, network);
    chorus::approach how;
    how.to = *chorus::read_url(where);
    auto came_to = co_await door.open(how);
    if (const auto* no = std::get_if<chorus::refusal>(&came_to)) {
        std::cout << "refused: " << no->reason << std::endl;
        co_return;
    }
    chorus::websocket* talking = nullptr;
    chorus::send_queue queue;
    chorus::websocket socket(here, std::get<chorus::opened>(std::move(came_to)), queue);
    talking = &socket;
    const auto end = co_await socket.run(echo(talking));
    std::cout << to_string(end.why) << " " << static_cast<int>(end.code) << std::endl;
}
// [/socket]
