// hostile_test.cpp — Peers that break the rules get the answer the RFC names, while somebody else's chat goes on.
#include "scale/chat.hpp"
#include "support/http_client.hpp"

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <random>
#include <thread>

namespace chorus::scale {

namespace {

constexpr auto handshake_deadline = 10s; // design: the time a client has to complete its request head

using steady = std::chrono::steady_clock;

constexpr std::size_t least_answers = 10; // however short a story is, the chat went on during and after it

// Says something, waits until it comes back, and says the next thing, from the beginning to the end of a test.
class undisturbed_chat
{
public:
    explicit undisturbed_chat(std::uint16_t port) : thread_(&undisturbed_chat::talk, this, port) {}
    ~undisturbed_chat() { stop(); }

    void stop()
    {
        stopping_ = true;
        if (thread_.joinable()) thread_.join();
    }

    // To be asked once stopped.
    const std::string& trouble() const { return trouble_; }
    std::size_t answers() const { return answers_; }
    milliseconds slowest() const { return std::chrono::duration_cast<milliseconds>(slowest_); }

private:
    void talk(std::uint16_t port)
    {
        try {
            testing::ws_client client{{.port = port}};
            client.send_text(join("undisturbed"));
            receive(client, "joined");
            while (!stopping_ || answers_ < least_answers)
                say_one(client);
        } catch (const std::exception& problem) {
            trouble_ = problem.what();
        }
    }

    void say_one(testing::ws_client& client)
    {
        const auto start = steady::now();
        client.send_text(chat("undisturbed", "still here"));
        const message said = receive(client, "chat");
        require(number(said.payload, "offset") == ++answers_, "a message went missing");
        slowest_ = std::max(slowest_, steady::now() - start);
    }

    static message receive(testing::ws_client& client, std::string_view type)
    {
        const auto frame = client.receive(5s);
        require(frame && frame->is_text(), "no answer for five seconds");
        message said = read_message(frame->payload);
        require(said.type == type, "instead of an answer: " + said.type);
        return said;
    }

    std::atomic<bool> stopping_ = false;
    std::string trouble_;
    std::size_t answers_ = 0;
    steady::duration slowest_{};
    std::thread thread_;
};

// Every story here runs beside a chat that must not notice it.
struct beside_a_chat
{
    testing::program server = start_chat({});
    undisturbed_chat chat{server.port()};

