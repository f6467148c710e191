// odd_deflater.cpp — zlib's deflate with every kind of flush, level and strategy from one part of a message to the
// next.
#include "oracle/odd_deflater.hpp"

#include <zlib.h>

#include <stdexcept>

namespace chorus::oracle {
namespace {

constexpr std::string_view tail{"\x00\x00\xff\xff", 4};

Bytef* bytes_of(const char* at) { return reinterpret_cast<Bytef*>(const_cast<char*>(at)); }

// An empty block, stored or not. Some senders do not write even that.
std::string nothing(random& chance) { return chance.one_of<std::string>({{"\0", 1}, {"\0", 1}, {"\2\0", 2}, ""}); }

} // namespace

struct odd_deflater::stream
{
    explicit stream(int window_bits)
    {
        if (deflateInit2(&zlib, 6, Z_DEFLATED, -window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
            throw std::runtime_error{"zlib does not begin"};
    }
    ~stream() { deflateEnd(&zlib); }

    z_stream zlib{};
};

odd_deflater::odd_deflater(context_takeover takeover, int window_bits)
    : stream_(std::make_unique<stream>(window_bits)), takeover_(takeover)
{
}

odd_deflater::~odd_deflater() = default;

std::string odd_deflater::deflate(std::string_view message, random& chance)
{
    if (message.empty() && chance.one_in(2)) return nothing(chance);
    if (takeover_ == context_takeover::no) deflateReset(&stream_->zlib);
    out_.clear();
    std::size_t start = 0;
    for (const auto cut : chance.cuts(message.size())) {
        write_part(message.substr(start, cut - start), chance);
        start = cut;
    }
    write(message.substr(start), Z_NO_FLUSH);
    end_message(chance);
    return std::move(out_);
}

void odd_deflater::write_part(std::string_view part, random& chance)
{
    if (chance.one_in(2)) change_manner(chance);
    if (chance.one_in(20)) return write(part, Z_NO_FLUSH), end_block_as_the_last();
    write(part, chance.one_of({Z_NO_FLUSH, Z_BLOCK, Z_PARTIAL_FLUSH, Z_SYNC_FLUSH, Z_FULL_FLUSH}));
}

// Level 0 writes stored blocks.
void odd_deflater::change_manner(random& chance)
{
    const auto level = chance.one_of({0, 1, 6, 9});
    const auto strategy = chance.one_of({Z_DEFAULT_STRATEGY, Z_HUFFMAN_ONLY, Z_RLE, Z_FIXED});
    write({}, Z_BLOCK); // it would do so itself, and needs room for that
    deflateParams(&stream_->zlib, level, strategy);
}

void odd_deflater::write(std::string_view part, int flush)
{
    auto& zlib = stream_->zlib;
    zlib.next_in = bytes_of(part.data());
    zlib.avail_in = static_cast<uInt>(part.size());
    do {
        const auto used = out_.size();
        out_.resize(used + part.size() + 1000);
        zlib.next_out = bytes_of(out_.data() + used);
        zlib.avail_out = static_cast<uInt>(out_.size() - used);
        ::deflate(&zlib, flush);
        out_.resize(out_.size() - zlib.avail_out);
    } while (zlib.avail_out == 0);
    zlib.avail_out = 0;
}

// The next block begins at a byte, and does not refer to what was before.
void odd_deflater::end_block_as_the_last()
{
    write({}, Z_FINISH);
    deflateReset(&stream_->zlib);
}

// Every message ends with an empty block, whose last four bytes are left out (7.2.1). That block may be the last one,
// too, and zlib does not know of it: the next message may refer to this one all the same.
void odd_deflater::end_message(random& chance)
{
    const bool ends_the_stream = chance.one_in(40);
    if (chance.one_in(60)) end_block_as_the_last();
    write({}, Z_SYNC_FLUSH);
    if (ends_the_stream) out_.append("\1").append(tail);
    if (out_.ends_with(tail)) return out_.resize(out_.size() - tail.size());
    out_ = nothing(chance); // zlib does not flush twice for that
}

} // namespace chorus::oracle
