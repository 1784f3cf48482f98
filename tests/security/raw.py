"""Bytes on a socket that are no request, or such a one as no browser sends."""

import os
from collections.abc import Iterator
from itertools import product

from tests.security.odd import BODIES, HEADERS, PARTS, PRESSED

OURS = b"Host: 127.0.0.1\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded"
MULTI = b"Content-Type: multipart/form-data; boundary="


def request(
    *headers: bytes, method: bytes = b"GET", path: bytes = b"/", version: bytes = b"HTTP/1.1", host: bytes = OURS,
    body: bytes = b"",
) -> bytes:  # fmt: skip
    """A request of exactly these bytes."""
    lines = b"".join(b"%s\r\n" % header for header in headers)
    return b"%s %s %s\r\n%s%s\r\n%s" % (method, path, version, host, lines, body)


def post(path: bytes, *headers: bytes, body: bytes) -> bytes:
    """The same with a body, and its length."""
    return request(*headers, b"Content-Length: %d" % len(body), method=b"POST", path=path, body=body)


NO_REQUESTS = {
    "nothing": b"\r\n\r\n",
    "words": b"hello\r\n\r\n",
    "a TLS hello": bytes.fromhex("16030100c8010000c40303") + os.urandom(64),
    "HTTP/2 of no frames": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 100,
    "HTTP/0.9": b"GET /\r\n",
    "no host": request(host=b""),
    "two hosts": request(b"Host: evil.example"),
    "a proxy's": request(method=b"CONNECT", path=b"evil.example:443", host=b"Host: evil.example\r\n"),
    "a long line": request(path=b"/" + b"a" * 200_000),
    "a long header": request(b"X: " + b"a" * 1_500_000),
    "many headers": request(*[b"X: y"] * 20_000),
    "a folded header": request(b"X: y\r\n z"),
    "a header without a colon": request(b"X"),
    "a space before the colon": request(b"Content-Length : 3", method=b"POST", body=b"abc"),
    "both lengths": request(b"Content-Length: 4", b"Transfer-Encoding: chunked", method=b"POST", path=b"/sign-out")
    + b"0\r\n\r\nGET /admin HTTP/1.1\r\n\r\n",
    "chunks that lie": request(b"Transfer-Encoding: chunked", method=b"POST", path=b"/sign-out")
    + b"ffffffffffffffffff\r\n",
    "less than was said": request(b"Content-Length: 400", method=b"POST", path=b"/sign-out", body=b"abc"),
    "a boundary without end": post(b"/ideas", MULTI + b"b", body=b"--b\r\nX: y"),
}  # fmt: skip
METHODS = (
    b"HEAD", b"OPTIONS", b"TRACE", b"PUT", b"PATCH", b"DELETE", b"CONNECT", b"PROPFIND", b"PURGE", b"QUERY", b"PRI",
    b"get", b"GET\t", b"G\x00T", b"\xc3\xa9", b"X" * 5_000, b"",
)  # fmt: skip
TARGETS = (
    b"*", b"", b"?", b"#", b"ideas", b"//", b"///evil.example", b"/\\", b"/..", b"/%2e%2e/%2e%2e/etc/passwd", b"/%",
    b"/%zz", b"/%00", b"/a\x00b", b"/\xff\xfe%ff%c0%ae", b"/ideas/%ff", b"/ideas/" + b"9" * 5_000,
    b"/static/..%2f..%2fx", b"/static/%00", b"/static/\xff", b"/uploads/%00", b"/uploads/" + b"a" * 5_000,
    b"/search?q=%00", b"/search?q=%ff", b"/?q=\xff", b"/?%zz&%", b"/?" + b"a=&" * 9_000, b"/" + b"%41" * 9_000,
    b"/" * 9_000, b"/a b", b"/\t", b"/\x7f", b"/#a", b'/"', b"/<x>", b"/[", b"/{x}", b"/;x=y", b"http://127.0.0.1/",
    b"http://127.0.0.1", b"http://evil.example/", b"https://127.0.0.1/", b"ftp://x/y", b"http://[",
    b"http://127.0.0.1:99999/", b"http://a@127.0.0.1/", b"127.0.0.1:80",
)  # fmt: skip
VERSIONS = (
    b"HTTP/1.0", b"HTTP/0.9", b"HTTP/1.2", b"HTTP/2", b"HTTP/2.0", b"HTTP/9.9", b"HTTP/1", b"HTTP/", b"http/1.1",
    b"HTTP/1.1x", b"HTTP/-1.1", b"SIP/2.0", b"",
)  # fmt: skip
HOSTS = (
    b"", b"Host: \r\n", b"Host: [\r\n", b"Host: \xff\r\n", b"Host: \x00\r\n", b"Host: a b\r\n",
    b"Host: 127.0.0.1:x\r\n", b"Host: 127.0.0.1:999999\r\n", b"Host: 127.0.0.1,b\r\n", b"Host: a@127.0.0.1\r\n",
    b"Host: evil.example\r\n",
)  # fmt: skip
LENGTHS = (
    b"Content-Length: +3", b"Content-Length: -1", b"Content-Length: 0x3", b"Content-Length: 3, 3",
    b"Content-Length: ", b"Content-Length: \xc2\xb2", b"Content-Length: 00003",
    b"Content-Length: 3\r\nContent-Length: 3", b"Content-Length: 3\r\nContent-Length: 4",
    b"Content-Length: 18446744073709551615", b"Content-Length: " + b"9" * 40, b"Transfer-Encoding: identity",
    b"Transfer-Encoding: gzip", b"Transfer-Encoding: gzip, chunked", b"Transfer-Encoding: CHUNKED",
    b"Transfer-Encoding: chunked, chunked", b"Transfer-Encoding: chunked, identity", b"Transfer-Encoding: xchunked",
    b"Transfer-Encoding: \x0bchunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    b"Transfer-Encoding: chunked\r\nTrailer: Content-Length", b"Expect: 100-continue\r\nContent-Length: 3",
    b"Expect: 100-continue\r\nTransfer-Encoding: chunked", b"Expect: x\r\nContent-Length: 3",
    b"Content-Encoding: gzip\r\nContent-Length: 3", b"Content-Encoding: x, \xff\r\nContent-Length: 3",
)  # fmt: skip
SENT = (b"a=b", b"3\r\na=b\r\n0\r\n\r\n", b"zz\r\n", b'3;x="\x00\r\na=b\r\n0\r\nX: y\r\n\r\n')
LINES = (
    b": x", b"\xff: x", b"X-\xe9: y", b"X\x00: y", b"X Y: z", b"\tX: y", b"X: \x00", b"X: \x7f", b"X: a\rb",
    b"X:\ny", b"X: \r y", b"X: " + b"\xff" * 60_000, b"X" * 70_000 + b": y", b"Content_Length: 3",
    b"Content-Length\xff: 3", b"Content-Type: a\r\nContent-Type: b", b"Cookie: a\r\nCookie: b", b"Proxy: http://x/",
    b"wsgi.input: x", b"PATH_INFO: x", b"REQUEST_METHOD: x", b"SCRIPT_NAME: /x", b"Script-Name: /x",
    b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
    b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 99",
    b"Connection: \xff",
)  # fmt: skip
BOUNDARIES = (b"b", b'"b"', b"", b"\xff", b"b\x00", b"b; charset=nothing", b"b; boundary=c", b'"b', b"b" * 300)
CHARSETS = (b"utf-16", b"utf-7", b"nothing", b"\xff", b"", b'"', b"idna", b"punycode", b"base64", b"unicode_escape")
PAGES = (b"/", b"/sign-in", b"/nothing", b"/static/css/tokens.css", b"/healthz", b"/feed.atom", b"/notifications")


