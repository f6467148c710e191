// fake_client.cpp — what a client of a service under test says, hears and does.
#include <chorus/test/fake_client.hpp>

#include <chorus/test/service.hpp>
#include <chorus/wire/binary_envelope.hpp>
#include <chorus/wire/envelope_frame.hpp>

#include <boost/json/serialize.hpp>

#include <stdexcept>
#include <vector>

namespace chorus::test {

std::string in_words(const session_end& end)
{
    auto text = std::string(to_string(end.why)) + " " + std::to_string(static_cast<unsigned>(end.code));
    if (!end.detail.empty()) text += " " + end.detail;
    return end.cut ? text + " (cut)" : text;
}

fake_client::fake_client(service& at, std::unique_ptr<memory_transport> end, bool speaks_binary)
    : service_(at), peer_(std::move(end), [this](const parser::event& heard) { return tell(heard); }),
      speaks_binary_(speaks_binary), hears_batches_(at.limits.outbox.batch.messages > 1 && !speaks_binary)
{
    peer_.answers_pings = peer_.answers_closes = true;
}

lines fake_client::tell(const parser::event& heard)
{
    lines told;
    for (auto& each : hears_batches_ ? apart(heard) : std::vector{heard}) {
        if (auto envelope = envelope_of(each)) last_[envelope->type] = std::move(envelope->payload);
        told.push_back(line_of(each));
    }
    return told;
}

void fake_client::says(std::string_view text) { says_bytes(client_text(text)); }

// The binary protocol has numbers for the types of the chat; others go as JSON, as servers send them.
void fake_client::says(std::string_view type, const json& payload, const message_id& id)
{
    auto fields = payload.is_null() ? boost::json::object{} : payload.as_object();
    const auto binary = speaks_binary_ ? binary_type_of(type) : std::nullopt;
    if (!binary) return says(make_envelope(type, json(std::move(fields)), id ? &*id : nullptr));
    if (id) fields["id"] = *id;
    says_bytes(client_frame(opcode::binary, make_binary_envelope(*binary, boost::json::serialize(fields))));
}

void fake_client::says_bytes(std::string_view bytes)
{
    std::string copy(bytes);
    auto what = parser::kind::message;
    for (std::span<char> rest = copy; what != parser::kind::need_more && what != parser::kind::error;)
        what = said_.next(rest).what;
    peer_.is_in_frame = what != parser::kind::error && said_.inside_frame();
    peer_.say(bytes);
    service_.settle();
}

lines fake_client::heard()
{
    service_.settle();
    return peer_.heard();
}

const json& fake_client::last(std::string_view type)
{
    service_.settle();
    const auto found = last_.find(type);
    if (found == last_.end()) throw std::out_of_range("it has heard no " + std::string(type));
    return found->second;
}

void fake_client::leaves(close_code code, std::string_view reason)
{
    peer_.say_close(code, reason);
    service_.settle();
}

void fake_client::is_cut()
{
    peer_.connection().cut();
    service_.settle();
}

void fake_client::stops_reading() { peer_.connection().stall(); }

void fake_client::reads_on()
{
    peer_.connection().stall(false);
    service_.settle();
}

void fake_client::falls_silent() { peer_.answers_pings = peer_.answers_closes = false; }

} // namespace chorus::test
