// replay.cpp — gives a fuzz target every file of its corpus, once: what was found before must not come back.
#include "fuzz.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& place)
{
    if (!fs::is_directory(place)) return {place};
    std::vector<fs::path> files(fs::directory_iterator{place}, fs::directory_iterator{});
    std::ranges::sort(files);
    return files;
}

// In memory of exactly its size, so that a sanitizer sees a read beyond it.
std::vector<std::uint8_t> bytes_of(const fs::path& file)
{
    std::ifstream in{file, std::ios::binary};
    if (!in) throw std::runtime_error{"cannot read " + file.string()};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    return {text.begin(), text.end()};
}

} // namespace

int main(int argument_count, char** arguments)
{
    std::size_t replayed = 0;
    for (const std::string& place : std::vector<std::string>(arguments + 1, arguments + argument_count))
        for (const auto& file : files_of(place)) {
            std::cout << file.filename().string() << std::endl; // the last line is the culprit
            const auto bytes = bytes_of(file);
            LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
            ++replayed;
        }
    return replayed == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
