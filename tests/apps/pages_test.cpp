// pages_test.cpp — the pages of the chat and of its operators are in the program as they are in the tree.
#include <apps/chat_page.hpp>
#include <apps/status_page.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

namespace {

using assets = std::span<const chorus::asset>;

const std::filesystem::path pages = CHORUS_PAGES; // set by CMake

std::string read(const std::filesystem::path& file)
{
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator{stream}, {}};
}

// Of the asset of a page at `root`: "/" and "/chat.js", or "/status" and "/status/plot.js".
std::string file_of(const chorus::asset& asset, std::string_view root)
{
    if (asset.path == root) return "index.html";
    return std::string(asset.path.substr(asset.path.rfind('/') + 1));
}

void are_those_of(assets embedded, const std::filesystem::path& folder, std::string_view root)
{
    std::set<std::string> names;
    for (const auto& asset : embedded) {
        BOOST_TEST(asset.body == read(folder / file_of(asset, root)));
        BOOST_TEST(asset.path.starts_with(root));
        names.insert(file_of(asset, root));
    }
    std::set<std::string> present;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        present.insert(entry.path().filename());
    BOOST_TEST(names == present, boost::test_tools::per_element());
}

void is_html(assets page, std::string_view root)
{
    const auto index = std::ranges::find(page, root, &chorus::asset::path);
    BOOST_REQUIRE(index != page.end());
    BOOST_TEST(index->content_type == "text/html; charset=utf-8");
    BOOST_TEST(index->body.starts_with("<!"));
}

} // namespace

BOOST_AUTO_TEST_SUITE(apps_pages)

BOOST_AUTO_TEST_CASE(every_file_of_a_page_is_in_the_program_byte_for_byte)
{
    are_those_of(chat_page(), pages / "chat" / "page", "/");
    are_those_of(status_page(), pages / "status" / "page", "/status");
}

BOOST_AUTO_TEST_CASE(a_page_itself_is_html_at_its_root)
{
    is_html(chat_page(), "/");
    is_html(status_page(), "/status");
}

BOOST_AUTO_TEST_SUITE_END()
