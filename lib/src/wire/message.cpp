// message.cpp — reads envelopes with a parser and memory that each thread keeps.
#include <chorus/wire/message.hpp>

#include <chorus/wire/utf8.hpp>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace chorus {
namespace {

constexpr std::size_t max_depth = 32;
constexpr std::size_t max_id_bytes = 64;
constexpr std::size_t max_echoed_type_bytes = 64;

boost::json::parse_options strict()
{
    boost::json::parse_options options;
    options.max_depth = max_depth;
    return options;
}

// What one thread parses with. A chat message fits the block, so parsing it allocates nothing.
class workspace
{
public:
    json parse(std::string_view text, boost::system::error_code& error)
    {
        parser_.reset(); // lets go of what a failed parse left in the memory
        memory_.emplace(block_.data(), block_.size());
        parser_.reset(&*memory_);
        parser_.write(text, error);
        return error ? json{} : parser_.release();
    }

private:
    std::array<unsigned char, 8 * 1024> block_;
    // Made anew for each text: release() would leave it asking for twice as much after every text that outgrew it.
    std::optional<boost::json::monotonic_resource> memory_;
    boost::json::parser parser_{{}, strict()};
};

// Boost.JSON reads 1e999 as infinity, which no JSON text can say again.
bool is_finite(const json& value)
{
    if (const double* number = value.if_double()) return std::isfinite(*number);
    if (const boost::json::array* elements = value.if_array())
        return std::all_of(elements->begin(), elements->end(), is_finite);
    if (const boost::json::object* object = value.if_object())
        return std::all_of(object->begin(), object->end(),
                           [](const auto& member) { return is_finite(member.value()); });
    return true;
}

fault invalid_json(std::string_view detail) { return {"invalid_json", "invalid JSON: " + std::string{detail}}; }

fault malformed(std::string_view detail) { return {"malformed", "malformed message: " + std::string{detail}}; }

detail::complaint check_payload(const json* from)
{
    if (!from || from->is_object()) return {};
    return detail::expected("object", *from, detail::json_place{"payload"});
}

detail::complaint read_id(std::optional<json>& out, const json* from)
{
    if (!from || from->is_null()) return {};
    if (!from->is_string() && !from->is_int64() && !from->is_uint64())
        return detail::expected("string or integer", *from, detail::json_place{"id"});
    if (from->is_string() && from->get_string().size() > max_id_bytes)
        return malformed("id: longer than " + std::to_string(max_id_bytes) + " bytes");
    out.emplace(*from, boost::json::storage_ptr{}); // a copy, out of the memory that is reused
    return {};
}

detail::complaint read_type(std::string& out, const json* from)
{
    const detail::json_place at{"type"};
    return from ? detail::read_string(out, *from, at) : detail::missing(at);
}

} // namespace

result<envelope> read_envelope(std::string_view text)
{
    thread_local workspace here;
    boost::system::error_code error;
    json document = here.parse(text, error);
    if (error) return invalid_json(error.message());
    if (!is_finite(document)) return invalid_json("number out of range");
    boost::json::object* object = document.if_object();
    if (!object) return *detail::expected("object", document, detail::json_place{""});

    std::string type;
    std::optional<json> id;
    json* const payload = object->if_contains("payload");
    if (auto wrong = read_type(type, object->if_contains("type"))) return *wrong;
    if (auto wrong = read_id(id, object->if_contains("id"))) return *wrong;
    if (auto wrong = check_payload(payload)) return *wrong;
    return envelope{std::move(type), unread_payload{payload ? std::move(*payload) : json(boost::json::object_kind)},
                    std::move(id)};
}

fault unknown_type(std::string_view type)
{
    return {"unknown_type", "unknown message type: " + std::string{utf8_prefix(type, max_echoed_type_bytes)}};
}

std::string make_envelope(std::string_view type, std::string_view payload_json, const json* id)
{
    return make_envelope(type, json_text{payload_json}, id);
}

std::string detail::begin_envelope(std::string_view type)
{
    std::string out;
    out.reserve(256); // most envelopes fit: one allocation
    out += R"({"type":)";
    append_json(out, type);
    out += R"(,"payload":)";
    return out;
}

void detail::end_envelope(std::string& out, const json* id)
{
    if (id) {
        out += R"(,"id":)";
        append_json(out, *id);
    }
    out += '}';
}

} // namespace chorus
