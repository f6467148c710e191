// opener.cpp — one step after the other; a wait ends late, or unwanted, by cutting the stream under it.
#include <chorus/client/opener.hpp>

#include <chorus/wire/response.hpp>

#include "said_in_refusal.hpp"

#include <boost/asio/error.hpp>

#include <exception>

namespace chorus {
namespace {

refusal no_answer(std::string_view reason, std::string_view detail)
{
    return {0, std::string(reason), std::string(detail), {}};
}

// Certificates have negative numbers, see tls_error.cpp.
refusal why_ended(const error_code& error)
{
    if (error.category() != tls_category()) return no_answer("no_answer", "the connection ended before an answer came");
    return no_answer(error.value() < 0 ? "certificate_refused" : "tls_failed", error.message());
}

bool is_success(unsigned status) { return status >= 200 && status < 300; }

// A server's word is kept as short as a reason is; the rest of its head is not passed on.
http_fields fields_of_use(const response& head)
{
    const auto later = head.field("Retry-After");
    if (!later) return {};
    return {{"Retry-After", std::string(*later)}};
}

} // namespace

opener::opener(shard& where, dialler& by, opening_limits limits)
    : shard_(where), dialler_(by), limits_(limits), deadline_(where.clock(), [this] {
          late_ = true;
          at_work_->cut();
      })
{
}

task<std::variant<opened, refusal>> opener::open(approach how)
{
    late_ = given_up_ = false;
    heard_.clear();
    if (how.to.where.is_unix()) how.through.reset();
    const auto where = how.through ? how.through->where : how.to.where;
    auto reached = co_await dialler_.dial(where);
    if (given_up_) co_return no_answer("given_up", "nobody wants the connection any more");
    if (!reached) co_return no_answer(reached.error().code, reached.error().message);
    transport_ptr server = std::move(*reached);
    if (how.through) {
        auto no = co_await pass_through(*server, how);
        if (no) co_return std::move(*no);
    }
    if (how.to.secure) {
        auto no = begin_tls(server, how);
        if (no) co_return std::move(*no);
    }
    co_return co_await shake_hands(std::move(server), how);
}

void opener::give_up()
{
    given_up_ = true;
    dialler_.give_up();
    if (at_work_) at_work_->cut();
}

// Behind a proxy's yes the stream is the server's.
task<objection> opener::pass_through(transport& proxy, const approach& how)
{
    const auto answer = co_await ask(proxy, connect_request(how.to.where, *how.through), limits_.proxy_wait);
    if (const auto* const none = std::get_if<refusal>(&answer)) co_return *none;
    const auto& head = std::get<response>(answer);
    if (is_success(head.status)) co_return objection{};
    co_return refusal{head.status, "proxy_refused",
                      "the proxy answered " + std::to_string(head.status) + " " + head.reason, fields_of_use(head)};
}

// From here on the stream is encrypted; TLS shakes hands with the first bytes, so within the time of the next wait.
// What came ahead of that cannot be the server's.
objection opener::begin_tls(transport_ptr& server, const approach& how)
try {
    heard_.clear();
    const auto trust = how.trust ? *how.trust : tls_trust();
    server = make_tls_transport(std::move(server), trust, how.to.where.host);
    return {};
} catch (const std::exception& wrong) { // of our own trust, or a host that no certificate can name
    return no_answer("no_tls", wrong.what());
}

task<std::variant<opened, refusal>> opener::shake_hands(transport_ptr server, const approach& how)
{
    const auto key = make_key();
    auto head = upgrade_request(host_field(how.to), how.to.target, key, how.subprotocols, how.fields, how.deflate);
    auto answer = co_await ask(*server, std::move(head), limits_.handshake_wait);
    if (auto* const none = std::get_if<refusal>(&answer)) co_return std::move(*none);
    auto& said = std::get<response>(answer);
    if (said.status != 101) co_return co_await read_refusal(*server, std::move(said));
    auto agreed = check_upgrade_response(said, key, how.subprotocols, how.deflate);
    if (auto* const wrong = std::get_if<refusal>(&agreed)) co_return std::move(*wrong);
    co_return opened{std::move(server), std::get<upgrade>(std::move(agreed)), std::move(heard_)};
}

// Says a head, and hears the head of the answer; what comes behind it stays in heard_.
task<std::variant<response, refusal>> opener::ask(transport& whom, std::string head, duration at_most)
{
    wait_for(whom, at_most);
    auto answer = co_await converse(whom, std::move(head));
    stop_waiting();
    if (given_up_) co_return no_answer("given_up", "nobody wants the connection any more");
    if (late_) co_return no_answer("too_late", "no answer to the handshake in time");
    co_return answer;
}

task<std::variant<response, refusal>> opener::converse(transport& whom, std::string head)
{
    using state = response_reader::state;
    response_reader reader;
    const auto said = co_await write(whom, head);
    for (bool going_on = said; going_on;) {
        std::span<const char> in = heard_;
        const auto now = reader.feed(in);
        heard_.erase(0, heard_.size() - in.size());
        if (now == state::complete) co_return reader.take();
        if (now == state::refused) co_return no_answer(reader.why().reason, reader.why().detail);
        going_on = co_await read(whom);
    }
    co_return why_ended(error_);
}

task<bool> opener::write(transport& to, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto buffer = asio::buffer(bytes.data(), bytes.size());
        bytes.remove_prefix(to.write_some({&buffer, 1}, error_));
        if (error_ && error_ != asio::error::would_block) co_return false;
        if (!bytes.empty()) co_await to.writable();
    }
    co_return true;
}

task<bool> opener::read(transport& from)
{
    std::tie(error_) = co_await from.readable();
    const auto buffer = shard_.read_buffer();
    if (!error_) heard_.append(buffer.data(), from.read_some(buffer, error_));
    co_return !error_ || error_ == asio::error::would_block;
}

// Our servers say in the body why; others are taken at their status. Only so much is read as such a word takes.
task<refusal> opener::read_refusal(transport& from, response head)
{
    const auto length = length_of_body(head);
    wait_for(from, limits_.handshake_wait);
    for (bool going_on = true; going_on && heard_.size() < length;)
        going_on = co_await read(from);
    stop_waiting();
    co_return said_in_refusal(head.status, head.reason, std::string_view(heard_).substr(0, length),
                              fields_of_use(head));
}

void opener::wait_for(transport& whom, duration at_most)
{
    at_work_ = &whom;
    deadline_.set(shard_.clock().now() + at_most);
}

void opener::stop_waiting()
{
    at_work_ = nullptr;
    deadline_.clear();
}

} // namespace chorus
