// floor_server.cpp — what raw epoll can do: finds frame boundaries, copies bytes, and is no WebSocket server beyond
// that.
//
// The figures of the library are given as a share of this program's. It trusts its peers: no limits, no checks, no
// closing handshake, one thread.
//   copies: one send() for each copy of each message     rounds: one send() for each socket and round of the loop
//   echo: each message back to where it came from, one send() for each read
#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

enum class mode { copies, rounds, echo };

struct connection
{
    int descriptor = -1;
    bool upgraded = false;
    std::string unread; // the head, then the beginning of a frame that has not come whole
    std::string unsent; // what the socket did not take
};

class floor_server
{
public:
    floor_server(mode how, std::uint16_t port);
    std::uint16_t port() const;
    void run();

private:
    void accept_one();
    void on_readable(connection& from);
    void upgrade(connection& client);
    std::size_t take_frames(connection& from, char* bytes, std::size_t length);
    void on_message(char* payload, std::size_t length);
    void finish_round();
    void send(connection& to, std::string_view bytes);
    void on_writable(connection& to);
    void forget(connection& gone);

    mode mode_;
    int listener_;
    int epoll_;
    std::vector<std::unique_ptr<connection>> connections_;
    std::vector<char> buffer_ = std::vector<char>(256 * 1024);
    std::string frames_; // copies: one frame; rounds: the round's; echo: the read's
};

std::string accept_key(std::string_view key)
{
    const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    unsigned char encoded[32];
    const int length = EVP_EncodeBlock(encoded, digest, sizeof digest);
    return {reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(length)};
}

void append_frame(std::string& out, const char* payload, std::size_t length)
{
    out.push_back(static_cast<char>(0x81));
    if (length < 126) {
        out.push_back(static_cast<char>(length));
    } else {
        out.push_back(126);
        out.push_back(static_cast<char>(length >> 8));
        out.push_back(static_cast<char>(length & 0xff));
    }
    out.append(payload, length);
}

void unmask(char* bytes, std::size_t length, const char* key)
{
    std::uint64_t wide;
    std::memcpy(&wide, key, 4);
    std::memcpy(reinterpret_cast<char*>(&wide) + 4, key, 4);
    std::size_t i = 0;
    for (; i + 8 <= length; i += 8) {
        std::uint64_t piece;
        std::memcpy(&piece, bytes + i, 8);
        piece ^= wide;
        std::memcpy(bytes + i, &piece, 8);
    }
    for (; i < length; ++i)
        bytes[i] = static_cast<char>(bytes[i] ^ key[i % 4]);
}

floor_server::floor_server(mode how, std::uint16_t port)
    : mode_(how), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)), epoll_(::epoll_create1(0))
{
    const int yes = 1;
    ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, 4096) != 0)
        throw std::runtime_error(std::strerror(errno));
    epoll_event interest{.events = EPOLLIN, .data = {.ptr = nullptr}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &interest);
}

std::uint16_t floor_server::port() const
{
    sockaddr_in address{};
    socklen_t length = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    return ntohs(address.sin_port);
}

void floor_server::run()
{
    epoll_event events[1024];
    for (;;) {
        const int ready = ::epoll_wait(epoll_, events, 1024, -1);
        for (int i = 0; i < ready; ++i) {
            auto* const client = static_cast<connection*>(events[i].data.ptr);
            if (client == nullptr)
                accept_one();
            else if ((events[i].events & EPOLLOUT) != 0)
                on_writable(*client);
            else
                on_readable(*client);
        }
        if (mode_ == mode::rounds) finish_round();
    }
}

void floor_server::accept_one()
{
    const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK);
    if (descriptor < 0) return;
    const int yes = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connections_.push_back(std::make_unique<connection>());
    connections_.back()->descriptor = descriptor;
    epoll_event interest{.events = EPOLLIN, .data = {.ptr = connections_.back().get()}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &interest);
}

