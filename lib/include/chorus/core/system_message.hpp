// system_message.hpp — what the system calls an error, for people.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/generic_category.hpp>

#include <string>

namespace chorus {

// `number` as in errno. From any thread, which std::strerror is not.
inline std::string system_message(int number)
{
    return boost::system::error_code(number, boost::system::generic_category()).message();
}

} // namespace chorus
