// handshake.cpp — checks an upgrade request and its response, one small function per rule.
#include <chorus/wire/handshake.hpp>

#include "http_codec.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace chorus {
namespace {

using bytes_view = std::span<const unsigned char>;

constexpr std::size_t key_bytes = 16;
constexpr std::string_view supported_version = "13";

std::string base64(bytes_view bytes)
{
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0'); // OpenSSL ends it with a NUL
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(), static_cast<int>(bytes.size()));
    out.pop_back();
    return out;
}

bool is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

// 16 bytes in base64: 22 digits and two signs of padding.
bool is_key(std::string_view key)
{
    return key.size() == 24 && key.ends_with("==") && std::all_of(key.begin(), key.end() - 2, is_base64);
}

refusal upgrade_required(std::string_view reason, std::string_view detail)
{
    return {426,
            std::string{reason},
            std::string{detail},
            {{"Upgrade", "websocket"}, {"Sec-WebSocket-Version", std::string{supported_version}}}};
}

objection check_method(const request& head)
{
    if (head.method == "GET") return {};
    return refusal{405, "method_not_allowed", "a WebSocket starts with GET", {{"Allow", "GET"}}};
}

objection check_intent(const http_head& head)
{
    if (!head.has_token("Upgrade", "websocket"))
        return upgrade_required("upgrade_required", "this is a WebSocket endpoint: Upgrade: websocket is missing");
    if (!head.has_token("Connection", "Upgrade"))
        return upgrade_required("upgrade_required", "this is a WebSocket endpoint: Connection: Upgrade is missing");
    return {};
}

objection check_http_version(const request& head)
{
    if (head.version >= 11) return {};
    return bad_request("http_too_old", "a WebSocket needs HTTP/1.1");
}

objection check_version(const request& head)
{
    if (head.count("Sec-WebSocket-Version") == 1 && head.field("Sec-WebSocket-Version") == supported_version) return {};
    return upgrade_required("unsupported_version", "only Sec-WebSocket-Version 13 is spoken here");
}

objection check_key(const request& head)
{
    const auto key = head.field("Sec-WebSocket-Key");
    if (!key) return bad_request("missing_key", "Sec-WebSocket-Key is missing");
    if (head.count("Sec-WebSocket-Key") > 1) return bad_request("duplicate_key", "more than one Sec-WebSocket-Key");
    if (!is_key(*key)) return bad_request("malformed_key", "Sec-WebSocket-Key is not 16 bytes in base64");
    return {};
}

std::string choose_subprotocol(const request& head, std::span<const std::string> ours)
{
    const auto offered = head.tokens("Sec-WebSocket-Protocol");
    for (const std::string& each : ours)
        if (std::ranges::find(offered, each) != offered.end()) return each;
    return {};
}

std::string joined(std::span<const std::string> words)
{
    std::string out;
    for (const std::string& word : words)
        out.append(out.empty() ? "" : ", ").append(word);
    return out;
}

objection check_agreed_subprotocol(const response& head, std::span<const std::string> offered)
{
    const auto chosen = head.field("Sec-WebSocket-Protocol");
    if (!chosen) return {};
    const bool was_offered = std::ranges::find(offered, *chosen) != offered.end();
    if (was_offered && head.count("Sec-WebSocket-Protocol") == 1) return {};
    return refusal{head.status, "unexpected_subprotocol", "the server chose a subprotocol that was not offered", {}};
}

} // namespace

std::string accept_key(std::string_view key)
{
    static constexpr std::string_view magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455 section 1.3
    const std::string text = std::string{key}.append(magic);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned size = 0;
    if (!EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr))
        throw std::runtime_error{"OpenSSL has no SHA-1"};
    return base64(bytes_view{digest}.first(size));
}

std::variant<upgrade, refusal> check_upgrade(const request& head, std::span<const std::string> subprotocols,
                                             deflate_mode deflate)
{
    if (auto no = check_method(head)) return *no;
    if (auto no = check_intent(head)) return *no;
    if (auto no = check_http_version(head)) return *no;
    if (auto no = check_version(head)) return *no;
    if (auto no = check_key(head)) return *no;
    return upgrade{accept_key(*head.field("Sec-WebSocket-Key")), choose_subprotocol(head, subprotocols),
                   choose_deflate(head, deflate)};
}

std::string upgrade_response(const upgrade& agreed, http_fields fields)
{
    const http_fields own{{"Upgrade", "websocket"}, {"Connection", "Upgrade"}, {"Sec-WebSocket-Accept", agreed.accept}};
    fields.insert(fields.begin(), own.begin(), own.end());
    if (!agreed.subprotocol.empty()) fields.emplace_back("Sec-WebSocket-Protocol", agreed.subprotocol);
    if (agreed.deflate) fields.emplace_back("Sec-WebSocket-Extensions", to_string(*agreed.deflate));
    return http_codec::write_response(101, fields);
}

std::string make_key()
{
    std::array<unsigned char, key_bytes> bytes;
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1)
        throw std::runtime_error{"OpenSSL has no random bytes"};
    return base64(bytes);
}

std::string upgrade_request(std::string_view host, std::string_view target, std::string_view key,
                            std::span<const std::string> subprotocols, const http_fields& fields,
                            std::span<const deflate_offer> deflate)
{
    http_fields all{{"Host", std::string{host}},
                    {"Upgrade", "websocket"},
                    {"Connection", "Upgrade"},
                    {"Sec-WebSocket-Key", std::string{key}},
                    {"Sec-WebSocket-Version", std::string{supported_version}}};
    if (!subprotocols.empty()) all.emplace_back("Sec-WebSocket-Protocol", joined(subprotocols));
    if (!deflate.empty()) all.emplace_back("Sec-WebSocket-Extensions", to_string(deflate));
    all.insert(all.end(), fields.begin(), fields.end());
    return http_codec::write_request("GET", target, all);
}

std::variant<upgrade, refusal> check_upgrade_response(const response& head, std::string_view key,
                                                      std::span<const std::string> subprotocols,
                                                      std::span<const deflate_offer> deflate)
{
    const auto no = [&](std::string_view reason, std::string_view detail) {
        return refusal{head.status, std::string{reason}, std::string{detail}, {}};
    };
    if (head.status != 101) return no("not_upgraded", "the server answered " + std::to_string(head.status));
    if (head.version < 11) return no("http_too_old", "the server's 101 is not HTTP/1.1");
    if (check_intent(head)) return no("not_upgraded", "the server's 101 does not name websocket");
    if (head.count("Sec-WebSocket-Accept") != 1 || head.field("Sec-WebSocket-Accept") != accept_key(key))
        return no("wrong_accept", "Sec-WebSocket-Accept does not belong to the key");
    const auto compression = check_deflate_answer(head, deflate);
    if (const auto* why = std::get_if<std::string>(&compression)) return no("unexpected_extension", *why);
    if (auto wrong = check_agreed_subprotocol(head, subprotocols)) return *wrong;
    return upgrade{std::string{*head.field("Sec-WebSocket-Accept")},
                   std::string{head.field("Sec-WebSocket-Protocol").value_or("")},
                   std::get<std::optional<deflate_parameters>>(compression)};
}

} // namespace chorus
