// program.hpp — runs one of our servers as a child process: waits until it listens, signals it, and reads its exit
// code.
#pragma once

#include "support/tcp_socket.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace chorus::testing {

// A server process that is killed with this object, whatever the test's outcome. One thread at a time.
class program
{
public:
    // Starts `path` with --listen 127.0.0.1:0 before `arguments` and returns once it has printed where it listens.
    // What it writes on stderr goes to the descriptor `errors`; to ours, unless one is given. Throws
    // std::runtime_error when it ends or says nothing for 20 s.
    program(const std::string& path, std::vector<std::string> arguments, int errors = 2);
    program(const program&) = delete;
    program& operator=(const program&) = delete;
    ~program();

    std::uint16_t port() const { return port_; }
    pid_t id() const { return id_; }

    void signal(int number) const;
    // The exit code, 128 + N when signal N ended it, nothing when it still runs after `timeout`.
    std::optional<int> wait(milliseconds timeout);

private:
    std::string read_line(milliseconds timeout) const;

    pid_t id_ = -1;
    int output_ = -1; // the child's stdout
    std::uint16_t port_ = 0;
    std::optional<int> exit_code_;
};

// Resident memory of a process in bytes, now and at its highest: VmRSS and VmHWM of /proc/PID/status.
std::size_t resident_bytes(pid_t process);
std::size_t peak_resident_bytes(pid_t process);

// What it has computed since its start, in user and kernel mode; in steps of 10 ms.
milliseconds cpu_time(pid_t process);

} // namespace chorus::testing
