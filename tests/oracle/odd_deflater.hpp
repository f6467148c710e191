// odd_deflater.hpp — Compresses as RFC 7692 allows and hardly anybody does: many blocks, stored, empty, last ones.
#pragma once
#include "support/random.hpp"

#include <chorus/wire/deflate_parameters.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace chorus::oracle {

using test::random;

// One direction of one connection, as chorus::deflater is.
class odd_deflater
{
public:
    odd_deflater(context_takeover takeover, int window_bits);
    ~odd_deflater();

    // What the frames of this message carry. Its shape is drawn anew for each.
    std::string deflate(std::string_view message, random& chance);

private:
    struct stream;

    void write_part(std::string_view part, random& chance);
    void change_manner(random& chance);
    void write(std::string_view part, int flush);
    void end_block_as_the_last();
    void end_message(random& chance);

    std::unique_ptr<stream> stream_;
    context_takeover takeover_;
    std::string out_;
};

} // namespace chorus::oracle
