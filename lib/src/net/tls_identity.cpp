// tls_identity.cpp — Who a server is: reads its certificate and key from files, and says what is wrong with them.
#include <chorus/net/tls.hpp>

#include "tls_context.hpp"
#include "tls_self_signed.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <ctime>
#include <mutex>
#include <stdexcept>
#include <utility>

namespace chorus {
namespace {

// One, not the two that OpenSSL would send: browsers come back one after the other. 250 bytes less for each newcomer.
constexpr std::size_t tickets = 1;

[[noreturn]] void give_up(const std::string& sentence) { throw std::runtime_error(sentence); }

// A client that names its protocols, and ours is not among them, would speak something else: it is told so in the
// handshake (no_application_protocol). One that names none will speak HTTP/1.1.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned offered_size, void*)
{
    const auto ours = offered_protocols();
    unsigned char* found = nullptr;
    const auto result =
        SSL_select_next_proto(&found, size, ours.data(), static_cast<unsigned>(ours.size()), offered, offered_size);
    *chosen = found;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::shared_ptr<SSL_CTX> server_context()
{
    auto context = make_tls_context(TLS_server_method());
    SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
    SSL_CTX_set_num_tickets(context.get(), tickets);
    SSL_CTX_set_max_early_data(context.get(), 0); // what can be sent twice by anybody who listens is not for us
    return context;
}

bio_ptr view_of(const std::string& text)
{
    bio_ptr view(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    require_memory(view != nullptr);
    return view;
}

certificate_ptr next_certificate(BIO* from)
{
    return certificate_ptr(PEM_read_bio_X509(from, nullptr, nullptr, nullptr));
}

// What ends a file of certificates: that no other begins. Everything else is a certificate that is broken.
bool at_the_end() { return ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE; }

void use_certificates(SSL_CTX* context, const std::string& file)
{
    const auto text = read_pem_file(file);
    const auto in = view_of(text);
    ERR_clear_error();
    const auto own = next_certificate(in.get());
    if (!own && at_the_end()) give_up("'" + file + "' holds no certificate in PEM form");
    if (!own) give_up("the certificate in '" + file + "' is broken: " + take_tls_error().message());
    if (SSL_CTX_use_certificate(context, own.get()) != 1)
        give_up("the certificate in '" + file + "' cannot be used: " + take_tls_error().message());
    while (const auto next = next_certificate(in.get()))
        if (SSL_CTX_add1_chain_cert(context, next.get()) != 1)
            give_up("a certificate in '" + file + "' cannot be used: " + take_tls_error().message());
    if (!at_the_end()) give_up("a certificate in '" + file + "' is broken: " + take_tls_error().message());
    ERR_clear_error();
}

// Nobody is there to be asked for the passphrase.
int no_passphrase(char*, int, int, void* asked)
{
    *static_cast<bool*>(asked) = true;
    return -1;
}

void use_key(SSL_CTX* context, const std::string& file, const std::string& certificate_file)
{
    const auto text = read_pem_file(file);
    const auto in = view_of(text);
    ERR_clear_error();
    bool encrypted = false;
    const key_ptr key(PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, &encrypted));
    if (encrypted) give_up("the private key in '" + file + "' is encrypted: nobody is there to enter a passphrase");
    if (!key) give_up("'" + file + "' holds no private key in PEM form");
    if (SSL_CTX_use_PrivateKey(context, key.get()) != 1 || SSL_CTX_check_private_key(context) != 1)
        give_up("the private key in '" + file + "' is not that of the certificate in '" + certificate_file + "'");
    ERR_clear_error();
}

std::shared_ptr<SSL_CTX> read_context(const std::string& certificate_file, const std::string& key_file)
{
    auto context = server_context();
    use_certificates(context.get(), certificate_file);
    use_key(context.get(), key_file, certificate_file);
    return context;
}

tls_identity::time time_of(const ASN1_TIME* at)
{
    std::tm broken_down{};
    ASN1_TIME_to_tm(at, &broken_down);
    return std::chrono::system_clock::from_time_t(::timegm(&broken_down));
}

} // namespace

struct tls_identity::current
{
    std::mutex mutex; // guards what follows
    std::shared_ptr<SSL_CTX> context;
};

tls_identity::tls_identity(std::string certificate_file, std::string key_file)
    : tls_identity(read_context(certificate_file, key_file))
{
    certificate_file_ = std::move(certificate_file);
    key_file_ = std::move(key_file);
}

tls_identity::tls_identity(std::shared_ptr<SSL_CTX> context) : current_(std::make_unique<current>())
{
    current_->context = std::move(context);
}

tls_identity::tls_identity(tls_identity&&) noexcept = default;
tls_identity::~tls_identity() = default;

tls_identity tls_identity::self_signed(const std::string& host)
{
    const auto made = make_self_signed(host);
    auto context = server_context();
    const auto fits = SSL_CTX_use_certificate(context.get(), made.certificate.get()) == 1 &&
                      SSL_CTX_use_PrivateKey(context.get(), made.key.get()) == 1;
    require_memory(fits);
    return tls_identity(std::move(context));
}

void tls_identity::reload()
{
    if (certificate_file_.empty()) return;
    auto fresh = read_context(certificate_file_, key_file_);
    const std::lock_guard lock(current_->mutex);
    current_->context.swap(fresh);
}

std::shared_ptr<SSL_CTX> tls_identity::context() const
{
    const std::lock_guard lock(current_->mutex);
    return current_->context;
}

std::string tls_identity::fingerprint() const
{
    constexpr auto digits = "0123456789ABCDEF";
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
    unsigned size = 0;
    const auto in_force = context();
    X509_digest(SSL_CTX_get0_certificate(in_force.get()), EVP_sha256(), hash.data(), &size);
    std::string text;
    for (unsigned i = 0; i < size; ++i)
        text.append(i == 0 ? "" : ":").append({digits[hash[i] >> 4], digits[hash[i] & 15]});
    return text;
}

tls_identity::time tls_identity::valid_from() const
{
    const auto in_force = context();
    return time_of(X509_get0_notBefore(SSL_CTX_get0_certificate(in_force.get())));
}

tls_identity::time tls_identity::valid_until() const
{
    const auto in_force = context();
    return time_of(X509_get0_notAfter(SSL_CTX_get0_certificate(in_force.get())));
}

} // namespace chorus
