// binary_envelope_fuzz.cpp — bytes are one binary envelope or none, and one that is read is written the same.
#include "fuzz.hpp"

#include <chorus/wire/binary_envelope.hpp>

using namespace chorus;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto bytes = fuzz::as_text(data, size);
    const auto read = read_binary_envelope(bytes);
    if (!read) {
        const auto code = read.error().code;
        fuzz::require(code == "malformed" || code == "unknown_type", "a fault has a code");
        fuzz::require(!read.error().message.empty(), "a fault has its words");
        return 0;
    }
    fuzz::require(make_binary_envelope(read->type, read->payload) == bytes, "there is one way to write an envelope");
    fuzz::require(binary_type_of(name_of(read->type)) == read->type, "every type that is read has a name");
    return 0;
}
