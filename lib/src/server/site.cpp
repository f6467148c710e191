// site.cpp — What the server answers to plain HTTP, and which requests become sessions.
#include <chorus/server/site.hpp>

namespace chorus {
namespace {

bool is_head(const request& asked) { return asked.method == "HEAD"; }

http_answer page_of(const request& asked, unsigned status, std::string_view body, http_fields fields)
{
    const auto trace = trace_fields(asked);
    fields.insert(fields.end(), trace.begin(), trace.end());
    return {make_response(status, std::move(fields), body, asked.keep_alive, is_head(asked)), asked.keep_alive, status};
}

// What is true now, and perhaps not the next time.
http_answer fresh(const request& asked, unsigned status, std::string_view body, std::string_view type,
                  http_fields fields = {})
{
    fields.emplace_back("Content-Type", type);
    fields.emplace_back("Cache-Control", "no-store");
    return page_of(asked, status, body, std::move(fields));
}

http_answer text(const request& asked, unsigned status, std::string_view body, http_fields fields = {})
{
    return fresh(asked, status, body, "text/plain; charset=utf-8", std::move(fields));
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
    auto told = why;
    const auto trace = trace_fields(asked);
    told.fields.insert(told.fields.end(), trace.begin(), trace.end());
    return {refuse(told, false, is_head(asked)), false, why.status, why.reason};
}

http_fields trace_fields(const request& asked)
{
    auto id = asked.id();
    if (id.empty()) return {};
    return {{"X-Request-Id", std::move(id)}};
}

std::variant<http_answer, knock> site::answer(const request& asked, admission& place)
{
    if (asked.path == "/ws" && takes_sessions_) {
        const auto no = gate_.check(asked, place);
        return no ? std::variant<http_answer, knock>(refused(asked, *no)) : knock{};
    }
    if (asked.path == "/healthz") return page(asked); // a server that is full is alive: nobody shall restart it
    if (place.turned_away()) return refused(asked, *place.turned_away());
    return page(asked);
}

http_answer site::page(const request& asked)
{
    const auto file = assets_.find(asked.path);
    const auto live = live_.find(asked.path);
    const auto events = feeds_.find(asked.path);
    const auto is_state = asked.path == "/healthz" || asked.path == "/readyz";
    if (!is_state && file == assets_.end() && live == live_.end() && events == feeds_.end())
        return refused(asked, {404, "not_found", "nothing is served at this path", {}});
    if (asked.method != "GET" && !is_head(asked))
        return refused(asked, {405, "method_not_allowed", "GET or HEAD", {{"Allow", "GET, HEAD"}}});
    if (asked.path == "/healthz") return text(asked, 200, "ok\n");
    if (asked.path == "/readyz") return ready(asked);
    if (live != live_.end()) return fresh(asked, 200, live->second.body(), live->second.content_type);
    if (events != feeds_.end()) return begin(asked, events->second);
    return page_of(asked, 200, file->second.body, headers_of(file->second));
}

// The head of what follows; who is one too many is told so.
http_answer site::begin(const request& asked, feed& events) const
{
    auto watching = is_head(asked) ? feed::place() : events.watch();
    if (!watching && !is_head(asked))
        return refused(asked, {503, "too_many_watch", "so many watch already", {{"Retry-After", gate_.retry_after()}}});
    auto fields = trace_fields(asked);
    fields.emplace_back("Content-Type", "text/event-stream");
    fields.emplace_back("Cache-Control", "no-store");
    return {begin_response(200, std::move(fields)), false, 200, {}, std::move(watching)};
}

http_answer site::ready(const request& asked) const
{
    if (!gate_.draining()) return text(asked, 200, "ready\n");
    return text(asked, 503, "draining\n", {{"Retry-After", gate_.retry_after()}});
}

} // namespace chorus
