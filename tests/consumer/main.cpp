// main.cpp — the smallest program that needs the library's headers, its archive and what the archive is linked with.
#include <chorus/chorus.hpp>
#include <chorus/core/log.hpp>
#include <chorus/wire/handshake.hpp>

int main()
{
    const auto accept = chorus::accept_key("dGhlIHNhbXBsZSBub25jZQ=="); // the example of RFC 6455, section 1.3
    chorus::log(chorus::log_level::info, "accepted", {{"key", accept}});
    return accept == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" ? 0 : 1;
}
