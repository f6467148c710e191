// names_test.cpp — what a user may be called, and that no two are called the same.
#include <chorus/session/names.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <optional>
#include <set>
#include <thread>
#include <vector>

using namespace chorus;

BOOST_AUTO_TEST_SUITE(session_names)

BOOST_AUTO_TEST_CASE(a_name_in_use_gets_a_number)
{
    names here;
    const auto first = here.claim("ann"), second = here.claim("ann"), third = here.claim("ann");
    BOOST_TEST(first.text() == "ann");
    BOOST_TEST(second.text() == "ann#2");
    BOOST_TEST(third.text() == "ann#3");
}

BOOST_AUTO_TEST_CASE(a_name_is_free_again_when_its_user_has_left)
{
    names here;
    std::optional<claimed_name> first = here.claim("ann");
    const auto second = here.claim("ann");
    first.reset();
    const auto again = here.claim("ann"), third = here.claim("ann");
    BOOST_TEST(again.text() == "ann");
    BOOST_TEST(third.text() == "ann#3");
}

BOOST_AUTO_TEST_CASE(a_name_that_looks_like_a_numbered_one_is_taken_as_it_is)
{
    names here;
    const auto odd = here.claim("ann#2"), first = here.claim("ann"), second = here.claim("ann");
    BOOST_TEST(odd.text() == "ann#2");
    BOOST_TEST(first.text() == "ann");
    BOOST_TEST(second.text() == "ann#3");
}

BOOST_AUTO_TEST_CASE(a_name_that_very_many_want_is_not_counted_up_for_ever)
{
    names here;
    std::vector<claimed_name> all;
    std::set<std::string> different;
    for (int each = 0; each < 1000; ++each) {
        all.push_back(here.claim("ann"));
        different.insert(all.back().text());
    }
    BOOST_TEST(different.size() == 1000U);
    BOOST_TEST(all[99].text() == "ann#100");
    BOOST_TEST(all[100].text().size() == std::string("ann#123456").size());
}

BOOST_AUTO_TEST_CASE(a_claim_that_is_moved_gives_its_name_back_once)
{
    names here;
    std::optional<claimed_name> first = here.claim("ann");
    const auto moved = std::move(*first);
    first.reset();
    BOOST_TEST(moved.text() == "ann");
    BOOST_TEST(here.claim("ann").text() == "ann#2");
}

BOOST_AUTO_TEST_CASE(without_a_wish_a_guest_gets_six_letters)
{
    names here;
    std::vector<claimed_name> guests;
    std::set<std::string> different;
    for (int each = 0; each < 200; ++each) {
        guests.push_back(here.claim(""));
        const auto& name = guests.back().text();
        BOOST_TEST(name.starts_with("guest-"));
        BOOST_TEST(name.size() == 12U);
        BOOST_TEST(std::ranges::all_of(name.substr(6), [](char letter) { return letter >= 'a' && letter <= 'z'; }));
        different.insert(name);
    }
    BOOST_TEST(different.size() == 200U);
}

BOOST_AUTO_TEST_CASE(names_can_be_claimed_from_many_threads)
{
    names here;
    const auto come_and_go = [&here] {
        for (int each = 0; each < 2000; ++each)
            (void)here.claim("ann");
    };
    std::thread one(come_and_go), two(come_and_go);
    one.join(), two.join();
    BOOST_TEST(here.claim("ann").text() == "ann");
}

BOOST_AUTO_TEST_CASE(a_name_has_1_to_32_characters_however_many_bytes_they_take)
{
    const std::string letter = "\xC3\xA9", face = "\xF0\x9F\x98\x80";
    std::string letters, faces;
    for (int each = 0; each < 32; ++each)
        letters += letter, faces += face;
    BOOST_TEST(is_user_name("a"));
    BOOST_TEST(is_user_name("Ann Smith"));
    BOOST_TEST(is_user_name(std::string(32, 'a')));
    BOOST_TEST(is_user_name(letters));
    BOOST_TEST(is_user_name(faces));
    BOOST_TEST(!is_user_name(""));
    BOOST_TEST(!is_user_name(std::string(33, 'a')));
    BOOST_TEST(!is_user_name(letters + "a"));
    BOOST_TEST(!is_user_name(faces + "a"));
}

