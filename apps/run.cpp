// run.cpp — Runs a server from its settings, and says in one line why it could not.
#include <apps/run.hpp>

#include <chorus/server/server.hpp>

#include <exception>
#include <iostream>
#include <sys/resource.h>

namespace chorus::app {

void raise_descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit); // if it fails, the limit stays as it was
}

int run(const settings& with, const std::function<void(server&)>& prepare)
try {
    raise_descriptor_limit();
    server server(with.server);
    prepare(server);
    return server.run();
} catch (const std::exception& wrong) {
    std::cerr << wrong.what() << '\n';
    return 2;
}

} // namespace chorus::app
