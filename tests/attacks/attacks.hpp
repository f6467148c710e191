// attacks.hpp — Every attack by its theme; attacks.cpp puts them into one table.
#pragma once

#include "attacks/target.hpp"

#include <span>

namespace chorus::attacks {

struct extent
{
    std::size_t size = 1;     // of whatever the attack is made of
    std::size_t most_mib = 8; // of resident memory that the server may gain meanwhile
    std::vector<std::string> options = {};
};

struct attack
{
    std::string_view name; // what must be true of it, as a sentence
    void (*run)(target&);
    extent brief, full; // for ctest, and for the report
};

std::span<const attack> all_attacks();

// heads.cpp — connections that never become a session
void half_open_heads(target&);
void many_from_one_address(target&);
void garbage_heads(target&);
void come_and_go(target&);

// requests.cpp — heads that mean different things to different readers
void ambiguous_heads(target&);
void pipelined_behind_the_upgrade(target&);
void forged_names(target&);
void paths_out_of_the_site(target&);

// origins.cpp — pages of other hosts
void lookalike_origins(target&);

// frames.cpp — what RFC 6455 forbids
void broken_frames(target&);
void wrong_utf8(target&);
void claimed_lengths(target&);
void garbage_frames(target&);

// floods.cpp — what is allowed, but not that often or that slowly
void dribbled_frames(target&);
void unfinished_messages(target&);
void empty_fragments(target&);
void pings_never_read(target&);

// labours.cpp — what is within all limits
void laborious_messages(target&);
void compressed_laborious_messages(target&);
void small_laborious_messages(target&);

// bombs.cpp — what compression hides
void compression_bombs(target&);

// payloads.cpp — JSON that costs more than its bytes, or says something else than it seems to
void deep_json(target&);
void numbers_and_text(target&);
void colliding_keys(target&);

// rooms.cpp — names and numbers of rooms
void room_names(target&);
void rooms_per_client(target&);
void rooms_by_reconnecting(target&);
void colliding_rooms(target&);

// logs.cpp — strings that want to be lines of their own
void forged_log_lines(target&);

} // namespace chorus::attacks
