# handshakes.py — Opening handshakes as bytes, sound ones and every kind of wrong one: the tables both sides are held to.
import base64
import hashlib
import re

KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455 section 1.3
GOOD_REQUEST = {"Host": "localhost", "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": KEY, "Sec-WebSocket-Version": "13"}


def accept_of(key):
    return base64.b64encode(hashlib.sha1(key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest()).decode()


def head(first, fields, *further):
    lines = [first, *(f"{name}: {value}" for name, value in fields.items() if value is not None), *further]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def request(*further, first="GET /ws HTTP/1.1", **changes):
    """A good request with some fields changed, None leaving one out; `further` are whole lines."""
    names = {name.replace("-", "_").lower(): name for name in GOOD_REQUEST}
    return head(first, GOOD_REQUEST | {names[key]: value for key, value in changes.items()}, *further)


def plain(*further, first="GET /ws HTTP/1.1"):
    return head(first, {"Host": "localhost"}, *further)


GOOD_REQUESTS = {
    "as the RFC shows it": request(),
    "names and tokens in another case": request().replace(b"Upgrade", b"uPGRADE").replace(b"websocket", b"WebSocket").replace(b"Host", b"HOST"),
    "tokens in lists": request(connection="keep-alive, Upgrade", upgrade="h2c, websocket"),
    "a token in a second field of its name": request("Connection: Upgrade", connection="keep-alive"),
    "blanks around values": request(upgrade="  websocket \t", connection="\tUpgrade "),
    "a URL as its target": request(first="GET http://localhost/ws HTTP/1.1"),
    "a query": request(first="GET /ws?a=b HTTP/1.1"),
    "an empty line before it": b"\r\n" + request(),
    "subprotocols nobody knows": request("Sec-WebSocket-Protocol: soap, wamp"),
    "an extension nobody knows": request("Sec-WebSocket-Extensions: x-unheard-of; a=b"),
    "a body of no length": request("Content-Length: 0"),
    "fields nobody knows": request("X-One: two", "X-Empty:"),
}

# name: (bytes, status, reason)
WRONG_REQUESTS = {
    # RFC 6455, 4.2.1
    "POST": (request(first="POST /ws HTTP/1.1"), 405, "method_not_allowed"),
    "HEAD": (request(first="HEAD /ws HTTP/1.1"), 405, None),  # whose answer has no body
    "PUT": (request(first="PUT /ws HTTP/1.1"), 405, "method_not_allowed"),
    "get in lower case": (request(first="get /ws HTTP/1.1"), 405, "method_not_allowed"),
    "HTTP/1.0": (request(first="GET /ws HTTP/1.0"), 400, "http_too_old"),
    "another path": (request(first="GET /elsewhere HTTP/1.1"), 404, "not_found"),
    "a path in another case": (request(first="GET /WS HTTP/1.1"), 404, "not_found"),
    "a plain GET": (plain(), 426, "upgrade_required"),
    "no Upgrade": (request(upgrade=None), 426, "upgrade_required"),
    "an empty Upgrade": (request(upgrade=""), 426, "upgrade_required"),
    "another Upgrade": (request(upgrade="h2c"), 426, "upgrade_required"),
    "an Upgrade that only begins like it": (request(upgrade="websockets"), 426, "upgrade_required"),
    "no Connection": (request(connection=None), 426, "upgrade_required"),
    "a Connection without Upgrade": (request(connection="keep-alive"), 426, "upgrade_required"),
    "no key": (request(sec_websocket_key=None), 400, "missing_key"),
    "an empty key": (request(sec_websocket_key=""), 400, "malformed_key"),
    "a key of 15 bytes": (request(sec_websocket_key=base64.b64encode(b"x" * 15).decode()), 400, "malformed_key"),
    "a key of 17 bytes": (request(sec_websocket_key=base64.b64encode(b"x" * 17).decode()), 400, "malformed_key"),
    "a key without padding": (request(sec_websocket_key=KEY.rstrip("=")), 400, "malformed_key"),
    "a key that is not base64": (request(sec_websocket_key="dGhlIHNhbXBs!SBub25jZQ=="), 400, "malformed_key"),
    "a key in the alphabet for URLs": (request(sec_websocket_key="dGhlIHNhbXBs-_Bub25jZQ=="), 400, "malformed_key"),
    "two keys": (request(f"Sec-WebSocket-Key: {KEY}"), 400, "duplicate_key"),
    "no version": (request(sec_websocket_version=None), 426, "unsupported_version"),
    "version 8": (request(sec_websocket_version="8"), 426, "unsupported_version"),
    "version 14": (request(sec_websocket_version="14"), 426, "unsupported_version"),
    "version 013": (request(sec_websocket_version="013"), 426, "unsupported_version"),
    "two versions in a list": (request(sec_websocket_version="13, 8"), 426, "unsupported_version"),
    "two versions": (request("Sec-WebSocket-Version: 13"), 426, "unsupported_version"),
    # RFC 9110 and 9112
    "no Host": (request(host=None), 400, "missing_host"),
    "two Hosts": (request("Host: elsewhere"), 400, "duplicate_host"),
    "a body": (request("Content-Length: 5") + b"hello", 400, "unexpected_body"),
    "a chunked body": (request("Transfer-Encoding: chunked") + b"0\r\n\r\n", 400, "unexpected_body"),
    "both kinds of length": (request("Content-Length: 5", "Transfer-Encoding: chunked"), 400, "bad_body_length"),
    "two lengths": (request("Content-Length: 0", "Content-Length: 0"), 400, "bad_body_length"),
    "a length that is no number": (request("Content-Length: five"), 400, "bad_body_length"),
    "HTTP/2.0": (request(first="GET /ws HTTP/2.0"), 400, "bad_version"),
    "no version of HTTP": (request(first="GET /ws"), 400, None),
    "no request at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "control_character"),  # a TLS client
    "a target that is no path": (request(first="GET ws HTTP/1.1"), 400, "bad_target"),
    "a lone LF": (request().replace(b"\r\n", b"\n"), 400, "bare_line_feed"),
    "a lone CR": (request("X-One: a\rb"), 400, "bare_carriage_return"),
    "a folded field": (request("X-One: a", " b"), 400, "folded_field"),
    "a blank before the colon": (request("X-One : a"), 400, "bad_field_name"),
    "a field without a name": (request(": a"), 400, "bad_field_name"),
    "a line without a colon": (request("nothing"), 400, "bad_field_name"),
    "a NUL": (request("X-One: a\0b"), 400, "control_character"),
    "a head over 8 KiB": (request("X-One: " + "a" * 8192), 431, "head_too_large"),
}


def key_in(request_bytes):
    return re.search(rb"\r\nSec-WebSocket-Key: (\S+)\r\n", request_bytes)[1].decode()


def response(key, *further, first="HTTP/1.1 101 Switching Protocols", **changes):
    fields = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept_of(key)}
    names = {"upgrade": "Upgrade", "connection": "Connection", "accept": "Sec-WebSocket-Accept"}
    return head(first, fields | {names[name]: value for name, value in changes.items()}, *further)


