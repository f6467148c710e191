// openssl.hpp — OpenSSL's objects with owners, and its errors as ours.
#pragma once

#include <chorus/core/task.hpp>

#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace chorus {

template <auto release> struct openssl_release
{
    void operator()(auto* object) const { release(object); }
};

using ssl_ptr = std::unique_ptr<SSL, openssl_release<SSL_free>>;
using bio_ptr = std::unique_ptr<BIO, openssl_release<BIO_free>>;
using bio_method_ptr = std::unique_ptr<BIO_METHOD, openssl_release<BIO_meth_free>>;
using key_ptr = std::unique_ptr<EVP_PKEY, openssl_release<EVP_PKEY_free>>;
using certificate_ptr = std::unique_ptr<X509, openssl_release<X509_free>>;
using extension_ptr = std::unique_ptr<X509_EXTENSION, openssl_release<X509_EXTENSION_free>>;

// OpenSSL tells what went wrong in a queue of the thread. The oldest entry is the cause; reading it empties the queue.
error_code take_tls_error();

// Why a certificate was not believed; `result` as SSL_get_verify_result gives it.
error_code certificate_error(long result);

// Throws std::bad_alloc: for calls that fail only when there is no memory.
void require_memory(bool there);

} // namespace chorus
