"""Thousands of malformed requests, made from the routes and a seed: none of them breaks anything (no 5xx).

`ATTACKS=all` sends all ten thousand.
"""

import os
import random
from io import BytesIO
from typing import Any
from urllib.parse import quote

from flask.signals import got_request_exception
from werkzeug.test import EnvironBuilder, run_wsgi_app

from tests.security.target import PRINCIPALS, Target
from tests.security.test_routes import ROWS

MANY = 10_000 if os.environ.get("ATTACKS") == "all" else 1_000
SEED = 20_260
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "")
ODD = (
    "", "0", "-1", "1.5", "1e999", "NaN", "true", "null", "٣", "²", "9" * 30, str(2**31), str(2**63), "'", '"', "\\",
    "%",
    "%%", "%00", "\x00", "\n", "\r\nX: y", "\u2028", "\ud800", "\U0010ffff", "é", "İ", "..", "../../etc/passwd",
    "a" * 3_000,
    "{{7*7}}", "%(x)s", "{x}", "$x", "<x>", "a[]", "[", "]", "{}", "[1]", ";", "&", "=", "#", "?", "/", "//", "\t", " ",
    "1 OR 1=1", "'; DROP TABLE idea; --", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwKzAwOjAwIiwgMV0", "W251bGwsIDFd", "e30", "MQ",
    "9999-12-31", "0001-01-01T00:00:00+14:00", "trending", "idea", "en", "fr",
)  # fmt: skip
NAMES = (
    "after", "before", "from", "parent", "id", "upto", "q", "sort", "board", "tag", "status", "kind", "lang", "next",
    "title",
    "body", "email", "text", "queue", "idea", "hue", "chroma", "theme", "c", "url", "format", "maxwidth", "v", "kept",
    "section",
    "code", "link", "name", "position", "role", "ideas", "image", "images", "csrf_token", "state", "first", "x[y]",
    "", "é",
)  # fmt: skip
HEADERS = (
    "Accept", "Accept-Language", "Accept-Encoding", "Content-Type", "Content-Length", "Content-Encoding", "Cookie",
    "Host",
    "If-None-Match", "If-Modified-Since", "Range", "Referer", "Origin", "User-Agent", "HX-Request", "HX-Request-Type",
    "HX-Current-URL", "HX-Trigger", "X-Forwarded-For", "X-HTTP-Method-Override", "Transfer-Encoding", "Authorization",
    "Expect",
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=b", "application/json",
    "text/plain", "multipart/form-data; boundary=" + "b" * 300, "x", "",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data; boundary=b; charset=nothing",
)  # fmt: skip


class Attacker:
    """Makes requests that no browser sends, the same ones for the same seed."""

    def __init__(self, target: Target, seed: int) -> None:
        self.target, self.dice = target, random.Random(seed)
        self.paths = [row.path.format(**target.facts) for row in ROWS]
        self.cookies = {who: target.client(who).get_cookie("atelier") for who in PRINCIPALS}
        self.token = target.csrf_token()

    def environ(self) -> dict[str, Any]:
        """One request as the server would hand it over."""
        row, dice = self.dice.randrange(len(ROWS)), self.dice
        path = (
            self._bent(self.paths[row].partition("?")[0]) if dice.random() < 0.4 else self.paths[row].partition("?")[0]
        )
        method = ROWS[row].method if dice.random() < 0.8 else dice.choice(METHODS)
        kind, body = self._body()
        environ = EnvironBuilder(path="/").get_environ()
        raw = path.encode("utf-8", "surrogatepass")
        environ |= {
            "REQUEST_METHOD": method, "PATH_INFO": raw.decode("latin-1"), "QUERY_STRING": self._query(),
            "CONTENT_TYPE": kind, "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
        }  # fmt: skip
        cookie = self.cookies[dice.choice(list(PRINCIPALS))]
        environ["HTTP_COOKIE"] = f"atelier={cookie.value}" if cookie else ""
        for name in dice.sample(HEADERS, dice.choice((0, 0, 1, 2, 4))):
            key = name.upper().replace("-", "_")
            odd = self._odd().encode("utf-8", "surrogatepass").decode("latin-1")
            environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = odd
        return environ

    def _odd(self) -> str:
        return self.dice.choice(ODD) * self.dice.choice((1, 1, 1, 2, 5))

    def _bent(self, path: str) -> str:
        """An address with one of its parts replaced, doubled or cut."""
        parts = path.split("/")
        place = self.dice.randrange(len(parts))
        parts[place] = self.dice.choice(
            (self._odd(), parts[place] + self._odd(), parts[place][:-1], f"{parts[place]}/")
        )
        return "/" + "/".join(parts).lstrip("/")

    def _query(self) -> str:
        pairs = [(self.dice.choice(NAMES), self._odd()) for _ in range(self.dice.choice((0, 1, 1, 3)))]
        quoted = [f"{quote(n, errors='surrogatepass')}={quote(v, errors='surrogatepass')}" for n, v in pairs]
        loose = self.dice.choice(("", "", "", "&&=", "%", "%zz=%", "a" * 5_000))
        return "&".join(quoted) + loose

    def _body(self) -> tuple[str, bytes]:
        """A form that fits the row or not, in a coding that fits its name or not; half of them with a good token."""
        pairs = [(self.dice.choice(NAMES), self._odd()) for _ in range(self.dice.choice((0, 1, 3, 8)))]
        if self.dice.random() < 0.7:
            pairs.append(("csrf_token", self.token))
        if self.dice.random() < 0.7:
            quoted = [f"{quote(n, errors='surrogatepass')}={quote(v, errors='surrogatepass')}" for n, v in pairs]
            return TYPES[0] if self.dice.random() < 0.8 else self.dice.choice(TYPES), "&".join(quoted).encode()
        file = self.dice.choice(("", '; filename="a.png"', "; filename*=utf-8''%ff", '; filename="../../x\x00.php"'))
        parts = [f'--b\r\nContent-Disposition: form-data; name="{n}"{file}\r\n\r\n{v}\r\n' for n, v in pairs]
        body = ("".join(parts) + self.dice.choice(("--b--\r\n", "--b", "", "--b--"))).encode("utf-8", "surrogatepass")
        return self.dice.choice(TYPES[2:3] * 3 + TYPES), body[: self.dice.choice((len(body), len(body), 7))]


def test_no_malformed_request_breaks_anything(target: Target) -> None:
    attacker = Attacker(target, SEED)
    broken: dict[str, str] = {}
    answers: dict[int, int] = {}
    causes: list[BaseException] = []
    got_request_exception.connect(lambda _app, exception: causes.append(exception), target.app, weak=False)
    for number in range(MANY):
        environ = attacker.environ()
        _body, status, _headers = run_wsgi_app(target.app, environ, buffered=True)
        code = int(status.split()[0])
        answers[code // 100] = answers.get(code // 100, 0) + 1
        # What changed so much that others cannot be asked any more is put back.
        if number % 250 == 249:
            target.restore()
        # A format that oEmbed does not have is answered with 501, as its specification says.
        if code >= 500 and (code, environ["PATH_INFO"]) != (501, "/oembed"):
            asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']!r} {environ['QUERY_STRING']!r}"
            broken[asked[:200]] = f"{code} {causes[-1:]!r:.300}"
    assert broken == {}
    assert min(answers.get(kind, 0) for kind in (2, 3, 4)) > MANY / 50, "they get as far as the views"
