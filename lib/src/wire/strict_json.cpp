// strict_json.cpp — Boost.JSON's parser with a handler that builds values as its own does, but not any.
#include <chorus/wire/strict_json.hpp>

#include <chorus/core/keyed_hash.hpp>

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/value_stack.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

namespace chorus {
namespace {

using boost::json::string_view;
using error = boost::system::error_code;

constexpr std::size_t max_depth = 32;

// Boost.JSON finds members by a hash under the address of their table. For an address that is known each could collide
// with all before it: 512 KiB of such members took 5 s in one object, and take 200 ms in objects of this size.
constexpr std::size_t max_members = 1024;

boost::json::parse_options strict()
{
    boost::json::parse_options options;
    options.max_depth = max_depth;
    return options;
}

// What basic_parser tells, laid on a stack of values. It asks for these limits, and for these names.
struct value_builder
{
    static constexpr std::size_t max_object_size = max_members;
    static constexpr std::size_t max_array_size = boost::json::array::max_size();
    static constexpr std::size_t max_key_size = boost::json::string::max_size();
    static constexpr std::size_t max_string_size = boost::json::string::max_size();

    bool on_document_begin(error&) { return true; }
    bool on_document_end(error&) { return true; }
    bool on_object_begin(error&) { return true; }
    bool on_object_end(std::size_t members, error&) { return values.push_object(members), true; }
    bool on_array_begin(error&) { return true; }
    bool on_array_end(std::size_t elements, error&) { return values.push_array(elements), true; }
    bool on_key_part(string_view part, std::size_t, error&) { return values.push_chars(part), true; }
    bool on_key(string_view rest, std::size_t, error&) { return values.push_key(rest), true; }
    bool on_string_part(string_view part, std::size_t, error&) { return values.push_chars(part), true; }
    bool on_string(string_view rest, std::size_t, error&) { return values.push_string(rest), true; }
    bool on_number_part(string_view, error&) { return true; }
    bool on_int64(std::int64_t number, string_view, error&) { return values.push_int64(number), true; }
    bool on_uint64(std::uint64_t number, string_view, error&) { return values.push_uint64(number), true; }
    bool on_double(double number, string_view, error& wrong)
    {
        values.push_double(number);
        if (std::isfinite(number)) return true;
        wrong =
            boost::json::error::exponent_overflow; // Boost.JSON reads 1e999 as infinity, which JSON cannot say again
        return false;
    }
    bool on_bool(bool flag, error&) { return values.push_bool(flag), true; }
    bool on_null(error&) { return values.push_null(), true; }
    bool on_comment_part(string_view, error&) { return true; }
    bool on_comment(string_view, error&) { return true; }

    boost::json::value_stack values;
};

fault invalid_json(const error& wrong)
{
    std::string detail = wrong.message();
    if (wrong == boost::json::error::exponent_overflow) detail = "number out of range";
    if (wrong == boost::json::error::object_too_large)
        detail = "an object with more than " + std::to_string(max_members) + " members";
    return {"invalid_json", "invalid JSON: " + detail};
}

// And it shall not be known. Memory for one message would be laid out as for the one before, to the byte, and heaps
// give large blocks whose last bits are the same; so a table begins anywhere in a kilobyte, under the secret of the
// process.
class scattered_memory final : public boost::json::memory_resource
{
public:
    scattered_memory(std::span<unsigned char> block, std::uint64_t& tables)
        : memory_(block.data(), block.size()), tables_(tables)
    {
    }

private:
    // Smaller ones hold too few members to matter.
    static constexpr std::size_t least_table = 512;
    static constexpr std::size_t places = 64, step = alignof(std::max_align_t);

    void* do_allocate(std::size_t size, std::size_t alignment) override
    {
        if (size < least_table) return memory_.allocate(size, alignment);
        const auto number = ++tables_;
        const auto chance = siphash(process_hash_key(), {reinterpret_cast<const char*>(&number), sizeof number});
        auto* const begin = static_cast<char*>(memory_.allocate(size + places * step, alignment));
        return begin + chance % places * step;
    }
    void do_deallocate(void*, std::size_t, std::size_t) override {} // all goes back at once
    bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

    boost::json::monotonic_resource memory_;
    std::uint64_t& tables_; // how many there were
};

} // namespace
} // namespace chorus

// So values in it are not destroyed one by one.
template <> struct boost::json::is_deallocate_trivial<chorus::scattered_memory> : std::true_type
{
};

namespace chorus {
namespace {

// What one thread parses with. A chat message fits the block, so parsing it allocates nothing.
class workspace
{
public:
    result<json> parse(std::string_view text)
    {
        begin();
        error wrong;
        const auto read = parser_.write_some(false, text.data(), text.size(), wrong);
        if (!wrong && read < text.size()) wrong = boost::json::error::extra_data;
        if (wrong) return invalid_json(wrong);
        return parser_.handler().values.release();
    }

private:
    void begin()
    {
        auto& values = parser_.handler().values;
        parser_.reset();
        values.reset(); // lets go of what a failed parse left in the memory
        memory_.emplace(block_, tables_);
        values.reset(&*memory_);
    }

    std::array<unsigned char, 8 * 1024> block_;
    // Made anew for each text: release() would leave it asking for twice as much after every text that outgrew it.
    std::optional<scattered_memory> memory_;
    std::uint64_t tables_ = 0;
    boost::json::basic_parser<value_builder> parser_{strict()};
};

} // namespace

result<json> parse_strictly(std::string_view text)
{
    thread_local workspace here;
    return here.parse(text);
}

} // namespace chorus
