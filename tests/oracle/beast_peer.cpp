// beast_peer.cpp — The only file here that knows Beast: its stream on top of bytes in memory.
#include "oracle/beast_peer.hpp"

#include <chorus/wire/handshake.hpp>
#include <chorus/wire/parser.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/beast/core/buffers_prefix.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <stdexcept>

namespace chorus::oracle {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

[[noreturn]] void give_up(const std::string& why) { throw std::runtime_error{why}; }

// --- bytes in memory -------------------------------------------------------------------------------------------------

// Gives what lies ready, at most a piece at a time, then the end; keeps what is written. Beast's own test stream does
// not let the reader choose the pieces.
class scripted_stream
{
public:
    using executor_type = asio::io_context::executor_type;

    explicit scripted_stream(asio::io_context& context) : context_(context) {}

    executor_type get_executor() { return context_.get_executor(); }

    template <class Buffers> std::size_t read_some(const Buffers& buffers, error_code& error)
    {
        if (std::exchange(awaits_response_, false)) lay_ready(response_to(std::exchange(written, {})));
        error = at_ == ready_.size() ? asio::error::eof : error_code{};
        if (error || asio::buffer_size(buffers) == 0) return 0;
        auto& piece = pieces_[piece_];
        const auto size = asio::buffer_copy(buffers, asio::buffer(ready_.data() + at_, piece));
        at_ += size;
        piece -= size;
        if (piece == 0) ++piece_;
        return size;
    }

    template <class Buffers> std::size_t write_some(const Buffers& buffers, error_code& error)
    {
        error = {};
        const auto size = asio::buffer_size(buffers);
        written.resize(written.size() + size);
        return asio::buffer_copy(asio::buffer(written.data() + written.size() - size, size), buffers);
    }

    // Beast asks for these, and uses them nowhere.
    template <class Buffers> std::size_t read_some(const Buffers&) { give_up("not without an error_code"); }
    template <class Buffers> std::size_t write_some(const Buffers&) { give_up("not without an error_code"); }

    void lay_ready(std::string bytes) { lay_ready(bytes, {bytes.size()}); }
    void lay_ready(std::string bytes, std::vector<std::size_t> pieces)
    {
        ready_ = std::move(bytes);
        pieces_ = std::move(pieces);
        at_ = piece_ = 0;
    }

    void answer_the_next_request() { awaits_response_ = true; }

    std::string written;

private:
    static std::string response_to(std::string_view bytes)
    {
        request_reader reader;
        std::span<const char> in{bytes};
        if (reader.feed(in) != request_reader::state::complete) give_up("Beast's request was not understood");
        const auto agreed = check_upgrade(reader.take());
        if (!std::holds_alternative<upgrade>(agreed)) give_up("Beast's request was refused");
        return upgrade_response(std::get<upgrade>(agreed));
    }

