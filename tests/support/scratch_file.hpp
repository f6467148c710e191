// scratch_file.hpp — a file with a name of its own and the content that a test gives it; gone with the object.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <stdlib.h>
#include <unistd.h>

namespace chorus::test {

class scratch_file
{
public:
    explicit scratch_file(std::string_view content = {})
        : path_((std::filesystem::temp_directory_path() / "chorus-test-XXXXXX").string())
    {
        const int descriptor = ::mkstemp(path_.data());
        if (descriptor < 0) throw std::runtime_error("mkstemp");
        ::close(descriptor);
        write(content);
    }
    ~scratch_file() { ::unlink(path_.c_str()); }
    scratch_file(const scratch_file&) = delete;
    scratch_file& operator=(const scratch_file&) = delete;

    void write(std::string_view content) { std::ofstream(path_, std::ios::binary | std::ios::trunc) << content; }
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

} // namespace chorus::test
