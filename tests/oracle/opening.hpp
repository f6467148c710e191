// opening.hpp — The opening handshake with Beast: what either side wishes of compression, and our half of it.
#pragma once
#include "support/random.hpp"

#include <chorus/wire/handshake.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chorus::oracle {

using test::random;

// Beast's options hold for both roles; of ours, a server has a mode and a client has offers.
struct wishes
{
    bool beast_is_willing = false;
    deflate_parameters beast = {};
    int beast_level = 8, beast_memory = 4; // of zlib, when it compresses
    deflate_mode our_mode = deflate_mode::off;
    std::vector<deflate_offer> our_offers = {};
};

wishes random_wishes(random& chance);
// Those that lead to this agreement, whichever role Beast has. (Only a client that keeps no context need not be
// believed what it says of its own window.)
wishes wishes_for(const std::optional<deflate_parameters>& agreed, random& chance);

struct answer
{
    std::string bytes;
    std::optional<deflate_parameters> agreed;
};

// Our server's answer to Beast's request. Whoever does not understand or accept the other, throws.
answer answer_to(std::string_view request, deflate_mode willing);

class our_request
{
public:
    explicit our_request(std::vector<deflate_offer> offers);

    std::string bytes() const;
    std::optional<deflate_parameters> agreed(std::string_view response) const;

private:
    std::vector<deflate_offer> offers_;
    std::string key_ = make_key();
};

[[noreturn]] void give_up(const std::string& why);

} // namespace chorus::oracle
