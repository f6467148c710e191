// connection.cpp — One accepted socket as long as it speaks HTTP: answers requests until one may become a session.
#include <chorus/server/connection.hpp>

#include <chorus/core/hex.hpp>
#include <chorus/core/log.hpp>
#include <chorus/core/random.hpp>
#include <chorus/wire/proxy_header.hpp>
#include <chorus/wire/trace.hpp>

#include <boost/asio/error.hpp>

#include <array>
#include <utility>

namespace chorus {

namespace {

// Never 0, which stands for nobody.
std::uint64_t new_number()
{
    for (;;)
        if (const auto number = random_bits(); number != 0) return number;
}

// Null where the client has said nothing, as most do: a session keeps it for as long as it lasts.
std::unique_ptr<const trace> trace_in(const request& asked)
{
    auto said = trace_of(asked);
    return said == trace{} ? nullptr : std::make_unique<const trace>(std::move(said));
}

} // namespace

connection::connection(shard& where, service& shared, const entrance& through, server_counters& counters,
                       transport_ptr to, admission place)
    : shard_(where), service_(shared), entrance_(through), counters_(counters), transport_(std::move(to)),
      place_(std::move(place)), deadline_(where.clock(), [this] { too_late(); })
{
    began_ = where.clock().now();
}

task<std::optional<arrival>> connection::run()
{
    wait_at_most(service_.settings.handshake_wait);
    auto in = co_await serve_http();
    deadline_.clear();
    if (!in) transport_->close();
    co_return in;
}

// Learns from the proxy whom it speaks for. Nothing that a client sent can stand before the header of a proxy, and
// nobody else may send one: whoever does not, or is no proxy of ours, is not spoken to.
task<bool> connection::hear_proxy()
{
    if (!service_.settings.proxy_protocol || !entrance_.is_public) co_return true;
    if (!entrance_.gate.trusts(place_.peer())) co_return no_proxy("not a trusted proxy");
    std::string header(proxy_header::fixed_size, '\0');
    auto complete = co_await read_exactly(header);
    const auto rest = complete ? proxy_header::rest_size(header) : std::nullopt;
    if (!rest) co_return no_proxy("no PROXY header of version 2");
    header.resize(header.size() + *rest);
    complete = co_await read_exactly(std::span(header).subspan(proxy_header::fixed_size));
    const auto source = complete ? proxy_header::source(header) : std::nullopt;
    if (!source) co_return no_proxy("a PROXY header that is malformed");
    const auto may_stay = entrance_.gate.speaks_for(place_, *source);
    if (!may_stay) ++counters_.cut;
    co_return may_stay;
}

// Such a server looks dead from outside, so it says why; once for each connection, and as loud as an operator may wish.
bool connection::no_proxy(std::string_view why) const
{
    log(log_level::info, "proxy_expected", {{"peer", place_.peer()}, {"got", why}});
    return false;
}

task<bool> connection::read_exactly(std::span<char> into)
{
    while (!into.empty()) {
        auto [error] = co_await transport_->readable();
        if (!error) into = into.subspan(transport_->read_some(into, error));
        if (error && error != asio::error::would_block) co_return false;
    }
    co_return true;
}

// Answers requests until one is welcome as a session, or the connection ends.
task<std::optional<arrival>> connection::serve_http()
{
    request_reader reader;
    const auto may_speak = co_await hear_proxy();
    if (!may_speak) co_return std::nullopt;
    if (service_.tls && entrance_.is_public) transport_ = make_tls_transport(std::move(transport_), *service_.tls);
    for (;;) {
        auto asked = co_await read_request(reader);
        if (!asked) co_return std::nullopt;
        asked->number = number_;
        asked_ = &*asked;
        auto answer = entrance_.site.answer(*asked, place_);
        if (std::holds_alternative<knock>(answer)) {
            verdict who = identity{}; // a guest; no coroutine finds that out
            if (service_.authenticate) who = co_await identify(*asked);
            if (was_too_late_ || was_cut_) co_return std::nullopt;
            auto in = enter(who, *asked);
            if (auto* const welcome = std::get_if<arrival>(&in)) co_return std::move(*welcome);
            answer = refused(*asked, std::get<refusal>(in));
        }
        auto& said = std::get<http_answer>(answer);
        note(said.status, said.reason);
        asked_ = nullptr;
        const auto written = co_await write(std::move(said.bytes));
        if (!written) co_return std::nullopt;
        if (said.watching) co_await tell(*said.watching);
        if (!said.keep_alive) {
            co_await finish();
            co_return std::nullopt;
        }
        wait_at_most(service_.settings.keep_alive_wait);
        if (!early().empty()) co_await yield(); // who sends many requests at once takes turns with the others
    }
}

// Whoever decides may have to ask elsewhere. When that takes too long, or we end, it is asked to end as well.
task<verdict> connection::identify(const request& asked)
{
    cancellable decision;
    deciding_ = &decision;
    credentials shown{token_of(asked), asked, place_.peer(), shard_.clock().unix_ms() / 1000};
    trace called{asked.id(), trace_of(asked).parent};
    auto question = service_.identify(std::move(shown), std::move(called));
    auto found = co_await decision.run(std::move(question));
    deciding_ = nullptr;
    co_return found;
}

// Whoever may enter gets its name, and then has to ask properly.
std::variant<arrival, refusal> connection::enter(const verdict& found, const request& asked)
{
    if (const auto* const no = std::get_if<refusal>(&found)) return *no;
    if (auto no = service_.gate.check_draining()) return std::move(*no); // that may have begun meanwhile
    const auto& who = std::get<identity>(found);
    auto name = service_.name_for(who, asked);
    if (auto* const no = std::get_if<refusal>(&name)) return std::move(*no);
    auto agreed = service_.site.agree(asked);
    if (auto* const no = std::get_if<refusal>(&agreed)) return std::move(*no);
    const auto& with = std::get<upgrade>(agreed);
    counters_.handshakes.add(101);
    counters_.handshake_time.add(shard_.clock().now() - began_);
    return arrival{.transport = std::move(transport_),
                   .place = std::move(place_),
                   .name = std::get<claimed_name>(std::move(name)),
                   .id = number_,
                   .trace = trace_in(asked),
                   .is_guest = who.user.empty(),
                   .speaks_binary = with.subprotocol == binary_subprotocol,
                   .expires = who.expires,
                   .greeting = upgrade_response(with, trace_fields(asked)),
                   .early = std::string(early()),
                   .deflate = with.deflate};
}

// The next request, from the bytes that came early or from the wire. What follows its head comes early for the next.
task<std::optional<request>> connection::read_request(request_reader& reader)
{
    using state = request_reader::state;
    reader.reset();
    if (number_ != 0) began_ = time_point{}; // the first began when it was accepted
    number_ = new_number();
    std::span<const char> bytes = early();
    bool shared = false; // whether they lie in the shard's buffer
    for (;;) {
        if (began_ == time_point{} && !bytes.empty()) began_ = shard_.clock().now();
        const auto now = reader.feed(bytes);
        head_begun_ = now == state::need_more && reader.started();
        if (now == state::complete) {
            if (shared) early_.assign(bytes.begin(), bytes.end());
            early_at_ = early_.size() - bytes.size();
            co_return reader.take();
        }
        if (now == state::refused) {
            co_await refuse_head(reader.why());
            co_return std::nullopt;
        }
        auto [error] = co_await transport_->readable();
        const auto buffer = shard_.read_buffer();
        if (!error) bytes = buffer.first(transport_->read_some(buffer, error));
        if (error && error != asio::error::would_block) co_return std::nullopt;
        shared = true;
    }
}

task<> connection::refuse_head(const refusal& why)
{
    note(why.status, why.reason);
    const auto told = with_id(why);
    co_await write(refuse(told, false));
    co_await finish();
}

// Tells the next event when the last has been taken, for as long as the client does that, and we do not end; then it is
// the client's turn to ask again.
task<> connection::tell(const feed& events)
{
    bell pause;
    pausing_ = &pause;
    const auto last = shard_.clock().now() + feed::longest;
    while (!was_cut_ && shard_.clock().now() < last) {
        wait_at_most(service_.settings.write_wait);
        const auto written = co_await write(events.next_event());
        if (!written) break;
        deadline_.clear(); // between two events the client owes nothing
        const auto next = shard_.clock().now() + feed::period;
        co_await pause.wait_until(shard_.clock(), next);
    }
    pausing_ = nullptr;
}

task<bool> connection::write(std::string bytes)
{
    std::string_view rest = bytes;
    while (!rest.empty()) {
        error_code error;
        const auto buffer = asio::buffer(rest.data(), rest.size());
        rest.remove_prefix(transport_->write_some({&buffer, 1}, error));
        if (error == asio::error::would_block) {
            wait_at_most(service_.settings.write_wait);
            std::tie(error) = co_await transport_->writable();
        }
        if (error) co_return false;
    }
    co_return true;
}

// Ends our direction and takes what still comes, so that the answer is read before the connection is reset.
task<> connection::finish()
{
    transport_->finish();
    wait_at_most(service_.settings.close_wait);
    error_code error;
    while (!error || error == asio::error::would_block) {
        std::tie(error) = co_await transport_->readable();
        if (!error) transport_->read_some(shard_.read_buffer(), error);
    }
}

void connection::wait_at_most(duration time) { deadline_.set(shard_.clock().now() + time); }

// A client that has asked, or begun to ask, is told why it ends, once; one that is just idle is not. Whoever decides
// may take its time even when it has been asked to end.
void connection::too_late()
{
    was_too_late_ = true;
    if (head_begun_) say_at_last({408, "request_timeout", "the request took too long", {}});
    if (deciding_ && !was_cut_) {
        say_at_last({503,
                     "too_slow",
                     "it could not be found out in time who this is",
                     {{"Retry-After", service_.gate.retry_after()}}});
        deciding_->cancel();
    }
    transport_->close();
}

void connection::cut()
{
    was_cut_ = true;
    if (const auto why = service_.gate.check_draining(); why && deciding_ && !was_too_late_) say_at_last(*why);
    if (deciding_) deciding_->cancel();
    if (pausing_) pausing_->ring();
    transport_->cut();
}

void connection::say_at_last(const refusal& why)
{
    note(why.status, why.reason);
    const auto told = refuse(with_id(why), false);
    const std::array<asio::const_buffer, 1> buffers{asio::buffer(told)};
    error_code ignored;
    transport_->write_some(buffers, ignored);
}

refusal connection::with_id(refusal why) const
{
    why.fields.emplace_back("X-Request-Id", request_id());
    return why;
}

// A request that could not be read to its end has one, too.
std::string connection::request_id() const { return asked_ ? asked_->id() : to_hex(number_); }

// Counts an answer and logs it. Whoever was not let in is worth a line; who was answered is not, unless one asks. The
// query is left out: there may be a token in it.
void connection::note(unsigned status, std::string_view reason)
{
    const auto asks_in = entrance_.is_public && asked_ && asked_->path == "/ws";
    (asks_in ? counters_.handshakes : counters_.requests).add(status);
    const auto level = asks_in ? log_level::info : log_level::debug;
    if (!log_enabled(level)) return;
    static const request unread;
    const auto& asked = asked_ ? *asked_ : unread;
    const auto id = request_id();
    const auto parent = trace_of(asked).parent;
    const std::chrono::duration<double> lasted = shard_.clock().now() - began_;
    std::vector<field> fields{{"request", id},      {"status", status},      {"method", asked.method},
                              {"path", asked.path}, {"peer", place_.peer()}, {"seconds", lasted.count()}};
    if (!reason.empty()) fields.emplace_back("reason", reason);
    if (!parent.empty()) fields.emplace_back("traceparent", parent);
    log(level, "request", fields);
}

} // namespace chorus
