// jwt_test.cpp — which JSON Web Tokens are good: the examples of the RFCs, our own, and those that attackers make.
#include "support/jws_signer.hpp"
#include "support/scratch_file.hpp"

#include <chorus/session/jwt.hpp>

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace chorus;
using namespace chorus::test;

BOOST_AUTO_TEST_SUITE(session_jwt)

namespace {

constexpr std::int64_t now = 1'800'000'000;
const std::string secret = "a secret of more than thirty-two bytes, as it should be";
constexpr std::string_view hs256 = R"({"alg":"HS256","typ":"JWT"})", rs256 = R"({"alg":"RS256"})",
                           es256 = R"({"alg":"ES256"})", ann = R"({"sub":"ann"})";

class verified
{
public:
    explicit verified(std::string_view key, jwt_algorithm algorithm, std::string issuer = {}, std::string audience = {})
        : file_(key), verifier_({file_.path(), algorithm, std::move(issuer), std::move(audience)})
    {
    }

    // "ann", "ann until 1800000100", or why not.
    std::string outcome(const std::string& token, std::int64_t at = now) const
    {
        const auto found = verifier_.judge(token, at);
        if (const auto* no = std::get_if<refusal>(&found)) return no->detail;
        const auto& who = std::get<identity>(found);
        return who.user + (who.expires ? " until " + std::to_string(*who.expires) : "");
    }

    void change_key(std::string_view to)
    {
        file_.write(to);
        verifier_.reload();
    }

private:
    scratch_file file_;
    jwt_verifier verifier_;
};

std::string with_secret(std::string_view claims) { return sign_hs256(hs256, claims, secret); }

std::string without_pem_lines(std::string_view pem)
{
    const auto begin = pem.find('\n') + 1;
    std::string text(pem.substr(begin, pem.find("-----END") - begin));
    std::erase(text, '\n');
    return text;
}

std::string complaint_about(std::string_view key, jwt_algorithm algorithm)
{
    const scratch_file file(key);
    try {
        jwt_verifier({file.path(), algorithm});
    } catch (const std::runtime_error& wrong) {
        return std::string(wrong.what()).substr(file.path().size());
    }
    return "none";
}

} // namespace

BOOST_AUTO_TEST_CASE(each_algorithm_lets_in_whom_its_key_has_signed)
{
    BOOST_TEST(verified(secret, jwt_algorithm::hs256).outcome(with_secret(ann)) == "ann");
    const auto rsa = make_rsa_pair(), ec = make_ec_pair();
    BOOST_TEST(verified(rsa.public_pem, jwt_algorithm::rs256).outcome(sign_rs256(rs256, ann, rsa.private_pem)) ==
               "ann");
    BOOST_TEST(verified(ec.public_pem, jwt_algorithm::es256).outcome(sign_es256(es256, ann, ec.private_pem)) == "ann");
}

// RFC 7515, A.1: its claims are {"iss":"joe", "exp":1300819380, ...}, without a sub.
BOOST_AUTO_TEST_CASE(the_example_of_rfc_7515_is_verified)
{
    std::string key("\x03\x23\x35\x4b\x2b\x0f\xa5\xbc\x83\x7e\x06\x65\x77\x7b\xa6\x8f\x5a\xb3\x28\xe6\xf0\x54\xc9\x28"
                    "\xa9\x0f\x84\xb2\xd2\x50\x2e\xbf\xd3\xfb\x5a\x92\xd2\x06\x47\xef\x96\x8a\xb4\xc3\x77\x62\x3d\x22"
                    "\x3d\x2e\x21\x72\x05\x2e\x4f\x08\xc0\xcd\x9a\xf5\x67\xd0\x80\xa3",
                    64);
    const std::string token =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
        ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const verified here(key, jwt_algorithm::hs256);
    BOOST_TEST(here.outcome(token).starts_with("the token's claims"));
    auto forged = token;
    forged.back() = 'U';
    BOOST_TEST(here.outcome(forged) == "the token's signature is not right");
}

BOOST_AUTO_TEST_CASE(a_token_cannot_choose_its_algorithm)
{
    const auto rsa = make_rsa_pair();
    const verified here(rsa.public_pem, jwt_algorithm::rs256);
    const auto other = "the token's algorithm is not the one that is accepted here";
    BOOST_TEST(here.outcome(sign_hs256(hs256, ann, rsa.public_pem)) == other); // the public key as a secret
    for (const auto* alg : {R"({"alg":"none"})", R"({"alg":"None"})", R"({"alg":"rs256"})", R"({"alg":""})"}) {
        BOOST_TEST(here.outcome(base64url(alg) + "." + base64url(ann) + ".") == other);
        BOOST_TEST(here.outcome(sign_rs256(alg, ann, rsa.private_pem)) == other);
    }
    BOOST_TEST(here.outcome(sign_rs256(R"({"alg":"RS256","crit":["exp"]})", ann, rsa.private_pem)) ==
               "the token asks for an extension that is not known here (crit)");
}