# Functions of the client's key.
GOOD_RESPONSES = {
    "as the RFC shows it": lambda key: response(key),
    "names and tokens in another case": lambda key: response(key, upgrade="WebSocket", connection="upgrade").replace(b"Upgrade:", b"UPGRADE:"),
    "tokens in lists": lambda key: response(key, connection="keep-alive, Upgrade"),
    "another phrase": lambda key: response(key, first="HTTP/1.1 101 Go ahead"),
    "no phrase": lambda key: response(key, first="HTTP/1.1 101 "),
    "fields nobody knows": lambda key: response(key, "Server: someone", "Date: today"),
}

# name: (function of the client's key, the reason it has for hanging up)
WRONG_RESPONSES = {
    "200": (lambda key: response(key, first="HTTP/1.1 200 OK"), "not_upgraded"),
    "302": (lambda key: response(key, "Location: /elsewhere", first="HTTP/1.1 302 Found"), "not_upgraded"),
    "403": (lambda key: response(key, first="HTTP/1.1 403 Forbidden"), "not_upgraded"),
    "503": (lambda key: response(key, first="HTTP/1.1 503 Service Unavailable"), "not_upgraded"),
    "100 and then 101": (lambda key: head("HTTP/1.1 100 Continue", {}) + response(key), "not_upgraded"),
    "HTTP/1.0": (lambda key: response(key, first="HTTP/1.0 101 Switching Protocols"), "http_too_old"),
    "no Upgrade": (lambda key: response(key, upgrade=None), "not_upgraded"),
    "another Upgrade": (lambda key: response(key, upgrade="h2c"), "not_upgraded"),
    "no Connection": (lambda key: response(key, connection=None), "not_upgraded"),
    "a Connection without Upgrade": (lambda key: response(key, connection="close"), "not_upgraded"),
    "no accept": (lambda key: response(key, accept=None), "wrong_accept"),
    "an empty accept": (lambda key: response(key, accept=""), "wrong_accept"),
    "the key as accept": (lambda key: response(key, accept=key), "wrong_accept"),
    "the accept of another key": (lambda key: response(key, accept=accept_of(KEY)), "wrong_accept"),
    "an accept in another case": (lambda key: response(key, accept=accept_of(key).swapcase()), "wrong_accept"),
    "two accepts": (lambda key: response(key, f"Sec-WebSocket-Accept: {accept_of(key)}"), "wrong_accept"),
    "an extension that was not offered": (lambda key: response(key, "Sec-WebSocket-Extensions: permessage-deflate"), "unexpected_extension"),
    "a subprotocol that was not offered": (lambda key: response(key, "Sec-WebSocket-Protocol: soap"), "unexpected_subprotocol"),
    "a lone LF": (lambda key: response(key).replace(b"\r\n", b"\n"), "bare_line_feed"),
    "a folded field": (lambda key: response(key, "X-One: a", " b"), "folded_field"),
    "a head over 8 KiB": (lambda key: response(key, "X-One: " + "a" * 8192), "head_too_large"),
    "no response at all": (lambda key: b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "bad_version"),
}
