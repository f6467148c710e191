// tls_wire.cpp — Where OpenSSL's bytes come from and go to: the transport below, through a BIO that is never full.
#include "tls_wire.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>

namespace chorus {
namespace {

// A record or a server's part of the handshake fits easily. A peer could go on asking for alerts without reading them.
constexpr std::size_t most_unsent = 64 * 1024;

std::size_t write_to(transport& to, std::string_view bytes, error_code& error)
{
    const std::array<asio::const_buffer, 1> buffers{asio::buffer(bytes.data(), bytes.size())};
    return to.write_some(buffers, error);
}

bool is_failure(const error_code& error) { return error && error != asio::error::would_block; }

} // namespace

// What OpenSSL calls.
struct tls_wire::callbacks
{
    static tls_wire& of(BIO* bio) { return *static_cast<tls_wire*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* into, std::size_t size, std::size_t* count)
    {
        BIO_clear_retry_flags(bio);
        auto& wire = of(bio);
        if (wire.read({into, size}, *count)) return 1;
        if (!wire.ended_ && !wire.failure_) BIO_set_retry_read(bio);
        return wire.ended_ ? 0 : -1;
    }

    static int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* count)
    {
        BIO_clear_retry_flags(bio);
        *count = size;
        return of(bio).write({bytes, size}) ? 1 : -1;
    }

    static long control(BIO* bio, int what, long, void*)
    {
        if (what == BIO_CTRL_EOF) return of(bio).ended_;
        return what == BIO_CTRL_FLUSH;
    }

    static bio_method_ptr make()
    {
        bio_method_ptr method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "chorus transport"));
        require_memory(method != nullptr);
        BIO_meth_set_read_ex(method.get(), read);
        BIO_meth_set_write_ex(method.get(), write);
        BIO_meth_set_ctrl(method.get(), control);
        return method;
    }
};

BIO* tls_wire::make_bio()
{
    static const auto method = callbacks::make();
    auto* const bio = BIO_new(method.get());
    require_memory(bio != nullptr);
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    return bio;
}

// False: nothing has come yet, or never will.
bool tls_wire::read(std::span<char> into, std::size_t& count)
{
    failure_ = {};
    had_more_ = !drained_ && allowed_ == 0;
    if (drained_ || had_more_) return false;
    error_code error;
    into = into.first(std::min(into.size(), allowed_));
    count = below_->read_some(into, error);
    drained_ = count < into.size();
    allowed_ -= count;
    ended_ = error == asio::error::eof;
    if (is_failure(error) && !ended_) failure_ = error;
    return !error;
}

bool tls_wire::write(std::string_view bytes)
{
    error_code error;
    if (!cannot_send_ && unsent_.empty()) bytes.remove_prefix(write_to(*below_, bytes, error));
    if (is_failure(error)) cannot_send_ = error;
    if (unsent_.size() + bytes.size() > most_unsent) cannot_send_ = asio::error::no_buffer_space;
    if (cannot_send_) return failure_ = cannot_send_, false;
    unsent_.append(bytes);
    return true;
}

bool tls_wire::flush(error_code& error)
{
    if (!cannot_send_ && has_unsent()) {
        unsent_.erase(0, write_to(*below_, unsent_, error));
        if (is_failure(error)) cannot_send_ = error;
        if (!has_unsent()) std::string().swap(unsent_); // who is not blocked keeps nothing for it
    }
    error = cannot_send_;
    if (!error && has_unsent()) error = asio::error::would_block;
    return !error;
}

} // namespace chorus
