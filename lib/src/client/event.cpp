// event.cpp — puts an end into words.
#include <chorus/client/event.hpp>

namespace chorus {

std::string to_string(const disconnection& why)
{
    std::string text = why.reason;
    if (why.status != 0)
        text = "refused " + std::to_string(why.status) + " " + why.reason;
    else if (why.code != close_code::abnormal)
        text += " " + std::to_string(static_cast<unsigned>(why.code)) + " " + std::string(to_string(why.code));
    return why.detail.empty() ? text : text + ": " + why.detail;
}

} // namespace chorus
