// program.cpp — fork, exec, and a pipe to the child's stdout.
#include "support/program.hpp"

#include <cerrno>
#include <csignal>
#include <fstream>
#include <poll.h>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <unistd.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

namespace chorus::testing {

namespace {

constexpr milliseconds start_patience{20'000};

// In the child: only what is safe between fork and exec. The child must not outlive a test that crashes.
[[noreturn]] void become(char* const* arguments, int output, int errors)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    ::execv(arguments[0], arguments);
    ::_exit(127);
}

pid_t start(std::vector<std::string>& words, int output, int errors)
{
    std::vector<char*> pointers;
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const pid_t id = ::fork();
    if (id < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (id == 0) become(pointers.data(), output, errors);
    return id;
}

std::size_t status_bytes(pid_t process, const std::string& key)
{
    std::ifstream status("/proc/" + std::to_string(process) + "/status");
    for (std::string word; status >> word;)
        if (std::size_t kilobytes = 0; word == key + ":" && status >> kilobytes) return kilobytes * 1024;
    throw std::runtime_error("process " + std::to_string(process) + " has no " + key);
}

} // namespace

program::program(const std::string& path, std::vector<std::string> arguments, int errors)
{
    arguments.insert(arguments.begin(), {path, "--listen", "127.0.0.1:0"});
    int pipe[2];
    if (::pipe2(pipe, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
    id_ = start(arguments, pipe[1], errors);
    output_ = pipe[0];
    ::close(pipe[1]);
    const std::string line = read_line(start_patience);
    const auto colon = line.rfind(':');
    const auto slash = line.rfind('/');
    if (!line.starts_with("listening on ws://") || colon == std::string::npos || slash < colon)
        throw std::runtime_error(path + " did not say where it listens, but: '" + line + "'");
    port_ = static_cast<std::uint16_t>(std::stoul(line.substr(colon + 1, slash - colon - 1)));
}

program::~program()
{
    if (id_ > 0 && !exit_code_) {
        ::kill(id_, SIGKILL);
        ::waitpid(id_, nullptr, 0);
    }
    if (output_ >= 0) ::close(output_);
}

void program::signal(int number) const { ::kill(id_, number); }

std::optional<int> program::wait(milliseconds timeout)
{
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    int status = 0;
    while (!exit_code_) {
        if (::waitpid(id_, &status, WNOHANG) == id_)
            exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        else if (std::chrono::steady_clock::now() >= deadline)
            return std::nullopt;
        else
            std::this_thread::sleep_for(milliseconds{5});
    }
    return exit_code_;
}

std::string program::read_line(milliseconds timeout) const
{
    std::string line;
    pollfd entry{output_, POLLIN, 0};
    for (char next = 0; ::poll(&entry, 1, static_cast<int>(timeout.count())) > 0;) {
        if (::read(output_, &next, 1) != 1 || next == '\n') break;
        line.push_back(next);
    }
    return line;
}

std::size_t resident_bytes(pid_t process) { return status_bytes(process, "VmRSS"); }

std::size_t peak_resident_bytes(pid_t process) { return status_bytes(process, "VmHWM"); }

// The 14th and 15th field of /proc/PID/stat; the second, the program's name, stands in parentheses.
milliseconds cpu_time(pid_t process)
{
    std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
    stat.ignore(1024, ')');
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        stat >> skipped;
    long user = 0, kernel = 0;
    if (!(stat >> user >> kernel)) throw std::runtime_error("process " + std::to_string(process) + " is gone");
    return milliseconds{(user + kernel) * 1000 / ::sysconf(_SC_CLK_TCK)};
}

} // namespace chorus::testing
