// test_peer.hpp — the peer of the test kit, which tells in words what it heard.
#pragma once

#include <chorus/test/peer.hpp>

#include <memory>
#include <string>
#include <utility>

namespace chorus::test {

class test_peer : public peer
{
public:
    explicit test_peer(std::unique_ptr<memory_transport> end)
        : peer(std::move(end), [](const parser::event& what) { return lines{in_words(what)}; })
    {
    }

    // What it has heard since it was asked last: "text hello | ping | close 1000 bye | end".
    std::string heard() { return joined(peer::heard(), " | "); }
};

} // namespace chorus::test
