// site.cpp — What the server answers to plain HTTP, and which requests become sessions.
#include <chorus/server/site.hpp>

namespace chorus {
namespace {

bool is_head(const request& asked) { return asked.method == "HEAD"; }

http_answer text(const request& asked, unsigned status, std::string_view body, http_fields fields = {})
{
    fields.emplace_back("Content-Type", "text/plain; charset=utf-8");
    fields.emplace_back("Cache-Control", "no-store");
    return {make_response(status, std::move(fields), body, asked.keep_alive, is_head(asked)), asked.keep_alive, status};
}

// The page runs only its own code, is never framed, and tells no one where it was.
http_fields headers_of(const asset& file)
{
    return {{"Content-Type", std::string(file.content_type)},
            {"Cache-Control", "no-cache"},
            {"Content-Security-Policy",
             "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: "
             "wss:; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
            {"X-Content-Type-Options", "nosniff"},
            {"Referrer-Policy", "no-referrer"}};
}

} // namespace

http_answer refused(const request& asked, const refusal& why)
{
    return {refuse(why, false, is_head(asked)), false, why.status};
}

std::variant<http_answer, knock> site::answer(const request& asked, admission& place) const
{
    if (asked.path == "/ws") {
        const auto no = gate_.check(asked, place);
        return no ? std::variant<http_answer, knock>(refused(asked, *no)) : knock{};
    }
    if (asked.path == "/healthz") return page(asked); // a server that is full is alive: nobody shall restart it
    if (place.turned_away()) return refused(asked, *place.turned_away());
    return page(asked);
}

http_answer site::page(const request& asked) const
{
    const auto found = assets_.find(asked.path);
    const auto is_status = asked.path == "/healthz" || asked.path == "/readyz";
    if (!is_status && found == assets_.end())
        return refused(asked, {404, "not_found", "nothing is served at this path", {}});
    if (asked.method != "GET" && !is_head(asked))
        return refused(asked, {405, "method_not_allowed", "GET or HEAD", {{"Allow", "GET, HEAD"}}});
    if (asked.path == "/healthz") return text(asked, 200, "ok\n");
    if (asked.path == "/readyz") return ready(asked);
    const auto& file = found->second;
    return {make_response(200, headers_of(file), file.body, asked.keep_alive, is_head(asked)), asked.keep_alive, 200};
}

http_answer site::ready(const request& asked) const
{
    if (!gate_.draining()) return text(asked, 200, "ready\n");
    return text(asked, 503, "draining\n", {{"Retry-After", gate_.retry_after()}});
}

} // namespace chorus