    asio::io_context& context_;
    std::string ready_;
    std::vector<std::size_t> pieces_;
    std::size_t at_ = 0;
    std::size_t piece_ = 0;
    bool awaits_response_ = false;
};

// Beast calls it when it ends a connection.
void teardown(beast::role_type, scripted_stream&, error_code& error) { error = {}; }

using stream = websocket::stream<scripted_stream>;

// --- the opening handshake -------------------------------------------------------------------------------------------

void require(const error_code& error, const char* what)
{
    if (error) give_up(std::string{what} + ": " + error.message());
}

void accept(stream& peer)
{
    const auto key = make_key();
    peer.next_layer().lay_ready(upgrade_request("localhost", "/", key));
    error_code error;
    peer.accept(error);
    require(error, "Beast does not accept our request");

    response_reader reader;
    std::span<const char> in{peer.next_layer().written};
    if (reader.feed(in) != head_collector::state::complete) give_up("Beast's response was not understood");
    if (!std::holds_alternative<upgrade>(check_upgrade_response(reader.take(), key)))
        give_up("Beast's response was refused");
}

void connect(stream& peer)
{
    peer.next_layer().answer_the_next_request();
    error_code error;
    peer.handshake("localhost", "/", error);
    require(error, "Beast does not accept our response");
}

void open(stream& peer, role as)
{
    as == role::server ? accept(peer) : connect(peer);
    peer.next_layer().written.clear();
}

asio::io_context& nowhere()
{
    static asio::io_context context;
    return context;
}

// --- hearing ---------------------------------------------------------------------------------------------------------

// The code of the Close that Beast has written, 0 if it has written none. Whatever it writes, our parser must read.
unsigned close_code_written(std::string bytes, role by)
{
    parser hearing{by == role::server ? role::client : role::server};
    for (std::span<char> in{bytes}; !in.empty();) {
        const auto each = hearing.next(in);
        if (each.what == parser::kind::error) give_up("Beast wrote what we do not read: " + std::string{each.why});
        if (each.what == parser::kind::close) return static_cast<unsigned>(each.code);
    }
    return 0;
}

event last_event(stream& peer, const error_code& error, role as)
{
    if (error == asio::error::eof) return {};
    if (error != websocket::error::closed)
        return {
            .what = heard::failure, .code = close_code_written(peer.next_layer().written, as), .why = error.message()};
    const auto& reason = peer.reason();
    const unsigned code = reason.code == websocket::close_code::none ? 1005u : reason.code;
    return {.what = heard::close, .payload = std::string{reason.reason.data(), reason.reason.size()}, .code = code};
}

void write_down_controls(stream& peer, account& out)
{
    peer.control_callback([&out](websocket::frame_type what, beast::string_view payload) {
        if (what == websocket::frame_type::close) return; // told by the read that it ends
        out.push_back({.what = what == websocket::frame_type::ping ? heard::ping : heard::pong,
                       .payload = std::string{payload.data(), payload.size()}});
    });
}

// --- saying ----------------------------------------------------------------------------------------------------------

void say_message(stream& peer, const saying& what, error_code& error)
{
    peer.text(what.op == opcode::text);
    std::size_t start = 0;
    for (const auto cut : what.cuts) {
        peer.write_some(false, asio::buffer(what.payload.data() + start, cut - start), error);
        start = cut;
    }
    peer.write_some(true, asio::buffer(what.payload.data() + start, what.payload.size() - start), error);
}

void say(stream& peer, const saying& what, error_code& error)
{
    const auto payload = beast::string_view{what.payload.data(), what.payload.size()};
    switch (what.op) {
    case opcode::ping: return peer.ping(websocket::ping_data{payload}, error);
    case opcode::pong: return peer.pong(websocket::ping_data{payload}, error);
    case opcode::close: {
        websocket::close_reason reason{payload};
        reason.code = what.code == 1005 ? websocket::close_code::none : static_cast<websocket::close_code>(what.code);
        peer.close(reason, error);
        error = {}; // nobody answers
        return;
    }
    default: return say_message(peer, what, error);
    }
}

} // namespace

account beast_hears(const conversation& what)
{
    stream peer{nowhere()};
    open(peer, what.receiver);
    peer.read_message_max(what.max_message);
    peer.next_layer().lay_ready(what.bytes, what.pieces);

    account out;
    write_down_controls(peer, out);
    for (;;) {
        beast::flat_buffer buffer;
        error_code error;
        peer.read(buffer, error);
        if (error) return out.push_back(last_event(peer, error, what.receiver)), out;
        out.push_back({.what = heard::message,
                       .op = peer.got_text() ? opcode::text : opcode::binary,
                       .payload = std::string{static_cast<const char*>(buffer.data().data()), buffer.size()}});
    }
}

std::string beast_says(role sender, const std::vector<saying>& sayings, random& chance)
{
    stream peer{nowhere()};
    open(peer, sender);
    peer.auto_fragment(chance.one_in(2));
    peer.write_buffer_bytes(chance.between(8, 300));
    for (const auto& what : sayings) {
        error_code error;
        say(peer, what, error);
        require(error, "Beast does not say it");
    }
    return std::exchange(peer.next_layer().written, {});
}

} // namespace chorus::oracle
