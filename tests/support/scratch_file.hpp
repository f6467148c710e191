// scratch_file.hpp — a file, or a folder, with a name of its own; gone with the object.
#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <stdlib.h>
#include <unistd.h>

namespace chorus::test {

// What mkstemp and mkdtemp make a path of that is nobody's.
inline std::string scratch_path() { return (std::filesystem::temp_directory_path() / "chorus-test-XXXXXX").string(); }

// With the content that a test gives it.
class scratch_file
{
public:
    explicit scratch_file(std::string_view content = {}) : path_(scratch_path())
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

class scratch_folder
{
public:
    scratch_folder() : path_(scratch_path())
    {
        if (!::mkdtemp(path_.data())) throw std::runtime_error("mkdtemp");
    }
    ~scratch_folder() { std::filesystem::remove_all(path_); }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;

    std::string name(std::string_view name) const { return path_ + "/" + std::string(name); }
    // The path of a file that holds this from now on.
    std::string write(std::string_view name, std::string_view text) const
    {
        const auto file = this->name(name);
        std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
        return file;
    }

private:
    std::string path_;
};

} // namespace chorus::test
