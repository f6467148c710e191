// cat_options.hpp — what chorus-cat was told, by flag and by environment.
#pragma once

#include <apps/options.hpp>

#include <chorus/client/client.hpp>

#include <string>
#include <variant>
#include <vector>

namespace chorus::app {

struct cat_options
{
    enum class speech { chat, text, bytes }; // of messages: the chat's, lines as they are, bytes as they are

    client_options client = {};
    std::vector<std::string> rooms = {}; // to be joined; lines go to the first
    speech mode = speech::chat;
    bool reads_input = true;
    std::chrono::milliseconds linger{0}; // of silence, between the end of the input and goodbye
};

// `arguments` without the program's own name. Reads no environment but the one given.
std::variant<cat_options, farewell> read_cat_options(std::vector<std::string> arguments, const environment& variables);

// The proxy that the environment names for this URL: http_proxy for ws://, https_proxy for wss://, unless no_proxy, a
// list of hosts and domains or `*`, names its host. Empty: none.
std::string proxy_of_environment(const url& to, const environment& variables);

} // namespace chorus::app