BOOST_AUTO_TEST_CASE(a_name_holds_no_control_characters)
{
    using namespace std::string_view_literals;
    for (const auto bad :
         {"a\0b"sv, "a\nb"sv, "\tann"sv, "ann\x1f"sv, "ann\x7f"sv, "\xC2\x80"sv, "a\xC2\x85z"sv, "ann\xC2\x9F"sv})
        BOOST_TEST(!is_user_name(bad));
    for (const auto bad :
         {"a\xE2\x80\xA8z"sv, "\xE2\x80\xAEnna"sv, "\xE2\x81\xA6z"sv, "ann\xE2\x81\xA9"sv, "\xD8\x9C"sv})
        BOOST_TEST(!is_user_name(bad), "separators, and what turns the direction");
    BOOST_TEST(is_user_name("\xC2\xA0 is no control character"));
    BOOST_TEST(is_user_name("\xE1\x82\x80 has one inside"));
}

BOOST_AUTO_TEST_CASE(a_name_is_utf8)
{
    using namespace std::string_view_literals;
    for (const auto bad : {"\xff"sv, "\x80"sv, "ann\xC3"sv, "\xC0\x80"sv, "\xED\xA0\x80"sv, "\xF4\x90\x80\x80"sv})
        BOOST_TEST(!is_user_name(bad));
}

BOOST_AUTO_TEST_CASE(a_user_is_in_under_one_name_but_only_so_often)
{
    names here;
    auto first = here.share("ann", 2);
    const auto second = here.share("ann", 2);
    BOOST_REQUIRE((first && second));
    BOOST_TEST(first->text() == "ann");
    BOOST_TEST(second->text() == "ann");
    BOOST_TEST(!here.share("ann", 2));
    BOOST_TEST(here.share("bob", 2).has_value());
    first.reset();
    BOOST_TEST(here.share("ann", 2).has_value());
}

BOOST_AUTO_TEST_CASE(without_a_limit_a_user_is_in_as_often_as_he_likes)
{
    names here;
    std::vector<claimed_name> all;
    for (int each = 0; each < 1000; ++each)
        all.push_back(std::move(*here.share("ann", 0)));
    all.clear();
    BOOST_TEST(here.claim("ann").text() == "ann"); // nothing is left behind
}

BOOST_AUTO_TEST_CASE(no_guest_is_called_like_a_user_who_is_in)
{
    names here;
    const auto user = here.share("ann", 16);
    BOOST_TEST(here.claim("ann").text() == "ann#2");
}

BOOST_AUTO_TEST_CASE(all_connections_of_a_user_share_what_he_may_send_and_others_do_not)
{
    names here;
    here.limit_types(1);
    const auto first = here.share("ann", 0), second = here.share("ann", 0), other = here.share("bob", 0);
    const rate once{.per_second = 1, .burst = 1};
    const limiter::time_point now{std::chrono::hours{1}};
    BOOST_TEST(first->may().messages.take(once, now));
    BOOST_TEST(!second->may().messages.take(once, now));
    BOOST_TEST(other->may().messages.take(once, now));
    BOOST_TEST(second->may().by_type[0].take(once, now));
    BOOST_TEST(!first->may().by_type[0].take(once, now));
}

BOOST_AUTO_TEST_CASE(all_who_are_in_may_be_let_send_as_after_a_rest)
{
    names here;
    here.limit_types(2);
    const auto ann = here.claim("ann");
    const rate once{.per_second = 1, .burst = 1};
    const limiter::time_point now{std::chrono::hours{1}};
    auto& may = ann.may();
    const auto take_all = [&] {
        std::size_t taken = 0;
        for (auto* const each : {&may.messages, &may.joins, &may.bytes, &may.by_type[0], &may.by_type[1]})
            taken += each->take(once, now) ? 1 : 0;
        return taken;
    };
    BOOST_TEST(take_all() == 5U);
    BOOST_TEST(take_all() == 0U);
    here.fill_allowances();
    BOOST_TEST(take_all() == 5U);
}

BOOST_AUTO_TEST_SUITE_END()
