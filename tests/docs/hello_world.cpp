// hello_world.cpp — the first program of the README, as it stands there.
// [hello]
#include <chorus/chorus.hpp>

struct say
{
    std::string text;
};
BOOST_DESCRIBE_STRUCT(say, (), (text))

chorus::task<> on_say(chorus::session& from, say message)
{
    from.hub().publish("everyone", "say", chorus::json{{"user", from.user()}, {"text", message.text}});
    co_return;
}

int main()
{
    chorus::server server{{.listen = "127.0.0.1:8080"}};
    server.on<say>("say", on_say);
    return server.run(); // until SIGINT or SIGTERM
}
// [/hello]
