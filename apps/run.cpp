// run.cpp — Runs a server from its settings, and says in one line why it could not.
#include <apps/run.hpp>

#include <chorus/server/server.hpp>

#include <exception>
#include <iostream>

namespace chorus::app {

int run(const settings& with, const std::function<void(server&)>& prepare)
try {
    server server(with.server);
    prepare(server);
    return server.run();
} catch (const std::exception& wrong) {
    std::cerr << wrong.what() << '\n';
    return 2;
}

} // namespace chorus::app
