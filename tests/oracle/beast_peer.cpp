// beast_peer.cpp — The only file here that knows Beast: its stream on top of bytes in memory.
#include "oracle/beast_peer.hpp"
#include "oracle/scripted_stream.hpp"

#include <chorus/wire/parser.hpp>

#include <boost/beast/websocket.hpp>

#include <span>

namespace chorus::oracle {

// Beast calls it when it ends a connection.
void teardown(boost::beast::role_type, scripted_stream&, boost::system::error_code& error) { error = {}; }

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;
using beast_stream = websocket::stream<scripted_stream>;

asio::io_context& nowhere()
{
    static asio::io_context context;
    return context;
}

void require(const error_code& error, const char* what)
{
    if (error) give_up(std::string{what} + ": " + error.message());
}

// --- the opening handshake -------------------------------------------------------------------------------------------

websocket::permessage_deflate options_of(const wishes& from)
{
    websocket::permessage_deflate out;
    out.server_enable = out.client_enable = from.beast_is_willing;
    out.server_max_window_bits = from.beast.server_window();
    out.client_max_window_bits = from.beast.client_window();
    out.server_no_context_takeover = from.beast.server_no_context_takeover;
    out.client_no_context_takeover = from.beast.client_no_context_takeover;
    out.compLevel = from.beast_level;
    out.memLevel = from.beast_memory;
    return out;
}

// --- hearing ---------------------------------------------------------------------------------------------------------

// The code of the Close that Beast has written, 0 if it has written none. Whatever it writes, our parser must read.
unsigned close_code_written(std::string bytes, role by)
{
    parser hearing{opposite(by)};
    for (std::span<char> in{bytes}; !in.empty();) {
        const auto each = hearing.next(in);
        if (each.what == parser::kind::error) give_up("Beast wrote what we do not read: " + std::string{each.why});
        if (each.what == parser::kind::close) return static_cast<unsigned>(each.code);
    }
    return 0;
}

event last_event(beast_stream& peer, const error_code& error, role as)
{
    if (error == asio::error::eof) return {};
    if (error != websocket::error::closed)
        return {
            .what = heard::failure, .code = close_code_written(peer.next_layer().written, as), .why = error.message()};
    const auto& reason = peer.reason();
    const unsigned code = reason.code == websocket::close_code::none ? 1005u : reason.code;
    return {.what = heard::close, .payload = std::string{reason.reason.data(), reason.reason.size()}, .code = code};
}

void write_down_controls(beast_stream& peer, account& out)
{
    peer.control_callback([&out](websocket::frame_type what, beast::string_view payload) {
        if (what == websocket::frame_type::close) return; // told by the read that it ends
        out.push_back({.what = what == websocket::frame_type::ping ? heard::ping : heard::pong,
                       .payload = std::string{payload.data(), payload.size()}});
    });
}

// Into memory for one byte more than the limit allows. Beast 1.81 loses its place in a compressed stream when its
// caller's memory is full before a message has ended (boostorg/beast#3028), and we are not here to hear that again.
std::string_view read_message(beast_stream& peer, std::span<char> memory, error_code& error)
{
    std::size_t size = 0;
    do
        size += peer.read_some(asio::buffer(memory.data() + size, memory.size() - size), error);
    while (!error && !peer.is_message_done());
    return {memory.data(), size};
}

// --- saying ----------------------------------------------------------------------------------------------------------

void say_message(beast_stream& peer, const saying& what, random& chance, error_code& error)
{
    peer.text(what.op == opcode::text);
    peer.compress(what.compressed);
    std::size_t start = 0;
    for (const auto cut : chance.cuts(what.payload.size())) {
        peer.write_some(false, asio::buffer(what.payload.data() + start, cut - start), error);
        start = cut;
    }
    peer.write_some(true, asio::buffer(what.payload.data() + start, what.payload.size() - start), error);
}

void say(beast_stream& peer, const saying& what, random& chance, error_code& error)
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
    default: return say_message(peer, what, chance, error);
    }
}

} // namespace

struct beast_peer::stream : beast_stream
{
    using beast_stream::beast_stream;
};

beast_peer::beast_peer(role own, const wishes& about_compression)
    : stream_(std::make_unique<stream>(nowhere())), own_(own)
{
    stream_->set_option(options_of(about_compression));
    own == role::server ? accept(about_compression) : connect(about_compression);
    stream_->next_layer().written.clear();
}

beast_peer::~beast_peer() = default;

void beast_peer::accept(const wishes& ours)
{
    const our_request request{ours.our_offers};
    stream_->next_layer().lay_ready(request.bytes());
    error_code error;
    stream_->accept(error);
    require(error, "Beast does not accept our request");
    agreed_ = request.agreed(stream_->next_layer().written);
}

void beast_peer::connect(const wishes& ours)
{
    stream_->next_layer().answer_with([&](const std::string& request) {
        auto [bytes, agreed] = answer_to(request, ours.our_mode);
        agreed_ = agreed;
        return bytes;
    });
    error_code error;
    stream_->handshake("localhost", "/", error);
    require(error, "Beast does not accept our response");
}

account beast_peer::hears(const conversation& what)
{
    account out;
    write_down_controls(*stream_, out);
    stream_->read_message_max(what.max_message);
    stream_->next_layer().lay_ready(what.bytes, what.pieces);
    const auto size = what.max_message + 1;
    const auto memory = std::make_unique_for_overwrite<char[]>(size);
    for (;;) {
        error_code error;
        const auto message = read_message(*stream_, {memory.get(), size}, error);
        if (error) return out.push_back(last_event(*stream_, error, own_)), out;
        out.push_back({.what = heard::message,
                       .op = stream_->got_text() ? opcode::text : opcode::binary,
                       .payload = std::string{message}});
    }
}

std::string beast_peer::says(const std::vector<saying>& sayings, random& chance)
{
    stream_->auto_fragment(chance.one_in(2));
    stream_->write_buffer_bytes(chance.between(8, 300));
    for (const auto& what : sayings) {
        error_code error;
        say(*stream_, what, chance, error);
        require(error, "Beast does not say it");
    }
    return std::exchange(stream_->next_layer().written, {});
}

} // namespace chorus::oracle
