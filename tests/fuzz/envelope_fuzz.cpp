// envelope_fuzz.cpp — JSON envelopes and structs: what is read can be written, and is then read as the same.
#include "fuzz.hpp"

#include <chorus/wire/message.hpp>
#include <chorus/wire/utf8.hpp>

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cmath>

using namespace chorus;

namespace {

struct part
{
    std::string name;
    std::optional<double> weight;
};
BOOST_DESCRIBE_STRUCT(part, (), (name, weight))

struct everything
{
    std::string text;
    std::optional<std::string> room;
    std::optional<bool> flag;
    std::optional<std::int8_t> small;
    std::optional<std::uint8_t> byte;
    std::optional<std::int64_t> offset;
    std::optional<std::uint64_t> count;
    std::optional<part> since;
    std::optional<std::vector<part>> parts;
    std::optional<std::vector<std::optional<int>>> holes;
    std::optional<json> any;
};
BOOST_DESCRIBE_STRUCT(everything, (), (text, room, flag, small, byte, offset, count, since, parts, holes, any))

// 1.0 is written as 1, and Boost.JSON may be wrong in the last bit of what it reads.
bool same_number(const json& left, const json& right)
{
    if (left.kind() == right.kind() && !left.is_double()) return left == right;
    const auto one = left.to_number<double>(), other = right.to_number<double>();
    return std::abs(one - other) <= 1e-14 * std::abs(one);
}

bool same(const json& left, const json& right)
{
    if (left.is_number() && right.is_number()) return same_number(left, right);
    if (left.kind() != right.kind()) return false;
    if (const auto* elements = left.if_array()) return std::ranges::equal(*elements, right.get_array(), same);
    const auto* object = left.if_object();
    if (!object) return left == right;
    const auto same_member = [](const auto& one, const auto& other) {
        return one.key() == other.key() && same(one.value(), other.value());
    };
    return std::ranges::equal(*object, right.get_object(), same_member);
}

void check_fault(const fault& why)
{
    fuzz::require(why.code == "invalid_json" || why.code == "malformed", "a fault has a code");
    fuzz::require(why.message.starts_with("invalid JSON") || why.message.starts_with("malformed message"),
                  "a fault begins with the words that stand for its code");
    fuzz::require(is_utf8(why.message), "a fault can be sent as text");
}

json written(const auto& value)
{
    std::string text;
    append_json(text, value);
    boost::system::error_code error;
    json read = boost::json::parse(text, error);
    fuzz::require(!error, "what is written is JSON");
    return read;
}

void check_struct(const unread_payload& payload)
{
    const auto read = payload.as<everything>();
    if (!read) return check_fault(read.error());
    const auto once = written(*read);
    const auto again = from_json<everything>(once);
    fuzz::require(again.has_value(), "a struct that was written can be read");
    fuzz::require(same(once, written(*again)), "a struct survives being written");
}

void check_again(const envelope& before, const json& payload)
{
    const auto text = make_envelope(before.type, payload, before.id ? &*before.id : nullptr);
    const auto after = read_envelope(text);
    fuzz::require(after.has_value(), "an envelope that was written can be read");
    fuzz::require(after->type == before.type && after->id == before.id, "type and id survive");
    fuzz::require(same(payload, *after->payload.as<json>()), "the payload survives");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto read = read_envelope(fuzz::as_text(data, size));
    if (!read) return check_fault(read.error()), 0;
    fuzz::require(is_utf8(unknown_type(read->type).message), "a cut name is still text");
    check_struct(read->payload);
    check_again(*read, *read->payload.as<json>());
    return 0;
}
