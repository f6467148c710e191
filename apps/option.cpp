// option.cpp — the table of everything our servers can be told.
#include "option.hpp"

#include "option_value.hpp"

#include <chorus/net/address.hpp>

#include <algorithm>
#include <iterator>

namespace chorus::app {
namespace {

using std::chrono::milliseconds;

// Points to the field an option stands for.
template <class T> using field_of = T& (*)(settings&);

template <class T> std::function<std::string(const settings&)> getter(field_of<T> field, std::string (*write)(T))
{
    return [=](const settings& from) {
        settings copy = from; // so that one accessor serves both directions
        return write(field(copy));
    };
}

template <class T, class Read> auto setter(field_of<T> field, Read read)
{
    return [=](settings& into, const std::string& text) {
        const std::optional<T> value = read(text);
        if (value) field(into) = *value;
        return value.has_value();
    };
}

option count(std::string_view name, std::string_view help, std::size_t least, field_of<std::size_t> field)
{
    const auto read = [least](const std::string& text) { return read_count(text, least); };
    const auto expected = least == 0 ? "a whole number, 0 for no limit" : "a whole number from 1";
    return {name, "N", help, expected, setter(field, read), getter(field, write_count)};
}

option bytes(std::string_view name, std::string_view help, std::size_t least, field_of<std::size_t> field)
{
    const auto read = [least](const std::string& text) { return read_bytes(text, least); };
    const auto expected =
        least == 0 ? "bytes such as 65536, 512KiB or 1MiB, 0 for no limit" : "bytes such as 65536 or 1MiB";
    return {name, "BYTES", help, expected, setter(field, read), getter(field, write_bytes)};
}

option seconds(std::string_view name, std::string_view help, field_of<milliseconds> field)
{
    return {
        name, "SECONDS", help, "seconds such as 30 or 0.5", setter(field, read_seconds), getter(field, write_seconds)};
}

// The shape of a choice says all there is to expect: its names stand in the order of the enumeration.
template <class T>
option choice(std::string_view name, std::string_view shape, std::string_view help, field_of<T> field)
{
    const auto read = [shape](const std::string& text) -> std::optional<T> {
        const auto place = place_in(shape, text);
        return place ? std::optional{static_cast<T>(*place)} : std::nullopt;
    };
    const auto get = [shape, field](const settings& from) {
        settings copy = from;
        return std::string(name_at(shape, static_cast<std::size_t>(field(copy))));
    };
    return {name, shape, help, shape, setter(field, read), get};
}

// A flag stands for "yes"; the environment and the file say which.
option deflate()
{
    const auto set = [](settings& into, const std::string& text) {
        const auto on = read_bool(text);
        if (on) into.server.deflate = *on ? into.deflate_when_on : deflate_mode::off;
        return on.has_value();
    };
    return {"deflate",
            "",
            "compress messages for clients that offer permessage-deflate",
            "true or false",
            set,
            [](const settings& from) { return write_bool(from.server.deflate != deflate_mode::off); }};
}

option listen()
{
    const auto set = [](settings& into, const std::string& text) {
        const bool proper = read_address(text).has_value();
        if (proper) into.server.listen = text;
        return proper;
    };
    return {"listen",
            "HOST:PORT",
            "where to listen; also [::1]:8080 or unix:/path; port 0 picks a free one",
            "HOST:PORT, [::1]:8080 or unix:/path",
            set,
            [](const settings& from) { return from.server.listen; }};
}

option threads()
{
    constexpr std::size_t most = 1024; // more is a typing error
    const auto set = [](settings& into, const std::string& text) {
        const auto value = read_count(text, 1, most);
        if (value) into.server.threads = static_cast<unsigned>(*value);
        return value.has_value();
    };
    return {"threads",
            "N",
            "event loops, each on a thread of its own",
            "a whole number from 1 to 1024",
            set,
            [](const settings& from) { return write_count(from.server.threads); }};
}

// In the order of --help.
const option options[] = {
    listen(),
    threads(),
    bytes("max-message", "largest message a client may send, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.max_message; }),
    deflate(),
    count("max-connections", "connections in total, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.max_connections; }),
    count("max-per-ip", "connections from one address, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.max_per_ip; }),
    count("rate", "messages a client may send per second, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.rate; }),
    count("burst", "messages a client may send at once after a pause, 0 for no limit", 0,
          [](settings& s) -> std::size_t& { return s.server.burst; }),
    count("outbox-messages", "messages a client may leave unread", 1,
          [](settings& s) -> std::size_t& { return s.server.outbox.messages; }),
    bytes("outbox-bytes", "bytes a client may leave unread", 1,
          [](settings& s) -> std::size_t& { return s.server.outbox.bytes; }),
    choice<slow_policy>("slow", "close|drop_newest|drop_oldest", "what happens to a client that leaves more unread",
                        [](settings& s) -> slow_policy& { return s.server.outbox.slow; }),
    seconds("message-wait", "how long one message may take to arrive, 0 for no limit",
            [](settings& s) -> milliseconds& { return s.server.message_wait; }),
    seconds("drain-timeout", "after SIGTERM, how long clients have to say goodbye",
            [](settings& s) -> milliseconds& { return s.server.drain_timeout; }),
    choice<log_level>("log-level", "trace|debug|info|warning|error|off", "the least that is logged",
                      [](settings& s) -> log_level& { return s.least_level; }),
    choice<log_format>("log-format", "text|json", "the form of the log's lines",
                       [](settings& s) -> log_format& { return s.format; }),
};

} // namespace

const option* find_option(std::string_view name)
{
    const auto found = std::ranges::find(options, name, &option::name);
    return found == std::end(options) ? nullptr : &*found;
}

} // namespace chorus::app
