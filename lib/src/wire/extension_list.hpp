// extension_list.hpp — Reads Sec-WebSocket-Extensions (RFC 6455, 9.1): extensions with their parameters, in order.
#pragma once
#include <chorus/wire/head.hpp>

#include <optional>
#include <string>
#include <vector>

namespace chorus {

struct extension
{
    struct parameter
    {
        std::string name;
        std::optional<std::string> value; // without its quotes
    };

    std::string name;
    std::vector<parameter> parameters;
    bool well_formed = true; // otherwise the rest says what could be read
};

// Of all fields of that name.
std::vector<extension> extensions_of(const http_head& head);

} // namespace chorus
