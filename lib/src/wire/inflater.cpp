// inflater.cpp — zlib's inflate, fed one message and the tail that its sender has left out.
#include <chorus/wire/inflater.hpp>
#include <wire/zlib_bytes.hpp>

#include <algorithm>

namespace chorus {
namespace {

// RFC 7692, 7.2.2: the end of an empty block, with which every message would end.
constexpr std::string_view tail{"\x00\x00\xff\xff", 4};

// What zlib tells in data_type: a block has just ended, and how many bits of the last byte are still to be read.
constexpr int at_end_of_block = 128, unread_bits = 63;

} // namespace

struct inflater::stream
{
    z_stream zlib{};
    ~stream() { inflateEnd(&zlib); }
    // A message ends with a block, on a byte. Also where nothing has come since a block that called itself the last.
    bool is_at_its_end() const
    {
        return (zlib.data_type & (at_end_of_block | unread_bits)) == at_end_of_block || zlib.total_in == 0;
    }
};

inflater::inflater(scratch_buffer& into, context_takeover takeover, int window_bits)
    : into_(into), takeover_(takeover), window_bits_(window_bits)
{
}

inflater::~inflater() = default;

inflate_result inflater::inflate(std::string_view compressed, std::size_t limit)
{
    into_.clear();
    if (compressed.empty()) return inflate_result::whole; // not even a block: some senders say nothing that way
    if (!begin()) return inflate_result::no_memory;
    const auto most = limit == 0 ? std::numeric_limits<std::size_t>::max() : limit;
    for (; !compressed.empty(); compressed.remove_prefix(std::min(compressed.size(), largest_part)))
        if (const auto result = feed(compressed.substr(0, largest_part), most); result != inflate_result::whole)
            return result;
    const auto result = feed(tail, most);
    if (result == inflate_result::whole && !stream_->is_at_its_end()) return inflate_result::corrupt;
    return result;
}

bool inflater::begin()
{
    if (stream_) return takeover_ == context_takeover::yes || inflateReset(&stream_->zlib) == Z_OK;
    auto made = std::make_unique<stream>();
    if (inflateInit2(&made->zlib, -window_bits_) != Z_OK) return false;
    stream_ = std::move(made);
    return true;
}

// A step that has left room has written all it could.
inflate_result inflater::feed(std::string_view part, std::size_t limit)
{
    auto& zlib = stream_->zlib;
    zlib.next_in = bytes_of(part.data());
    zlib.avail_in = static_cast<uInt>(part.size());
    do {
        if (const auto result = step(limit); result != inflate_result::whole) return result;
    } while (zlib.avail_in > 0 || zlib.avail_out == 0);
    return inflate_result::whole;
}

// A message that has reached the limit gets room for one byte that is nowhere: it must not need it.
inflate_result inflater::step(std::size_t limit)
{
    auto& zlib = stream_->zlib;
    char one_too_many;
    const auto room = into_.room(limit);
    const auto size = static_cast<uInt>(std::min(room.size(), largest_part));
    zlib.next_out = bytes_of(size > 0 ? room.data() : &one_too_many);
    zlib.avail_out = size > 0 ? size : 1;
    const auto status = ::inflate(&zlib, Z_SYNC_FLUSH);
    if (size == 0 && zlib.avail_out == 0) return inflate_result::too_big;
    if (size > 0) into_.written(size - zlib.avail_out);
    switch (status) {
    case Z_OK:
    case Z_BUF_ERROR:
        return inflate_result::whole; // wants more of either
    // After a block that calls itself the last there may be more, and it may refer to what was before.
    case Z_STREAM_END: return inflateResetKeep(&zlib) == Z_OK ? inflate_result::whole : inflate_result::corrupt;
    case Z_MEM_ERROR: return inflate_result::no_memory;
    default: return inflate_result::corrupt;
    }
}

} // namespace chorus
