// cat_options.cpp — CLI11 knows the syntax; what the words mean is checked here.
#include "cat_options.hpp"

#include <apps/option_value.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>

namespace chorus::app {
namespace {

constexpr int usage_error = 2;

constexpr auto footer =
    "Without --raw or --binary it speaks the protocol of chorus-chat: each line is said in the first --join ROOM, or "
    "to\n"
    "everyone. At a terminal /join ROOM, /leave [ROOM], /to [ROOM] and /quit are commands; // begins a line with a /.\n"
    "\n"
    "CHORUS_TOKEN holds a token that is not to be seen among the processes; http_proxy, https_proxy and no_proxy are\n"
    "looked at where --proxy is not given (--proxy '' asks for none).\n"
    "\n"
    "Exit codes: 0 all was said, and goodbye; 1 no connection, or it was lost; 2 the command line is wrong;\n"
    "3 something of the input was refused, was not sent, or may not have arrived.";

// The words as they came.
struct words
{
    std::string url, name, token, authorities, timeout = "10", ping = "25", linger = "0", max_message = "512KiB";
    std::vector<std::string> rooms, headers;
    std::optional<std::string> proxy;
    bool raw = false, binary = false, no_input = false, no_reconnect = false, deflate = false, insecure = false;
};

void declare(CLI::App& line, words& found)
{
    line.set_help_flag("--help", "print this and exit");
    line.set_version_flag("--version", "chorus-cat " CHORUS_VERSION, "print the version and exit");
    line.get_formatter()->column_width(26);
    line.add_option("URL", found.url, "ws://HOST:PORT/PATH, wss://…, or ws+unix:/SOCKET:/PATH")
        ->required()
        ->type_name("");
    line.add_option("--join", found.rooms, "join this room; may be repeated")
        ->type_name("ROOM")
        ->allow_extra_args(false);
    line.add_option("--name", found.name, "be called so")->type_name("NAME");
    line.add_option("--token", found.token, "say who you are: Authorization: Bearer TOKEN")->type_name("TOKEN");
    line.add_flag("--raw", found.raw, "any WebSocket: each line is a text message, and back");
    line.add_flag("--binary", found.binary, "any WebSocket: what is read is sent as binary messages, and back");
    line.add_option("--header", found.headers, "send 'NAME: VALUE' with the handshake; may be repeated")
        ->type_name("FIELD")
        ->allow_extra_args(false);
    line.add_option("--ca", found.authorities, "believe the certificates of wss:// that these vouch for (PEM)")
        ->type_name("FILE");
    line.add_flag("--insecure", found.insecure, "believe any certificate: who stands in between reads along");
    line.add_flag("--deflate", found.deflate, "offer permessage-deflate");
    line.add_option("--proxy", found.proxy, "go through http://[USER:PASSWORD@]HOST:PORT")->type_name("URL");
    line.add_option("--max-message", found.max_message, "largest message of the server; 0: no limit [512KiB]")
        ->type_name("BYTES");
    line.add_flag("--no-input", found.no_input, "read no input: listen until the connection ends");
    line.add_option("--linger", found.linger, "seconds without a message, between the end of input and goodbye [0]")
        ->type_name("SECONDS");
    line.add_flag("--no-reconnect", found.no_reconnect, "end with the first connection");
    line.add_option("--timeout", found.timeout, "seconds to connect, and for each answer [10]")->type_name("SECONDS");
    line.add_option("--ping", found.ping, "ping a server that was silent for so many seconds [25]")
        ->type_name("SECONDS");
    line.footer(footer);
}

farewell wrong(std::string what) { return {usage_error, std::move(what)}; }

std::optional<std::pair<std::string, std::string>> read_field(const std::string& text)
{
    const auto colon = text.find(':');
    if (colon == 0 || colon == text.npos || text.find_first_of("\r\n") != text.npos) return {};
    const auto begin = text.find_first_not_of(' ', colon + 1);
    return std::pair{text.substr(0, colon), begin == text.npos ? std::string{} : text.substr(begin)};
}

std::optional<std::string> read_times(const words& from, cat_options& told)
{
    auto& into = told.client;
    const auto linger = read_seconds(from.linger);
    if (!linger) return "--linger: expected seconds, got '" + from.linger + "'";
    told.linger = *linger;
    const auto timeout = read_seconds(from.timeout), ping = read_seconds(from.ping);
    if (!timeout || timeout->count() == 0) return "--timeout: expected seconds, got '" + from.timeout + "'";
    if (!ping || ping->count() == 0) return "--ping: expected seconds, got '" + from.ping + "'";
    into.dialling = {.resolve_wait = *timeout, .connect_wait = *timeout};
    into.opening = {.proxy_wait = *timeout, .handshake_wait = *timeout};
    into.reply_wait = *timeout;
    into.connection.ping_period = *ping;
    into.connection.pong_wait = *ping + *timeout;
    return {};
}

std::optional<std::string> read_size(const words& from, client_options& into)
{
    const auto largest = read_bytes(from.max_message);
    if (!largest) return "--max-message: expected bytes, such as 512KiB, got '" + from.max_message + "'";
    into.connection.parsing.max_message = *largest;
    return {};
}

std::optional<std::string> read_address(const words& from, const environment& variables, client_options& into)
{
    auto to = read_url(from.url);
    if (!to) return "URL: " + to.error().message;
    if (!from.name.empty()) add_to_query(*to, "name", from.name);
    into.url = to_string(*to);
    into.proxy = from.proxy.value_or(proxy_of_environment(*to, variables));
    if (into.proxy.empty()) return {};
    const auto through = read_proxy(into.proxy);
    if (!through) return through.error().message;
    return {};
}

std::optional<std::string> read_trust(const words& from, client_options& into)
try {
    if (from.insecure && !from.authorities.empty()) return "--insecure and --ca exclude each other";
    if (from.insecure) into.trust = tls_trust::in_everybody();
    if (!from.authorities.empty()) into.trust = tls_trust(from.authorities);
    return {};
} catch (const std::runtime_error& unreadable) {
    return std::string("--ca: ") + unreadable.what();
}

std::variant<cat_options, farewell> understand(const words& from, const environment& variables)
{
    using speech = cat_options::speech;
    cat_options told;
    auto& client = told.client;
    if (from.raw && from.binary) return wrong("--raw and --binary exclude each other");
    told.mode = from.binary ? speech::bytes : from.raw ? speech::text : speech::chat;
    if (told.mode != speech::chat && !from.rooms.empty()) return wrong("--join is for the chat, not for --raw");
    if (const auto no = read_address(from, variables, client)) return wrong(*no);
    if (const auto no = read_times(from, told)) return wrong(*no);
    if (const auto no = read_size(from, client)) return wrong(*no);
    for (const auto& header : from.headers) {
        const auto field = read_field(header);
        if (!field) return wrong("--header: expected 'NAME: VALUE', got '" + header + "'");
        client.fields.push_back(*field);
    }
    if (const auto no = read_trust(from, client)) return wrong(*no);
    const auto token = from.token.empty() ? value_of(variables, "token") : from.token;
    if (!token.empty()) client.token = [token] { return token; };
    client.envelopes = told.mode == speech::chat;
    client.deflate = from.deflate;
    client.reconnect = !from.no_reconnect && told.mode == speech::chat;
    client.insist = false; // a server that is not there is told at once
    told.rooms = from.rooms;
    told.reads_input = !from.no_input;
    return told;
}

} // namespace

std::variant<cat_options, farewell> read_cat_options(std::vector<std::string> arguments, const environment& variables)
{
    CLI::App line{"chorus-cat — a client for the terminal and for pipes", "chorus-cat"};
    words found;
    declare(line, found);
    std::ranges::reverse(arguments); // CLI11 takes a vector from its end
    try {
        line.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
        return farewell{0, line.help()};
    } catch (const CLI::CallForVersion& version) {
        return farewell{0, std::string(version.what()) + "\n"};
    } catch (const CLI::ExtrasError&) {
        return wrong("unknown option '" + line.remaining().front() + "'; --help lists what there is");
    } catch (const CLI::ParseError& error) {
        return wrong(error.what());
    }
    return understand(found, variables);
}

} // namespace chorus::app
