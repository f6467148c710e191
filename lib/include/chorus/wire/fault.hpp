// fault.hpp — says why a message was refused, and carries that or the value that was asked for.
#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace chorus {

// A code for programs, a sentence for people. Both go into `error {"code","message"}`.
struct fault
{
    fault() = default;
    fault(std::string code_, std::string message_) : code{std::move(code_)}, message{std::move(message_)} {}
    std::string code;
    std::string message;
    friend bool operator==(const fault&, const fault&) = default;
};

// Either what was asked for or the fault. `value()` on a fault is a bug and throws.
template <class T> using result = boost::system::result<T, fault>;

[[noreturn]] inline void throw_exception_from_error(const fault& wrong, const boost::source_location&)
{
    throw std::logic_error{wrong.message};
}

} // namespace chorus
