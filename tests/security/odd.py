"""What no browser sends: odd values of headers that we or our libraries read, and bodies that are no form of ours."""

import gzip
import json

LONG = "9" * 5_000
_URLS = (
    "http://[e.example", "http://]", "http://[::1", "http://[v1.x]/", "http://e.example:99999999/", "http://:x@/",
    "http://\u2100.example/", "//", "http:", "null", "\x00", "http://localhost:8000/ideas/[", "/%zz",
    "http://localhost/\udce9?%ff=[", "http://localhost/" + "a" * 9_000, "javascript:x",
)  # fmt: skip
_WEIGHED = (
    "*", "*;q=0", "en;q=", "en;q=nan", "en;q=1e999", "en;q=--1", "en;q=" + LONG, ";q=1", "," * 3_000, "=", '"',
    'a;b="',
    "a;b*=utf-8''%ff", "a;b*=x'y'%zz", "a;b*0=x;b*=y", "en-" * 900, "\xe9", "\x00", "a/b/c", "/",
    "text/html;q=\u0663",
)  # fmt: skip
_TAGS = ('"', 'W/"', "*", '"a", W/"b"', '"' * 2_001, "w/", "\x00", "\xe9", '"\\"')
_DATES = (
    "Mon, 99 Feb 99999 99:99:99 GMT", "0", "-1", LONG, "Thu, 01 Jan 0000 00:00:00 GMT",
    "Thu, 01 Jan 1970 00:00:00 +99999",
    "Fri, 31 Dec 9999 23:59:59 -2359", "Sat, 01 Jan 0001 00:00:00 +2359", "\x00", "1 " * 500,
    "Mon, 1 Jan 99 1:1:1 x" * 9,
)  # fmt: skip
_PEERS = (
    "[",
    "[::1",
    "unknown",
    "127.0.0.1:x",
    "1.2.3.4, [, ,",
    "a" * 3_000,
    "fe80::1%\x00",
    "\xe9",
    ",",
    "::ffff:1.2.3.4",
)
_WORDS = ("", "\x00", "\xe9", "true", "null", "[", "a" * 3_000, "\u2028", "\udcff", "x\ty", LONG)

HEADERS: dict[str, tuple[str, ...]] = {
    "Accept": _WEIGHED, "Accept-Language": _WEIGHED, "Accept-Encoding": _WEIGHED, "Accept-Charset": _WEIGHED,
    "Authorization": ("Basic", "Basic \xe9", "Basic " + "=" * 9, "Basic /w==", "Bearer", "Bearer \xe9", "Digest a=",
                      'Digest a="', "x y=z,", "\x00", *_WORDS[2:]),
    "Cookie": ("=", ";" * 3_000, "atelier", "atelier=", "atelier=..", "atelier=\xe9", 'atelier="\\777"',
    "atelier=" + "a" * 5_000,
               "atelier=.eJw.aa.bb", "lang=[", "lang=\x00", "remember_token=x|y", "remember_token=" + LONG, "\x00",
               "a=b" * 900),
    "Content-Type": ("", "x", "/", "multipart/form-data", "multipart/form-data; boundary=",
    'multipart/form-data; boundary="',
                     "multipart/form-data; boundary=\xe9", "multipart/form-data; boundary=" + "b" * 300,
                     "multipart/form-data; boundary*=utf-8''%ff", "multipart/form-data; boundary=b; charset=nothing",
                     "multipart/mixed; boundary=b", "application/json; charset=utf-7", "application/x+json",
                     "text/plain",
                     "application/x-www-form-urlencoded; charset=utf-16",
                     "application/x-www-form-urlencoded; charset=\x00",
                     "application/x-www-form-urlencoded, application/json", "\x00", "a;b" * 900),
    "Content-Length": ("", "-1", "+1", "1.5", "0x1", "1_0", " 5 ", "\xb2", LONG, "9" * 30, str(2**63), "\x00",
    "5, 5"),
    "Content-Encoding": ("gzip", "br", "identity", "identity, gzip", "x", "\x00", "deflate" * 300),
    "Transfer-Encoding": ("chunked", "gzip, chunked", "x", ""), "Expect": ("100-continue", "x", "\x00"),
    "Host": ("", "[", "[::1", "[::1]:x", "localhost:", "localhost:x", "localhost:99999", "localhost:" + LONG,
    "\xe9", "a b",
             "localhost,b", "b@localhost", "localhost/..", "\x00", "a" * 3_000, "xn--\xff", "xn--a", "." * 300,
             "localhost."),
    "If-None-Match": _TAGS, "If-Match": _TAGS, "If-Range": _TAGS + _DATES, "If-Modified-Since": _DATES,
    "If-Unmodified-Since": _DATES,
    "Range": ("bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-1", "bytes=0-", "bytes=-1", "bytes=-" + LONG,
    "bytes=" + LONG + "-",
              "bytes=0-0,2-3", "bytes=" + "0-," * 2_000, "lines=1-2", "=", "\x00", "bytes=\xb2-"),
    "Origin": _URLS, "Referer": _URLS, "HX-Current-URL": _URLS, "HX-Request": ("true", *_WORDS),
    "HX-Request-Type": ("full", "partial", *_WORDS), "HX-Target": _WORDS, "HX-Trigger": _WORDS,
    "HX-Trigger-Name": _WORDS,
    "HX-Prompt": _WORDS, "HX-Boosted": _WORDS, "HX-History-Restore-Request": _WORDS, "HX-Source": _WORDS,
    "Sec-Fetch-Site": _WORDS, "Sec-Fetch-Mode": _WORDS, "Sec-Fetch-Dest": _WORDS, "Sec-Purpose": ("prefetch",
    *_WORDS),
    "Sec-CH-UA": _WORDS, "Sec-GPC": _WORDS, "User-Agent": _WORDS, "X-Request-Id": _WORDS, "X-CSRFToken": _WORDS,
    "X-HTTP-Method-Override": ("DELETE", *_WORDS), "Forwarded": ("for=[", 'for="', "proto=x;host=[", *_WORDS),
    "X-Forwarded-For": _PEERS, "X-Real-IP": _PEERS, "X-Forwarded-Proto": ("ftp", "https,", "[", *_WORDS),
    "X-Forwarded-Host": ("[", "evil.example", *_WORDS), "X-Forwarded-Port": ("x", "0", *_WORDS),
    "X-Forwarded-Prefix": ("/[", "//evil.example", *_WORDS), "Cache-Control": ("max-age=x", "no-store=[", LONG,
    "\x00"),
    "Upgrade": _WORDS, "Connection": ("upgrade", "close, \x00"), "Max-Forwards": _WORDS, "TE": _WORDS,
}  # fmt: skip

