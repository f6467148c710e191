// connection.cpp — One accepted socket: answers its HTTP requests until one of them becomes a session, then runs that.
#include <chorus/server/connection.hpp>

#include <chorus/core/log.hpp>

#include <boost/asio/error.hpp>

#include <array>
#include <random>
#include <utility>

namespace chorus {
namespace {

session_limits session_limits_of(const config& from)
{
    const auto count = [](std::size_t number) { return static_cast<std::uint32_t>(number); };
    session_limits limits;
    limits.parsing = {.max_message = from.max_message, .max_fragments = from.max_fragments};
    limits.outbox = from.outbox;
    limits.messages = {.per_second = count(from.rate), .burst = count(from.burst)};
    limits.joins = {.per_second = count(from.rate), .burst = count(from.join_burst)};
    limits.write_wait = from.write_wait;
    limits.pong_wait = from.pong_wait;
    limits.ping_period = from.ping_period;
    limits.close_wait = from.close_wait;
    limits.slow_close_wait = from.slow_close_wait;
    return limits;
}

hub_limits hub_limits_of(const config& from)
{
    hub_limits limits;
    limits.history = from.history;
    limits.rooms_per_member = from.max_rooms_per_client;
    limits.commands_in_flight = from.commands_in_flight;
    limits.room_linger = from.room_linger;
    return limits;
}

// Never 0, which stands for nobody.
std::uint64_t new_id()
{
    static thread_local std::mt19937_64 random{std::random_device{}()};
    for (;;)
        if (const auto id = random(); id != 0) return id;
}

// What ends as a session should is news; the rest is somebody's fault, and worth a look.
log_level level_of(close_code code)
{
    const auto usual = code == close_code::normal || code == close_code::going_away || code == close_code::abnormal ||
                       code == close_code::no_status;
    return usual ? log_level::info : log_level::warning;
}

} // namespace

service::service(const config& from)
    : settings(from), sessions(session_limits_of(from)), rooms(hub_limits_of(from)),
      gate(gate_options{.max_connections = from.max_connections, .max_per_ip = from.max_per_ip}), site(gate)
{
}

connection::connection(shard& where, hub& rooms, service& shared, session_keeper& keeper, transport_ptr to,
                       admission place)
    : shard_(where), hub_(rooms), service_(shared), keeper_(keeper), transport_(std::move(to)),
      place_(std::move(place)), deadline_(where.clock(), [this] { too_late(); })
{
}

task<> connection::run()
{
    deadline_.set(shard_.clock().now() + service_.settings.handshake_wait);
    auto in = co_await serve_http();
    deadline_.clear();
    if (in) co_await converse(std::move(*in));
    else transport_->close();
}

void connection::cut()
{
    if (session_) session_->cut();
    else if (transport_) transport_->cut();
}

// Answers requests until one is welcome as a session, or the connection ends.
task<std::optional<connection::entrance>> connection::serve_http()
{
    request_reader reader;
    std::string early;
    for (;;) {
        auto asked = co_await read_request(reader, early);
        if (!asked) co_return std::nullopt;
        auto answer = service_.site.answer(*asked, place_);
        if (auto* const in = std::get_if<welcome>(&answer)) {
            if (!co_await write(upgrade_response(in->agreed))) co_return std::nullopt;
            co_return entrance{std::move(in->agreed), std::move(in->name), std::move(early)};
        }
        auto& said = std::get<http_answer>(answer);
        if (!co_await write(std::move(said.bytes)) || !said.keep_alive) co_return co_await finish();
        deadline_.set(shard_.clock().now() + service_.settings.keep_alive_wait);
    }
}

// The next request, from the bytes that came early or from the wire. What follows its head is put into `early`.
task<std::optional<request>> connection::read_request(request_reader& reader, std::string& early)
{
    using state = request_reader::state;
    reader.reset();
    std::span<const char> bytes = early;
    for (;;) {
        const auto now = reader.feed(bytes);
        if (now == state::complete) {
            early = std::string(bytes.begin(), bytes.end());
            co_return reader.take();
        }
        if (now == state::refused) {
            co_await write(refuse(reader.why(), false));
            co_await finish();
            co_return std::nullopt;
        }
        head_begun_ = reader.started();
        if (const auto [broken] = co_await transport_->readable(); broken) co_return std::nullopt;
        error_code error;
        const auto buffer = shard_.read_buffer();
        bytes = buffer.first(transport_->read_some(buffer, error));
        if (error && error != asio::error::would_block) co_return std::nullopt;
    }
}

task<bool> connection::write(std::string bytes)
{
    std::string_view rest = bytes;
    while (!rest.empty()) {
        error_code error;
        const auto buffer = asio::buffer(rest.data(), rest.size());
        rest.remove_prefix(transport_->write_some({&buffer, 1}, error));
        if (error == asio::error::would_block) std::tie(error) = co_await transport_->writable();
        if (error) co_return false;
    }
    co_return true;
}

// Ends our direction and takes what still comes, so that the answer is read before the connection is reset.
task<std::optional<connection::entrance>> connection::finish()
{
    transport_->finish();
    for (error_code error; !error || error == asio::error::would_block;) {
        if (const auto [broken] = co_await transport_->readable(); broken) break;
        transport_->read_some(shard_.read_buffer(), error);
    }
    co_return std::nullopt;
}

// A client that has begun a request is told why it ends; one that is just idle is not.
void connection::too_late()
{
    if (head_begun_) {
        const auto told = refuse({408, "request_timeout", "the request took too long", {}}, false);
        const auto buffer = asio::buffer(told);
        error_code ignored;
        const std::array<asio::const_buffer, 1> buffers{buffer};
        transport_->write_some(buffers, ignored);
    }
    transport_->close();
}

task<> connection::converse(entrance in)
{
    const auto began = shard_.clock().now();
    const auto name = service_.names.claim(in.name);
    session talk(shard_, hub_, std::move(transport_), {new_id(), name.text(), std::move(in.early)}, service_.sessions,
                 service_.on_message);
    session_ = &talk;
    keeper_.began(talk);
    if (service_.on_open) service_.on_open(talk);
    const auto end = co_await talk.run();
    session_ = nullptr;
    keeper_.ended(talk, end);
    log_end(talk, end, began);
}

void connection::log_end(const session& which, const session_end& end, time_point began) const
{
    const auto level = level_of(end.code);
    if (!log_enabled(level)) return;
    const std::chrono::duration<double> lasted = shard_.clock().now() - began;
    log(level, "session_ended",
        {{"session", which.id()},
         {"user", which.user()},
         {"peer", place_.peer()},
         {"why", to_string(end.why)},
         {"code", static_cast<unsigned>(end.code)},
         {"reason", end.detail},
         {"seconds", lasted.count()}});
}

} // namespace chorus
