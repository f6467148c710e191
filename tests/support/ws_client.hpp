// ws_client.hpp — a WebSocket client with a handshake and codec of its own, so that tests have a second opinion.
#pragma once

#include "support/tcp_socket.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chorus::testing {

struct frame
{
    unsigned opcode = 0;
    bool final = true;
    std::string_view payload; // valid until the next read()
    bool compressed = false;  // then the payload is as it came

    bool is_text() const { return opcode == 1; }
    bool is_close() const { return opcode == 8; }
    unsigned close_code() const; // 1005: the Close carried none
    std::string_view close_reason() const { return payload.size() < 2 ? std::string_view{} : payload.substr(2); }
};

// How a masked client frame is to be built; the deviations are for tests that break the rules.
struct frame_shape
{
    bool final = true;
    bool masked = true;
    unsigned reserved_bits = 0;
};

std::string client_frame(unsigned opcode, std::string_view payload, frame_shape shape = {});

// `GET target` with everything RFC 6455 section 4.1 asks for; `fields` are further lines, each ending in \r\n.
std::string upgrade_request(std::string_view target, std::string_view fields = {});

// One connection past its handshake. One thread at a time. A server that breaks the RFC's rules for its side (masked,
// reserved bits, wasteful lengths, split control frames) makes next() throw std::runtime_error: that is a test failure.
// Who offers permessage-deflate among the fields inflates what comes compressed.
class ws_client
{
public:
    explicit ws_client(const connect_options& options, std::string_view target = "/ws", std::string_view fields = {});

    int descriptor() const { return socket_.descriptor(); }

    bool send_text(std::string_view payload) { return send_frame(1, payload); }
    bool send_frame(unsigned opcode, std::string_view payload, frame_shape shape = {});
    bool send_close(unsigned code, std::string_view reason = {});
    bool send_bytes(std::string_view bytes) { return socket_.send(bytes); }
    std::optional<std::size_t> send_some(std::string_view bytes) { return socket_.send_some(bytes); }
    // For those who look at the bytes themselves.
    read_result read_bytes(std::span<char> into, std::size_t& count) { return socket_.read(into, count); }

    // Takes what has come off the socket. False once the connection has ended; what came before is still given by
    // next().
    bool read();
    // The next whole frame that was read. Pings are answered and not shown.
    std::optional<frame> next();
    // Reads until a frame is there, the connection ends or the time is up.
    std::optional<frame> receive(milliseconds timeout);

    // Whether the server has agreed to permessage-deflate.
    bool may_compress() const { return may_compress_; }

    // Did the connection end, and was it by reset?
    bool ended() const { return state_ != read_result::some; }
    bool was_cut() const { return state_ == read_result::cut; }
    void cut() { socket_.cut(); }

private:
    void shake_hands(std::string_view target, std::string_view fields);
    std::optional<frame> decode();

    tcp_socket socket_;
    std::string inbox_; // what was read; everything before taken_ has been given out
    std::size_t taken_ = 0;
    read_result state_ = read_result::some;
    bool may_compress_ = false;
};

} // namespace chorus::testing