void floor_server::on_readable(connection& from)
{
    const std::size_t carried = from.unread.size();
    std::memcpy(buffer_.data(), from.unread.data(), carried);
    const ssize_t got = ::recv(from.descriptor, buffer_.data() + carried, buffer_.size() - carried, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return forget(from);
    const std::size_t length = carried + static_cast<std::size_t>(got);
    const std::size_t used = from.upgraded ? take_frames(from, buffer_.data(), length) : 0;
    from.unread.assign(buffer_.data() + used, length - used);
    if (!from.upgraded) upgrade(from);
}

void floor_server::upgrade(connection& client)
{
    if (client.unread.find("\r\n\r\n") == std::string::npos) return;
    constexpr std::string_view name = "Sec-WebSocket-Key: ";
    const auto at = client.unread.find(name);
    if (at == std::string::npos) return forget(client);
    const auto key = std::string_view(client.unread).substr(at + name.size(), 24);
    send(client, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Accept: " +
                     accept_key(key) + "\r\n\r\n");
    client.unread.clear();
    client.upgraded = true;
}

// Gives on_message the payload of each whole frame; answers how many bytes those frames took.
std::size_t floor_server::take_frames(connection& from, char* bytes, std::size_t length)
{
    std::size_t at = 0;
    while (length - at >= 6) {
        const auto* const head = reinterpret_cast<const unsigned char*>(bytes + at);
        if ((head[0] & 0x0f) == 8) return forget(from), length;
        std::size_t size = head[1] & 0x7f;
        std::size_t start = 6;
        if (size == 126) {
            size = static_cast<std::size_t>(head[2] << 8 | head[3]);
            start = 8;
        }
        if (length - at < start + size) break;
        unmask(bytes + at + start, size, bytes + at + start - 4);
        on_message(bytes + at + start, size);
        at += start + size;
    }
    if (mode_ == mode::echo && !frames_.empty()) {
        send(from, frames_);
        frames_.clear();
    }
    return at;
}

void floor_server::on_message(char* payload, std::size_t length)
{
    append_frame(frames_, payload, length);
    if (mode_ == mode::copies) finish_round();
}

void floor_server::finish_round()
{
    if (frames_.empty()) return;
    for (const auto& each : connections_)
        if (each->upgraded) send(*each, frames_);
    frames_.clear();
}

void floor_server::send(connection& to, std::string_view bytes)
{
    if (to.unsent.empty()) {
        const ssize_t sent = ::send(to.descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
        if (bytes.empty()) return;
        epoll_event interest{.events = EPOLLIN | EPOLLOUT, .data = {.ptr = &to}};
        ::epoll_ctl(epoll_, EPOLL_CTL_MOD, to.descriptor, &interest);
    }
    to.unsent.append(bytes);
}

void floor_server::on_writable(connection& to)
{
    const std::string bytes = std::exchange(to.unsent, {});
    epoll_event interest{.events = EPOLLIN, .data = {.ptr = &to}};
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, to.descriptor, &interest);
    send(to, bytes);
}

// The object stays, so that events of the same epoll_wait() still point at something.
void floor_server::forget(connection& gone)
{
    ::close(std::exchange(gone.descriptor, -1));
    gone.upgraded = false;
}

} // namespace

int main(int argc, char** argv)
{
    std::string listen = "127.0.0.1:0";
    mode how = mode::rounds;
    CLI::App app{"The floor under a WebSocket server's figures: raw epoll"};
    app.add_option("--listen", listen, "127.0.0.1:PORT");
    app.add_option("--mode", how, "copies, rounds or echo")
        ->transform(CLI::CheckedTransformer(
            std::map<std::string, mode>{{"copies", mode::copies}, {"rounds", mode::rounds}, {"echo", mode::echo}}));
    CLI11_PARSE(app, argc, argv);
    floor_server server{how, static_cast<std::uint16_t>(std::stoul(listen.substr(listen.rfind(':') + 1)))};
    std::printf("listening on ws://127.0.0.1:%u/ws\n", static_cast<unsigned>(server.port()));
    std::fflush(stdout);
    server.run();
}
