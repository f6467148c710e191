// target.cpp — Reads a server's answers, and gathers what is wrong with them.
#include "attacks/target.hpp"

#include <algorithm>
#include <cstdio>

namespace chorus::attacks {

namespace {

constexpr std::size_t attackers_per_address = 250; // the server allows 256
constexpr std::size_t longest_shown = 160;

std::string list(std::initializer_list<std::string_view> words)
{
    std::string result;
    for (const std::string_view word : words)
        result.append(result.empty() ? "" : " or ").append(word);
    return result;
}

std::string end_of(const ws_client& client)
{
    if (!client.ended()) return "nothing";
    return client.was_cut() ? "cut" : "ended";
}

} // namespace

testing::connect_options target::from(std::size_t number) const
{
    const std::size_t address = number / attackers_per_address;
    const std::string source = "127.1." + std::to_string(address / 250) + "." + std::to_string(1 + address % 250);
    return {.port = port(), .source = source};
}

void target::expect(const std::string& answer, std::initializer_list<std::string_view> right, std::string_view to)
{
    told(answer);
    const bool is_right = std::ranges::find(right, answer) != right.end();
    check(is_right, "got " + answer + " instead of " + list(right) + " for: " + printable(to));
}

void target::check(bool holds, const std::string& otherwise)
{
    if (!holds) complaints_.push_back(otherwise);
}

std::string word_for(const testing::frame& frame)
{
    if (frame.is_close()) return std::to_string(frame.close_code());
    if (!frame.is_text()) return "opcode " + std::to_string(frame.opcode);
    const auto said = scale::read_message(frame.payload);
    return said.type == "error" ? std::string(scale::text(said.payload, "code")) : said.type;
}

std::string http_answer(tcp_socket& socket, milliseconds patience)
{
    const auto answer = testing::read_to_end(socket, patience);
    if (!answer) return "nothing";
    if (answer->empty()) return "ended";
    return answer->starts_with("HTTP/1.1 ") ? answer->substr(9, 3) : printable(*answer);
}

std::string next_answer(ws_client& client, milliseconds patience)
{
    const auto frame = client.receive(patience);
    return frame ? word_for(*frame) : end_of(client);
}

// Skips whatever comes before it.
std::string close_answer(ws_client& client, milliseconds patience)
{
    while (const auto frame = client.receive(patience))
        if (frame->is_close()) return word_for(*frame);
    return end_of(client);
}

std::string answer_to_request(target& whom, std::string_view bytes)
{
    tcp_socket socket{whom.from(0)};
    socket.send(bytes);
    return http_answer(socket);
}

std::string answer_to_frames(target& whom, std::string_view bytes)
{
    ws_client client{whom.from(0)};
    client.send_bytes(bytes);
    return close_answer(client);
}

std::string answer_to_message(target& whom, std::string_view text)
{
    ws_client client{whom.from(0)};
    client.send_text(text);
    return next_answer(client);
}

std::string repeated(std::string_view text, std::size_t count)
{
    std::string all;
    all.reserve(text.size() * count);
    for (std::size_t i = 0; i < count; ++i)
        all.append(text);
    return all;
}

std::string percent_encoded(std::string_view text)
{
    std::string result;
    for (const char each : text) {
        char escaped[4];
        std::snprintf(escaped, sizeof escaped, "%%%02x", static_cast<unsigned char>(each));
        result += escaped;
    }
    return result;
}

std::string printable(std::string_view bytes)
{
    std::string result;
    for (const char each : bytes.substr(0, longest_shown)) {
        const auto byte = static_cast<unsigned char>(each);
        char escaped[8];
        std::snprintf(escaped, sizeof escaped, byte >= 0x20 && byte < 0x7f ? "%c" : "\\x%02x", byte);
        result += escaped;
    }
    return bytes.size() > longest_shown ? result + "…" : result;
}

} // namespace chorus::attacks
