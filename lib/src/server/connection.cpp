// connection.cpp — One accepted socket as long as it speaks HTTP: answers requests until one may become a session.
#include <chorus/server/connection.hpp>

#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace chorus {
namespace {

session_limits session_limits_of(const config& from)
{
    const std::size_t most = std::numeric_limits<std::uint32_t>::max();
    const auto count = [most](std::size_t number) { return static_cast<std::uint32_t>(std::min(number, most)); };
    session_limits limits;
    limits.parsing = {.max_message = from.max_message, .max_fragments = from.max_fragments};
    limits.outbox = from.outbox;
    limits.messages = {.per_second = count(from.rate), .burst = count(from.burst)};
    limits.joins = {.per_second = count(from.rate), .burst = count(from.join_burst)};
    limits.control = {.per_second = count(from.control_rate), .burst = count(from.control_burst)};
    limits.message_wait = from.message_wait;
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

} // namespace

service::service(const config& from)
    : settings(from), sessions(session_limits_of(from)), rooms(hub_limits_of(from)),
      gate(gate_options{.max_connections = from.max_connections, .max_per_ip = from.max_per_ip}), site(gate)
{
    site.compress(from.deflate);
}

connection::connection(shard& where, service& shared, transport_ptr to, admission place)
    : shard_(where), service_(shared), transport_(std::move(to)), place_(std::move(place)),
      deadline_(where.clock(), [this] { too_late(); })
{
}

task<std::optional<arrival>> connection::run()
{
    wait_at_most(service_.settings.handshake_wait);
    auto in = co_await serve_http();
    deadline_.clear();
    if (!in) transport_->close();
    co_return in;
}

// Answers requests until one is welcome as a session, or the connection ends.
task<std::optional<arrival>> connection::serve_http()
{
    request_reader reader;
    for (;;) {
        auto asked = co_await read_request(reader);
        if (!asked) co_return std::nullopt;
        auto answer = service_.site.answer(*asked, place_);
        if (auto* const in = std::get_if<welcome>(&answer))
            co_return arrival{std::move(transport_),        std::move(place_),    std::move(in->name),
                              upgrade_response(in->agreed), std::string(early()), in->agreed.deflate};
        auto& said = std::get<http_answer>(answer);
        const auto written = co_await write(std::move(said.bytes));
        if (!written) co_return std::nullopt;
        if (!said.keep_alive) {
            co_await finish();
            co_return std::nullopt;
        }
        wait_at_most(service_.settings.keep_alive_wait);
        if (!early().empty()) co_await yield(); // who sends many requests at once takes turns with the others
    }
}

// The next request, from the bytes that came early or from the wire. What follows its head comes early for the next.
task<std::optional<request>> connection::read_request(request_reader& reader)
{
    using state = request_reader::state;
    reader.reset();
    std::span<const char> bytes = early();
    bool shared = false; // whether they lie in the shard's buffer
    for (;;) {
        const auto now = reader.feed(bytes);
        head_begun_ = now == state::need_more && reader.started();
        if (now == state::complete) {
            if (shared) early_.assign(bytes.begin(), bytes.end());
            early_at_ = early_.size() - bytes.size();
            co_return reader.take();
        }
        if (now == state::refused) {
            co_await write(refuse(reader.why(), false));
            co_await finish();
            co_return std::nullopt;
        }
        auto [error] = co_await transport_->readable();
        const auto buffer = shard_.read_buffer();
        if (!error) bytes = buffer.first(transport_->read_some(buffer, error));
        if (error && error != asio::error::would_block) co_return std::nullopt;
        shared = true;
    }
}

task<bool> connection::write(std::string bytes)
{
    std::string_view rest = bytes;
    while (!rest.empty()) {
        error_code error;
        const auto buffer = asio::buffer(rest.data(), rest.size());
        rest.remove_prefix(transport_->write_some({&buffer, 1}, error));
        if (error == asio::error::would_block) {
            wait_at_most(service_.settings.write_wait);
            std::tie(error) = co_await transport_->writable();
        }
        if (error) co_return false;
    }
    co_return true;
}

// Ends our direction and takes what still comes, so that the answer is read before the connection is reset.
task<> connection::finish()
{
    transport_->finish();
    wait_at_most(service_.settings.close_wait);
    error_code error;
    while (!error || error == asio::error::would_block) {
        std::tie(error) = co_await transport_->readable();
        if (!error) transport_->read_some(shard_.read_buffer(), error);
    }
}

void connection::wait_at_most(duration time) { deadline_.set(shard_.clock().now() + time); }

// A client that has begun a request is told why it ends; one that is just idle is not.
void connection::too_late()
{
    if (head_begun_) {
        const auto told = refuse({408, "request_timeout", "the request took too long", {}}, false);
        const std::array<asio::const_buffer, 1> buffers{asio::buffer(told)};
        error_code ignored;
        transport_->write_some(buffers, ignored);
    }
    transport_->close();
}

} // namespace chorus
