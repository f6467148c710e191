// http_codec.cpp — the one file that knows Beast's HTTP: its parsers, its serialiser, and the names we give its errors.
#include "http_codec.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>

#include <algorithm>
#include <iterator>

namespace chorus::http_codec {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

std::string_view reason_of(error_code error)
{
    static constexpr struct
    {
        http::error error;
        std::string_view reason;
    } names[] = {
        {http::error::bad_method, "bad_method"},
        {http::error::bad_target, "bad_target"},
        {http::error::bad_version, "bad_version"},
        {http::error::bad_field, "bad_field_name"},
        {http::error::bad_value, "bad_field_value"},
        {http::error::bad_content_length, "bad_body_length"},
        {http::error::multiple_content_length, "bad_body_length"},
        {http::error::bad_transfer_encoding, "bad_body_length"},
    };
    const auto* name = std::ranges::find_if(names, [&](auto& entry) { return error == entry.error; });
    return name == std::end(names) ? "bad_head" : name->reason;
}

refusal refused(error_code error) { return {400, std::string{reason_of(error)}, error.message(), {}}; }

// Parses `head` and nothing of a body, however long it is said to be.
template <bool is_request> error_code parse(http::parser<is_request, http::empty_body>& parser, std::string_view head)
{
    error_code error;
    parser.header_limit(head_collector::max_bytes);
    parser.body_limit(boost::none);
    parser.put(boost::asio::buffer(head), error);
    if (!error && !parser.is_header_done()) error = http::error::partial_message;
    return error;
}

template <class Parser> void copy_head(http_head& out, const Parser& parser)
{
    for (const auto& field : parser.get())
        out.fields.emplace_back(field.name_string(), field.value());
    out.version = static_cast<int>(parser.get().version());
    out.keep_alive = parser.keep_alive();
}

std::string without_controls(std::string_view text)
{
    std::string out(text);
    std::erase_if(out, [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; });
    return out;
}

template <bool is_request>
std::string write(http::message<is_request, http::empty_body>& head, const http_fields& fields)
{
    for (const auto& [name, value] : fields)
        head.insert(without_controls(name), without_controls(value));
    http::serializer<is_request, http::empty_body> serializer{head};
    std::string out;
    error_code error;
    while (!serializer.is_done() && !error)
        serializer.next(error, [&](error_code&, const auto& buffers) {
            for (boost::asio::const_buffer piece : boost::beast::buffers_range_ref(buffers))
                out.append(static_cast<const char*>(piece.data()), piece.size());
            serializer.consume(boost::asio::buffer_size(buffers));
        });
    return out;
}

} // namespace

std::variant<request, refusal> parse_request(std::string_view head)
{
    http::request_parser<http::empty_body> parser;
    if (const error_code error = parse(parser, head)) return refused(error);
    request out;
    copy_head(out, parser);
    out.method = std::string{parser.get().method_string()};
    out.target = std::string{parser.get().target()};
    return out;
}

std::variant<response, refusal> parse_response(std::string_view head)
{
    http::response_parser<http::empty_body> parser;
    if (const error_code error = parse(parser, head)) return refused(error);
    response out;
    copy_head(out, parser);
    out.status = parser.get().result_int();
    out.reason = std::string{parser.get().reason()};
    return out;
}

std::string write_request(std::string_view method, std::string_view target, const http_fields& fields)
{
    http::request<http::empty_body> head;
    head.version(11);
    head.method_string(without_controls(method));
    head.target(without_controls(target));
    return write(head, fields);
}

std::string write_response(unsigned status, const http_fields& fields)
{
    http::response<http::empty_body> head;
    head.version(11);
    head.result(status);
    return write(head, fields);
}

} // namespace chorus::http_codec
