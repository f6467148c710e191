// message.cpp — reads and writes envelopes.
#include <chorus/wire/message.hpp>

#include <chorus/wire/strict_json.hpp>
#include <chorus/wire/utf8.hpp>

namespace chorus {
namespace {

constexpr std::size_t max_id_bytes = 64;
constexpr std::size_t max_echoed_type_bytes = 64;

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
    auto document = parse_strictly(text);
    if (!document) return document.error();
    boost::json::object* object = document->if_object();
    if (!object) return *detail::expected("object", *document, detail::json_place{""});

    std::string type;
    std::optional<json> id;
    json* const payload = object->if_contains("payload");
    if (auto wrong = read_type(type, object->if_contains("type"))) return *wrong;
    if (auto wrong = read_id(id, object->if_contains("id"))) return *wrong;
    if (auto wrong = check_payload(payload)) return *wrong;
    return envelope{std::move(type), unread_payload{payload ? std::move(*payload) : json(boost::json::object_kind)},
                    std::move(id)};
}

result<envelope> read_envelope(std::string_view type, std::string_view payload_json)
{
    auto payload = parse_strictly(payload_json);
    if (!payload) return payload.error();
    if (auto wrong = check_payload(&*payload)) return *wrong;
    std::optional<json> id;
    if (auto wrong = read_id(id, payload->get_object().if_contains("id"))) return *wrong;
    return envelope{std::string{type}, unread_payload{std::move(*payload)}, std::move(id)};
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
