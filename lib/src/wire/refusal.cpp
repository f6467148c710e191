// refusal.cpp — writes whole HTTP responses.
#include <chorus/wire/refusal.hpp>

#include "http_codec.hpp"
#include <chorus/wire/json.hpp>

#include <algorithm>

namespace chorus {
namespace {

// A response that carries Upgrade must name it in Connection too (RFC 9110 section 7.8).
std::string connection_value(const http_fields& fields, bool keep_alive)
{
    const bool upgrade =
        std::ranges::any_of(fields, [](const auto& field) { return equal_ignoring_case(field.first, "Upgrade"); });
    return std::string{upgrade ? "Upgrade, " : ""} + (keep_alive ? "keep-alive" : "close");
}

} // namespace

refusal bad_request(std::string_view reason, std::string_view detail)
{
    return {400, std::string{reason}, std::string{detail}, {}};
}

std::string make_response(unsigned status, http_fields fields, std::string_view body, bool keep_alive, bool head_only)
{
    fields.emplace_back("Connection", connection_value(fields, keep_alive));
    fields.emplace_back("Content-Length", std::to_string(body.size()));
    std::string out = http_codec::write_response(status, fields);
    if (!head_only) out += body;
    return out;
}

std::string begin_response(unsigned status, http_fields fields)
{
    fields.emplace_back("Connection", connection_value(fields, false));
    return http_codec::write_response(status, fields);
}

std::string refuse(const refusal& why, bool keep_alive, bool head_only)
{
    std::string body = R"({"error":)";
    append_json(body, why.reason);
    body += R"(,"message":)";
    append_json(body, why.detail);
    body += "}\n";
    http_fields fields = why.fields;
    fields.emplace_back("Content-Type", "application/json");
    return make_response(why.status, std::move(fields), body, keep_alive, head_only);
}

} // namespace chorus
