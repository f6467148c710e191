// ws_client.cpp — RFC 6455 as a client sees it, written apart from the library's codec.
#include "support/ws_client.hpp"

#include <algorithm>
#include <stdexcept>

namespace chorus::testing {

namespace {

// The key and its answer that RFC 6455 section 1.3 computes as an example: no hash needed to check a server.
constexpr std::string_view example_key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view example_accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
constexpr std::string_view mask = "\x37\xfa\x21\x3d";
constexpr milliseconds handshake_patience{20'000};

unsigned byte_at(std::string_view bytes, std::size_t index) { return static_cast<unsigned char>(bytes[index]); }

std::uint64_t big_endian(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        value = value << 8 | byte_at(bytes, i);
    return value;
}

void append_big_endian(std::string& out, std::uint64_t value, int bytes)
{
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8)
        out.push_back(static_cast<char>(value >> shift & 0xff));
}

void append_length(std::string& out, std::size_t length, unsigned mask_bit)
{
    if (length < 126) {
        append_big_endian(out, mask_bit | length, 1);
    } else if (length < 65536) {
        append_big_endian(out, mask_bit | 126, 1);
        append_big_endian(out, length, 2);
    } else {
        append_big_endian(out, mask_bit | 127, 1);
        append_big_endian(out, length, 8);
    }
}

void require(bool holds, const char* rule)
{
    if (!holds) throw std::runtime_error(std::string("the server broke RFC 6455: ") + rule);
}

void check_head(unsigned first, unsigned second, bool may_compress)
{
    const unsigned opcode = first & 0x0f;
    const unsigned compressed = may_compress && (opcode == 1 || opcode == 2) ? 0x40 : 0;
    require((first & 0x70 & ~compressed) == 0, "reserved bits are zero without an extension");
    require((second & 0x80) == 0, "a server does not mask");
    require(opcode <= 2 || (opcode >= 8 && opcode <= 10), "the opcode is a known one");
    if (opcode >= 8) require((first & 0x80) != 0 && (second & 0x7f) <= 125, "control frames are whole and small");
}

} // namespace

unsigned frame::close_code() const
{
    return payload.size() < 2 ? 1005 : static_cast<unsigned>(big_endian(payload.substr(0, 2)));
}

std::string client_frame(unsigned opcode, std::string_view payload, frame_shape shape)
{
    std::string out;
    out.push_back(static_cast<char>((shape.final ? 0x80 : 0) | shape.reserved_bits << 4 | opcode));
    append_length(out, payload.size(), shape.masked ? 0x80 : 0);
    if (!shape.masked) return out.append(payload);
    out.append(mask);
    for (std::size_t i = 0; i < payload.size(); ++i)
        out.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
    return out;
}

std::string upgrade_request(std::string_view target, std::string_view fields)
{
    std::string request = "GET ";
    request.append(target).append(" HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
    request.append("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ").append(example_key).append("\r\n");
    return request.append(fields).append("\r\n");
}

ws_client::ws_client(const connect_options& options, std::string_view target, std::string_view fields)
    : socket_(options)
{
    shake_hands(target, fields);
}

void ws_client::shake_hands(std::string_view target, std::string_view fields)
{
    socket_.send(upgrade_request(target, fields));
    std::size_t end = std::string::npos;
    while ((end = inbox_.find("\r\n\r\n")) == std::string::npos)
        if (!socket_.wait_readable(handshake_patience) || !read())
            throw std::runtime_error("no answer to the handshake; so far: " + inbox_);
    const std::string_view head = std::string_view(inbox_).substr(0, end);
    if (!head.starts_with("HTTP/1.1 101 ")) throw std::runtime_error("upgrade refused: " + std::string(head));
    require(head.find(example_accept) != std::string_view::npos, "Sec-WebSocket-Accept answers the key");
    may_compress_ = head.find("\r\nSec-WebSocket-Extensions: permessage-deflate") != std::string_view::npos;
    taken_ = end + 4;
}

bool ws_client::send_frame(unsigned opcode, std::string_view payload, frame_shape shape)
{
    return socket_.send(client_frame(opcode, payload, shape));
}

bool ws_client::send_close(unsigned code, std::string_view reason)
{
    std::string payload;
    append_big_endian(payload, code, 2);
    return send_frame(8, payload.append(reason));
}

bool ws_client::read()
{
    if (ended()) return false;
    inbox_.erase(0, taken_);
    taken_ = 0;
    const read_result result = socket_.read(inbox_);
    if (result != read_result::nothing) state_ = result;
    return !ended();
}

std::optional<frame> ws_client::next()
{
    for (;;) {
        auto decoded = decode();
        if (!decoded || decoded->opcode != 9) return decoded;
        send_frame(10, decoded->payload);
    }
}

std::optional<frame> ws_client::receive(milliseconds timeout)
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    for (;;) {
        if (auto found = next()) return found;
        const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
        if (ended() || left.count() <= 0 || !socket_.wait_readable(left)) return std::nullopt;
        read();
    }
}

std::optional<frame> ws_client::decode()
{
    const std::string_view rest = std::string_view(inbox_).substr(taken_);
    if (rest.size() < 2) return std::nullopt;
    check_head(byte_at(rest, 0), byte_at(rest, 1), may_compress_);
    std::uint64_t length = byte_at(rest, 1) & 0x7f;
    const std::size_t extra = length == 127 ? 8 : length == 126 ? 2 : 0;
    if (rest.size() < 2 + extra) return std::nullopt;
    if (extra > 0) {
        length = big_endian(rest.substr(2, extra));
        require(length > (extra == 2 ? 125 : 65535), "lengths take the fewest bytes");
    }
    if (rest.size() - 2 - extra < length) return std::nullopt;
    taken_ += 2 + extra + length;
    return frame{byte_at(rest, 0) & 0x0f, (byte_at(rest, 0) & 0x80) != 0, rest.substr(2 + extra, length),
                 (byte_at(rest, 0) & 0x40) != 0};
}

} // namespace chorus::testing
