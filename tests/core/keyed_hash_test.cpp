// keyed_hash_test.cpp — our SipHash gives what OpenSSL's gives, and texts that collide elsewhere do not collide here.
#include <chorus/core/keyed_hash.hpp>

#include <boost/endian/conversion.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <memory>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <set>
#include <string>
#include <vector>

using namespace chorus;

namespace {

// SipHash-1-3 as OpenSSL knows it: too slow for each look-up, but right.
std::uint64_t openssl_siphash(hash_key key, std::string_view text)
{
    std::array<unsigned char, 16> secret;
    boost::endian::store_little_u64(secret.data(), key.low);
    boost::endian::store_little_u64(secret.data() + 8, key.high);
    unsigned compression = 1, finalization = 3;
    std::size_t size = 8;
    const OSSL_PARAM options[] = {OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_C_ROUNDS, &compression),
                                  OSSL_PARAM_construct_uint(OSSL_MAC_PARAM_D_ROUNDS, &finalization),
                                  OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size), OSSL_PARAM_construct_end()};
    const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> known{EVP_MAC_fetch(nullptr, "SIPHASH", nullptr),
                                                                  EVP_MAC_free};
    const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> run{EVP_MAC_CTX_new(known.get()), EVP_MAC_CTX_free};
    std::array<unsigned char, 8> result{};
    BOOST_REQUIRE(EVP_MAC_init(run.get(), secret.data(), secret.size(), options) == 1);
    BOOST_REQUIRE(EVP_MAC_update(run.get(), reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1);
    BOOST_REQUIRE(EVP_MAC_final(run.get(), result.data(), &size, result.size()) == 1);
    return boost::endian::load_little_u64(result.data());
}

constexpr hash_key some_key{0x0706050403020100, 0x0f0e0d0c0b0a0908};

// The mixing step of libstdc++'s std::hash, a MurmurHash; its keys are public and its steps can be taken backwards.
constexpr std::uint64_t murmur_factor = 0xc6a4a7935bd1e995;

std::uint64_t inverse(std::uint64_t odd)
{
    std::uint64_t result = odd;
    for (int step = 0; step < 6; ++step)
        result *= 2 - odd * result;
    return result;
}

// A word that adds `difference` to the state of a MurmurHash: mix(word) == difference.
std::string word_that_adds(std::uint64_t difference)
{
    std::uint64_t word = difference * inverse(murmur_factor);
    word ^= word >> 47;
    word *= inverse(murmur_factor);
    std::string bytes(8, '\0');
    boost::endian::store_little_u64(reinterpret_cast<unsigned char*>(bytes.data()), word);
    return bytes;
}

// Of two words, the pair (0, 0) and the pair (top bit, top bit) leave a MurmurHash in the same state, whatever its
// seed; with n such pairs there are 2^n texts.
std::vector<std::string> murmur_collisions(unsigned pairs)
{
    const std::uint64_t top = std::uint64_t{1} << 63;
    std::vector<std::string> texts{""};
    for (unsigned pair = 0; pair < pairs; ++pair) {
        std::vector<std::string> longer;
        for (const auto& text : texts)
            for (const auto difference : {std::uint64_t{0}, top})
                longer.push_back(text + word_that_adds(difference) + word_that_adds(difference));
        texts = std::move(longer);
    }
    return texts;
}

template <class Hash> std::size_t distinct(const std::vector<std::string>& texts, Hash hash)
{
    std::set<std::size_t> values;
    for (const auto& text : texts)
        values.insert(hash(text));
    return values.size();
}

} // namespace

BOOST_AUTO_TEST_SUITE(core_keyed_hash)

BOOST_AUTO_TEST_CASE(it_is_siphash_1_3)
{
    std::string text;
    for (int size = 0; size <= 64; ++size) {
        BOOST_TEST(siphash(some_key, text) == openssl_siphash(some_key, text), size << " bytes");
        text += static_cast<char>(255 - 3 * size);
    }
}

BOOST_AUTO_TEST_CASE(another_key_gives_other_hashes)
{
    BOOST_TEST(siphash({1, 2}, "tea") != siphash({1, 3}, "tea"));
    BOOST_TEST(siphash({1, 2}, "tea") != siphash({2, 2}, "tea"));
}

BOOST_AUTO_TEST_CASE(the_key_of_the_process_stays_the_same)
{
    BOOST_TEST(process_hash_key().low == process_hash_key().low);
    BOOST_TEST(process_hash_key().high == process_hash_key().high);
    BOOST_TEST((process_hash_key().low != 0 || process_hash_key().high != 0));
}

// Not a theory: texts that arithmetic finds in no time all have the same std::hash.
BOOST_AUTO_TEST_CASE(texts_that_flood_a_table_of_the_standard_library_are_spread_here)
{
    const auto texts = murmur_collisions(6);
    BOOST_TEST(texts.size() == 64U);
#if defined(__GLIBCXX__) && defined(__x86_64__)
    BOOST_TEST(distinct(texts, std::hash<std::string>{}) == 1U);
#endif
    BOOST_TEST(distinct(texts, keyed_hash{}) == 64U);
}

BOOST_AUTO_TEST_SUITE_END()
