// config_fuzz.cpp — a file of options is refused in words or taken, and then --check-config prints one that says the
// same.
#include "fuzz.hpp"

#include <apps/options.hpp>

#include <sys/mman.h>
#include <unistd.h>

using namespace chorus;
using namespace chorus::app;

namespace {

// A file that lies in memory only.
class memory_file
{
public:
    memory_file() : descriptor_{::memfd_create("chorus.conf", 0)}
    {
        fuzz::require(descriptor_ >= 0, "there is a file in memory");
    }
    ~memory_file() { ::close(descriptor_); }
    memory_file(const memory_file&) = delete;
    memory_file& operator=(const memory_file&) = delete;

    void hold(std::string_view text) const
    {
        const bool emptied = ::ftruncate(descriptor_, 0) == 0;
        const auto written = ::pwrite(descriptor_, text.data(), text.size(), 0);
        fuzz::require(emptied && written == static_cast<ssize_t>(text.size()), "the file takes the text");
    }
    std::string name() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

private:
    int descriptor_;
};

farewell check_config(std::string_view text)
{
    static const program chat = chat_program();
    static const memory_file file;
    file.hold(text);
    return std::get<farewell>(read_options(chat, {"--check-config", "--config", file.name()}, {}));
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto first = check_config(fuzz::as_text(data, size));
    fuzz::require(!first.text.empty(), "there is something to say");
    if (first.exit_code != 0) return 0;
    const auto second = check_config(first.text);
    fuzz::require(second.exit_code == 0, "what is printed can be read");
    fuzz::require(second.text == first.text, "what is printed says the same");
    return 0;
}
