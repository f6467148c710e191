// jws_signer.hpp — signs JSON Web Tokens as an issuer would, with OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace chorus::test {

std::string base64url(std::string_view bytes);
std::string from_base64(std::string_view text); // the plain alphabet, with padding

// A key pair made for the test; the public half as the file that a server is given.
struct key_pair
{
    std::string private_pem, public_pem;
};
key_pair make_rsa_pair(unsigned bits = 2048);
key_pair make_ec_pair(const char* curve = "P-256");

// HEADER.CLAIMS.SIGNATURE. `key` is the secret for HS256, else the private key in PEM.
std::string sign_hs256(std::string_view header, std::string_view claims, std::string_view secret);
std::string sign_rs256(std::string_view header, std::string_view claims, std::string_view private_pem);
std::string sign_es256(std::string_view header, std::string_view claims, std::string_view private_pem);

} // namespace chorus::test
