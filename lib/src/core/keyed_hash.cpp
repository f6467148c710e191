// keyed_hash.cpp — SipHash-1-3, and the secret that a process hashes with.
#include <chorus/core/keyed_hash.hpp>
#include <chorus/core/random.hpp>

#include <boost/endian/conversion.hpp>

#include <bit>

namespace chorus {
namespace {

// The four words of the algorithm's state; one turn of it, and how a word of the message goes in.
struct sip_state
{
    std::uint64_t a, b, c, d;

    // The constants spell "somepseudorandomlygeneratedbytes".
    explicit sip_state(hash_key key)
        : a{key.low ^ 0x736f6d6570736575}, b{key.high ^ 0x646f72616e646f6d}, c{key.low ^ 0x6c7967656e657261},
          d{key.high ^ 0x7465646279746573}
    {
    }

    void turn()
    {
        a += b, b = std::rotl(b, 13) ^ a, a = std::rotl(a, 32);
        c += d, d = std::rotl(d, 16) ^ c;
        a += d, d = std::rotl(d, 21) ^ a;
        c += b, b = std::rotl(b, 17) ^ c, c = std::rotl(c, 32);
    }

    void absorb(std::uint64_t word)
    {
        d ^= word;
        turn();
        a ^= word;
    }

    std::uint64_t finish()
    {
        c ^= 0xff;
        turn(), turn(), turn();
        return a ^ b ^ c ^ d;
    }
};

// What is left of the text, fewer than eight bytes, with its whole length on top.
std::uint64_t last_word(std::string_view rest, std::size_t length)
{
    std::uint64_t word = static_cast<std::uint64_t>(length) << 56;
    for (std::size_t at = 0; at < rest.size(); ++at)
        word |= std::uint64_t{static_cast<unsigned char>(rest[at])} << 8 * at;
    return word;
}

} // namespace

std::uint64_t siphash(hash_key key, std::string_view text)
{
    const auto length = text.size();
    sip_state state{key};
    for (; text.size() >= 8; text.remove_prefix(8))
        state.absorb(boost::endian::load_little_u64(reinterpret_cast<const unsigned char*>(text.data())));
    state.absorb(last_word(text, length));
    return state.finish();
}

hash_key process_hash_key()
{
    static const hash_key key{random_bits(), random_bits()};
    return key;
}

} // namespace chorus
