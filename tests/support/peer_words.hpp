// peer_words.hpp — what the two ends that tests play have in common: how they push bytes, and how they tell what they
// hear.
#pragma once

#include <chorus/test/peer.hpp>
