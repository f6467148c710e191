// history.cpp — The last messages of one room, numbered, so that who comes or comes back can be told what was said.
#include <chorus/hub/history.hpp>

#include <algorithm>

namespace chorus {

void history::add(shared_frame message, std::string_view text)
{
    ++last_;
    bytes_ += text.size();
    entries_.push_back({std::move(message), text});
    while (!entries_.empty() && (entries_.size() > limits_.messages || bytes_ > limits_.bytes))
        forget_oldest();
}

void history::forget_oldest() { bytes_ -= entries_.pop_front().text.size(); }

bool history::holds_all_after(std::uint64_t offset) const { return offset <= last_ && offset + 1 >= first_kept(); }

std::vector<json_text> history::after(std::uint64_t offset) const
{
    const auto skipped = std::min<std::uint64_t>(entries_.size(), std::max(offset + 1, first_kept()) - first_kept());
    std::vector<json_text> messages;
    messages.reserve(entries_.size() - skipped);
    for (std::size_t each = skipped; each < entries_.size(); ++each)
        messages.push_back({entries_[each].text});
    return messages;
}

} // namespace chorus
