# serving.py — What the servers in Python share: how they are called, and what they say.
#
#   A_SERVER.py CERTIFICATE KEY
#
# In all languages a server listens on two free ports of 127.0.0.1, and says so in lines: `lacks FEATURE WHY` for what its
# API does not have, then `ws HOST:PORT` and `wss HOST:PORT`. It accepts compression, and serves
#
#   /echo         each message comes back
#   /fragments    each message comes back in fragments
#   /goodbye      it pings, and says goodbye once the pong is there
import ssl
import sys

GOODBYE = 4000, "so long"
PATIENCE = 20  # seconds until a pong counts as missing


def tls():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*sys.argv[1:3])
    return context


def fragments_of(text):
    third = len(text) // 3
    return [text[:third], text[third : 2 * third], "", text[2 * third :]]


def announce(plain, secure, **lacks):
    for feature, why in lacks.items():
        print("lacks", feature, why)
    for scheme, listening in (("ws", plain), ("wss", secure)):
        print(scheme, "{}:{}".format(*listening.getsockname()), flush=True)