_MULTI = b"--b\r\nContent-Disposition: form-data; name="
_DEEP = b"[" * 20_000 + b"]" * 20_000
# What it says that it is, the body, and the answer of every route.
BODIES: dict[str, tuple[str, bytes, int]] = {
    "a list": ("application/json", b"[1,2]", 415), "a number": ("application/json", b"5", 415),
    "a number for an address": ("application/json", b'{"email":5}', 415),
    "an object": ("application/json", json.dumps({"title": "x", "email": "ada@example.org"}).encode(), 415),
    "a deep list": ("application/json", _DEEP, 415), "no JSON": ("application/json; charset=utf-16", b"\xff\xfe",
    415),
    "JSON of a kind": ("application/vnd.api+json", b"{}", 415), "JSON of nothing": ("application/json", b"", 415),
    "plain words": ("text/plain", b"a=b", 415), "no type": ("", b"a=b", 415), "XML": ("application/xml", b"<a/>",
    415),
    "a type that is none": ("x", b"a=b", 415), "two types": ("application/x-www-form-urlencoded, text/plain",
    b"a=b", 415),
    "a mixed bag": ("multipart/mixed; boundary=b", _MULTI + b'"a"\r\n\r\nb\r\n--b--\r\n', 415),
}  # fmt: skip
PRESSED = gzip.compress(b"a=b")
_TOKEN = _MULTI + b'"csrf_token"\r\n\r\nTOKEN\r\n'
_END = b"--b--\r\n"
# Forms in parts, with a good token in the place of TOKEN.
PARTS: dict[str, bytes] = {
    "a name with a null": _TOKEN + _MULTI + b'"images"; filename="a\x00.png"\r\n\r\nx\r\n' + _END,
    "a name of bytes": _TOKEN + _MULTI + b'"\xff\xfe"; filename="\xff"\r\n\r\nx\r\n' + _END,
    "a name in a coding": _TOKEN + _MULTI + b"\"images\"; filename*=nothing'x'%ff%00\r\n\r\nx\r\n" + _END,
    "headers of its own": _TOKEN + _MULTI + b'"title"\r\nContent-Type: a/b; charset=nothing\r\n'
    b"Content-Transfer-Encoding: base64\r\nContent-Length: -1\r\n\r\nx\r\n" + _END,
    "no name": _TOKEN + b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + _END,
    "no disposition": _TOKEN + b"--b\r\nX: y\r\n\r\nx\r\n" + _END, "no header": _TOKEN + b"--b\r\n\r\nx\r\n" + _END,
    "a line that never ends": _TOKEN + b"--b\r\nContent-Disposition: " + b"x" * 60_000 + _END,
    "no end": _TOKEN + _MULTI + b'"title"\r\n\r\nx', "nothing": b"", "only an end": _END,
    "ten thousand parts": _TOKEN + (_MULTI + b'"a"\r\n\r\n\r\n') * 10_000 + _END,
}  # fmt: skip