BOOST_AUTO_TEST_CASE(every_bit_of_a_token_is_signed)
{
    const verified here(secret, jwt_algorithm::hs256);
    const auto token = with_secret(R"({"sub":"ann","exp":1800000100})");
    for (std::size_t at = 0; at < token.size() - 1; ++at) { // the last character has bits that stand for nothing
        auto changed = token;
        changed[at] = changed[at] == 'A' ? 'B' : 'A';
        if (changed != token) BOOST_TEST(here.outcome(changed) != "ann until 1800000100", "byte " << at);
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_token_is_refused)
{
    const verified here(secret, jwt_algorithm::hs256);
    const std::string high_bytes(300, '\xff');
    for (const std::string& text : {std::string(),
                                    std::string("."),
                                    std::string(".."),
                                    std::string("..."),
                                    std::string("a.b.c"),
                                    std::string("a.b"),
                                    high_bytes,
                                    high_bytes + "." + high_bytes,
                                    high_bytes + "." + high_bytes + "." + high_bytes,
                                    with_secret(ann) + ".x",
                                    with_secret(ann) + "=",
                                    " " + with_secret(ann),
                                    with_secret("[]"),
                                    with_secret("not JSON"),
                                    with_secret("{}"),
                                    with_secret(R"({"sub":7})"),
                                    with_secret(R"({"sub":""})"),
                                    with_secret(R"({"sub":"a\nb"})"),
                                    sign_hs256("{}", ann, secret),
                                    sign_hs256("[]", ann, secret)}) {
        BOOST_TEST(!here.outcome(text).starts_with("ann"), text);
    }
}

BOOST_AUTO_TEST_CASE(a_token_is_good_from_its_nbf_until_before_its_exp)
{
    const verified here(secret, jwt_algorithm::hs256);
    const auto token = with_secret(R"({"sub":"ann","nbf":1800000000,"exp":1800000100})");
    BOOST_TEST(here.outcome(token, now) == "ann until 1800000100");
    BOOST_TEST(here.outcome(token, now - 5) == "ann until 1800000100"); // clocks differ
    BOOST_TEST(here.outcome(token, now - 6) == "the token is not valid yet (nbf)");
    BOOST_TEST(here.outcome(token, now + 99) == "ann until 1800000100");
    BOOST_TEST(here.outcome(token, now + 100) == "the token has expired");
    BOOST_TEST(here.outcome(with_secret(R"({"sub":"ann","exp":1800000099.5})"), now + 99) == "ann until 1800000099");
    for (const auto* claims :
         {R"({"sub":"ann","exp":-1})", R"({"sub":"ann","exp":1e300})", R"({"sub":"ann","nbf":-5})"})
        BOOST_TEST(here.outcome(with_secret(claims)) == "exp and nbf: expected dates", claims);
    for (const auto* claims : {R"({"sub":"ann","exp":"1800000100"})", R"({"sub":"ann","nbf":true})"})
        BOOST_TEST(here.outcome(with_secret(claims)).starts_with("the token's claims"), claims);
}

BOOST_AUTO_TEST_CASE(an_issuer_that_is_asked_for_must_be_named)
{
    const verified here(secret, jwt_algorithm::hs256, "https://issuer.example");
    BOOST_TEST(here.outcome(with_secret(R"({"sub":"ann","iss":"https://issuer.example"})")) == "ann");
    for (const auto* claims : {R"({"sub":"ann"})", R"({"sub":"ann","iss":"https://issuer.example/"})"})
        BOOST_TEST(here.outcome(with_secret(claims)) == "the token is of another issuer (iss)");
}

BOOST_AUTO_TEST_CASE(an_audience_must_be_ours_alone_or_among_others)
{
    const verified here(secret, jwt_algorithm::hs256, {}, "chat");
    BOOST_TEST(here.outcome(with_secret(R"({"sub":"ann","aud":"chat"})")) == "ann");
    BOOST_TEST(here.outcome(with_secret(R"({"sub":"ann","aud":["mail",7,"chat"]})")) == "ann");
    for (const auto* claims : {R"({"sub":"ann"})", R"({"sub":"ann","aud":"chats"})", R"({"sub":"ann","aud":[]})",
                               R"({"sub":"ann","aud":{"chat":true}})"})
        BOOST_TEST(here.outcome(with_secret(claims)) == "the token is for another audience (aud)", claims);
    BOOST_TEST(verified(secret, jwt_algorithm::hs256).outcome(with_secret(R"({"sub":"ann","aud":"chat"})")) ==
               "the token is for an audience (aud) that is not named here");
}

BOOST_AUTO_TEST_CASE(a_signature_of_another_key_or_form_is_refused)
{
    const auto ours = make_ec_pair(), other = make_ec_pair();
    const verified here(ours.public_pem, jwt_algorithm::es256);
    const auto wrong = "the token's signature is not right";
    BOOST_TEST(here.outcome(sign_es256(es256, ann, other.private_pem)) == wrong);
    const auto text = base64url(es256) + "." + base64url(ann) + ".";
    BOOST_TEST(here.outcome(text) == wrong);
    BOOST_TEST(here.outcome(text + base64url(std::string(64, '\0'))) == wrong); // the zeros of CVE-2022-21449
    BOOST_TEST(here.outcome(text + base64url(std::string(63, 'x'))) == wrong);
    BOOST_TEST(here.outcome(text + base64url(std::string(64, '\xff'))) == wrong);
}

BOOST_AUTO_TEST_CASE(a_key_that_does_not_fit_its_algorithm_is_refused)
{
    const auto rsa = make_rsa_pair(), ec = make_ec_pair();
    const auto not_secret = ": HS256 needs a secret, and this is a key that others may know";
    BOOST_TEST(complaint_about(rsa.public_pem, jwt_algorithm::hs256) == not_secret);
    BOOST_TEST(complaint_about("\n" + ec.public_pem, jwt_algorithm::hs256) == not_secret);
    BOOST_TEST(complaint_about("\n", jwt_algorithm::hs256) == ": HS256 needs a secret, and there is none");
    BOOST_TEST(complaint_about(ec.public_pem, jwt_algorithm::rs256) == ": RS256 needs RSA keys of at least 2048 bits");
    BOOST_TEST(complaint_about(make_rsa_pair(1024).public_pem, jwt_algorithm::rs256) ==
               ": RS256 needs RSA keys of at least 2048 bits");
    BOOST_TEST(complaint_about(rsa.public_pem, jwt_algorithm::es256) == ": ES256 needs keys of the curve P-256");
    BOOST_TEST(complaint_about(make_ec_pair("P-384").public_pem, jwt_algorithm::es256) ==
               ": ES256 needs keys of the curve P-256");
    BOOST_TEST(complaint_about(secret, jwt_algorithm::rs256) == ": RS256 needs a public key or a certificate in PEM");
    BOOST_TEST(complaint_about(rsa.private_pem, jwt_algorithm::rs256) ==
               ": expected public keys or certificates in PEM, got another block");
    BOOST_CHECK_THROW(jwt_verifier({"/nowhere/key", jwt_algorithm::hs256}), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_line_end_behind_a_secret_does_not_count)
{
    BOOST_TEST(verified(secret + "\n", jwt_algorithm::hs256).outcome(with_secret(ann)) == "ann");
    BOOST_TEST(verified(secret + "\r\n", jwt_algorithm::hs256).outcome(with_secret(ann)) == "ann");
    BOOST_TEST(verified(secret + "\n\n", jwt_algorithm::hs256).outcome(with_secret(ann)) != "ann");
}

BOOST_AUTO_TEST_CASE(while_keys_are_changed_a_file_holds_both)
{
    const auto old_pair = make_ec_pair(), new_pair = make_ec_pair();
    const auto by_old = sign_es256(es256, ann, old_pair.private_pem),
               by_new = sign_es256(es256, ann, new_pair.private_pem);
    verified here(old_pair.public_pem, jwt_algorithm::es256);
    BOOST_TEST(here.outcome(by_new) != "ann");
    here.change_key(old_pair.public_pem + new_pair.public_pem);
    BOOST_TEST(here.outcome(by_old) == "ann");
    BOOST_TEST(here.outcome(by_new) == "ann");
    here.change_key(new_pair.public_pem);
    BOOST_TEST(here.outcome(by_old) != "ann");
    BOOST_CHECK_THROW(here.change_key("broken"), std::runtime_error);
    BOOST_TEST(here.outcome(by_new) == "ann");
}

BOOST_AUTO_TEST_CASE(a_public_key_is_no_secret_in_whatever_spelling)
{
    const auto not_secret = ": HS256 needs a secret, and this is a key that others may know";
    const auto pair = make_ec_pair();
    const std::string in_base64 = without_pem_lines(pair.public_pem);
    for (const std::string& text :
         {std::string("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGlubm9jZW50IGVub3VnaCBub3QgdG8gYmUgcmVhbA ann@here"),
          std::string(R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"})"), in_base64,
          from_base64(in_base64), from_base64(without_pem_lines(pair.private_pem))})
        BOOST_TEST(complaint_about(text, jwt_algorithm::hs256) == not_secret, text);
}

BOOST_AUTO_TEST_CASE(no_block_of_a_key_file_is_passed_over)
{
    const auto pair = make_ec_pair();
    const auto wrong = ": expected public keys or certificates in PEM, got another block";
    auto damaged = pair.public_pem;
    damaged[40] = '*';
    BOOST_TEST(complaint_about(damaged + pair.public_pem, jwt_algorithm::es256) == wrong);
    BOOST_TEST(complaint_about(pair.public_pem + pair.private_pem, jwt_algorithm::es256) == wrong);
}

BOOST_AUTO_TEST_CASE(a_claim_that_is_there_must_say_something)
{
    const verified here(secret, jwt_algorithm::hs256);
    for (const auto* claims :
         {R"({"sub":"ann","exp":null})", R"({"sub":"ann","nbf":null})", R"({"sub":"ann","aud":null})"})
        BOOST_TEST(!here.outcome(with_secret(claims)).starts_with("ann"), claims);
    BOOST_TEST(here.outcome(sign_hs256(R"({"alg":"HS256","crit":null})", ann, secret)) != "ann");
}

BOOST_AUTO_TEST_SUITE_END()
