// chat.hpp — what the tests at scale share: the chat server under test and the words of its protocol.
#pragma once

#include "support/program.hpp"
#include "support/ws_client.hpp"

#include <boost/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace chorus::scale {

using namespace std::chrono_literals;
using testing::milliseconds;
namespace json = boost::json;

// Sanitizers make programs several times slower and larger: the stories stay, the numbers shrink.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

inline testing::program start_chat(std::vector<std::string> arguments)
{
    arguments.insert(arguments.end(), {"--rate", "0", "--max-per-ip", "0", "--log-level", "error"});
    return {std::string(CHORUS_PROGRAM_DIR) + "/chorus-chat", std::move(arguments)};
}

inline std::string envelope(std::string_view type, const json::object& payload)
{
    return json::serialize(json::object{{"type", type}, {"payload", payload}});
}

inline std::string join(std::string_view room) { return envelope("join", {{"room", room}}); }

inline std::string chat(std::string_view room, std::string_view text)
{
    return envelope("chat", {{"room", room}, {"text", text}});
}

// A message of the server: its type and payload.
struct message
{
    std::string type;
    json::object payload;
    json::value id;
};

// Members of a payload; a missing one or one of another kind throws.
inline std::uint64_t number(const json::object& payload, std::string_view key)
{
    return payload.at(key).to_number<std::uint64_t>();
}

inline std::string_view text(const json::object& payload, std::string_view key) { return payload.at(key).as_string(); }

inline message read_message(std::string_view text)
{
    json::object object = json::parse(text).as_object();
    message result{json::value_to<std::string>(object.at("type")), object.at("payload").as_object(), nullptr};
    if (const json::value* id = object.if_contains("id")) result.id = *id;
    return result;
}

// Ends the test with a sentence; used where a check per delivery would cost more than the delivery.
inline void require(bool holds, const std::string& sentence)
{
    if (!holds) throw std::runtime_error(sentence);
}

} // namespace chorus::scale
