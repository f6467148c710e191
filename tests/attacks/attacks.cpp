// attacks.cpp — The table of all attacks: what each must not achieve, and how large it is.
#include "attacks/attacks.hpp"

namespace chorus::attacks {

namespace {

// In the order of a connection's life. CMake reads the names here: one line each, and each is a test.
const attack table[] = {
    // heads
    {"half_open_heads_keep_nobody_out", half_open_heads, {600, 8}, {5000, 32}},
    {"one_address_gets_its_share_and_no_more", many_from_one_address, {1600, 8}, {3000, 16}},
    {"garbage_instead_of_a_request_ends_the_connection", garbage_heads, {200}, {2000}},
    {"who_comes_and_goes_leaves_nothing_behind", come_and_go, {2000, 8}, {50'000, 16}},
    // requests
    {"a_head_that_can_be_read_in_two_ways_is_refused", ambiguous_heads, {}, {}},
    {"nothing_behind_an_upgrade_is_a_request", pipelined_behind_the_upgrade, {}, {}},
    {"a_name_cannot_break_out_of_its_place", forged_names, {}, {}},
    {"no_path_leads_out_of_the_site", paths_out_of_the_site, {}, {}},
    {"no_origin_passes_for_another", lookalike_origins, {}, {}},
    // frames
    {"frames_that_break_the_protocol_are_answered_with_1002", broken_frames, {}, {}},
    {"text_that_is_not_utf8_is_answered_with_1007", wrong_utf8, {}, {}},
    {"a_length_is_judged_before_anything_is_reserved", claimed_lengths, {200}, {5000, 64}},
    {"garbage_instead_of_frames_ends_the_connection", garbage_frames, {200}, {2000}},
    // floods
    {"a_message_that_is_dribbled_ends_at_its_deadline", dribbled_frames, {400, 8, {"--message-wait", "1"}}, {5000, 64}},
    {"unfinished_messages_cost_what_they_hold", unfinished_messages, {40, 60}, {250, 300}},
    {"empty_fragments_are_counted", empty_fragments, {8}, {100}},
    {"pings_are_rationed_and_cost_nothing_when_pongs_are_not_read", pings_never_read, {40}, {1000, 64}},
    // labours
    {"laborious_messages_delay_but_lose_nobody", laborious_messages, {4, 32}, {250, 256}},
    {"compressed_labour_delays_but_loses_nobody",
     compressed_laborious_messages,
     {4, 32, {"--deflate"}},
     {250, 256, {"--deflate"}}},
    {"small_messages_make_small_labour",
     small_laborious_messages,
     {4, 16, {"--deflate", "--max-message", "32KiB"}},
     {250, 128, {"--deflate", "--max-message", "32KiB"}}},
    {"a_bomb_does_not_go_off", compression_bombs, {20, 32, {"--deflate"}}, {200, 160, {"--deflate"}}},
    // payloads
    {"json_is_no_deeper_than_32", deep_json, {}, {}},
    {"no_number_or_text_says_what_json_cannot", numbers_and_text, {}, {}},
    {"keys_made_to_collide_cost_no_more", colliding_keys, {4, 16}, {40, 16}},
    // rooms
    {"a_room_has_a_name_that_can_be_shown", room_names, {}, {}},
    {"a_client_is_in_128_rooms_at_most", rooms_per_client, {1}, {10}},
    {"a_flood_of_rooms_leaves_room_for_others", rooms_by_reconnecting, {60, 16}, {1000, 128}},
    {"rooms_made_to_collide_cost_no_more", colliding_rooms, {100, 32}, {150, 48}},
    // logs
    {"nobody_forges_a_line_of_text_log", forged_log_lines, {}, {}},
    {"nobody_forges_a_line_of_json_log",
     forged_log_lines,
     {1, 8, {"--log-format", "json"}},
     {1, 8, {"--log-format", "json"}}},
};

} // namespace

std::span<const attack> all_attacks() { return table; }

} // namespace chorus::attacks
