// chat_page_test.cpp — the chat's page is in the program as it is in the tree.
#include <apps/chat_page.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace {

const std::filesystem::path folder = CHORUS_PAGE_FOLDER; // set by CMake

std::string read(const std::filesystem::path& file)
{
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator{stream}, {}};
}

std::string file_of(const chorus::asset& asset)
{
    return asset.path == "/" ? "index.html" : std::string(asset.path.substr(1));
}

} // namespace

BOOST_AUTO_TEST_SUITE(apps_chat_page)

BOOST_AUTO_TEST_CASE(every_file_of_the_page_is_in_the_program_byte_for_byte)
{
    std::set<std::string> embedded;
    for (const auto& asset : chat_page()) {
        BOOST_TEST(asset.body == read(folder / file_of(asset)));
        embedded.insert(file_of(asset));
    }
    std::set<std::string> present;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        present.insert(entry.path().filename());
    BOOST_TEST(embedded == present, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_page_itself_is_html_at_the_root)
{
    const auto index = std::ranges::find(chat_page(), "/", &chorus::asset::path);
    BOOST_REQUIRE(index != chat_page().end());
    BOOST_TEST(index->content_type == "text/html; charset=utf-8");
    BOOST_TEST(index->body.starts_with("<!"));
}

BOOST_AUTO_TEST_SUITE_END()
