// frames.cpp — Frames that RFC 6455 forbids, and lengths that nobody will keep.
#include "attacks/attacks.hpp"

#include <algorithm>
#include <random>

namespace chorus::attacks {

namespace {

using namespace std::string_literals; // for texts that hold NUL
using testing::client_frame;

constexpr std::size_t max_message = 512 * 1024;

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

std::string begun(std::string_view payload) { return client_frame(1, payload, {.final = false}); }

} // namespace

void broken_frames(target& whom)
{
    std::vector<std::string> broken = {
        client_frame(1, "unmasked", {.masked = false}),
        client_frame(0, "continues nothing"),
        begun("begun") + client_frame(1, "begun again"),
        client_frame(9, std::string(126, 'p')),
        client_frame(9, "half a ping", {.final = false}),
        "\x81\xfe\x00\x01mask"s + "x",                         // a length in more bytes than it needs
        "\x81\xff\x00\x00\x00\x00\x00\x00\x00\x7emask"s + "x", // the same in eight
        head_claiming(std::uint64_t{1} << 63),
        client_frame(8, "x"),
    };
    for (unsigned bits : {1U, 2U, 4U})
        broken.push_back(client_frame(1, "reserved bits", {.reserved_bits = bits}));
    for (unsigned opcode : {3U, 7U, 11U, 15U})
        broken.push_back(client_frame(opcode, "reserved opcode"));
    for (unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 2999U, 5000U})
        broken.push_back(client_frame(8, close_payload(code)));
    for (const std::string& bytes : broken)
        whom.expect(answer_to_frames(whom, bytes), {"1002"}, bytes);
}

void wrong_utf8(target& whom)
{
    for (const char* text :
         {"\xff", "overlong \xc0\xaf", "surrogate \xed\xa0\x80", "beyond \xf4\x90\x80\x80", "cut short \xe2\x82"}) {
        whom.expect(answer_to_frames(whom, client_frame(1, text)), {"1007"}, text);
        whom.expect(answer_to_frames(whom, begun("begun") + client_frame(0, text)), {"1007"}, text);
        whom.expect(answer_to_frames(whom, client_frame(8, close_payload(1000, text))), {"1007"}, text);
    }
    whom.expect(answer_to_frames(whom, begun("\xe2\x82") + client_frame(0, "")), {"1007"}, "an empty end");
}

// Judged by what a head claims, before anything is reserved for it: each of these holds a promise of half a megabyte.
void claimed_lengths(target& whom)
{
    whom.expect(answer_to_frames(whom, head_claiming(std::uint64_t{1} << 40)), {"1009"}, "a terabyte");
    whom.expect(answer_to_frames(whom, head_claiming((std::uint64_t{1} << 63) - 1)), {"1009"}, "the largest length");
    whom.expect(answer_to_frames(whom, head_claiming(max_message + 1)), {"1009"}, "a byte too many");
    const std::string fragments = begun(std::string(300'000, 'a')) + client_frame(0, std::string(300'000, 'a'));
    whom.expect(answer_to_frames(whom, fragments), {"1009"}, "two fragments");

    std::vector<ws_client> claimants;
    for (std::size_t i = 0; i < whom.size(); ++i) {
        claimants.emplace_back(whom.from(i));
        claimants.back().send_bytes(head_claiming(max_message));
    }
    whom.let_newcomers_in();
    whom.told("nothing", claimants.size());
}

void garbage_frames(target& whom)
{
    std::mt19937 random{5};
    for (std::size_t i = 0; i < whom.size(); ++i) {
        std::string garbage(20'000, '\0');
        std::ranges::generate(garbage, [&] { return static_cast<char>(random()); });
        garbage[1] = static_cast<char>(garbage[1] & 0x7f);                      // not masked, so wrong for certain
        whom.expect(answer_to_frames(whom, garbage), {"1002", "cut"}, garbage); // cut: RST overtook the Close
    }
}

} // namespace chorus::attacks