def odd_requests(cookie: bytes, token: bytes, every: int) -> Iterator[tuple[str, bytes]]:
    """Requests and what is odd about each; of the many values of headers one in `every`."""
    yield from NO_REQUESTS.items()
    yield from _heads()
    yield from _values(cookie, every)
    yield from _forms(cookie, token)


def _heads() -> Iterator[tuple[str, bytes]]:
    """First lines, names of hosts, lengths, and lines that are no headers."""
    for method, path in product(METHODS, (b"/", b"*", b"/nothing", b"/static/css/tokens.css")):
        yield f"{method!r:.30} {path!r}", request(method=method, path=path)
    for method, path in product((b"GET", b"POST"), TARGETS):
        yield f"{method!r} {path!r:.60}", request(method=method, path=path)
    for version, host in product(VERSIONS, (OURS, b"")):
        yield f"{version!r} {host!r}", request(version=version, host=host)
    for host, path, version in product(HOSTS, PAGES[:5], (b"HTTP/1.0", b"HTTP/1.1")):
        yield f"{host!r} {path!r} {version!r}", request(host=host, path=path, version=version)
    for line, path, body in product(LENGTHS, (b"/sign-in", b"/nothing"), SENT):
        yield f"{line!r:.60} {path!r} {body!r}", request(line, FORM, method=b"POST", path=path, body=body)
    for line in LINES:
        yield f"{line!r:.60}", request(line)
        yield f"{line!r:.60} with a form", post(b"/sign-in", line, FORM, body=b"a=b")
    for many in (50, 101, 129, 1_000):
        yield f"{many} headers", request(*[b"X-%d: y" % number for number in range(many)])


def _values(cookie: bytes, every: int) -> Iterator[tuple[str, bytes]]:
    """Odd values of the headers that we or our libraries read, on the pages in turn."""
    odd = [(name, value) for name, values in HEADERS.items() for value in values]
    for number, (name, value) in enumerate(odd):
        if number % every == 0:
            path, line = PAGES[number // every % len(PAGES)], f"{name}: {value}".encode("utf-8", "surrogatepass")
            yield f"{line!r:.80} {path!r}", request(line, cookie, path=path, host=b"" if name == "Host" else OURS)


def _forms(cookie: bytes, token: bytes) -> Iterator[tuple[str, bytes]]:
    """Bodies of every shape, from somebody who is signed in and has a good token."""
    known = (cookie, b"X-CSRFToken: " + token)
    for shape, (kind, body, _) in BODIES.items():
        yield shape, post(b"/language", *known, b"Content-Type: " + kind.encode(), body=body)
    for shape, body in PARTS.items():
        for boundary in BOUNDARIES:
            yield (
                f"{shape} {boundary!r:.30}",
                post(b"/ideas", *known, MULTI + boundary, body=body.replace(b"TOKEN", token)),
            )
    for charset, path in product(CHARSETS, (b"/language", b"/ideas", b"/settings")):
        body = b"csrf_token=%s&lang=%%ff&title=%%00&title=\xff&%%zz" % token
        yield f"charset {charset!r}", post(path, *known, FORM + b"; charset=" + charset, body=body)
    for coding in (b"gzip", b"br", b"deflate", b"identity", b"gzip, gzip", b"\xff", b""):
        yield f"coding {coding!r}", post(b"/language", *known, FORM, b"Content-Encoding: " + coding, body=PRESSED)
