// run.cpp — Runs a server as its program was told, and says in one line why it could not.
#include <apps/run.hpp>

#include <apps/options.hpp>
#include <apps/reload.hpp>

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

int run(const program& who, int argument_count, char** arguments, const std::function<void(server&)>& prepare)
try {
    const std::vector<std::string> words(arguments + 1, arguments + argument_count);
    const auto variables = own_environment();
    const auto with = options_or_exit(who, words, variables);
    raise_descriptor_limit();
    server server(with.server);
    prepare(server);
    option_reload again(who, words, variables, with);
    if (!with.file.empty()) server.on_reload([&] { again.into(server); });
    return server.run();
} catch (const std::exception& wrong) {
    std::cerr << wrong.what() << '\n';
    return 2;
}

} // namespace chorus::app
