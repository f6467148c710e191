// payloads.cpp — JSON that costs more than its bytes, or says something else than it seems to.
#include "attacks/attacks.hpp"

#include "attacks/collisions.hpp"

#include <algorithm>

namespace chorus::attacks {

namespace {

constexpr std::size_t max_message = 512 * 1024;

std::string nested(std::size_t depth, std::string_view open, std::string_view close)
{
    std::string text = R"({"type":"chat","payload":{"text":)";
    for (std::size_t i = 2; i < depth; ++i)
        text += open;
    text += "1";
    for (std::size_t i = 2; i < depth; ++i)
        text += close;
    return text + "}}";
}

std::string chat_of(std::string_view text) { return R"({"type":"chat","payload":)" + std::string(text) + "}"; }

std::string with_id(std::string_view id)
{
    return R"({"type":"leave","payload":{"room":"x"},"id":)" + std::string(id) + "}";
}

// {"KEY":1,"KEY":1,…}
std::string object_of(const std::vector<std::string>& keys)
{
    std::string text = "{";
    for (const std::string& key : keys)
        text.append(text.size() == 1 ? "\"" : ",\"").append(key).append("\":1");
    return text + "}";
}

std::vector<std::string> numbered_keys(std::size_t count)
{
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < count; ++i)
        keys.push_back("k" + std::to_string(i));
    return keys;
}

// Sends these objects, as many in a message as fit; what that cost the server to compute.
milliseconds cost_of_reading(target& whom, const std::vector<std::string>& objects)
{
    const milliseconds before = testing::cpu_time(whom.server().id());
    for (std::size_t at = 0; at < objects.size();) {
        std::string text = R"({"text":[0)";
        for (; at < objects.size() && text.size() + objects[at].size() < max_message - 100; ++at)
            text.append(",").append(objects[at]);
        for (std::size_t i = 0; i < whom.size(); ++i)
            whom.expect(answer_to_message(whom, chat_of(text + "]}")), {"malformed"}, "objects of 1,024 members");
    }
    return testing::cpu_time(whom.server().id()) - before;
}

// What is said to a room and comes back from it.
std::string heard_back(target& whom, std::string_view room, std::string_view payload)
{
    ws_client client{whom.from(0)};
    client.send_text(scale::join(room));
    next_answer(client);
    client.send_text(chat_of(payload));
    const auto frame = client.receive(answer_patience);
    return frame ? std::string(frame->payload) : "nothing";
}

} // namespace

void deep_json(target& whom)
{
    whom.expect(answer_to_message(whom, nested(32, "[", "]")), {"malformed"}, "32 deep"); // as deep as it may be
    for (const std::size_t depth : {33u, 1000u, 100'000u}) {
        whom.expect(answer_to_message(whom, nested(depth, "[", "]")), {"invalid_json"},
                    std::to_string(depth) + " deep");
        whom.expect(answer_to_message(whom, nested(std::min<std::size_t>(depth, 90'000), R"({"":)", "}")),
                    {"invalid_json"}, std::to_string(depth) + " objects deep");
    }
    const std::string brackets(max_message, '[');
    whom.expect(answer_to_message(whom, brackets), {"invalid_json"}, "half a megabyte of [");
}

// Numbers beyond all bounds, characters that are none, members that are there twice.
void numbers_and_text(target& whom)
{
    const std::string digits(400, '9');
    for (const std::string& number : {std::string("1e999"), std::string("-1e999"), digits, "-" + digits,
                                      "1" + std::string(400, '0') + ".5", "1e" + digits}) {
        whom.expect(answer_to_message(whom, with_id(number)), {"invalid_json"}, number);
        whom.expect(answer_to_message(whom, chat_of(R"({"text":[)" + number + "]}")), {"invalid_json"}, number);
    }
    for (const std::string& number : {std::string("1e300"), std::string("1e-999"), "0." + digits, std::string("1.5"),
                                      std::string("18446744073709551616")})
        whom.expect(answer_to_message(whom, with_id(number)), {"malformed"}, number); // finite, but no integer
    for (const char* none : {"NaN", "Infinity", "-Infinity", "0x10", "01", "+1", "1.", ".5", "1e"})
        whom.expect(answer_to_message(whom, with_id(none)), {"invalid_json"}, none);
    for (const char* since : {"-1", "1e300", "18446744073709551616", "1.5", "\"1\""})
        whom.expect(answer_to_message(whom, R"({"type":"join","payload":{"room":"x","since":{"epoch":"e","offset":)" +
                                                std::string(since) + "}}}"),
                    {"malformed"}, since);

    for (const char* text : {R"({"text":"\ud800"})", R"({"text":"\udc00"})", R"({"text":"\ud800\ud800"})",
                             R"({"text":"\udc00\ud800"})", R"({"\ud800":1,"text":"a"})", R"({"text":"\u12"})",
                             R"({"text":"\x41"})", "{\"text\":\"a\nb\"}", "{\"text\":'a'}", R"({"text":"a",})"})
        whom.expect(answer_to_message(whom, chat_of(text)), {"invalid_json"}, text);

    const std::string nul = heard_back(whom, "nul", R"({"room":"nul","text":"a\u0000b"})");
    whom.check(nul.find(R"("text":"a\u0000b")") != std::string::npos, "NUL came back as " + printable(nul));
    const std::string last = heard_back(whom, "twice", R"({"room":"other","text":"a","room":"twice","text":"b"})");
    whom.check(last.find(R"("room":"twice")") != std::string::npos && last.find(R"("text":"b")") != std::string::npos,
               "of members that are there twice the last counts, but this came: " + printable(last));
    const std::string proto = R"({"text":"a","__proto__":{"room":"x"},"constructor":{"prototype":{}}})";
    whom.expect(answer_to_message(whom, chat_of(proto)), {"chat"}, proto);
}

// As many members as half a megabyte holds; and objects as large as they may be, whose keys would all collide if the
// object lay at the address they were made for. Nobody outside knows it, so there is one for each. Of all addresses
// taken together a key then meets fifty others, which costs some five times what reading it does.
void colliding_keys(target& whom)
{
    const std::string many = chat_of(object_of(numbered_keys(40'000)));
    for (std::size_t i = 0; i < whom.size(); ++i)
        whom.expect(answer_to_message(whom, many), {"invalid_json"}, "half a megabyte of keys");

    std::vector<std::string> usual, colliding;
    for (std::uint32_t address = 0; address < 1024; address += 8) {
        usual.push_back(object_of(numbered_keys(1024)));
        colliding.push_back(object_of(keys_that_collide(address)));
    }
    const milliseconds usual_cost = cost_of_reading(whom, usual);
    const milliseconds cost = cost_of_reading(whom, colliding);
    whom.check(cost < 8 * usual_cost + 100ms, "reading colliding keys cost " + std::to_string(cost.count()) +
                                                  " ms, others " + std::to_string(usual_cost.count()) + " ms");
}

} // namespace chorus::attacks
