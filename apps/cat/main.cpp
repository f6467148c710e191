// main.cpp — chorus-cat: a client for the terminal and for pipes.
#include <apps/cat/cat.hpp>

#include <chorus/core/run.hpp>

#include <csignal>
#include <cstdlib>
#include <iostream>

#include <unistd.h>

namespace {

using namespace chorus;

int run_cat(const app::cat_options& told)
{
    shard here(0);
    app::cat program(here, told, ::isatty(STDIN_FILENO) == 1, ::isatty(STDOUT_FILENO) == 1);
    return run(here, program.run());
}

} // namespace

int main(int argument_count, char** arguments)
try {
    std::signal(SIGPIPE, SIG_IGN);
    const auto told = app::read_cat_options({arguments + 1, arguments + argument_count}, app::own_environment());
    const auto* const goodbye = std::get_if<app::farewell>(&told);
    if (!goodbye) return run_cat(std::get<app::cat_options>(told));
    (goodbye->exit_code == 0 ? std::cout << goodbye->text : std::cerr << "chorus-cat: " << goodbye->text << '\n')
        .flush();
    return goodbye->exit_code;
} catch (const std::exception& wrong) {
    std::cerr << "chorus-cat: " << wrong.what() << '\n';
    return chorus::app::no_connection;
}
