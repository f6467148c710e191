// tls_self_signed.hpp — A key and a certificate that nobody vouches for, made in memory.
#pragma once

#include "openssl.hpp"

#include <string>

namespace chorus {

struct self_signed
{
    key_ptr key;
    certificate_ptr certificate;
};

// ECDSA P-256; good for 30 days, for `localhost`, 127.0.0.1, ::1 and `host`, a name or a number.
self_signed make_self_signed(const std::string& host);

} // namespace chorus