    ~beside_a_chat()
    {
        chat.stop();
        BOOST_TEST(chat.trouble() == "");
        BOOST_TEST(chat.answers() >= least_answers);
        BOOST_TEST(chat.slowest().count() < 2'000);
        BOOST_TEST_MESSAGE(chat.answers()
                           << " answers beside it, the slowest took " << chat.slowest().count() << " ms");
    }

    // The close code with which the server answers these bytes; 1006 when it ends without one, 0 when it does not end.
    unsigned answer_to(std::string_view bytes)
    {
        testing::ws_client client{{.port = server.port()}};
        client.send_bytes(bytes);
        while (const auto frame = client.receive(5s))
            if (frame->is_close()) return frame->close_code();
        return client.ended() ? 1006 : 0;
    }
};

std::string close_payload(unsigned code, std::string_view reason = {})
{
    return std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)}.append(reason);
}

// A masked head that claims `length` payload bytes, of which none follow.
std::string head_claiming(std::uint64_t length)
{
    std::string head = "\x81\xff";
    for (int shift = 56; shift >= 0; shift -= 8)
        head.push_back(static_cast<char>(length >> shift & 0xff));
    return head + "mask";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(scale_hostile, beside_a_chat)

BOOST_AUTO_TEST_CASE(frames_that_break_the_protocol_are_answered_with_1002)
{
    using testing::client_frame;
    BOOST_TEST(answer_to(client_frame(1, "unmasked", {.masked = false})) == 1002U);
    for (unsigned bits : {1U, 2U, 4U})
        BOOST_TEST(answer_to(client_frame(1, "reserved bits", {.reserved_bits = bits})) == 1002U);
    for (unsigned opcode : {3U, 7U, 11U, 15U})
        BOOST_TEST(answer_to(client_frame(opcode, "reserved opcode")) == 1002U);
    BOOST_TEST(answer_to(client_frame(0, "continues nothing")) == 1002U);
    BOOST_TEST(answer_to(client_frame(1, "begun", {.final = false}) + client_frame(1, "begun again")) == 1002U);
    BOOST_TEST(answer_to(client_frame(9, std::string(126, 'p'))) == 1002U);
    BOOST_TEST(answer_to(client_frame(9, "half a ping", {.final = false})) == 1002U);
    BOOST_TEST(answer_to("\x81\xfe" + std::string("\0\x01", 2) + "mask" + "x") == 1002U);
    BOOST_TEST(answer_to(head_claiming(std::uint64_t{1} << 63)) == 1002U);
    BOOST_TEST(answer_to(client_frame(8, "x")) == 1002U);
    for (unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 2999U, 5000U})
        BOOST_TEST(answer_to(client_frame(8, close_payload(code))) == 1002U, "close code " << code);
}

BOOST_AUTO_TEST_CASE(text_that_is_not_utf8_is_answered_with_1007)
{
    using testing::client_frame;
    BOOST_TEST(answer_to(client_frame(1, "\xff")) == 1007U);
    BOOST_TEST(answer_to(client_frame(1, "overlong \xc0\xaf")) == 1007U);
    BOOST_TEST(answer_to(client_frame(1, "surrogate \xed\xa0\x80")) == 1007U);
    BOOST_TEST(answer_to(client_frame(1, "cut short \xe2\x82")) == 1007U);
    BOOST_TEST(answer_to(client_frame(1, "begun", {.final = false}) + client_frame(0, "\xf4\x90\x80\x80")) == 1007U);
    BOOST_TEST(answer_to(client_frame(8, close_payload(1000, "\xff"))) == 1007U);
}

BOOST_AUTO_TEST_CASE(lengths_beyond_the_limit_are_answered_with_1009_before_anything_is_reserved)
{
    const std::size_t before = testing::resident_bytes(server.id());
    BOOST_TEST(answer_to(head_claiming(std::uint64_t{1} << 40)) == 1009U);
    BOOST_TEST(answer_to(head_claiming((std::uint64_t{1} << 63) - 1)) == 1009U);
    std::vector<testing::ws_client> claimants;
    for (int i = 0; i < 200; ++i) {
        claimants.emplace_back(testing::connect_options{.port = server.port()});
        claimants.back().send_bytes(head_claiming(500'000));
    }
    BOOST_TEST(claimants.back().send_text("") == true);
    std::string fragments = testing::client_frame(1, std::string(300'000, 'a'), {.final = false});
    fragments += testing::client_frame(0, std::string(300'000, 'a'));
    BOOST_TEST(answer_to(fragments) == 1009U);
    if (!sanitized) BOOST_TEST(testing::resident_bytes(server.id()) < before + 8 * 1024 * 1024);
}

BOOST_AUTO_TEST_CASE(garbage_instead_of_a_request_ends_the_connection)
{
    std::mt19937 random{4};
    for (int i = 0; i < 200; ++i) {
        std::string garbage(1 + random() % 2000, '\0');
        std::ranges::generate(garbage, [&] { return static_cast<char>(random()); });
        testing::tcp_socket socket{{.port = server.port()}};
        socket.send(garbage + "\r\n\r\n");
        const auto answer = testing::read_to_end(socket, 5s);
        BOOST_REQUIRE(answer.has_value());
        BOOST_TEST((answer->empty() || answer->starts_with("HTTP/1.1 4")), *answer);
    }
}

BOOST_AUTO_TEST_CASE(garbage_after_the_handshake_is_answered_with_a_close)
{
    std::mt19937 random{5};
    for (int i = 0; i < 200; ++i) {
        std::string garbage(20'000, '\0');
        std::ranges::generate(garbage, [&] { return static_cast<char>(random()); });
        garbage[1] = static_cast<char>(garbage[1] & 0x7f); // not masked, so wrong for certain
        const unsigned code = answer_to(garbage);
        BOOST_TEST((code == 1002U || code == 1006U), "close code " << code); // 1006: RST overtook the Close
    }
}

// One sends nothing, one stops in the middle, one sends a byte a second: none of them may stay.
BOOST_AUTO_TEST_CASE(half_handshakes_are_closed_at_the_deadline)
{
    const auto start = steady::now();
    std::vector<testing::tcp_socket> halves;
    for (int i = 0; i < 200; ++i) {
        halves.emplace_back(testing::connect_options{.port = server.port()});
        if (i % 2 == 0) halves.back().send("GET /ws HTTP/1.1\r\nHost: local");
    }
    testing::tcp_socket& dripping = halves.front();
    std::string answer;
    while (steady::now() < start + handshake_deadline - 1s) {
        dripping.send("x");
        std::this_thread::sleep_for(1s);
        BOOST_REQUIRE(dripping.read(answer) == testing::read_result::nothing);
    }
    for (testing::tcp_socket& half : halves)
        BOOST_TEST(testing::read_to_end(half, 5s).has_value());
    BOOST_TEST((steady::now() - start >= handshake_deadline - 1s));
    BOOST_TEST((steady::now() - start <= handshake_deadline + 3s));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus::scale
