// closing.hpp — The closing handshake (RFC 6455, 7.1): who has said Close, and what is still to be said.
#pragma once
#include <chorus/wire/close_code.hpp>
#include <chorus/wire/frame.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace chorus {

// Each side sends one Close and nothing after it. Once both have, the server ends the TCP connection and the client
// waits a little for it to do so. A value; how long to wait for the peer's half is its owner's business.
class closing
{
public:
    // We want to end. True: send this Close now. False: ours is already on its way, and the first code stands.
    bool send(close_code code);

    // The peer's Close came. The code to answer with, which is its own; nothing when ours is already on its way.
    std::optional<close_code> receive(close_code code);

    bool may_send_data() const { return !sent_; }
    bool sent() const { return sent_.has_value(); }
    bool received() const { return received_.has_value(); }
    bool complete() const { return sent() && received(); } // ended cleanly, 7.1.4

    std::optional<close_code> sent_code() const { return sent_; }
    close_code code() const { return received_.value_or(close_code::abnormal); } // what the peer said, 7.1.5

private:
    std::optional<close_code> sent_;
    std::optional<close_code> received_;
};

// What a Close carries: two bytes of code and the reason, cut at 123 bytes between two characters. A code that only
// stands for something (no_status, abnormal, ...) gives the empty payload, which is how a Close without a code looks.
std::string close_payload(close_code code, std::string_view reason = {});
shared_frame make_close_frame(close_code code, std::string_view reason = {});

} // namespace chorus
