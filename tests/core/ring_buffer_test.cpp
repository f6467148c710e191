// ring_buffer_test.cpp — first in, first out, in as much memory as it takes.
#include <chorus/core/ring_buffer.hpp>

#include <boost/test/unit_test.hpp>

#include <memory>

namespace chorus {

BOOST_AUTO_TEST_SUITE(core_ring_buffer)

namespace {

void fill(ring_buffer<int>& buffer, int count)
{
    for (int i = 0; i < count; ++i)
        buffer.push_back(i);
}

bool gives_in_order(ring_buffer<int>& buffer, int count)
{
    bool in_order = true;
    for (int i = 0; i < count; ++i)
        in_order = buffer.pop_front() == i && in_order;
    return in_order;
}

} // namespace

BOOST_AUTO_TEST_CASE(values_come_out_in_the_order_they_went_in)
{
    ring_buffer<int> buffer;
    fill(buffer, 100);
    BOOST_TEST(buffer.size() == 100u);
    BOOST_TEST(buffer.front() == 0);
    BOOST_TEST(gives_in_order(buffer, 100));
    BOOST_TEST(buffer.empty());
}

BOOST_AUTO_TEST_CASE(order_survives_growing_while_wrapped_around)
{
    ring_buffer<int> buffer;
    fill(buffer, 8);
    BOOST_TEST(gives_in_order(buffer, 5));
    for (int i = 8; i < 30; ++i)
        buffer.push_back(i);
    for (int i = 5; i < 30; ++i)
        BOOST_TEST(buffer.pop_front() == i);
}

BOOST_AUTO_TEST_CASE(an_unused_buffer_owns_no_memory)
{
    const ring_buffer<int> buffer;
    BOOST_TEST(buffer.allocated() == 0u);
}

BOOST_AUTO_TEST_CASE(memory_goes_back_when_a_burst_is_over)
{
    ring_buffer<int> buffer;
    fill(buffer, 10'000);
    const std::size_t after_burst = buffer.allocated();
    BOOST_TEST(gives_in_order(buffer, 10'000));
    BOOST_TEST(buffer.allocated() == after_burst); // the next burst may be on its way

    for (int i = 0; i < 20; ++i) {
        fill(buffer, 1);
        BOOST_TEST(gives_in_order(buffer, 1));
    }
    BOOST_TEST(buffer.allocated() == 8u);
}

BOOST_AUTO_TEST_CASE(a_steady_flow_keeps_its_block)
{
    ring_buffer<int> buffer;
    fill(buffer, 256);
    BOOST_TEST(gives_in_order(buffer, 256));
    const std::size_t steady = buffer.allocated();
    for (int round = 0; round < 10; ++round) {
        fill(buffer, 200);
        BOOST_TEST(gives_in_order(buffer, 200));
        BOOST_TEST(buffer.allocated() == steady);
    }
}

BOOST_AUTO_TEST_CASE(values_left_inside_are_destroyed_with_the_buffer)
{
    const auto witness = std::make_shared<int>(0);
    {
        ring_buffer<std::shared_ptr<int>> buffer;
        for (int i = 0; i < 20; ++i)
            buffer.push_back(witness);
        buffer.pop_front();
        BOOST_TEST(witness.use_count() == 20);
    }
    BOOST_TEST(witness.use_count() == 1);
}

BOOST_AUTO_TEST_CASE(what_is_put_in_front_comes_out_first_wherever_the_block_begins)
{
    for (int used_before = 0; used_before < 9; ++used_before) {
        ring_buffer<std::unique_ptr<int>> numbers;
        for (int i = 0; i < used_before; ++i) {
            numbers.push_back(std::make_unique<int>(i));
            numbers.pop_front();
        }
        for (int i = 0; i < 20; ++i)
            i % 2 ? numbers.push_back(std::make_unique<int>(i)) : numbers.push_front(std::make_unique<int>(i));
        BOOST_TEST(*numbers[0] == 18);
        BOOST_TEST(*numbers[9] == 0);
        BOOST_TEST(*numbers[10] == 1);
        BOOST_TEST(*numbers[19] == 19);
    }
}

BOOST_AUTO_TEST_CASE(inserting_one_keeps_the_order_of_the_others)
{
    for (std::size_t place = 0; place <= 5; ++place) {
        ring_buffer<std::unique_ptr<int>> numbers;
        for (int i = 0; i < 5; ++i)
            numbers.push_back(std::make_unique<int>(i));
        numbers.insert(place, std::make_unique<int>(7));
        BOOST_TEST(numbers.size() == 6u);
        BOOST_TEST(*numbers[place] == 7);
        for (std::size_t i = 0; i < 5; ++i)
            BOOST_TEST(*numbers[i < place ? i : i + 1] == static_cast<int>(i));
    }
}

BOOST_AUTO_TEST_CASE(erasing_one_keeps_the_order_of_the_others)
{
    ring_buffer<std::unique_ptr<int>> numbers;
    for (int i = 0; i < 5; ++i)
        numbers.push_back(std::make_unique<int>(i));
    numbers.erase(2);
    numbers.erase(0);
    numbers.erase(2);
    BOOST_TEST(numbers.size() == 2u);
    BOOST_TEST(*numbers[0] == 1);
    BOOST_TEST(*numbers[1] == 3);
    numbers.clear();
    BOOST_TEST(numbers.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace chorus
