# deflate_offers.py — How permessage-deflate is offered and answered, soundly and wrongly: the tables for both sides.
import itertools

from deflate import FLAGS, NAME, WINDOWS

# What a parameter can never be, in an offer or in an answer (RFC 7692, 7.1). A server declines the offer, a client hangs
# up at the answer.
WRONG_FLAGS = ["=1", "=true", '=""', "=", "=10", "; {name}"]
WRONG_WINDOWS = [
    *("=0", "=7", "=16", "=266", "=4294967306", "=18446744073709551626", "=99999999999999999999999"),
    *("=010", "=08", "=+10", "=-9", "=1e1", "=10.0", "=0xA", "=10x", "=x", "=1 0", "=10=10"),
    *("=", '=""', '=" 10"', '="16"', "='10'"),
    *("=10; {name}=10", "=10; {name}=11"),
]
WRONG_PARAMETERS = [
    *(name + form.format(name=name) for name in FLAGS for form in WRONG_FLAGS),
    *(name + form.format(name=name) for name in WINDOWS for form in WRONG_WINDOWS),
    # a value that is missing, or there as well as not
    "server_max_window_bits",
    "server_max_window_bits; server_max_window_bits=10",
    "client_max_window_bits; client_max_window_bits",
    "client_max_window_bits; client_max_window_bits=10",
    "client_max_window_bits=10; client_max_window_bits",
    # parameters nobody knows
    *("x", "x=1", "max_window_bits=10", "server_max_window_bit=10", "server-max-window-bits=10"),
    "server_no_context_takeovers",
    # no parameters at all
    *("", "=", "=10", ";", "; server_no_context_takeover", "client_max_window_bits x"),
    *('"server_no_context_takeover"', "(server_no_context_takeover)"),
]

# Offers only: legal, but zlib cannot compress with so small a window.
UNWELCOME = ["server_max_window_bits=8"]


def all_four(server_windows, client_windows):
    """Every combination of the four parameters, False for one that is not there, True for one without a value."""
    for values in itertools.product((False, True), (False, True), server_windows, client_windows):
        yield dict(zip(FLAGS + WINDOWS, values))


EVERY_OFFER = list(all_four((False, *range(9, 16)), (False, True, *range(8, 16))))
# To a client that has left its window to the server.
EVERY_ANSWER = list(all_four((False, *range(8, 16)), (False, *range(9, 16))))

# Further spellings of sound offers: the fields of a request, and what a server that keeps contexts answers.
TWELVE = "permessage-deflate; server_max_window_bits=12"
SPELLINGS = [
    (["PerMessage-Deflate; SERVER_MAX_WINDOW_BITS=12"], TWELVE),
    (['permessage-deflate; server_max_window_bits="12"'], TWELVE),
    (['permessage-deflate; server_max_window_bits="1\\2"'], TWELVE),
    (["permessage-deflate;server_max_window_bits=12"], TWELVE),
    (["\tpermessage-deflate \t;  server_max_window_bits = 12\t"], TWELVE),
    ([",, permessage-deflate; server_max_window_bits=12 ,"], TWELVE),
    ([TWELVE + "; client_max_window_bits"], TWELVE),
    (["permessage-deflate; client_max_window_bits; server_max_window_bits=12"], TWELVE),
    # Other extensions beside it.
    (["x-webkit-deflate-frame, " + TWELVE], TWELVE),
    ([TWELVE + ", x-webkit-deflate-frame"], TWELVE),
    (['x-other; a="b, permessage-deflate; c", ' + TWELVE], TWELVE),
    (['x-other; a="\\", permessage-deflate"; b, ' + TWELVE], TWELVE),
    (["x-other; a=1; server_max_window_bits=9", TWELVE], TWELVE),
    (["permessage-bzip2, permessage-deflate2, " + TWELVE], TWELVE),
    # The first that fits is taken.
    ([TWELVE + ", permessage-deflate"], TWELVE),
    ([TWELVE, "permessage-deflate"], TWELVE),
    (["permessage-deflate; server_max_window_bits=8, " + TWELVE], TWELVE),
    (["", TWELVE], TWELVE),
    # None of these is it.
    ([""], None),
    (["permessage-bzip2"], None),
    (["permessage-deflate2"], None),
    (["xpermessage-deflate"], None),
    (["permessage deflate"], None),
    (['"permessage-deflate"'], None),
    (["deflate"], None),
    (["permessage-deflate/1"], None),
    ([f'{NAME}; server_max_window_bits="12, {TWELVE}'], None),  # a quote that does not end
]


def fits(offer, terms):
    """Whether a server may answer an offer with these terms (7.1.1, 7.1.2)."""
    if offer["server_no_context_takeover"] and terms.keeps_context("server"):
        return False
    wish = offer["server_max_window_bits"]
    if wish and int(terms.given.get("server_max_window_bits", 99)) > wish:
        return False
    wish, chosen = offer["client_max_window_bits"], terms.given.get("client_max_window_bits")
    return chosen is None or wish is True or int(chosen) <= wish  # not there at all is False: no window is so small


# To a client that has offered permessage-deflate and has left its window to the server.
WRONG_ANSWERS = [
    ["permessage-deflate, permessage-deflate"],
    ["permessage-deflate", "permessage-deflate"],
    ["permessage-deflate, x-other"],
    ["x-other, permessage-deflate"],
    ["x-other"],
    ["permessage-deflate2"],
    ["permessage-bzip2"],
    [""],
    [","],
    ["permessage-deflate; client_max_window_bits"],
    ["permessage-deflate; client_max_window_bits=8"],  # zlib could not keep to it
    *([f"{NAME}; {wrong}"] for wrong in WRONG_PARAMETERS),
]
